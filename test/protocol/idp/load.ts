import type { Json } from "../../../functions/scim/json.ts";
import { differences } from "../../support/expectation.ts";
import { type Answer, at, type Tenant } from "../../support/wire.ts";
import { ordinaryUser } from "./setup.ts";

/** Okta's import: always `count` further, whatever came back; twice, because the order must be the same. */
export async function walkPages(
  tenant: Tenant,
  endpoint: string,
  { count, total }: { readonly count: number; readonly total: number },
): Promise<string[]> {
  const first = await onePass(tenant, endpoint, count, total);
  const second = await onePass(tenant, endpoint, count, total);
  const found = [...first.found, ...second.found];
  if (new Set(first.ids).size !== total) found.push(`expected ${total} different ids, got ${new Set(first.ids).size}`);
  if (first.ids.join() !== second.ids.join()) found.push("the second walk gave another order");
  return found;
}

async function onePass(
  tenant: Tenant,
  endpoint: string,
  count: number,
  total: number,
): Promise<{ readonly ids: Json[]; readonly found: string[] }> {
  const ids: Json[] = [];
  const found: string[] = [];
  for (let startIndex = 1; startIndex <= total; startIndex += count) {
    const path = `${endpoint}?startIndex=${startIndex}&count=${count}`;
    const page = await tenant.request({ method: "GET", path });
    const here = Math.min(count, total - startIndex + 1);
    const expected = { totalResults: total, startIndex, itemsPerPage: here, Resources: { $length: here } };
    found.push(...differences({ status: 200, json: expected }, { status: page.status, json: page.json ?? null }, path));
    const resources = at(page.json, "Resources");
    if (Array.isArray(resources)) ids.push(...resources.map((one) => at(one, "id") ?? null));
  }
  return { ids, found };
}

/**
 * Entra's initial cycle: of ten requests seven look a user up, two create one and one patches one. The next request of
 * a lane follows the answer to the one before; nothing waits for a clock, so that the test asks whether the load is
 * borne, not how fast this machine is.
 */
export async function mixedLoad(
  tenant: Tenant,
  { requests, inFlight }: { readonly requests: number; readonly inFlight: number },
): Promise<string[]> {
  const found: string[] = [];
  const made: string[] = [];
  let sent = 0;
  const lane = async (): Promise<void> => {
    while (sent < requests) {
      const n = sent;
      sent += 1;
      const step = n % 10;
      if (step < 2) {
        const answer = await tenant.request({ method: "POST", path: "/Users", body: ordinaryUser(`load${n}`) });
        found.push(...wrong(answer, 201));
        made.push(String(at(answer.json, "id")));
      } else if (step === 2 && made[0] !== undefined) {
        const operations = [{ op: "Replace", path: "displayName", value: `Load ${n}` }];
        const path = `/Users/${made[n % made.length] ?? made[0]}`;
        const answer = await tenant.request({ method: "PATCH", path, body: patch(operations) });
        found.push(...wrong(answer, 200), ...differences({ displayName: `Load ${n}` }, answer.json, path));
      } else {
        const path = `/Users?filter=userName+eq+%22load${n - step}%40acme.example%22`;
        found.push(...wrong(await tenant.request({ method: "GET", path }), 200));
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return found;
}

function wrong(answer: Answer, status: number): string[] {
  return answer.status === status ? [] : [`expected ${status}, got ${answer.status} ${answer.text.slice(0, 200)}`];
}

export function patch(operations: readonly Json[]): Json {
  return { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: [...operations] };
}
