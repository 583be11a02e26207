import { expect, test } from "@jest/globals";
import { createMemoryStore } from "../../functions/memory/store.ts";
import { RequestBudget } from "../../functions/provisioning/requestBudget.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import type { Answer, Tenant } from "../support/wire.ts";

const START = Date.parse("2026-01-01T00:00:00Z");

/** Two orgs behind one process, whose clock stands still unless it is moved. */
async function twoOrgs() {
  const clock = { now: START };
  const lines: Readonly<Record<string, unknown>>[] = [];
  const endpoint = {
    ...testEndpoint(createMemoryStore(), (line) => lines.push(line)),
    now: () => clock.now,
    budget: new RequestBudget({ rate: 2, burst: 5 }),
  };
  const target = inProcessTarget("memory", endpoint, 1);
  return { clock, lines, acme: await target.org(), other: await target.org() };
}

const ask = (org: Tenant, token?: string): Promise<Answer> =>
  org.request({
    method: "GET",
    path: "/Users",
    ...(token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } }),
  });

const statuses = async (count: number, org: Tenant): Promise<number[]> => {
  const answers: number[] = [];
  for (let n = 0; n < count; n += 1) answers.push((await ask(org)).status);
  return answers;
};

test("an org beyond its burst is answered 429 with whole seconds to wait, and goes on after them", async () => {
  const { acme, clock, lines } = await twoOrgs();
  expect(await statuses(5, acme)).toEqual([200, 200, 200, 200, 200]);
  const refused = await ask(acme);
  expect(refused.status).toBe(429);
  expect(refused.headers["retry-after"]).toBe("1");
  expect(refused.headers["content-type"]).toBe("application/scim+json");
  expect(refused.json).toMatchObject({
    schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
    status: "429",
    detail: expect.stringMatching(/Retry-After.*\(ref: [0-9a-f]+\)$/),
  });
  expect(lines.at(-1)).toMatchObject({ status: 429, detailCode: "requests.overBudget", org: acme.slug });
  clock.now += 1_000;
  expect(await statuses(3, acme)).toEqual([200, 200, 429]);
});

test("one org's loop costs another nothing", async () => {
  const { acme, other } = await twoOrgs();
  expect((await statuses(20, acme)).filter((status) => status === 429)).toHaveLength(15);
  expect(await statuses(5, other)).toEqual([200, 200, 200, 200, 200]);
});

test("a refused create leaves nothing behind", async () => {
  const { acme, clock } = await twoOrgs();
  await statuses(5, acme);
  const body = {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    userName: "late",
    emails: [{ value: "late@example.com", type: "work" }],
  };
  expect((await acme.request({ method: "POST", path: "/Users", body })).status).toBe(429);
  clock.now += 10_000;
  expect((await ask(acme)).json).toMatchObject({ totalResults: 0 });
});

test("whoever has no live token of the org uses up nothing of it", async () => {
  const { acme, other } = await twoOrgs();
  // The form is right and the org is named, as a stranger could make it up; and a live token of another org.
  const [prefix, orgId, , checksum] = acme.token.split("_");
  const madeUp = [prefix, orgId, "0".repeat(43), checksum].join("_");
  for (const token of [madeUp, other.token]) {
    for (let n = 0; n < 10; n += 1) expect((await ask(acme, token)).status).toBe(401);
  }
  expect(await statuses(5, acme)).toEqual([200, 200, 200, 200, 200]);
});
