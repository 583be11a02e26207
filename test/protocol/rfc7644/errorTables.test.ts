import { test } from "@jest/globals";
import { BULK_MAX_OPERATIONS, BULK_MAX_PAYLOAD_SIZE } from "../../../functions/scim/bulk/bulk.ts";
import type { JsonObject } from "../../../functions/scim/json.ts";
import { CURSOR_TIMEOUT } from "../../../functions/scim/query.ts";
import { BULK_REQUEST, SEARCH_REQUEST } from "../../../functions/scim/schema.ts";
import { inProcessTarget } from "../../support/inProcess.ts";
import { localStore } from "../../support/localStore.ts";
import { testEndpoint } from "../../support/testEndpoint.ts";
import { at, type WireRequest } from "../../support/wire.ts";
import { expectNothing, filtered, get, group, made, refused, user } from "../onWire.ts";
import { type Client, clientOf, patchOf } from "../rows/client.ts";

/** A conversation whose clock can be set forward, with two users and a group; userName cannot be changed. */
async function setup() {
  const clock = { later: 0, stepMs: 0 };
  const now = () => {
    clock.later += clock.stepMs;
    return Date.now() + clock.later;
  };
  const endpoint = { ...testEndpoint(localStore()), now };
  const scim = await clientOf(inProcessTarget("memory", endpoint, 1), {
    preset: "rfc",
    changed: { userNameMutability: "immutable" },
  });
  const userPath = `/Users/${await made(scim, "/Users", user("a", { emails: [{ type: "work", value: "a@x" }] }))}`;
  await made(scim, "/Users", user("b"));
  const groupPath = `/Groups/${await made(scim, "/Groups", group("g"))}`;
  await made(scim, "/Groups", group("h"));
  return { scim, clock, userPath, groupPath };
}

/** All there is, versions included. */
async function everything(scim: Client): Promise<string> {
  const users = await get(scim, "/Users?count=200");
  const groups = await get(scim, "/Groups?count=200");
  return users.text + groups.text;
}

/** Expects each request to be refused so, and to have changed nothing. */
async function refuses(scim: Client, cases: readonly (readonly [number, string | undefined, WireRequest])[]) {
  for (const [status, scimType, request] of cases) {
    const before = await everything(scim);
    const title = `${request.method} ${request.path} ${JSON.stringify(request.body ?? null)}`.slice(0, 200);
    await scim.say(title, request, refused(status, scimType));
    if ((await everything(scim)) !== before) scim.note(title, "changed something");
  }
}

function search(endpoint: string, question: JsonObject): WireRequest {
  return { method: "POST", path: `${endpoint}/.search`, body: { schemas: [SEARCH_REQUEST], ...question } };
}

test("E-2: every scimType of Table 9 is answered where the table says it applies, and changes nothing", async () => {
  const { scim, clock, userPath, groupPath } = await setup();
  const patch = (path: string, ...operations: readonly JsonObject[]): WireRequest => ({
    method: "PATCH",
    path,
    body: patchOf(...operations),
  });
  const put = (path: string, body: unknown): WireRequest => ({ method: "PUT", path, body });
  const post = (path: string, body: unknown): WireRequest => ({ method: "POST", path, body });
  const list = (path: string): WireRequest => ({ method: "GET", path });
  await refuses(scim, [
    // Filters of GET, of POST to /.search, and inside the path of a PATCH.
    ...["/Users", "/Groups", ""].flatMap((endpoint) => [
      [400, "invalidFilter", list(`${endpoint}?${filtered("userName regex 1")}`)] as const,
      [400, "invalidFilter", search(endpoint, { filter: "displayName eq" })] as const,
      [400, "invalidValue", list(`${endpoint}?count=x`)] as const,
      [400, "invalidValue", search(endpoint, { startIndex: "one" })] as const,
      [400, "invalidSyntax", post(`${endpoint}/.search`, { filter: "id pr" })] as const,
    ]),
    [400, "invalidFilter", patch(userPath, { op: "remove", path: "emails[type regex 1]" })],
    [409, "uniqueness", post("/Users", user("B"))],
    [409, "uniqueness", post("/Groups", group("G"))],
    [409, "uniqueness", put(groupPath, group("H"))],
    [409, "uniqueness", patch(groupPath, { op: "replace", path: "displayName", value: "h" })],
    [400, "mutability", put(userPath, user("c"))],
    [400, "mutability", patch(userPath, { op: "replace", path: "userName", value: "c" })],
    [400, "mutability", patch(userPath, { op: "replace", path: "id", value: "c" })],
    [400, "mutability", patch(groupPath, { op: "remove", path: "displayName" })],
    ...["/Users", "/Groups", "/Bulk"].map((path) => [400, "invalidSyntax", post(path, "{")] as const),
    ...["/Users", "/Groups", "/Bulk"].map((path) => [400, "invalidSyntax", post(path, { schemas: ["x"] })] as const),
    [400, "invalidSyntax", put(userPath, "[]")],
    [400, "invalidSyntax", put(groupPath, { displayName: "x" })],
    [400, "invalidSyntax", put(userPath, { ...user("a"), schemas: [] })],
    [400, "invalidSyntax", { method: "PATCH", path: userPath, body: "x" }],
    [400, "invalidPath", patch(userPath, { op: "add", path: "nothing", value: 1 })],
    [400, "invalidPath", patch(userPath, { op: "add", path: "name..givenName", value: "x" })],
    [400, "invalidPath", patch(groupPath, { op: "add", path: "emails", value: "x" })],
    [400, "noTarget", patch(userPath, { op: "remove" })],
    [400, "noTarget", patch(groupPath, { op: "remove" })],
    [400, "noTarget", patch(userPath, { op: "replace", path: 'emails[type eq "home"].value', value: "x" })],
    [400, "invalidValue", post("/Users", user("c", { active: "x" }))],
    [400, "invalidValue", post("/Groups", group(""))],
    [400, "invalidValue", put(userPath, user("a", { active: 1 }))],
    [400, "invalidValue", patch(userPath, { op: "add", path: "active", value: "x" })],
    [400, "invalidValue", patch(userPath, { op: "add", path: "title" })],
    [403, "sensitive", list("/Users?filter=password%20pr")],
    [403, "sensitive", list('/Users?filter=password eq "secret"')],
  ]);
  for (const [endpoint, filter] of [
    ["/Users", 'title co "x"'],
    ["/Groups", 'displayName co "x"'],
    ["", "displayName pr"],
  ] as const) {
    clock.stepMs = 20_000;
    const path = `${endpoint}?${filtered(filter)}`;
    await scim.say(`too many: ${endpoint}`, list(path), refused(400, "tooMany"));
    await scim.say(`too many by POST: ${endpoint}`, search(endpoint, { filter }), refused(400, "tooMany"));
    clock.stepMs = 0;
  }
  expectNothing(scim);
});

test("E-2, H-2: another version is 400 invalidVers with every method", async () => {
  const { scim } = await setup();
  const before = await everything(scim);
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
    const { status, json } = await scim.target.transport({
      method,
      target: `/scim/v1/${scim.tenant.slug}/Users`,
      headers: { Authorization: `Bearer ${scim.tenant.token}` },
      body: method === "GET" ? undefined : "{}",
    });
    scim.expect(method, { status: "400", scimType: "invalidVers" }, json);
    scim.expect(method, 400, status);
  }
  scim.expect("unchanged", before, await everything(scim));
  expectNothing(scim);
});

test("N-5, E-2: the errors of Table 3 of RFC 9865 are answered at every endpoint, by GET and by POST", async () => {
  for (const endpoint of ["/Users", "/Groups", ""]) {
    const { scim, clock } = await setup();
    const cursor = String(at((await get(scim, `${endpoint}?cursor&count=1`)).json, "nextCursor"));
    const both = (scimType: string, given: string, count: number): [number, string, WireRequest][] => [
      [400, scimType, { method: "GET", path: `${endpoint}?cursor=${given}&count=${count}` }],
      [400, scimType, search(endpoint, { cursor: given, count })],
    ];
    await refuses(scim, [
      ...both("invalidCursor", "VZUTiyhEQJ94IR", 1),
      ...both("invalidCursor", `${cursor}A`, 1),
      ...both("invalidCount", cursor, 2),
      [400, "invalidCount", { method: "GET", path: `${endpoint}?cursor&count=x` }],
    ]);
    clock.later = (CURSOR_TIMEOUT + 1) * 1_000;
    await refuses(scim, both("expiredCursor", cursor, 1));
    expectNothing(scim);
  }
});

test("B-8, F-21, SEC-6: what is beyond a limit is refused as documented, and nothing of it is written", async () => {
  const { scim, userPath, groupPath } = await setup();
  const many = (count: number, one: (index: number) => JsonObject) =>
    Array.from({ length: count }, (_none, n) => one(n));
  const bulk = (operations: readonly JsonObject[]): WireRequest => ({
    method: "POST",
    path: "/Bulk",
    body: { schemas: [BULK_REQUEST], Operations: [...operations] },
  });
  const create = (n: number, own: JsonObject = {}): JsonObject => ({
    method: "POST",
    path: "/Users",
    bulkId: `b${n}`,
    data: user(`bulk${n}`, own),
  });
  const patch = (path: string, ...operations: readonly JsonObject[]): WireRequest => ({
    method: "PATCH",
    path,
    body: patchOf(...operations),
  });
  const terms = (count: number) =>
    many(count, () => ({}))
      .map(() => "title pr")
      .join(" or ");
  const deep = (levels: number) => `${"(".repeat(levels)}title pr${")".repeat(levels)}`;
  const title = { op: "add", path: "title", value: "x" };
  await refuses(scim, [
    [400, "invalidFilter", search("/Users", { filter: `title eq "${"x".repeat(4090)}"` })],
    [400, "invalidFilter", search("/Users", { filter: terms(51) })],
    [400, "invalidFilter", search("", { filter: deep(21) })],
    [
      400,
      "invalidFilter",
      patch(userPath, title, { op: "remove", path: `emails[${"(".repeat(21)}type pr${")".repeat(21)}]` }),
    ],
    [400, "invalidFilter", patch(userPath, title, { op: "remove", path: `emails[value eq "${"x".repeat(4090)}"]` })],
    [400, "invalidPath", patch(userPath, title, { op: "add", path: "x".repeat(5_000), value: "x" })],
    [400, "invalidValue", search("/Users", { attributes: many(1_000, () => ({})).map(() => "userName,x") })],
    [400, "invalidCursor", { method: "GET", path: `/Users?cursor=${"A".repeat(5_000)}&count=1` }],
    [413, undefined, patch(userPath, ...many(10_001, () => title))],
    [
      400,
      "invalidValue",
      patch(userPath, title, { op: "add", path: "emails", value: many(51, (n) => ({ value: `${n}@x` })) }),
    ],
    [400, "invalidValue", patch(userPath, { ...title, value: "x".repeat(50_000) })],
    [400, "invalidValue", { method: "POST", path: "/Users", body: user("x".repeat(901)) }],
    [400, "invalidValue", { method: "PUT", path: groupPath, body: group("x".repeat(257)) }],
    [413, undefined, bulk(many(BULK_MAX_OPERATIONS + 1, create))],
    [413, undefined, bulk([create(1), create(2, { title: "x".repeat(BULK_MAX_PAYLOAD_SIZE) })])],
  ]);
  // One less than too much is not refused.
  await scim.say("terms", search("/Users", { filter: terms(50) }), { status: 200 });
  await scim.say("depth", search("/Users", { filter: deep(20) }), { status: 200 });
  expectNothing(scim);
});
