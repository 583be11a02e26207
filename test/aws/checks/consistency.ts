import { GROUP_SCHEMA, PATCH_OP, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { type Answer, at, type Tenant, type WireRequest } from "../../support/wire.ts";
import type { Figure, Finding, LiveCheck, LiveStack } from "../liveStack.ts";

const USERS = 50;
/** At a time, so that half a minute is enough. */
const LANES = 5;

/** A read right behind a write, and whether it saw it. */
export interface Reading {
  /** For example `GET by id after POST`. */
  readonly kind: string;
  readonly fresh: boolean;
  /** The read's reference or status, to be looked up when it was stale. */
  readonly evidence: string;
}

/** product.md 5.9, 5.14 and 5.3 promise each of these strongly. 50 users at 14 requests each: 701. */
export const consistency: LiveCheck = { name: "a read right behind a write sees it", run: readBehindWrites };

async function readBehindWrites({ target }: LiveStack): Promise<Finding> {
  const tenant = await target.org();
  const body = { schemas: [GROUP_SCHEMA], displayName: "Crew" };
  const group = String(at((await tenant.request({ method: "POST", path: "/Groups", body })).json, "id"));
  const waiting = Array.from({ length: USERS }, (_, n) => n);
  const readings: Reading[] = [];
  const lane = async (): Promise<void> => {
    for (let n = waiting.shift(); n !== undefined; n = waiting.shift())
      readings.push(...(await oneLife(tenant, group, n)));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return judgedReadings(readings);
}

async function oneLife(tenant: Tenant, group: string, n: number): Promise<Reading[]> {
  const readings: Reading[] = [];
  const get = (path: string): Promise<Answer> => tenant.request({ method: "GET", path });
  const saw = (kind: string, answer: Answer, fresh: boolean): void => {
    readings.push({ kind, fresh, evidence: `${answer.status} ${answer.text.slice(0, 120)}` });
  };
  const [userName, externalId] = [`person${n}@example.com`, `x${n}`];
  const emails = [{ type: "work", primary: true, value: userName }];
  const user = { schemas: [USER_SCHEMA], userName, externalId, emails, active: true };
  const write = async (request: WireRequest): Promise<Answer> => {
    const answer = await tenant.request(request);
    saw("write", answer, answer.status < 300);
    return answer;
  };
  const made = await write({ method: "POST", path: "/Users", body: user });
  const id = String(at(made.json, "id"));
  const finds = async (when: string, total: number): Promise<void> => {
    for (const filter of [
      `userName eq "${userName}"`,
      `externalId eq "${externalId}"`,
      `emails.value eq "${userName}"`,
    ]) {
      const found = await get(`/Users?filter=${filter}`);
      saw(`filter by ${filter.split(" ")[0]} after ${when}`, found, at(found.json, "totalResults") === total);
    }
  };
  const byId = await get(`/Users/${id}`);
  saw("GET by id after POST", byId, at(byId.json, "userName") === userName);
  await finds("POST", 1);
  await write(patch(`/Users/${id}`, { op: "replace", path: "active", value: false }));
  const inactive = await get(`/Users/${id}`);
  saw("GET by id after PATCH", inactive, at(inactive.json, "active") === false);
  await write(patch(`/Groups/${group}`, { op: "add", path: "members", value: [{ value: id }] }));
  const joined = await get(`/Groups?filter=id eq "${group}" and members eq "${id}"`);
  saw("member after PATCH of a group", joined, at(joined.json, "totalResults") === 1);
  await write({ method: "DELETE", path: `/Users/${id}` });
  const gone = await get(`/Users/${id}`);
  saw("GET by id after DELETE", gone, gone.status === 404);
  await finds("DELETE", 0);
  return readings;
}

/** How many of each kind missed what was written, and writes that were not taken; there may be none. */
export function judgedReadings(readings: readonly Reading[]): Finding {
  const differences: string[] = [];
  const figures: Figure[] = [];
  for (const [kind, ofKind] of Map.groupBy(readings, (reading) => reading.kind)) {
    const stale = ofKind.filter(({ fresh }) => !fresh);
    figures.push({ name: `${kind}: missed, of ${ofKind.length}`, value: stale.length, unit: "" });
    const [first] = stale;
    if (first !== undefined)
      differences.push(`${kind}: ${stale.length} of ${ofKind.length} missed, the first: ${first.evidence}`);
  }
  return { differences: readings.length === 0 ? ["nothing was read"] : differences, figures };
}

function patch(path: string, operation: unknown) {
  return { method: "PATCH", path, body: { schemas: [PATCH_OP], Operations: [operation] } };
}
