import { test } from "@jest/globals";
import type { Json, JsonObject } from "../../../functions/scim/json.ts";
import { BULK_REQUEST, ENTERPRISE_SCHEMA, PATCH_OP, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { enterpriseUser, expectNothing, get, group, it, made, onMemory, onWire, refused, user } from "../onWire.ts";
import { clientOf, patchOf } from "../rows/client.ts";

const TITLE = { op: "replace", path: "title", value: "changed" };

it("PA-1: a PATCH that is no PatchOp message is 400 invalidSyntax", async (scim) => {
  const paths = [
    `/Users/${await made(scim, "/Users", user("a"))}`,
    `/Groups/${await made(scim, "/Groups", group("g"))}`,
  ];
  const wrong: readonly Json[] = [
    {},
    { schemas: [PATCH_OP] },
    { schemas: [PATCH_OP], Operations: [] },
    { schemas: [PATCH_OP], Operations: null },
    { schemas: [PATCH_OP], Operations: "replace" },
    { schemas: [PATCH_OP], Operations: [null] },
    { schemas: [PATCH_OP], Operations: [[TITLE]] },
    { schemas: [PATCH_OP], Operations: [5, TITLE] },
    { schemas: [PATCH_OP], Operations: [{}] },
    { schemas: [PATCH_OP], Operations: [{ path: "title", value: "x" }] },
    { schemas: [PATCH_OP], Operations: [{ ...TITLE, op: null }] },
    { schemas: [PATCH_OP], Operations: [{ ...TITLE, op: ["replace"] }] },
    { schemas: [PATCH_OP], Operations: [{ ...TITLE, path: 5 }] },
    { schemas: [PATCH_OP], Operations: [{ ...TITLE, path: ["title"] }] },
    { schemas: [USER_SCHEMA], Operations: [TITLE] },
    { schemas: [5], Operations: [TITLE] },
    { schemas: {}, Operations: [TITLE] },
    { schemas: ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], Operations: [TITLE] },
    user("a", { title: "changed" }),
  ];
  for (const path of paths) {
    for (const body of wrong)
      await scim.say(`${path} ${JSON.stringify(body)}`, { method: "PATCH", path, body }, refused(400, "invalidSyntax"));
    await scim.seen("unchanged", path, { meta: { version: 'W/"1"' } });
  }
});

it("PA-1, PA-2, W-4: schemas may be missing, names and op may come in any case, and other members are ignored", async (scim) => {
  const path = `/Users/${await made(scim, "/Users", user("a"))}`;
  const messages: readonly Json[] = [
    { Operations: [TITLE] },
    { schemas: [], Operations: [TITLE] },
    { schemas: null, Operations: [TITLE] },
    { schemas: PATCH_OP, Operations: TITLE },
    { SCHEMAS: [PATCH_OP.toUpperCase()], operations: [{ OP: "Replace", Path: "Title", VALUE: "changed" }] },
    { schemas: [PATCH_OP, "urn:x"], OPERATIONS: [{ ...TITLE, op: "ADD", note: 1 }], failOnErrors: 1 },
  ];
  for (const body of messages) {
    await scim.say(JSON.stringify(body), { method: "PATCH", path, body }, { status: 200, json: { title: "changed" } });
    await scim.patch("back", path, [{ op: "Remove", path: "title" }], { status: 200, json: { title: "$absent" } });
  }
  for (const op of ["move", "", "delete", "rеplace", "__proto__", " add"]) {
    await scim.patch(op, path, [{ ...TITLE, op }], refused(400, "invalidSyntax"));
  }
});

it("PA-3: a malformed or unknown path is invalidPath, a bad filter in it invalidFilter", async (scim) => {
  const path = `/Users/${await made(scim, "/Users", user("a", { emails: [{ value: "a@x", type: "work" }] }))}`;
  const malformed = [
    "emails[",
    "emails[0]",
    "emails[]",
    "emails]",
    "[type]",
    "foo",
    "name.foo",
    "foo.bar",
    "emails.foo",
    'emails[type eq "work"]value',
    'emails[type eq "work"].',
    'emails[type eq "work"].foo',
    'emails[type eq "work"].value.x',
    "name.givenName.x",
    'title[value eq "x"]',
    'name[givenName eq "x"]',
    'emails.value[value eq "a@x"]',
    "/title",
    "title ",
    " title",
    "title,nickName",
    " ",
    "$",
    "name..givenName",
    ".title",
    "title.",
    "urn:x:title",
    "urn:ietf:params:scim:schemas:core:2.0:Group:displayName",
    `${ENTERPRISE_SCHEMA}:foo`,
    'emails[type eq "work"',
    "members",
    "constructor",
    "__proto__",
    'title eq "x"',
    'emails[type eq "work"] or title',
  ];
  for (const one of malformed) {
    for (const op of ["add", "replace", "remove"]) {
      const operation = { op, path: one, ...(op === "remove" ? {} : { value: "x" }) };
      await scim.patch(`${op} ${one}`, path, [operation], refused(400, "invalidPath"));
    }
  }
  for (const filter of [
    'type regex "a"',
    "type eq",
    "foo eq 1",
    "type eq work or",
    "(type eq 1",
    'value eq "x" and',
    "primary gt true",
    "constructor pr",
  ]) {
    await scim.patch(
      filter,
      path,
      [{ op: "replace", path: `emails[${filter}].value`, value: "x" }],
      refused(400, "invalidFilter"),
    );
  }
  await scim.seen("unchanged", path, { meta: { version: 'W/"1"' } });
});

onWire({ preset: "standard" })(
  "PA-3: unknown paths are ignored where the org's rule says so, the rest is applied",
  async (scim) => {
    const path = `/Users/${await scim.user("a")}`;
    const operations: JsonObject[] = [
      { op: "add", path: "foo", value: 1 },
      { op: "replace", path: "name.foo", value: {} },
      { op: "remove", path: "bar.baz" },
      TITLE,
    ];
    await scim.patch("PATCH", path, operations, { status: 200, json: { title: "changed", foo: "$absent" } });
    await scim.patch("nothing else", path, [{ op: "add", path: "foo", value: 1 }], {
      status: 200,
      json: { meta: { version: 'W/"2"' } },
    });
    const work = 'emails[type eq "work"';
    const malformed = [
      "emails[",
      "emails[0]",
      "emails[]",
      work,
      `${work}]value`,
      `${work}].value.x`,
      'title[value eq "x"]',
    ];
    for (const one of [...malformed, "name.givenName.x", " title", "/title", "title,nickName"])
      await scim.patch(
        `${one} stays an error`,
        path,
        [{ op: "add", path: one, value: 1 }],
        refused(400, "invalidPath"),
      );
    for (const one of ['emails[type regex "a"]', 'emails[foo eq "a"]'])
      await scim.patch(one, path, [{ op: "replace", path: one, value: 1 }], refused(400, "invalidFilter"));
  },
);

it("PA-4, W-28: operations see what the former ones did, and one error takes all of them back", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  const path = `/Users/${id}`;
  const wrong: JsonObject[] = [
    { op: "replace", path: "foo", value: 1 },
    { op: "replace", path: "id", value: "x" },
    { op: "remove" },
    { op: "add", path: "active", value: "x" },
    { op: "remove", path: "userName" },
  ];
  for (const bad of wrong) {
    const answer = await scim.tenant.request({ method: "PATCH", path, body: patchOf(TITLE, bad) });
    scim.expect(JSON.stringify(bad), 400, answer.status);
  }
  await scim.seen("title unchanged", path, { title: "$absent", meta: { version: 'W/"1"' } });
  const build: JsonObject[] = [
    { op: "add", path: "emails", value: [{ value: "a@x", type: "work" }] },
    { op: "replace", path: 'emails[type eq "work"].value', value: "b@x" },
    { op: "add", path: 'emails[value eq "b@x"].display', value: "B" },
    { op: "add", path: "title", value: "1" },
    { op: "remove", path: "title" },
  ];
  await scim.patch("in order", path, build, {
    status: 200,
    json: {
      emails: { $exactly: [{ value: "b@x", display: "B", type: "work" }] },
      title: "$absent",
      meta: { version: 'W/"2"' },
    },
  });
  const gpath = `/Groups/${await made(scim, "/Groups", group("g"))}`;
  const there = { op: "add", path: "members", value: [{ value: id }] };
  const back = { op: "remove", path: `members[value eq "${id}"]` };
  await scim.patch("add and remove", gpath, [there, back], { status: 200 });
  await scim.seen("absent", gpath, { members: [], meta: { version: 'W/"1"' } });
  await scim.patch("remove and add", gpath, [back, there], { status: 200 });
  await scim.seen("present", gpath, { members: { $members: [id] } });
  await scim.patch(
    "an error behind",
    gpath,
    [
      { op: "remove", path: "members" },
      { op: "replace", path: "displayName", value: "h" },
      { op: "add", path: "foo", value: 1 },
    ],
    refused(400, "invalidPath"),
  );
  await scim.seen("nothing lost", gpath, { displayName: "g", members: { $members: [id] } });
});

it("PA-5, AMB-23: a user PATCH is 200 with the user, a group PATCH 200 with the group as GET gives it", async (scim) => {
  const path = `/Users/${await made(scim, "/Users", user("a"))}`;
  const answer = await scim.patch("user", path, [TITLE], { status: 200, json: { userName: "a", title: "changed" } });
  scim.expect("ETag", 'W/"2"', answer.headers.etag);
  const gpath = `/Groups/${await made(scim, "/Groups", group("g"))}`;
  const rename = (value: string) => [{ op: "replace", path: "displayName", value }];
  const renamed = await scim.patch("group", gpath, rename("h"), { status: 200, json: { displayName: "h" } });
  scim.expect("ETag", 'W/"2"', renamed.headers.etag);
  scim.expect("as GET gives it", { $exactly: renamed.json ?? null }, (await get(scim, gpath)).json);
  await scim.patch("attributes", `${gpath}?attributes=displayName`, rename("i"), {
    status: 200,
    json: { displayName: "i", meta: "$absent", members: "$absent" },
  });
  await scim.patch("excluded", `${gpath}?excludedAttributes=members`, rename("j"), {
    status: 200,
    json: { displayName: "j", members: "$absent", meta: { version: 'W/"4"' } },
  });
});

test.each([
  { preset: "standard", status: 204 },
  { preset: "fulcrum-compat", status: 204 },
  { preset: "open", status: 200 },
  { preset: "rfc", status: 200 },
] as const)("PA-5, AMB-23: a group PATCH answers $status under $preset, alone and inside /Bulk", async (row) => {
  const { preset, status } = row;
  const scim = await clientOf(onMemory, { preset });
  const path = `/Groups/${await made(scim, "/Groups", group("g"))}`;
  const rename = (value: string) => ({ op: "replace", path: "displayName", value });
  const answer = await scim.patch("alone", path, [rename("h")], { status });
  scim.expect("ETag", 'W/"2"', answer.headers.etag);
  if (status === 204) scim.expect("no body", "", answer.text);
  await scim.patch("asked for", `${path}?attributes=displayName`, [rename("i")], {
    status: 200,
    json: { displayName: "i", members: "$absent" },
  });
  const operation = { method: "PATCH", path, data: patchOf(rename("j")) };
  const bulk = { schemas: [BULK_REQUEST], Operations: [operation] };
  const told = { Operations: [{ status: String(status), version: 'W/"4"' }] };
  await scim.post("in bulk", "/Bulk", bulk, { status: 200, json: told });
  expectNothing(scim);
});

it("PA-6, W-9: what only the server writes is an error as a path and ignored inside a value", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  const path = `/Users/${id}`;
  const manager = `${ENTERPRISE_SCHEMA}:manager.displayName`;
  for (const name of ["id", "meta", "meta.created", "groups", 'groups[value eq "g"]', "meta.version", manager]) {
    for (const op of ["add", "replace"])
      await scim.patch(`${op} ${name}`, path, [{ op, path: name, value: "x" }], refused(400, "mutability"));
  }
  const gid = await made(scim, "/Groups", group("g", { members: [{ value: id }] }));
  const okta = { op: "replace", value: { id: gid, displayName: "h" } };
  await scim.patch("Okta's rename", `/Groups/${gid}`, [okta], { status: 200 });
  await scim.seen("renamed", `/Groups/${gid}`, { displayName: "h", id: gid, members: { $members: [id] } });
  const all = { id: "x", schemas: ["y"], meta: { version: "z" }, groups: [], active: false };
  await scim.patch("Okta's deactivation", path, [{ op: "replace", value: all }], {
    status: 200,
    json: { active: false, id, schemas: [USER_SCHEMA], groups: { $members: [gid] } },
  });
  const computed = { status: 200, json: { schemas: [USER_SCHEMA] } };
  await scim.patch("schemas", path, [{ op: "add", path: "schemas", value: [ENTERPRISE_SCHEMA] }], computed);
});

it("PA-7: the result is held to the schema: required, types and uniqueness", async (scim) => {
  await made(scim, "/Users", user("taken"));
  const path = `/Users/${await made(scim, "/Users", user("a"))}`;
  const to = (value: Json) => [TITLE, { op: "replace", path: "userName", value }];
  await scim.patch("another's", path, to("TAKEN"), refused(409, "uniqueness", "userName"));
  for (const value of ["", " ", null, "\u200b", "a\u0007"])
    await scim.patch(JSON.stringify(value), path, to(value), refused(400, "invalidValue", "userName"));
  for (const value of [5, {}, ["a", "b"]] as Json[])
    await scim.patch(JSON.stringify(value), path, to(value), refused(400, "invalidValue", "userName"));
  await scim.patch(
    "without a path",
    path,
    [{ op: "replace", value: { userName: "Taken", title: "x" } }],
    refused(409, "uniqueness"),
  );
  await scim.seen("unchanged", path, { userName: "a", title: "$absent", meta: { version: 'W/"1"' } });
  await scim.patch("a free one", path, to("b"), { status: 200, json: { userName: "b" } });
  await made(scim, "/Users", user("a"));
});

it("PA-9, S-11, W-27: a new primary takes the mark from the old one", async (scim) => {
  const emails: JsonObject[] = [
    { value: "a@x", type: "work", primary: true },
    { value: "b@x", type: "home" },
  ];
  const path = `/Users/${await made(scim, "/Users", user("a", { emails }))}`;
  const primaries = (...marks: readonly [string, boolean][]): Json => ({
    emails: { $contains: marks.map(([value, primary]) => ({ value, primary })) },
  });
  await scim.patch("add", path, [{ op: "add", path: "emails", value: [{ value: "c@x", primary: true }] }], {
    status: 200,
    json: primaries(["c@x", true], ["a@x", false]),
  });
  await scim.patch("by path", path, [{ op: "replace", path: 'emails[type eq "home"].primary', value: "True" }], {
    status: 200,
    json: primaries(["b@x", true], ["c@x", false]),
  });
  await scim.patch("by element", path, [{ op: "add", path: 'emails[value eq "a@x"]', value: { primary: true } }], {
    status: 200,
    json: primaries(["a@x", true], ["b@x", false]),
  });
  await scim.patch(
    "two at once",
    path,
    [{ op: "replace", path: "emails[value pr].primary", value: true }],
    refused(400, "invalidValue"),
  );
  await scim.patch("all", path, [{ op: "add", path: "emails.primary", value: true }], refused(400, "invalidValue"));
  await scim.seen("as it was", path, primaries(["a@x", true], ["b@x", false]));
});

it("PA-10: a PATCH without effect succeeds and changes neither version nor date", async (scim) => {
  const body = enterpriseUser(
    "a",
    { manager: "m" },
    { title: "t", emails: [{ value: "a@x", type: "work" }], name: { givenName: "g" } },
  );
  const id = await made(scim, "/Users", body);
  const path = `/Users/${id}`;
  const before = await get(scim, path);
  const nothing: readonly Json[] = [
    { op: "add", path: "title", value: "t" },
    { op: "replace", path: "name", value: { givenName: "g" } },
    { op: "add", value: { title: "t", active: "True" } },
    { op: "remove", path: "nickName" },
    { op: "remove", path: 'emails[type eq "home"]' },
    { op: "remove", path: 'emails[type eq "home"].display' },
    { op: "remove", path: "emails", value: [{ value: "z@x" }] },
    { op: "replace", path: 'emails[type eq "work"].value', value: "a@x" },
    { op: "replace", path: `${ENTERPRISE_SCHEMA}:manager`, value: "m" },
    { op: "replace", path: "userName", value: "a" },
    { op: "replace", path: "password", value: "p" },
    { op: "add", path: "emails", value: [] },
    { op: "replace", value: {} },
  ];
  for (const operation of nothing) {
    const answer = await scim.patch(JSON.stringify(operation), path, [Object(operation)], { status: 200 });
    scim.expect(JSON.stringify(operation), { $exactly: before.json ?? null }, answer.json);
  }
  const gpath = `/Groups/${await made(scim, "/Groups", group("g", { members: [{ value: id }] }))}`;
  const team = await get(scim, gpath);
  const idle: JsonObject[] = [
    { op: "add", path: "members", value: [{ value: id }, { value: id }] },
    { op: "replace", path: "members", value: [{ value: id }] },
    { op: "remove", path: 'members[value eq "x"]' },
    { op: "remove", path: "members", value: [] },
    { op: "replace", path: "displayName", value: "g" },
  ];
  for (const operation of idle) {
    const answer = await scim.patch(JSON.stringify(operation), gpath, [operation], { status: 200 });
    scim.expect("ETag", 'W/"1"', answer.headers.etag);
  }
  scim.expect("the group", { $exactly: team.json ?? null }, (await get(scim, gpath)).json);
});

it("PA-11: a PATCH of what does not exist is 404", async (scim) => {
  for (const path of [`/Users/u${"0".repeat(22)}`, `/Groups/g${"0".repeat(22)}`, "/Users/x"])
    await scim.patch(path, path, [TITLE], refused(404));
});
