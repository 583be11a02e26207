import { expect, test } from "@jest/globals";
import type { Json } from "../../../functions/scim/json.ts";
import { BULK_REQUEST } from "../../../functions/scim/schema.ts";
import { inProcessTarget } from "../../support/inProcess.ts";
import { localStore } from "../../support/localStore.ts";
import { testEndpoint } from "../../support/testEndpoint.ts";
import { expectNothing, get, group, it, made, refused, selects, user } from "../onWire.ts";
import { clientOf, patchOf } from "../rows/client.ts";

const PROTOTYPE = [
  "__proto__",
  "constructor",
  "prototype",
  "hasOwnProperty",
  "toString",
  "valueOf",
  "__defineGetter__",
];

it("SEC-2: a revoked token is refused from the next request on", async (scim) => {
  await get(scim, "/Users");
  const made = await scim.admin("a second one", "POST", "/tokens/regenerate", { description: "new" }, { status: 201 });
  await scim.get("the old one", "/Users", refused(401));
  const token = String(Object(made.json).secretToken);
  await scim.say(
    "the new one",
    { method: "GET", path: "/Users", headers: { Authorization: `Bearer ${token}` } },
    { status: 200 },
  );
});

test("SEC-2: a token is refused from the moment it expires, on every path, and the others are not", async () => {
  let now = Date.now();
  const target = inProcessTarget("memory", { ...testEndpoint(localStore()), now: () => now }, 1);
  const scim = await clientOf(target, { preset: "rfc" });
  const made = await scim.admin(
    "short",
    "POST",
    "/tokens",
    { description: "short", expiresInDays: 30 },
    { status: 201 },
  );
  const headers = { Authorization: `Bearer ${String(Object(made.json).secretToken)}` };
  const expires = Date.parse(String(Object(made.json).expiresAt ?? Object(Object(made.json).token).expiresAt));
  now = expires - 1;
  await scim.say("the last millisecond", { method: "GET", path: "/Users", headers }, { status: 200 });
  now = expires;
  for (const path of ["/Users", "/Groups", "/Schemas", "/Bulk", "/.search", "/nothing"]) {
    await scim.say(path, { method: "POST", path, headers, body: user("a") }, refused(401));
  }
  await scim.seen("another token", "/Users", { totalResults: 0 });
  expectNothing(scim);
});

it("SEC-2: tokens that differ from a live one in anything are refused", async (scim) => {
  const { token } = scim.tenant;
  const other = (text: string) => (text === "A" ? "B" : "A");
  const wrong = [
    token.slice(0, -1),
    `${token}A`,
    token.toUpperCase(),
    token.toLowerCase(),
    token.replace("rollcall", "rollcal1"),
    token.slice(0, 30) + other(token.charAt(30)) + token.slice(31),
    token.slice(0, -1) + other(token.slice(-1)),
    `${token} ${token}`,
    `${token},${token}`,
    `"${token}"`,
    token.replaceAll("_", "-"),
  ];
  for (const one of wrong.filter((text) => text !== token)) {
    await scim.say(one, { method: "GET", path: "/Users", headers: { Authorization: `Bearer ${one}` } }, refused(401));
  }
});

it("SEC-3, E-3: a valid token whose org may not use SCIM now is 403 with the reason, on every path, and changes nothing", async (scim) => {
  const path = `/Users/${await made(scim, "/Users", user("a"))}`;
  await scim.admin("not entitled", "PATCH", "", { entitled: false }, { status: 200 });
  const requests = [
    ["GET", path],
    ["DELETE", path],
    ["POST", "/Users"],
    ["GET", "/Schemas"],
    ["GET", "/nothing"],
    ["PUT", "/Users"],
  ] as const;
  for (const [method, target] of requests) {
    const body = method === "POST" ? user("b") : undefined;
    await scim.say(`${method} ${target}`, { method, path: target, body }, refused(403, undefined, "plan"));
  }
  await scim.admin("entitled again", "PATCH", "", { entitled: true }, { status: 200 });
  await scim.seen("nothing was lost or made", "/Users", { totalResults: 1, Resources: [{ userName: "a" }] });
});

it("SEC-6: names that mean something to JavaScript are names that nobody knows", async (scim) => {
  const path = `/Users/${await made(scim, "/Users", user("a"))}`;
  const gpath = `/Groups/${await made(scim, "/Groups", group("g"))}`;
  for (const name of PROTOTYPE) {
    const odd = `{"${name}":{"polluted":true,"userName":"p","op":"remove"}}`;
    const body = `${JSON.stringify(user(`u-${name}`)).slice(0, -1)},${odd.slice(1, -1)},"name":${odd},"emails":[${odd}],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":${odd}}`;
    await scim.post(`POST ${name}`, "/Users", body, {
      status: 201,
      json: { userName: `u-${name}`, name: "$absent", emails: "$absent" },
    });
    await scim.put(`PUT ${name}`, path, body.replace(`u-${name}`, "a"), { status: 200, json: { userName: "a" } });
    const patch = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],${odd.slice(1, -1)},"Operations":[{"op":"add","value":${odd}}]}`;
    await scim.say(`PATCH ${name}`, { method: "PATCH", path, body: patch }, { status: 200, json: { userName: "a" } });
    await scim.say(`PATCH ${name}`, { method: "PATCH", path: gpath, body: patch }, { status: 200 });
    await scim.patch(
      `path ${name}`,
      path,
      [{ op: "add", path: name.replace(/^__/, ""), value: "x" }],
      refused(400, "invalidPath"),
    );
    await scim.say(`message ${name}`, { method: "PATCH", path, body: odd }, refused(400, "invalidSyntax"));
    await scim.say(
      `member ${name}`,
      { method: "PATCH", path: gpath, body: patchOf({ op: "add", path: "members", value: [{ value: name }] }) },
      refused(400, "invalidValue"),
    );
    await scim.seen(`id ${name}`, `/Users?attributes=${name}&excludedAttributes=`, { totalResults: "$integer" });
  }
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  expect(Reflect.get({}, "polluted")).toBe(undefined);
});

it("SEC-6: text that means something to a database is text", async (scim) => {
  const odd = [
    "#name",
    ":value",
    "O#acme#U",
    "a\u0001b",
    "' OR 1=1 --",
    "$where",
    "{{id}}",
    "<script>",
    "../../etc/passwd",
    "#sha256:0",
    "\u2028",
  ];
  for (const [index, text] of odd.entries()) {
    const body = user(`u${index}`, { externalId: text, title: text, emails: [{ value: text, type: text }] });
    await scim.post(text, "/Users", body, { status: 201, json: { externalId: text, title: text } });
    await selects(scim, "/Users", `externalId eq ${JSON.stringify(text)}`, [`u${index}`]);
    await selects(scim, "/Users", `emails.value eq ${JSON.stringify(text)}`, [`u${index}`]);
  }
});

it("SEC-10: no answer may be cached", async (scim) => {
  const path = `/Users/${await made(scim, "/Users", user("a"))}`;
  for (const [method, one] of [
    ["GET", path],
    ["GET", "/Users"],
    ["GET", "/Users/x"],
    ["POST", "/Users"],
    ["GET", "/Schemas"],
    ["DELETE", path],
  ] as const) {
    const answer = await scim.tenant.request({ method, path: one, body: method === "POST" ? {} : undefined });
    scim.expect(`${method} ${one}`, "no-store", answer.headers["cache-control"]);
  }
});

it("SEC-6: a resource may be large up to a limit that the refusal names, whatever makes it large", async (scim) => {
  const path = `/Users/${await made(scim, "/Users", user("a"))}`;
  const huge: readonly Record<string, Json>[] = [
    { title: "x".repeat(50_000) },
    { photos: [{ value: "x".repeat(50_000) }] },
    { roles: Array.from({ length: 900 }, (_none, index) => ({ value: `${index}${"r".repeat(60)}` })) },
    { roles: Array.from({ length: 1_001 }, (_none, index) => ({ value: `${index}` })) },
    { emails: Array.from({ length: 51 }, (_none, index) => ({ value: `${index}@x` })) },
    { emails: Array.from({ length: 2_000 }, (_none, index) => ({ value: `${index}@x` })) },
    { displayName: "é".repeat(25_000) },
  ];
  for (const own of huge) {
    const name = Object.keys(own)[0] ?? "";
    const words = "at most [\\d,]+";
    await scim.post(`POST ${name}`, "/Users", user("b", own), refused(400, "invalidValue", words));
    await scim.put(`PUT ${name}`, path, user("a", own), refused(400, "invalidValue", words));
    await scim.patch(`PATCH ${name}`, path, [{ op: "add", value: own }], refused(400, "invalidValue", words));
  }
  const grown = patchOf(
    ...Array.from({ length: 60 }, (_none, index) => ({
      op: "add",
      path: "emails",
      value: [{ value: `${index}@x` }],
    })),
  );
  await scim.say("one by one", { method: "PATCH", path, body: grown }, refused(400, "invalidValue", "50"));
  await scim.post("a long userName", "/Users", user("n".repeat(901)), refused(400, "invalidValue", "900"));
  await scim.post("a long externalId", "/Users", user("c", { externalId: "e".repeat(20_000) }), { status: 201 });
  await scim.post("a group's name", "/Groups", group("😀".repeat(257)), refused(400, "invalidValue", "256"));
  await scim.post("a group's name at the limit", "/Groups", group("a".repeat(256)), { status: 201 });
  await scim.seen("unchanged", path, { meta: { version: 'W/"1"' } });
});

it("SEC-6: the PATCHes of one request compare a limited number of values, and long ones count as several", async (scim) => {
  const roles = Array.from({ length: 500 }, (_none, index) => ({ value: `${index}` }));
  const paths: string[] = [];
  for (const name of ["a", "b", "c"]) paths.push(`/Users/${await made(scim, "/Users", user(name, { roles }))}`);
  const operations = Array.from({ length: 300 }, (_none, index) => ({
    ...{ op: "replace", path: "roles.type", value: `${index}` },
  }));
  const body = {
    schemas: [BULK_REQUEST],
    Operations: paths.map((path) => ({ method: "PATCH", path, data: patchOf(...operations) })),
  };
  const codes = ["200", "200", "413"].map((status) => ({ status }));
  await scim.post("bulk", "/Bulk", body, { status: 200, json: { Operations: codes } });
  await scim.seen("unchanged", `${paths[2]}`, { meta: { version: 'W/"1"' } });
  const long = `/Users/${await made(scim, "/Users", user("d", { roles: [{ value: "é".repeat(20_000) }] }))}`;
  const filter = Array.from({ length: 50 }, (_none, index) => `value co "${index}"`).join(" or ");
  const repeated = Array.from({ length: 40 }, () => ({ op: "remove", path: `roles[${filter}].display` }));
  await scim.patch("long", long, repeated.slice(0, 10), { status: 200 });
  await scim.patch("long", long, repeated, refused(413));
});
