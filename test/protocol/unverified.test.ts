import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { matchRoute } from "../../bin/local/matchRoute.ts";
import { authenticate } from "../../functions/http/authenticate.ts";
import { openRequest } from "../../functions/http/requestContext.ts";
import { newAccessToken, newClientSecret, newToken } from "../../functions/provisioning/token.ts";
import { ROUTES } from "../../functions/routes.ts";
import { createDynamoStore } from "../../functions/store/dynamoTable.ts";
import { askToken } from "../support/askToken.ts";
import { dynoxideStore } from "../support/dynoxideStore.ts";
import { clientAround } from "../support/faultyClient.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { lambdaContext } from "../support/lambdaContext.ts";
import { localStore } from "../support/localStore.ts";
import { idOf, ids, orgIdOf } from "../support/records.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at, connect, type Tenant } from "../support/wire.ts";

const PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
const KB = 1_024;

/**
 * What somebody without a live token makes the database do (product.md 5.17). The checksum of a token is public, so the
 * right form is everybody's; ids of an org and of its people are in many hands.
 */
interface Call {
  readonly keys: number;
  readonly limit: number | undefined;
}
const calls: Call[] = [];
const lines: Readonly<Record<string, unknown>>[] = [];
let database: Awaited<ReturnType<typeof dynoxideStore>>;
let target: Target;
let org: Tenant;
let people: string[];
let group: string;

function callOf({ input }: { readonly input: object }): Call {
  if ("RequestItems" in input) {
    const [table] = Object.values(input.RequestItems as Record<string, { readonly Keys?: readonly object[] }>);
    return { keys: table?.Keys?.length ?? Number.NaN, limit: undefined };
  }
  if ("KeyConditionExpression" in input) return { keys: 0, limit: "Limit" in input ? Number(input.Limit) : Number.NaN };
  return { keys: Number.NaN, limit: Number.NaN };
}

beforeAll(async () => {
  database = await dynoxideStore();
  const client = clientAround(database.client, async (send, command) => {
    calls.push(callOf(command));
    return send();
  });
  const store = createDynamoStore({ client, tableName: database.tableName });
  target = inProcessTarget(
    "unverified",
    testEndpoint(store, (line) => lines.push(line)),
    1,
  );
  org = await target.org();
  people = [];
  for (let n = 0; n < 30; n++) people.push(await created("/Users", largeUser(n)));
  group = await created("/Groups", { schemas: [GROUP], displayName: "crew", members: values(people.slice(0, 4)) });
});
afterAll(() => database.close());

/** Near the 48 KB that a user may have, so that each costs 12 RCU: the dearest that a stranger can name. */
function largeUser(n: number): Record<string, unknown> {
  const user = { schemas: [USER], userName: `p${n}`, emails: [{ value: `p${n}@acme.example`, type: "work" }] };
  return n < 2 ? { ...user, title: "x".repeat(45 * KB) } : user;
}

async function created(path: string, body: unknown): Promise<string> {
  const answer = await org.request({ method: "POST", path, body });
  expect(answer.status).toBe(201);
  return String(at(answer.json, "id"));
}

const values = (ids: readonly string[]) => ids.map((value) => ({ value }));
const patch = (op: string, members: readonly string[], more: object = {}) => ({
  schemas: [PATCH_OP],
  Operations: [{ op, path: "members", value: values(members) }],
  ...more,
});
const search = (filter: string) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
  filter,
});
const either = (attribute: string, texts: readonly string[]) =>
  texts.map((text) => `${attribute} eq "${text}"`).join(" or ");

interface Sent {
  readonly calls: readonly Call[];
  readonly status: number;
  readonly rcu: number;
  readonly wcu: number;
}

async function send(token: string, method: string, path: string, body?: unknown): Promise<Sent> {
  const tenant = connect(target.transport, { slug: org.slug, tenantUrl: org.tenantUrl, token });
  [calls.length, lines.length] = [0, 0];
  const { status } = await tenant.request({ method, path, body });
  return { calls: [...calls], status, rcu: Number(lines[0]?.rcu), wcu: Number(lines[0]?.wcu) };
}

const realOrg = () => orgIdOf(org.token.split("_")[1] ?? "");
const SOME_SECRET = "secret000001";
const MADE_UP: readonly (readonly [string, () => string])[] = [
  ["an org token of an unknown org", () => newToken(orgIdOf("Nobody00"), randomBytes)],
  ["an org token of this org with a wrong hash", () => newToken(realOrg(), randomBytes)],
  ["an access token of an unknown org", () => newAccessToken(orgIdOf("Nobody00"), SOME_SECRET, randomBytes)],
  ["an access token of this org with a wrong hash", () => newAccessToken(realOrg(), SOME_SECRET, randomBytes)],
];

const strangers = ids("u", 1_000);
const longFilter = (beginning: string) => `${beginning} and title eq "${"x".repeat(9 * KB)}"`;
const filtered = (path: string, filter: string) => `${path}?filter=${encodeURIComponent(filter)}`;

/** The worst of each route that the right form of a token gets to. */
const WORST: readonly (readonly [string, string, () => string, (() => unknown)?])[] = [
  ["a user by id", "GET", () => `/Users/${people[0]}`],
  ["a user with 45 KB", "PUT", () => `/Users/${people[0]}`, () => largeUser(0)],
  ["a change of a user", "PATCH", () => `/Users/${people[0]}`, () => patch("add", people)],
  ["a deletion", "DELETE", () => `/Users/${people[0]}`],
  ["a creation", "POST", () => "/Users", () => largeUser(1)],
  ["any method", "TRACE", () => `/Groups/${group}`, () => patch("add", people.slice(0, 2))],
  ["two members who come in", "PATCH", () => `/Groups/${group}`, () => patch("add", people.slice(0, 2))],
  ["two members who go", "PATCH", () => `/Groups/${group}`, () => patch("remove", people.slice(0, 2))],
  ["100 members who are nobody", "PATCH", () => `/Groups/${group}`, () => patch("add", strangers.slice(0, 100))],
  ["1,000 members who are nobody", "PATCH", () => `/Groups/${group}`, () => patch("add", strangers)],
  ["a roster of 1,000", "PUT", () => `/Groups/${group}`, () => ({ displayName: "crew", members: values(strangers) })],
  ["another roster", "PATCH", () => `/Groups/${group}`, () => patch("replace", strangers.slice(0, 100))],
  ["a group with 1,000", "POST", () => "/Groups", () => ({ displayName: "crowd", members: values(strangers) })],
  ["one user by name", "GET", () => filtered("/Users", 'userName eq "p1"')],
  ["one by e-mail", "GET", () => filtered("/Users", 'emails.value eq "p1@acme.example"')],
  ["one by id", "GET", () => filtered("/Users", `id eq "${people[0]}"`)],
  [
    "90 userNames",
    "GET",
    () =>
      filtered(
        "/Users",
        either(
          "userName",
          ids("u", 90).map((id) => id.slice(0, 9)),
        ),
      ),
  ],
  ["150 externalIds", "POST", () => "/Users/.search", () => search(either("externalId", strangers.slice(0, 150)))],
  ["100 members of a group", "GET", () => membersOfGroup(100)],
  ["two members of a group", "GET", () => membersOfGroup(2)],
  ["the groups of a member", "GET", () => filtered("/Groups", `members eq "${people[0]}"`)],
  ["a long filter", "GET", () => filtered("/Users", longFilter('userName eq "p1"'))],
  ["a long list of attributes", "GET", () => `/Users/${people[0]}?attributes=${"x,".repeat(5 * KB)}`],
  ["5.3 MB of brackets", "POST", () => "/Users/.search", () => search("[".repeat(5_300_000))],
  ["5.3 MB of brackets over groups", "POST", () => "/Groups/.search", () => search("[".repeat(5_300_000))],
  ["5.3 MB of brackets over all", "POST", () => "/.search", () => search("[".repeat(5_300_000))],
  ["a query over all", "GET", () => filtered("", 'userName eq "p1"')],
  ["1 MB of /Bulk", "POST", () => "/Bulk", () => bulk()],
  ["a schema", "GET", () => "/Schemas"],
  ["the configuration", "GET", () => "/ServiceProviderConfig"],
  ["a path that is none", "GET", () => `/Nothing/${people[0]}`],
];

function membersOfGroup(count: number): string {
  const asked = either("members", count > 2 ? strangers.slice(0, count) : people.slice(0, count));
  return filtered("/Groups", `id eq "${group}" and (${asked})`);
}

function bulk(): unknown {
  const Operations = Array.from({ length: 1_000 }, (_, n) => ({
    method: "PATCH",
    path: `/Groups/${idOf("g", n)}`,
    data: patch("add", strangers.slice(0, 30)),
  }));
  return { schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], Operations };
}

describe.each(MADE_UP)("%s", (_name, token) => {
  const rows = WORST.map(([what, method, path, body]) => ({ what, method, path, body }));
  test.each(rows)("$what costs two calls, six keys and a page of 25", async ({ method, path, body }) => {
    const { calls: made, status, rcu, wcu } = await send(token(), method, path(), body?.());
    expect(status).toBe(401);
    const batches = made.filter(({ limit }) => limit === undefined);
    const queries = made.filter(({ limit }) => limit !== undefined);
    expect({ batches: batches.length, queries: queries.length <= 1 }).toEqual({ batches: 1, queries: true });
    expect(batches[0]?.keys).toBeLessThanOrEqual(6);
    expect(queries.every(({ limit }) => limit !== undefined && limit <= 25)).toBe(true);
    // 2 of token and org; what is named costs one each, and 12 where it is a user of 48 KB.
    expect(rcu).toBeLessThanOrEqual(30);
    expect(wcu).toBe(0);
  });
});

test("an unknown org costs a stranger no more than 7 RCU, whatever is asked", async () => {
  for (const [, method, path, body] of WORST) {
    expect((await send(newToken(orgIdOf("Nobody00"), randomBytes), method, path(), body?.())).rcu).toBeLessThanOrEqual(
      7,
    );
  }
});

test("the worst requests go to every function that knows tokens, and an unsigned request of the others reads nothing", async () => {
  const functions = new Set(
    WORST.map(([, , path]) => matchRoute(ROUTES, `/scim/v2/x${path().split("?")[0]}`)?.route.function),
  );
  const open = ROUTES.filter(({ auth }) => auth === "none").map((route) => route.function);
  expect(functions).toEqual(new Set(open.filter((name) => name !== "oauth")));
  const signed = [
    ["GET", `/admin/v1/orgs/${org.slug}`],
    ["GET", `/admin/v1/orgs/${org.slug}/data/export`],
    ["GET", `/directory/v1/orgs/${org.slug}/access?userName=p1`],
  ] as const;
  for (const [method, path] of signed) {
    calls.length = 0;
    const answer = await target.transport({ method, target: path, headers: {}, body: undefined });
    expect([answer.status, calls]).toEqual([403, []]);
  }
});

describe("a request for an access token", () => {
  const ask = async (body: string) => {
    calls.length = 0;
    const { status, json } = await askToken(target, org.slug, body);
    return { status, error: at(json, "error"), keys: calls.map(({ keys }) => keys) };
  };
  const form = (secret: string, more = "") =>
    `grant_type=client_credentials&client_id=${org.slug}&client_secret=${secret}${more}`;

  test("with a made-up secret reads two keys", async () => {
    for (const orgId of [realOrg(), orgIdOf("Nobody00")]) {
      const answer = await ask(form(newClientSecret(orgId, randomBytes)));
      expect(answer).toEqual({ status: 401, error: "invalid_client", keys: [2] });
    }
  });

  test("that is longer than 8 KB is refused unread", async () => {
    const answer = await ask(form(newClientSecret(realOrg(), randomBytes), "&a=b".repeat(KB * KB)));
    expect(answer).toEqual({ status: 400, error: "invalid_request", keys: [] });
  });
});

describe("what is longer than 8 KB", () => {
  test("names nobody before the token is verified, and the addressed resource is read all the same", async () => {
    const token = newToken(realOrg(), randomBytes);
    const keysFor = async (filler: number) => {
      const body = patch("add", people.slice(3, 4), { filler: "x".repeat(filler) });
      return (await send(token, "PATCH", `/Groups/${group}`, body)).calls.map(({ keys }) => keys);
    };
    expect(await keysFor(7 * KB)).toEqual([5]);
    expect(await keysFor(8 * KB)).toEqual([3]);
    const byName = (filler: number) =>
      send(token, "GET", `${filtered("/Users", 'userName eq "p1"')}&attributes=${"x".repeat(filler)}`);
    expect((await byName(7 * KB)).calls).toEqual([{ keys: 3, limit: undefined }]);
    expect((await byName(8 * KB)).calls).toEqual([{ keys: 2, limit: undefined }]);
  });

  test.each([
    ["a body", 8 * KB, 1],
    ["a body one byte longer", 8 * KB + 1, 0],
  ])("is not parsed: %s", async (_what, bytes, times) => {
    const event = {
      httpMethod: "POST",
      path: "/scim/v2/acme/Users",
      headers: {},
      body: JSON.stringify("x".repeat(bytes - 2)),
    };
    // Only what a request is read from.
    const opened = openRequest(testEndpoint(localStore()), event as never, lambdaContext("0a1b2c3d"));
    let parsed = 0;
    const exchange = {
      ...opened,
      headers: new Map([["authorization", `Bearer ${newToken(orgIdOf("Nobody00"), randomBytes)}`]]),
      body: () => {
        parsed += 1;
        return opened.body();
      },
    };
    const admission = {
      checksToken: () => "always" as const,
      wanted: (_request: unknown, texts: { body(): unknown } | undefined) => {
        texts?.body();
        return [];
      },
    };
    await expect(authenticate(admission).before({ event: exchange })).rejects.toMatchObject({ status: 401 });
    expect(parsed).toBe(times);
    expect(exchange.store.usage.calls).toBe(1);
  });
});

describe("who has a live token loses nothing by it", () => {
  const cost = async (token: string, op: string, members: readonly string[]) => {
    const { status, rcu, wcu } = await send(token, "PATCH", `/Groups/${group}`, patch(op, members));
    expect(status).toBe(204);
    return { rcu, wcu, trips: Number(lines[0]?.trips) };
  };

  test("a change of one member or two takes two round trips, one of three takes one more", async () => {
    await send(org.token, "GET", "/Schemas");
    for (const n of [1, 2, 3]) {
      const some = people.slice(10, 10 + n);
      // The group; of each member the membership, its place in the index, and its own list.
      const [wcu, trips] = [2 + 5 * n, n > 2 ? 3 : 2];
      expect(await cost(org.token, "add", some)).toEqual({ rcu: 3 + 2 * n, wcu, trips });
      expect(await cost(org.token, "remove", some)).toEqual({ rcu: 3 + n, wcu, trips });
    }
  });

  test("so it does with an access token, whose secret takes a key more", async () => {
    const made = await target.admin("POST", `/orgs/${org.slug}/clients`, { description: "Entra" });
    const secret = String(at(made.json, "clientSecret"));
    const granted = await askToken(target, org.slug, { client_secret: secret });
    const token = String(at(granted.json, "access_token"));
    await send(token, "GET", "/Schemas");
    for (const n of [1, 2]) {
      const some = people.slice(10, 10 + n);
      expect(await cost(token, "add", some)).toMatchObject({ wcu: 2 + 5 * n, trips: 2 });
      expect(await cost(token, "remove", some)).toMatchObject({ wcu: 2 + 5 * n, trips: 2 });
    }
  });

  test("a user is shown with all of 40 groups in two round trips, and with one more in four", async () => {
    const member = people[20] ?? "";
    const groupsShown = async () => {
      const answer = await org.request({ method: "GET", path: `/Users/${member}` });
      return { groups: (at(answer.json, "groups") as unknown[]).length, trips: Number(lines.at(-1)?.trips) };
    };
    const join = (n: number) =>
      created("/Groups", { schemas: [GROUP], displayName: `g${n}`, members: values([member]) });
    for (let n = 0; n < 40; n++) await join(n);
    expect(await groupsShown()).toEqual({ groups: 40, trips: 2 });
    await join(40);
    // The index comes after the user, and so many groups are read in their order.
    expect(await groupsShown()).toEqual({ groups: 41, trips: 4 });
    for (const query of [`filter=id eq "${member}"`, "attributes=userName,groups"]) {
      const { json } = await org.request({ method: "GET", path: `/Users?${query}` });
      const found = (at(json, "Resources") as { id: string; groups: unknown[] }[]).find(({ id }) => id === member);
      expect(found?.groups).toHaveLength(41);
    }
  });
});
