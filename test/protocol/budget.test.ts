import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newResourceId } from "../../functions/provisioning/newId.ts";
import type { OrgId } from "../../functions/store/keys.ts";
import { askToken } from "../support/askToken.ts";
import { dynoxideStore } from "../support/dynoxideStore.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { type Issuer, signed, signingKey, startIssuer } from "../support/issuer.ts";
import { amountOf } from "../support/proof.ts";
import { storeGroup } from "../support/records.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { makeTrust } from "../support/trusts.ts";
import { type Answer, at, connect, type Tenant } from "../support/wire.ts";

const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";

/**
 * What a whole request costs, authentication and counters included, read off the request log, whose numbers are
 * DynamoDB's own ConsumedCapacity. `trips` are serial round trips. The reference user has 1.5 KB, one e-mail address
 * and an externalId.
 */
const lines: Record<string, unknown>[] = [];
let database: Awaited<ReturnType<typeof dynoxideStore>>;
let target: Target;
let issuer: Issuer;
let org: Tenant;

beforeAll(async () => {
  database = await dynoxideStore();
  issuer = await startIssuer();
  target = inProcessTarget(
    "dynoxide",
    testEndpoint(database.store, (line) => lines.push({ ...line })),
    1,
  );
  org = await target.org();
  // The first use of a token in an hour is remembered, beside the request: 1 WCU, or 0 where it is known.
  await org.request({ method: "GET", path: "/Schemas" });
});

afterAll(async () => {
  await issuer.close();
  await database.close();
});

function referenceUser(name: string): Record<string, unknown> {
  const user = {
    schemas: [
      "urn:ietf:params:scim:schemas:core:2.0:User",
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    ],
    userName: `${name}@example.com`,
    externalId: `00u${name.padEnd(17, "0")}`,
    active: true,
    displayName: `Reference ${name}`,
    name: { givenName: "Reference", familyName: name, formatted: `Reference ${name}` },
    emails: [{ value: `${name}@example.com`, type: "work", primary: true }],
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { employeeNumber: "4711", department: "Engineering" },
    title: "",
  };
  const short = 1500 - JSON.stringify(user).length;
  return { ...user, title: "x".repeat(Math.max(0, short)) };
}

interface Cost {
  readonly rcu: number;
  readonly wcu: number;
  readonly trips: number;
  readonly calls: number;
}

/** Sends one request and gives the cost on its log line. */
async function costOf(method: string, path: string, status: number, body?: unknown): Promise<Cost> {
  lines.length = 0;
  const answer = await org.request({ method, path, body });
  expect(answer.status).toBe(status);
  return costLogged();
}

function costLogged(): Cost {
  const [line] = lines;
  return {
    rcu: Number(line?.rcu),
    wcu: Number(line?.wcu),
    trips: Number(line?.trips),
    calls: Number(line?.ddbCalls),
  };
}

async function created(path: string, body: unknown): Promise<string> {
  const answer = await org.request({ method: "POST", path, body });
  expect(answer.status).toBe(201);
  return String(at(answer.json, "id"));
}

function within(cost: Cost, rcu: number, wcu: number, trips: number): void {
  expect({ ...cost, inBudget: cost.rcu <= rcu && cost.wcu <= wcu && cost.trips <= trips }).toMatchObject({
    inBudget: true,
  });
}

async function storedGroup(name: string, members: readonly string[]): Promise<string> {
  const id = newResourceId("g", randomBytes);
  // The token names the org whose data this is.
  const orgId = org.token.split("_")[1] as OrgId;
  const write = {
    attributes: JSON.stringify({ schemas: [GROUP], displayName: name }),
    keys: { name: name, externalId: undefined, values: [] },
    nameUnique: true,
  };
  const stamp = { at: new Date().toISOString(), tokenId: "test", reference: "test" };
  await storeGroup(database.store.begin().directory(orgId).groups, id, write, members, stamp);
  return id;
}

async function groupOf(size: number, name: string, people: readonly string[]): Promise<string> {
  return created("/Groups", {
    schemas: [GROUP],
    displayName: name,
    members: people.slice(0, size).map((value) => ({ value })),
  });
}

const DEACTIVATE = {
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations: [{ op: "Replace", path: "active", value: "False" }],
};

const addMember = (value: string) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations: [{ op: "Add", path: "members", value: [{ value }] }],
});

describe("a request for the reference user stays in its budget", () => {
  test("create: 2 RCU and 12 WCU in 2 round trips", async () => {
    within(await costOf("POST", "/Users", 201, referenceUser("create")), 2, 12, 2);
  });

  test("read without groups: 3.5 RCU in 1 round trip", async () => {
    const id = await created("/Users", referenceUser("read"));
    within(await costOf("GET", `/Users/${id}`, 200), 3.5, 0, 1);
  });

  test("read with n groups: n RCU and one round trip more", async () => {
    const id = await created("/Users", referenceUser("grouped"));
    const without = await costOf("GET", `/Users/${id}`, 200);
    for (const name of ["one", "two", "three"]) await groupOf(1, `grouped ${name}`, [id]);
    const grouped = await costOf("GET", `/Users/${id}`, 200);
    within(grouped, without.rcu + 3, 0, without.trips + 1);
    // The names are read beside the write, and for a list once for all.
    within(await costOf("PATCH", `/Users/${id}`, 200, DEACTIVATE), without.rcu + 3, 2, 2);
    const names = await costOf("GET", "/Users?attributes=userName", 200);
    within(await costOf("GET", "/Users?attributes=userName,groups", 200), names.rcu + 3, 0, names.trips + 1);
  });

  test("filter userName eq: 5 RCU in 2 round trips", async () => {
    await created("/Users", referenceUser("filter"));
    within(await costOf("GET", '/Users?filter=userName eq "filter@example.com"', 200), 5, 0, 2);
  });

  test("PATCH: 3.5 RCU and 2 WCU in 2 round trips", async () => {
    const id = await created("/Users", referenceUser("patch"));
    within(await costOf("PATCH", `/Users/${id}`, 200, DEACTIVATE), 3.5, 2, 2);
    within(await costOf("PATCH", `/Users/${id}`, 200, DEACTIVATE), 3.5, 0, 1);
  });

  test("one member more: 6 RCU and 9 WCU in 2 round trips, 4 of them for the list of its 1.8 KB, the same in a group of 10 and of thousands", async () => {
    const newcomers = await Promise.all(
      ["small", "large"].map((name) => created("/Users", referenceUser(`add${name}`))),
    );
    // Edges are the same whoever is at their end: these were never created, which the store does not ask.
    const crowd = Array.from({ length: amountOf("largeGroup") }, () => newResourceId("u", randomBytes));
    const small = await storedGroup("ten", crowd.slice(0, 10));
    const large = await storedGroup("thousands", crowd);
    const costs = [
      await costOf("PATCH", `/Groups/${small}`, 204, addMember(newcomers[0] ?? "")),
      await costOf("PATCH", `/Groups/${large}`, 204, addMember(newcomers[1] ?? "")),
    ];
    for (const cost of costs) within(cost, 6, 9, 2);
    expect(costs[1]).toEqual(costs[0]);
  });
});

describe("a token request stays in its budget", () => {
  const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  const ask = (presented: Readonly<Record<string, string>>): Promise<Answer> => {
    lines.length = 0;
    return askToken(target, org.slug, presented);
  };
  /** What the token request costs, and then a SCIM request with what it bought. */
  async function costs(presented: Readonly<Record<string, string>>): Promise<readonly [Cost, Cost]> {
    const answer = await ask(presented);
    expect(answer.status).toBe(200);
    const bought = costLogged();
    const tenant = connect(target.transport, { ...org, token: String(at(answer.json, "access_token")) });
    // The first use in an hour leaves a mark.
    await tenant.request({ method: "GET", path: "/Schemas" });
    lines.length = 0;
    expect((await tenant.request({ method: "GET", path: "/Schemas" })).status).toBe(200);
    return [bought, costLogged()];
  }
  const REQUEST = { rcu: 3, wcu: 0, trips: 1, calls: 1 };

  test("by client secret: what it cost before anybody was trusted, 2 RCU and 1 WCU in 2 round trips", async () => {
    const secret = at((await target.admin("POST", `/orgs/${org.slug}/clients`, {})).json, "clientSecret");
    const presented = { client_secret: String(secret) };
    expect(await costs(presented)).toEqual([{ rcu: 2, wcu: 1, trips: 2, calls: 2 }, REQUEST]);
    await makeTrust(database.store, org.slug, { kind: "privateKey", keys: [] });
    expect(await costs(presented)).toEqual([{ rcu: 2, wcu: 1, trips: 2, calls: 2 }, REQUEST]);
  });

  test("by an assertion of an issuer: 2 RCU, 1 RCU for each trust and 1 WCU in 4 round trips, its keys being known", async () => {
    const [ISSUER, KEY] = ["https://issuer.example", signingKey("of-today")];
    issuer.publish(KEY);
    const trust = { issuer: ISSUER, keysUrl: issuer.keysUrl, subject: "sync", audiences: ["api://scim"] } as const;
    await makeTrust(database.store, org.slug, { kind: "federated", ...trust });
    const exp = Math.floor(Date.now() / 1_000) + 3_600;
    const client_assertion = signed(KEY, { iss: ISSUER, sub: "sync", aud: "api://scim", exp });
    const presented = { client_assertion_type: JWT_BEARER, client_assertion };
    await ask(presented);
    expect(await costs(presented)).toEqual([{ rcu: 4, wcu: 1, trips: 4, calls: 4 }, REQUEST]);
  });

  test("by an assertion that counts once: 1 WCU and a round trip more", async () => {
    const own = signingKey("own", "ES256");
    const made = await target.admin("POST", `/orgs/${org.slug}/trusts`, { keys: { keys: [own.jwk] } });
    const aud = at(made.json, "tokenEndpoint");
    const claims = { iss: org.slug, sub: org.slug, aud, jti: "one", exp: Math.floor(Date.now() / 1_000) + 300 };
    const presented = { client_assertion_type: JWT_BEARER, client_assertion: signed(own, claims) };
    expect(await costs(presented)).toEqual([{ rcu: 5, wcu: 2, trips: 5, calls: 5 }, REQUEST]);
  });
});
