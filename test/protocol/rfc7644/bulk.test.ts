import { expect, test } from "@jest/globals";
import type { Json, JsonObject } from "../../../functions/scim/json.ts";
import { BULK_REQUEST, BULK_RESPONSE, ENTERPRISE_SCHEMA, ERROR, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { inProcessTarget } from "../../support/inProcess.ts";
import { localStore } from "../../support/localStore.ts";
import { testEndpoint } from "../../support/testEndpoint.ts";
import { type Answer, at } from "../../support/wire.ts";
import { expectNothing, get, group, it, made, onMemory, refused, user } from "../onWire.ts";
import { type Client, clientOf, members, patchOf } from "../rows/client.ts";

const UNKNOWN = "u0000000000000000000000";

it("B-1: a message that is none is 400 invalidSyntax; a job that was processed is 200, though every operation failed", async (scim) => {
  for (const body of [
    "{",
    "[]",
    "null",
    {},
    { schemas: [BULK_REQUEST] },
    { Operations: [] },
    { schemas: [USER_SCHEMA], Operations: [] },
    { schemas: [BULK_REQUEST], Operations: {} },
    { schemas: [BULK_REQUEST], Operations: "" },
    { schemas: [BULK_REQUEST], Operations: [], failOnErrors: 0.5 },
    { schemas: [BULK_REQUEST], Operations: [], failOnErrors: "1" },
  ]) {
    const title = JSON.stringify(body);
    await scim.post(title, "/Bulk", body, refused(400, "invalidSyntax"));
  }
  for (const method of ["GET", "PUT", "PATCH", "DELETE"]) {
    const answer = await scim.say(method, { method, path: "/Bulk" }, refused(405));
    scim.expect("allow", "POST", answer.headers.allow);
  }
  await bulk(scim, [{ method: "DELETE", path: `/Users/${UNKNOWN}` }], [{ status: "404" }]);
  await bulk(scim, [], []);
});

it("B-2, B-10: a malformed operation is 400 by itself and the others are carried out", async (scim) => {
  const id = await made(scim, "/Users", user("there"));
  const data = user("x");
  const wrong: Json[] = [
    null,
    "x",
    {},
    { method: "POST", path: "/Users", data },
    { method: "POST", path: "/Users", bulkId: "", data },
    { method: "POST", path: "/Users", bulkId: 1, data },
    { method: "POST", path: "/Users", bulkId: "no-data" },
    { method: "POST", path: "/Users", bulkId: "null-data", data: null },
    { method: "POST", path: "/Users", bulkId: "list", data: [] },
    { method: "POST", path: `/Users/${id}`, bulkId: "with-id", data },
    { method: "POST", bulkId: "no-path", data },
    { path: "/Users", bulkId: "no-method", data },
    { method: "GET", path: `/Users/${id}` },
    { method: "PUT", path: "/Users", data },
    { method: "PUT", path: `/Users/${id}` },
    { method: "PATCH", path: `/Users/${id}` },
    { method: "PATCH", path: `/Users/${id}`, data: {} },
    { method: "DELETE", path: "/Users" },
    { method: "DELETE", path: `/Users/${id}/x` },
    { method: "DELETE", path: `/Users/${id}`, version: 1 },
    { method: "DELETE", path: "" },
    { method: "POST", path: "/Bulk", bulkId: "nested", data: { schemas: [BULK_REQUEST], Operations: [] } },
    { method: "POST", path: "/Me", bulkId: "me", data },
  ];
  const fine = { method: "POST", path: "/Users", bulkId: "fine", data: user("fine") };
  const twice = { method: "POST", path: "/Users", bulkId: "fine", data: user("second") };
  const answer = await bulk(
    scim,
    [...wrong, fine, twice],
    [
      ...wrong.map(
        (): JsonObject => ({
          status: "400",
          response: { scimType: "invalidSyntax", detail: { $matches: "\\(ref:" } },
        }),
      ),
      { status: "201", bulkId: "fine" },
      { status: "400", bulkId: "fine", response: { scimType: "invalidSyntax" } },
    ],
  );
  scim.expect("location of a GET", `${scim.tenant.tenantUrl}/Users/${id}`, at(answer.json, "Operations.12.location"));
  await scim.seen("made", "/Users", { totalResults: 2, Resources: { $contains: [{ userName: "fine" }] } });
});

it("B-3: an answer repeats method and bulkId, tells location and version, and has a response only for a failure", async (scim) => {
  const one = await made(scim, "/Users", user("one"));
  const two = await made(scim, "/Users", user("two"));
  const team = await made(scim, "/Groups", group("team"));
  const base = scim.tenant.tenantUrl;
  const answer = await bulk(
    scim,
    [
      { method: "POST", path: "/Users", bulkId: "a", data: user("three") },
      { method: "put", Path: `/Users/${one}`, BULKID: "b", data: user("one", { title: "t" }) },
      { method: "PATCH", path: `/Users/${two}`, data: patchOf({ op: "replace", path: "title", value: "u" }) },
      {
        method: "PATCH",
        path: `/Groups/${team}`,
        data: patchOf({ op: "add", path: "members", value: [{ value: one }] }),
      },
      { method: "DELETE", path: `/Users/${two}` },
      { method: "POST", path: "/Users", bulkId: "c", data: user("ONE") },
      { method: "PATCH", path: `/Users/${UNKNOWN}`, data: patchOf({ op: "replace", path: "title", value: "u" }) },
    ],
    [
      { method: "POST", bulkId: "a", status: "201", version: 'W/"1"', location: { $matches: `^${base}/Users/u` } },
      { method: "PUT", bulkId: "b", status: "200", version: 'W/"2"', location: `${base}/Users/${one}` },
      { method: "PATCH", bulkId: "$absent", status: "200", version: 'W/"2"', location: `${base}/Users/${two}` },
      { method: "PATCH", status: "200", version: 'W/"2"', location: `${base}/Groups/${team}` },
      { method: "DELETE", status: "204", version: "$absent", location: `${base}/Users/${two}` },
      {
        method: "POST",
        bulkId: "c",
        status: "409",
        location: "$absent",
        version: "$absent",
        response: {
          schemas: [ERROR],
          status: "409",
          scimType: "uniqueness",
          detail: { $matches: "userName.*\\(ref: " },
        },
      },
      { status: "404", location: `${base}/Users/${UNKNOWN}`, response: { status: "404", scimType: "$absent" } },
    ],
  );
  for (const index of [0, 1, 2, 3, 4])
    scim.expect("no response", "$absent", at(answer.json, `Operations.${index}.response`));
  const location = String(at(answer.json, "Operations.0.location"));
  await scim.seen("at its location", location.slice(base.length), { userName: "three", meta: { location } });
  await scim.seen("replaced", `/Users/${one}`, { title: "t", groups: members(team) });
});

it("B-4: without failOnErrors everything is tried; with it the work ends at that many failures", async (scim) => {
  const operations = (name: string) => [
    { method: "DELETE", path: `/Users/${UNKNOWN}` },
    { method: "POST", path: "/Users", bulkId: "1", data: user(`${name}1`) },
    { method: "GET", path: "/Users" },
    { method: "POST", path: "/Users", bulkId: "2", data: user(`${name}2`) },
  ];
  const all = [{ status: "404" }, { status: "201" }, { status: "400" }, { status: "201" }];
  await bulk(scim, operations("a"), all);
  await bulk(scim, operations("b"), all.slice(0, 1), { failOnErrors: 1 });
  await bulk(scim, operations("c"), all.slice(0, 3), { failOnErrors: 2 });
  await bulk(scim, operations("d"), all, { failOnErrors: 3 });
  await bulk(scim, operations("e"), all, { failOnErrors: 0 });
  await bulk(scim, operations("f"), all, { failOnErrors: -1 });
  await scim.seen("made", "/Users?filter=userName%20sw%20%22c%22", { totalResults: 1 });
  await scim.seen("not made", "/Users?filter=userName%20sw%20%22b%22", { totalResults: 0 });
});

it("B-4, B-7: what waits for an operation that is never reached fails and leaves nothing behind", async (scim) => {
  const answers = [{ status: "409", bulkId: "g" }, { status: "400" }];
  await bulk(
    scim,
    [
      { method: "POST", path: "/Groups", bulkId: "g", data: group("g", { members: [{ value: "bulkId:u" }] }) },
      { method: "GET", path: "/Users" },
      { method: "POST", path: "/Users", bulkId: "u", data: user("u") },
    ],
    answers,
    { failOnErrors: 1 },
  );
  await scim.seen("no group", "/Groups", { totalResults: 0 });
  await scim.seen("no user", "/Users", { totalResults: 0 });
});

const ALICE = { method: "POST", path: "/Users", bulkId: "qwerty", data: user("Alice") };
const TOUR_GUIDES = {
  method: "POST",
  path: "/Groups",
  bulkId: "ytrewq",
  data: group("Tour Guides", { members: [{ type: "User", value: "bulkId:qwerty" }] }),
};

test.each([
  ["the user first, as in RFC 7644 section 3.7.2", [ALICE, TOUR_GUIDES]],
  ["the group first", [TOUR_GUIDES, ALICE]],
])("B-5: a bulkId in members becomes the id: %s", async (_title, operations) => {
  const scim = await clientOf(onMemory, { preset: "rfc" });
  const answer = await bulk(scim, operations, [{ status: "201" }, { status: "201" }]);
  const ids = idsOf(scim, answer);
  await scim.seen("member", `/Groups/${ids.get("ytrewq")}`, { members: members(String(ids.get("qwerty"))) });
  const version = at((await get(scim, `/Groups/${ids.get("ytrewq")}`)).json, "meta.version") ?? null;
  const told = operations.indexOf(TOUR_GUIDES);
  scim.expect("the version told is the one it ended with", version, at(answer.json, `Operations.${told}.version`));
  expectNothing(scim);
});

it("B-5: a bulkId is resolved wherever it refers: manager, $ref, the path, the path and the value of a PATCH", async (scim) => {
  const old = await made(scim, "/Users", user("old"));
  const team = await made(scim, "/Groups", group("team", { members: [{ value: old }] }));
  const answer = await bulk(
    scim,
    [
      { method: "PATCH", path: "/Users/bulkId:late", data: patchOf({ op: "add", path: "title", value: "first" }) },
      {
        method: "PATCH",
        path: "/Users/bulkId:late",
        data: patchOf({ op: "replace", path: "title", value: "second" }),
      },
      {
        method: "POST",
        path: "/Users",
        bulkId: "early",
        data: user("early", {
          schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA],
          [ENTERPRISE_SCHEMA]: { employeeNumber: "1", manager: { value: "bulkId:late" } },
        }),
      },
      {
        method: "PUT",
        path: `/Groups/${team}`,
        data: group("team", { members: [{ $ref: "../Users/bulkId:late" }] }),
      },
      { method: "POST", path: "/Users", bulkId: "late", data: user("late", { displayName: "bulkId:early" }) },
      {
        method: "PATCH",
        path: `/Groups/${team}`,
        data: patchOf(
          { op: "add", path: "members", value: [{ value: "bulkId:early" }] },
          { op: "remove", path: 'members[value eq "bulkId:late"]' },
        ),
      },
      {
        method: "PATCH",
        path: `/Users/${old}`,
        data: patchOf({ op: "add", path: `${ENTERPRISE_SCHEMA}:manager`, value: "bulkId:early" }),
      },
      {
        method: "PATCH",
        path: `/Users/${old}`,
        data: patchOf(
          { op: "add", path: "displayName", value: "bulkId:early" },
          { op: "add", path: "roles", value: [{ value: "bulkId:early", type: "aide" }, { value: "kept" }] },
          {
            op: "replace",
            path: 'roles[type eq "aide"]',
            value: { value: "bulkId:early", display: "bulkId:early" },
          },
        ),
      },
      { method: "DELETE", path: "/Users/bulkId:gone" },
      { method: "POST", path: "/Users", bulkId: "gone", data: user("gone") },
    ],
    ["200", "200", "201", "200", "201", "200", "200", "200", "204", "201"].map((status) => ({ status })),
  );
  const ids = idsOf(scim, answer);
  const early = String(ids.get("early"));
  const late = String(ids.get("late"));
  await scim.seen("in order", `/Users/${late}`, { title: "second", displayName: "bulkId:early" });
  await scim.seen("manager", `/Users/${early}`, {
    [ENTERPRISE_SCHEMA]: { employeeNumber: "1", manager: { value: late } },
  });
  await scim.seen("members", `/Groups/${team}`, { members: members(early) });
  await scim.seen("manager by PATCH", `/Users/${old}`, {
    displayName: "bulkId:early",
    roles: [{ value: early, display: "bulkId:early" }, { value: "kept" }],
    [ENTERPRISE_SCHEMA]: { manager: { value: early } },
  });
  await scim.seen("deleted again", "/Users?filter=userName%20eq%20%22gone%22", { totalResults: 0 });
});

it("B-6: circular references are resolved, also to itself", async (scim) => {
  const answer = await bulk(
    scim,
    [
      {
        method: "POST",
        path: "/Groups",
        bulkId: "a",
        data: group("A", { members: [{ type: "Group", value: "bulkId:b" }] }),
      },
      {
        method: "POST",
        path: "/Groups",
        bulkId: "b",
        data: group("B", { members: [{ type: "Group", value: "bulkId:a" }] }),
      },
      {
        method: "POST",
        path: "/Users",
        bulkId: "boss",
        data: user("boss", { [ENTERPRISE_SCHEMA]: { manager: { value: "bulkId:boss" } } }),
      },
    ],
    [{ status: "201" }, { status: "201" }, { status: "201" }],
  );
  const ids = idsOf(scim, answer);
  const [a = "", b = "", boss = ""] = [ids.get("a"), ids.get("b"), ids.get("boss")];
  await scim.seen("A has B", `/Groups/${a}`, { members: members(b) });
  await scim.seen("B has A", `/Groups/${b}`, { members: members(a) });
  await scim.seen("boss", `/Users/${boss}`, { [ENTERPRISE_SCHEMA]: { manager: { value: boss } } });
});

it("B-7: a reference to what nothing makes is 409, through others too, and nothing of it stays", async (scim) => {
  await made(scim, "/Users", user("taken"));
  const team = await made(scim, "/Groups", group("team"));
  const conflict = { status: "409", response: { scimType: "$absent", detail: { $matches: "bulkId" } } };
  const of = (bulkId: string, other: string) => ({
    method: "POST",
    path: "/Groups",
    bulkId,
    data: group(bulkId, { members: [{ value: `bulkId:${other}` }] }),
  });
  await bulk(
    scim,
    [
      of("g1", "nobody"),
      of("g2", "g1"),
      of("g3", "clash"),
      of("g4", "g3"),
      { method: "PUT", path: `/Groups/${team}`, data: group("team", { members: [{ value: "bulkId:clash" }] }) },
      {
        method: "PATCH",
        path: `/Groups/${team}`,
        data: patchOf({ op: "add", path: "members", value: "bulkId:clash" }),
      },
      { method: "POST", path: "/Users", bulkId: "clash", data: user("taken") },
      of("g5", "clash"),
      { method: "DELETE", path: "/Groups/bulkId:g5" },
      of("g6", "malformed"),
      { method: "POST", path: "/Users", bulkId: "malformed" },
    ],
    [
      conflict,
      conflict,
      conflict,
      conflict,
      conflict,
      conflict,
      { status: "409", response: { scimType: "uniqueness" } },
      conflict,
      conflict,
      conflict,
      { status: "400" },
    ],
  );
  await scim.seen("only what was there", "/Groups", { totalResults: 1, Resources: [{ members: "$empty" }] });
  await bulk(
    scim,
    [{ method: "PUT", path: `/Groups/${team}`, data: group("team", { members: [{ value: UNKNOWN }] }) }],
    [{ status: "400", response: { scimType: "invalidValue" } }],
  );
});

it("B-8: beyond its limits a bulk request is 413 naming the limit, and nothing is done", async (scim) => {
  const one = (index: number) => ({ method: "POST", path: "/Users", bulkId: `${index}`, data: user(`u${index}`) });
  const many = Array.from({ length: 1_001 }, (_none, index) => one(index));
  const request = (Operations: Json, own: JsonObject = {}) => ({
    method: "POST",
    path: "/Bulk",
    body: { schemas: [BULK_REQUEST], Operations, ...own },
  });
  await scim.say("operations", request(many), refused(413, undefined, "maxOperations \\(1000\\)"));
  const large = request([one(1)], { padding: "é".repeat(524_288) });
  await scim.say("bytes", large, refused(413, undefined, "maxPayloadSize \\(1048576\\)"));
  await scim.seen("nothing", "/Users", { totalResults: 0 });
  const all = await scim.say("as many as can be", request(many.slice(1)), { status: 200 });
  scim.expect("all of them", { $length: 1_000 }, at(all.json, "Operations"));
  await scim.seen("everybody", "/Users?count=0", { totalResults: 1_000 });
});

it("B-2: query parameters in a path change nothing, as in an address, and hide no resource behind a 404", async (scim) => {
  const id = await made(scim, "/Users", user("eve"));
  await bulk(
    scim,
    [
      {
        method: "PATCH",
        path: `/Users/${id}?attributes=id`,
        data: patchOf({ op: "replace", path: "title", value: "t" }),
      },
      { method: "POST", path: "/Users?", bulkId: "who?", data: user("ada") },
      { method: "PATCH", path: "/Users/bulkId:who?", data: patchOf({ op: "replace", path: "title", value: "a" }) },
      { method: "DELETE", path: `/Users/${id}/?x=1/2` },
    ],
    [{ status: "200" }, { status: "201" }, { status: "200" }, { status: "204" }],
  );
  await scim.get("gone", `/Users/${id}`, refused(404));
});

it("B-2, H-5: a path may be percent-encoded, as an address may", async (scim) => {
  const id = await made(scim, "/Users", user("eve"));
  const title = (value: string) => patchOf({ op: "replace", path: "title", value });
  const encoded = `%${id.charCodeAt(0).toString(16)}${id.slice(1)}`;
  await bulk(
    scim,
    [
      { method: "PATCH", path: `/%55sers/${encoded}`, data: title("t") },
      { method: "POST", path: "/Users", bulkId: "a b", data: user("ada") },
      { method: "PATCH", path: `/Users/${encodeURIComponent("bulkId:a b")}`, data: title("a") },
      { method: "POST", path: "/Users", bulkId: "50%41", data: user("bob") },
      { method: "PATCH", path: "/Users/bulkId:50%41", data: title("b") },
      { method: "DELETE", path: `/Users%2F${id}` },
      { method: "DELETE", path: "/Users/100%" },
      { method: "DELETE", path: `/Users/${encoded}` },
    ],
    ["200", "201", "200", "201", "200", "400", "404", "204"].map((status) => ({ status })),
  );
  await scim.get("gone", `/Users/${id}`, refused(404));
});

it("B-9: the version of an operation is its If-Match", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  const title = (value: string) => patchOf({ op: "replace", path: "title", value });
  await bulk(
    scim,
    [
      { method: "PATCH", path: `/Users/${id}`, version: 'W/"1"', data: title("one") },
      { method: "PATCH", path: `/Users/${id}`, version: 'W/"1"', data: title("two") },
      { method: "PUT", path: `/Users/${id}`, version: 'W/"7"', data: user("a") },
      { method: "DELETE", path: `/Users/${id}`, version: "1" },
      { method: "DELETE", path: `/Users/${UNKNOWN}`, version: 'W/"1"' },
      { method: "PATCH", path: `/Users/${id}`, version: '"2"', data: title("three") },
    ],
    ["200", "412", "412", "412", "404", "200"].map((status) => ({ status })),
  );
  await scim.seen("what held", `/Users/${id}`, { title: "three", meta: { version: 'W/"3"' } });
});

it("B-11: operations are carried out in their order", async (scim) => {
  const id = await made(scim, "/Users", user("name"));
  await bulk(
    scim,
    [
      { method: "POST", path: "/Users", bulkId: "1", data: user("name") },
      { method: "DELETE", path: `/Users/${id}` },
      { method: "POST", path: "/Users", bulkId: "2", data: user("name") },
      { method: "POST", path: "/Groups", bulkId: "g", data: group("g", { members: [{ value: "bulkId:3" }] }) },
      { method: "POST", path: "/Groups", bulkId: "h", data: group("g") },
      { method: "POST", path: "/Users", bulkId: "3", data: user("other") },
    ],
    ["409", "204", "201", "201", "409", "201"].map((status) => ({ status })),
  );
  await scim.seen("one group", "/Groups", { totalResults: 1, Resources: [{ members: { $length: 1 } }] });
});

test("MT-2: a bulk request reaches nothing of another organization", async () => {
  const target = inProcessTarget("memory", testEndpoint(localStore()), 1);
  const [mine, other] = [await clientOf(target, { preset: "rfc" }), await clientOf(target, { preset: "rfc" })];
  const id = await made(other, "/Users", user("other"));
  await bulk(
    mine,
    [
      { method: "PATCH", path: `/Users/${id}`, data: patchOf({ op: "add", path: "title", value: "t" }) },
      { method: "DELETE", path: `/Users/${id}` },
      { method: "POST", path: "/Groups", bulkId: "g", data: group("g", { members: [{ value: id }] }) },
    ],
    [{ status: "404" }, { status: "404" }, { status: "400", response: { scimType: "invalidValue" } }],
  );
  await other.seen("untouched", `/Users/${id}`, { title: "$absent" });
  const foreign = {
    method: "POST",
    path: "/Bulk",
    headers: { Authorization: `Bearer ${mine.tenant.token}` },
    body: "{",
  };
  await other.say("the token of another", foreign, refused(401));
  expectNothing(mine);
  expectNothing(other);
});

test("B-1: operations that the time did not reach answer 503 and can be sent again; none is dropped", async () => {
  let passed = 0;
  const plain = testEndpoint(localStore());
  // Whatever needs randomness takes four seconds: a few of the operations fit into the time of a request.
  const slow = {
    now: () => Date.now() + passed,
    randomBytes: (length: number) => {
      passed += 4_000;
      return plain.randomBytes(length);
    },
  };
  const scim = await clientOf(inProcessTarget("memory", { ...plain, ...slow }, 1), { preset: "rfc" });
  const names = Array.from({ length: 12 }, (_none, index) => `u${index}`);
  const operations = [
    ...names.map((name) => ({ method: "POST", path: "/Users", bulkId: name, data: user(name) })),
    { method: "PATCH", path: "/Users/bulkId:u11", data: patchOf({ op: "add", path: "title", value: "t" }) },
  ];
  const body = { schemas: [BULK_REQUEST], Operations: operations };
  const answer = await scim.post("bulk", "/Bulk", body, { status: 200 });
  const answers = at(answer.json, "Operations");
  const statuses = (Array.isArray(answers) ? answers : []).map((one) => at(one, "status"));
  const done = statuses.filter((status) => status === "201").length;
  expect(done).toBeGreaterThan(0);
  expect(statuses).toEqual(operations.map((_operation, index) => (index < done ? "201" : "503")));
  scim.expect("says so", { $matches: "send the operation again" }, at(answer.json, "Operations.12.response.detail"));
  await scim.seen("as many were made", "/Users", { totalResults: done });
  expectNothing(scim);
});

test("a bulk request leaves one log line: how many operations ended how, and no value", async () => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const scim = await clientOf(
    inProcessTarget(
      "memory",
      testEndpoint(localStore(), (line) => lines.push(line)),
      1,
    ),
    {
      preset: "rfc",
    },
  );
  lines.length = 0;
  await bulk(
    scim,
    [
      { method: "POST", path: "/Users", bulkId: "Zq7xJBulk", data: user("Zq7xJName") },
      { method: "POST", path: "/Users", bulkId: "Zq7xJTwo", data: user("Zq7xJName") },
      { method: "Zq7xJMethod", path: "/Zq7xJPath" },
    ],
    [{ status: "201" }, { status: "409" }, { status: "400" }],
  );
  expect(lines).toMatchObject([
    { op: "bulk.run", status: 200, statuses: { "201": 1, "409": 1, "400": 1 }, operationsRefused: 2 },
  ]);
  expect(JSON.stringify(lines)).not.toContain("Zq7xJ");
  expectNothing(scim);
});

/** Sends the operations and compares their answers. */
async function bulk(
  scim: Client,
  operations: readonly unknown[],
  answers: readonly unknown[],
  own: JsonObject = {},
): Promise<Answer> {
  const body = { schemas: [BULK_REQUEST], Operations: operations, ...own };
  // Written as JSON: what is undefined in a union of literals is not there.
  const json: JsonObject = { schemas: [BULK_RESPONSE], Operations: JSON.parse(JSON.stringify(answers)) };
  return scim.post("bulk", "/Bulk", body, { status: 200, json });
}

/** The ids of what was made, by bulkId, as their locations tell. */
function idsOf(scim: Client, answer: Answer): Map<string, string> {
  const operations = at(answer.json, "Operations");
  const ids = new Map<string, string>();
  for (const operation of Array.isArray(operations) ? operations : []) {
    const location = String(at(operation, "location"));
    if (!location.startsWith(scim.tenant.tenantUrl)) scim.note("location", location);
    ids.set(String(at(operation, "bulkId")), location.slice(location.lastIndexOf("/") + 1));
  }
  return ids;
}
