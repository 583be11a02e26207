import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { isObject, type Json } from "../../functions/scim/json.ts";
import { GROUP_SCHEMA, USER_SCHEMA } from "../../functions/scim/schema.ts";
import type { Preset } from "../../functions/store/rules.ts";
import { wireFaults } from "../protocol/idp/wireFaults.ts";
import { onMemory } from "../protocol/onWire.ts";
import { type Client, clientOf } from "../protocol/rows/client.ts";
import { amountOf } from "../support/proof.ts";
import { PublishedSchemas } from "../support/publishedSchemas.ts";
import { filledRequest, type Places, request } from "../support/requestArbitraries.ts";
import { type Answer, at, type Tenant } from "../support/wire.ts";

const RUNS = amountOf("wire");
const REQUESTS_PER_RUN = 30;

/** fast-check prints seed and path of a failing run. */
test("whatever is sent, no answer is a fault, every refusal is a SCIM error that changed nothing, and the other org stays as it is", async () => {
  const other = await clientOf(onMemory, { preset: "rfc" });
  const foreign = { user: await other.user("a"), group: "" };
  foreign.group = await other.group("G", [foreign.user]);
  const untouched = await everything(other.tenant);
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<Preset>("rfc", "standard", "open"),
      fc.array(request, { minLength: 1, maxLength: REQUESTS_PER_RUN, size: "max" }),
      async (preset, requests) => {
        const scim = await clientOf(onMemory, { preset });
        const places = await placesOf(scim, other, foreign);
        const schemas = await PublishedSchemas.of(scim.tenant);
        let before = await everything(scim.tenant);
        for (const fuzzed of requests) {
          const answer = await onMemory.transport(filledRequest(fuzzed, scim.tenant.token, places));
          sent += 1;
          expect(faults(answer)).toEqual([]);
          if (answer.status < 300) {
            const whole = !/attributes/i.test(fuzzed.query + fuzzed.body);
            expect(resourcesIn(answer).flatMap((resource) => schemas.faults(resource, whole))).toEqual([]);
          }
          const after = await everything(scim.tenant);
          if (answer.status >= 300 || fuzzed.method === "GET") expect(after).toEqual(before);
          before = after;
        }
        expect(await everything(other.tenant)).toEqual(untouched);
      },
    ),
    { numRuns: RUNS },
  );
  expect(sent).toBeGreaterThan(3 * RUNS);
}, 3_600_000);

async function placesOf(
  scim: Client,
  other: Client,
  foreign: { readonly user: string; readonly group: string },
): Promise<Places> {
  const user = await scim.user("a");
  return {
    user,
    user2: await scim.user("b"),
    group: await scim.group("G", [user]),
    foreignUser: foreign.user,
    foreignGroup: foreign.group,
    slug: scim.tenant.slug,
    foreignSlug: other.tenant.slug,
    // The right form and org, and a checksum that cannot be right.
    foreignToken: `Bearer ${other.tenant.token.slice(0, -1)}!`,
  };
}

function faults(answer: Answer): string[] {
  const status = answer.status >= 500 && answer.status !== 501 ? [`status ${answer.status}`] : [];
  // The operations of a bulk request have answers of their own.
  const inside = answer.text.match(/"status":"50[02-9]"/g) ?? [];
  return [...status, ...inside, ...wireFaults(answer, undefined)];
}

/** The users and groups in an answer; discovery and the envelope of a bulk answer are held to their own tests. */
function resourcesIn({ json }: Answer): Json[] {
  if (json === undefined || !isObject(json)) return [];
  const listed = Array.isArray(json.Resources) ? json.Resources : [json];
  const inBulk = Array.isArray(json.Operations) ? json.Operations.map((one) => at(one, "response") ?? null) : [];
  return [...listed, ...inBulk].filter((one) => {
    const schemas = at(one, "schemas");
    return Array.isArray(schemas) && (schemas.includes(USER_SCHEMA) || schemas.includes(GROUP_SCHEMA));
  });
}

/** All an org shows of itself. */
async function everything(tenant: Tenant): Promise<string[]> {
  const paths = ["/Users", "/Users?attributes=groups", "/Groups"];
  const answers = await Promise.all(paths.map((path) => tenant.request({ method: "GET", path })));
  for (const answer of answers) expect(faults(answer)).toEqual([]);
  return answers.map((answer) => answer.text);
}
