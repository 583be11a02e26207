import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { RequestBudget } from "../../functions/provisioning/requestBudget.ts";
import { DynamoBuckets, ProcessBuckets } from "../../functions/store/buckets.ts";
import { type DynamoClient, sdkSend } from "../../functions/store/dynamoTable.ts";
import { askToken } from "../support/askToken.ts";
import { dynoxideStore } from "../support/dynoxideStore.ts";
import { clientAround } from "../support/faultyClient.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localStore } from "../support/localStore.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { type Answer, at, connect, type Tenant } from "../support/wire.ts";

const START = Date.parse("2026-01-01T00:00:00Z");

/** Two orgs behind one process, whose clock stands still unless it is moved. */
async function twoOrgs() {
  const clock = { now: START };
  const lines: Readonly<Record<string, unknown>>[] = [];
  const endpoint = {
    ...testEndpoint(localStore(), (line) => lines.push(line)),
    now: () => clock.now,
    budget: new RequestBudget({ rate: 2, burst: 5 }, new ProcessBuckets()),
  };
  const target = inProcessTarget("memory", endpoint, 1);
  return { clock, lines, target, acme: await target.org(), other: await target.org() };
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

test("a stranger without a live token of the org uses up nothing of it", async () => {
  const { acme, other } = await twoOrgs();
  // The form is right and the org is named, as a stranger could make it up; and a live token of another org.
  const [prefix, orgId, , checksum] = acme.token.split("_");
  const madeUp = [prefix, orgId, "0".repeat(43), checksum].join("_");
  for (const token of [madeUp, other.token]) {
    for (let n = 0; n < 10; n += 1) expect((await ask(acme, token)).status).toBe(401);
  }
  expect(await statuses(5, acme)).toEqual([200, 200, 200, 200, 200]);
});

describe("a request for an access token", () => {
  /** An org with a client secret, and what asks for a token with it. */
  async function client() {
    const { target, acme, ...rest } = await twoOrgs();
    const made = await target.admin("POST", `/orgs/${acme.slug}/clients`, { description: "Entra" });
    const grant = (client_secret: string): Promise<Answer> => askToken(target, acme.slug, { client_secret });
    return { ...rest, acme, grant, secret: String(at(made.json, "clientSecret")) };
  }

  test("spends the budget of its org as any other, and is refused as RFC 6749 section 5.2 has it", async () => {
    const { acme, clock, grant, lines, secret } = await client();
    const answers: number[] = [];
    for (let n = 0; n < 4; n += 1) answers.push((await grant(secret)).status);
    expect([...answers, ...(await statuses(1, acme))]).toEqual([200, 200, 200, 200, 200]);
    const refused = await grant(secret);
    expect(refused.status).toBe(429);
    expect(refused.headers["retry-after"]).toBe("1");
    expect(refused.headers["content-type"]).toBe("application/json");
    expect(refused.headers["cache-control"]).toBe("no-store");
    expect(refused.json).toEqual({
      error: "temporarily_unavailable",
      error_description: expect.stringMatching(/asks for more at once than it may.*\(ref: [0-9a-f]+\)$/),
    });
    expect(lines.at(-1)).toMatchObject({
      type: "oauth.request",
      status: 429,
      detailCode: "requests.overBudget",
      org: acme.slug,
      tokenId: expect.any(String),
      BudgetRefusals: 1,
    });
    expect((await ask(acme)).status).toBe(429);
    clock.now += 1_000;
    expect((await grant(secret)).status).toBe(200);
  });

  test("with a secret that is none of the org's spends nothing", async () => {
    const { acme, grant, secret } = await client();
    const [head, orgId, , checksum] = secret.split("_");
    for (const wrong of ["guessed", [head, orgId, "0".repeat(43), checksum].join("_")]) {
      for (let n = 0; n < 10; n += 1) expect((await grant(wrong)).status).toBe(401);
    }
    expect(await statuses(5, acme)).toEqual([200, 200, 200, 200, 200]);
  });
});

describe("a budget in the table", () => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  let opened: Awaited<ReturnType<typeof dynoxideStore>>;
  beforeAll(async () => {
    opened = await dynoxideStore();
  });
  afterAll(() => opened.close());

  /** An org behind environments that share nothing but the table; their clock stands still. */
  async function environments(
    limits: { readonly rate: number; readonly burst: number },
    client: DynamoClient = opened.client,
  ) {
    lines.length = 0;
    const clock = { now: START };
    const endpoint = () => ({
      ...testEndpoint(opened.store, (line) => lines.push(line)),
      now: () => clock.now,
      budget: new RequestBudget(
        limits,
        new DynamoBuckets({ send: sdkSend(client), tableName: opened.tableName }),
        () => 0,
      ),
    });
    const [one, another] = [inProcessTarget("one", endpoint(), 1), inProcessTarget("another", endpoint(), 1)];
    const acme = await one.org();
    return { acme, elsewhere: connect(another.transport, acme), clock };
  }

  test("holds for all environments together", async () => {
    const { acme, elsewhere } = await environments({ rate: 2, burst: 6 });
    const answers: number[] = [];
    for (let n = 0; n < 6; n += 1) answers.push(...(await statuses(1, acme)), ...(await statuses(1, elsewhere)));
    expect(answers.filter((status) => status === 200)).toHaveLength(6);
    expect(answers.slice(-4)).toEqual([429, 429, 429, 429]);
  });

  test("is paid for by the batch, apart from what the request costs, and without a trip of the request", async () => {
    const { acme } = await environments({ rate: 100, burst: 100 });
    await statuses(40, acme);
    const asked = lines.filter(({ route }) => String(route).endsWith("/Users"));
    const paid = asked.filter(({ budgetWcu }) => budgetWcu !== undefined);
    expect(asked).toHaveLength(40);
    expect(paid.length).toBeGreaterThanOrEqual(3);
    expect(paid.length).toBeLessThanOrEqual(5);
    // The first one remembers that the token was used.
    const costs = asked.slice(1).map(({ ddbCalls, rcu, trips, wcu }) => [ddbCalls, trips, rcu, wcu].join());
    expect(new Set(costs).size).toBe(1);
    expect(costs[0]).toMatch(/,0$/);
  });

  test("is used up by the writes of one bulk request, and those after it wait for them", async () => {
    const { acme, elsewhere, clock } = await environments({ rate: 25, burst: 25 });
    const Operations = Array.from({ length: 120 }, (_none, n) => ({
      method: "POST",
      path: "/Users",
      bulkId: `u${n}`,
      data: {
        schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
        userName: `u${n}@example.com`,
        emails: [{ value: `u${n}@example.com`, type: "work" }],
      },
    }));
    const schemas = ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"];
    expect((await acme.request({ method: "POST", path: "/Bulk", body: { schemas, Operations } })).status).toBe(200);
    const [line] = lines.filter(({ op }) => op === "bulk.run");
    const units = Math.floor((Number(line?.wcu) + Number(line?.rcu) / 5) / 20);
    expect(units).toBeGreaterThan(25);
    expect(line).toMatchObject({ budgetUnits: units, budgetWcu: expect.any(Number) });
    const refused = await ask(elsewhere);
    expect(refused.status).toBe(429);
    const seconds = Number(refused.headers["retry-after"]);
    expect(seconds).toBeGreaterThanOrEqual(1);
    clock.now += seconds * 1_000;
    expect((await ask(elsewhere)).status).toBe(200);
  });

  test("that fails refuses nobody and fails nothing, and the line says so", async () => {
    const client = clientAround(opened.client, async () => {
      throw new Error("the connection is lost");
    });
    const { acme } = await environments({ rate: 1, burst: 1 }, client);
    expect(await statuses(20, acme)).toEqual(Array<number>(20).fill(200));
    const faults = lines.filter(({ budgetFaults }) => budgetFaults !== undefined);
    expect(faults).toMatchObject([{ status: 200, level: "INFO", budgetFaults: 1 }]);
  });
});
