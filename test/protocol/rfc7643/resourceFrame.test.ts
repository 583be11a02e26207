import type { Json } from "../../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { at } from "../../support/wire.ts";
import { enterpriseUser, get, group, it, made, refused, refusesFilter, selects, textOf, user } from "../onWire.ts";

it("S-20, AMB-19: a resource without its base schema is refused as invalidSyntax, on POST and PUT", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  const gid = await made(scim, "/Groups", group("g"));
  const wrong: readonly Json[] = [
    "$absent",
    [],
    null,
    "",
    {},
    5,
    [5],
    [null],
    [[USER_SCHEMA]],
    ["urn:x"],
    [ENTERPRISE_SCHEMA],
  ];
  for (const schemas of wrong) {
    const rest = { userName: "b", displayName: "b" };
    const body = schemas === "$absent" ? rest : { schemas, ...rest };
    const requests = [
      ["POST", "/Users"],
      ["POST", "/Groups"],
      ["PUT", `/Users/${id}`],
      ["PUT", `/Groups/${gid}`],
    ] as const;
    for (const [method, path] of requests) {
      await scim.say(
        `${method} ${JSON.stringify(schemas)}`,
        { method, path, body },
        refused(400, "invalidSyntax", "schemas"),
      );
    }
  }
  await scim.post("a group as user", "/Users", group("b"), refused(400, "invalidSyntax"));
  await scim.post("a user as group", "/Groups", user("b"), refused(400, "invalidSyntax"));
  await scim.seen("nothing changed", `/Users/${id}`, { userName: "a", meta: { version: 'W/"1"' } });
  await scim.seen("nobody else", "/Users", { totalResults: 1 });
});

it("S-20, AMB-5: unknown URNs beside the base one are ignored, duplicates and order do not matter, and what is returned is exact", async (scim) => {
  const microsoft = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
  const body = group("g", { schemas: [microsoft, GROUP_SCHEMA, GROUP_SCHEMA] });
  await scim.post("group", "/Groups", body, { status: 201, json: { schemas: [GROUP_SCHEMA] } });
  const both = enterpriseUser("a", { department: "d" }, { schemas: [ENTERPRISE_SCHEMA, USER_SCHEMA.toUpperCase()] });
  const json = { schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA] };
  await scim.post("user", "/Users", both, { status: 201, json });
  for (const [index, urn] of [
    "urn:scim:schemas:core:1.0",
    "urn:scim:schemas:core:2.0",
    "urn:scim:schemas:core:2.0:User",
  ].entries()) {
    const old = user(`old${index}`, { schemas: [urn] });
    await scim.post(urn, "/Users", old, { status: 201, json: { schemas: [USER_SCHEMA] } });
  }
});

it("S-21: the key of an extension is compared without case and returned canonical", async (scim) => {
  const body = user("a", { "urn:ietf:params:scim:schemas:extension:ENTERPRISE:2.0:user": { DEPARTMENT: "d" } });
  const json = { [ENTERPRISE_SCHEMA]: { $exactly: { department: "d" } } };
  await scim.post("POST", "/Users", body, { status: 201, json });
});

it("S-22, PA-8: schemas follows the extension: its first attribute adds the URN, its last one takes it along", async (scim) => {
  const body = user("a", { [ENTERPRISE_SCHEMA]: { department: "d" } });
  const json = { schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA] };
  await scim.post("not listed by the client", "/Users", body, { status: 201, json });
  const path = `/Users/${await made(scim, "/Users", user("b"))}`;
  const number = `${ENTERPRISE_SCHEMA}:employeeNumber`;
  await scim.patch("add", path, [{ op: "add", path: number, value: "1" }], { status: 200, json });
  const bare = { schemas: { $exactly: [USER_SCHEMA] }, [ENTERPRISE_SCHEMA]: "$absent" };
  await scim.patch("remove", path, [{ op: "remove", path: number }], { status: 200, json: bare });
  await scim.patch("by object", path, [{ op: "add", value: { [ENTERPRISE_SCHEMA]: { manager: "m" } } }], {
    status: 200,
    json,
  });
  await scim.patch("the whole", path, [{ op: "remove", path: ENTERPRISE_SCHEMA }], { status: 200, json: bare });
  await scim.patch("with manager", path, [{ op: "add", path: `${ENTERPRISE_SCHEMA}:manager`, value: "m" }], {
    status: 200,
    json,
  });
  await scim.put("PUT without", path, user("b"), { status: 200, json: bare });
});

it("S-23: id is ours alone: not the client's, always returned, compared exactly, and new after a re-creation", async (scim) => {
  const answer = await scim.post("POST", "/Users", user("a", { id: "x" }), { status: 201 });
  const id = textOf(answer, "id");
  scim.expect("made by us", { $matches: "^u[0-9A-Za-z]{22}$" }, id);
  if (/bulkid/i.test(id)) scim.note("id", "contains bulkId");
  for (const query of ["?attributes=userName", "?excludedAttributes=id", "?attributes=nothing"]) {
    await scim.seen(query, `/Users/${id}${query}`, { id });
  }
  const swapped = [...id].map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join("");
  await scim.get("other case", `/Users/${swapped}`, refused(404));
  await selects(scim, "/Users", `id eq "${id}"`, ["a"]);
  await selects(scim, "/Users", `id eq "${swapped}"`, []);
  await scim.delete("DELETE", `/Users/${id}`, { status: 204 });
  if ((await made(scim, "/Users", user("a"))) === id) scim.note("id", "was given again");
});

it("S-24, AMB-22: externalId is the client's: never invented, compared exactly, and not unique", async (scim) => {
  const without = await made(scim, "/Users", user("none"));
  await scim.seen("not invented", `/Users/${without}`, { externalId: "$absent" });
  const answers = await Promise.all(["a", "b"].map((name) => made(scim, "/Users", user(name, { externalId: "ABC" }))));
  await selects(scim, "/Users", 'externalId eq "ABC"', ["a", "b"]);
  await selects(scim, "/Users", 'externalId eq "abc"', []);
  await scim.post("two groups", "/Groups", group("g", { externalId: "ABC" }), { status: 201 });
  await scim.post("two groups", "/Groups", group("h", { externalId: "ABC" }), { status: 201 });
  await selects(scim, "/Groups", 'externalId eq "ABC"', ["g", "h"]);
  const path = `/Users/${answers[0]}`;
  await scim.patch("changed", path, [{ op: "replace", path: "externalId", value: "D" }], {
    status: 200,
    json: { externalId: "D" },
  });
  await selects(scim, "/Users", 'externalId eq "ABC"', ["b"]);
  await scim.patch("removed", path, [{ op: "remove", path: "externalId" }], {
    status: 200,
    json: { externalId: "$absent" },
  });
  await selects(scim, "/Users", 'externalId eq "D"', []);
});

it("S-25, C-2: meta is made by the server, whatever a client says of it in POST, PUT and PATCH", async (scim) => {
  const meta = {
    resourceType: "Group",
    created: "1999-01-01T00:00:00Z",
    lastModified: "1999-01-01T00:00:00Z",
    location: "x",
    version: "x",
  };
  for (const [endpoint, body, resourceType] of [
    ["/Users", user("a", { meta }), "User"],
    ["/Groups", group("g", { meta }), "Group"],
  ] as const) {
    const answer = await scim.post("POST", endpoint, body, { status: 201, json: { meta: { resourceType } } });
    const created = textOf(answer, "meta.created");
    scim.expect("created now", { $matches: `^${new Date().getUTCFullYear()}` }, created);
    scim.expect("never changed", created, textOf(answer, "meta.lastModified"));
    const path = `${endpoint}/${textOf(answer, "id")}`;
    scim.expect("location", `${scim.tenant.tenantUrl}${path}`, textOf(answer, "meta.location"));
    scim.expect("Location", `${scim.tenant.tenantUrl}${path}`, answer.headers.location);
    scim.expect("ETag", textOf(answer, "meta.version"), answer.headers.etag);
    const same = { $exactly: at(answer.json, "meta") ?? null };
    await scim.put("PUT", path, body, { status: 200, json: { meta: same } });
    await scim.patch("PATCH", `${path}?attributes=meta`, [{ op: "replace", value: { meta } }], {
      status: 200,
      json: { meta: same },
    });
    await scim.patch(
      "PATCH path",
      path,
      [{ op: "replace", path: "meta.created", value: "x" }],
      refused(400, "mutability"),
    );
  }
});

it("S-26: id, externalId and meta can be filtered by on every resource type", async (scim) => {
  const id = await made(scim, "/Users", user("a", { externalId: "e" }));
  const gid = await made(scim, "/Groups", group("g", { externalId: "e" }));
  for (const [endpoint, one, name, type] of [
    ["/Users", id, "a", "User"],
    ["/Groups", gid, "g", "Group"],
  ] as const) {
    const location = `${scim.tenant.tenantUrl}${endpoint}/${one}`;
    const filters = [
      `id eq "${one}"`,
      'externalId eq "e"',
      'meta.lastModified gt "2011-05-13T04:42:34Z"',
      `meta.resourceType eq "${type}"`,
      `meta.location eq "${location}"`,
      `meta.version eq "W/\\"1\\""`,
      "meta pr",
    ];
    for (const filter of filters) await selects(scim, endpoint, filter, [name]);
  }
  await selects(scim, "/Users", 'meta.resourceType eq "Group"', []);
  await refusesFilter(scim, "/Users", 'meta eq "x"');
});

it("S-27: values are returned in the letters they were sent in, and compared as their attribute says", async (scim) => {
  const email = { value: "Bob@X.com", type: "Work", display: " Bob " };
  const body = user("Bob@X.com", {
    emails: [email],
    title: "  Tabs\tand spaces ",
    phoneNumbers: [{ value: "+49 (0)30 / 1" }],
  });
  await scim.post("POST", "/Users", body, { status: 201, json: body });
  await selects(scim, "/Users", 'userName eq "bob@x.COM"', ["Bob@X.com"]);
  await selects(scim, "/Users", 'emails.value eq "BOB@x.com"', ["Bob@X.com"]);
  await selects(scim, "/Users", 'emails[type eq "work"].value eq "BOB@x.com"', ["Bob@X.com"]);
});

it("S-28: what an attribute may not be used for is refused or ignored by its mutability and never shown against its returned", async (scim) => {
  const path = `/Users/${await made(scim, "/Users", user("a"))}`;
  for (const name of [
    "id",
    "meta",
    "meta.version",
    "groups",
    "groups.value",
    'groups[value eq "g"]',
    'groups[value eq "g"].display',
  ]) {
    await scim.patch(`replace ${name}`, path, [{ op: "replace", path: name, value: "x" }], refused(400, "mutability"));
    await scim.patch(`remove ${name}`, path, [{ op: "remove", path: name }], refused(400, "mutability"));
  }
  await scim.seen("nothing changed", path, { meta: { version: 'W/"1"' } });
});

it("S-30: types beyond the canonical ones are accepted, and the canonical ones are published", async (scim) => {
  const body = user("a", {
    emails: [
      { value: "a@x", type: "other" },
      { value: "b@x", type: "custom" },
    ],
    phoneNumbers: [{ value: "1", type: "fax" }],
    ims: [{ value: "i", type: "matrix" }],
  });
  await scim.post("POST", "/Users", body, { status: 201, json: body });
  const schema = await get(scim, `/Schemas/${USER_SCHEMA}`);
  const typeOf = (canonicalValues: string[]): Json => ({ $contains: [{ name: "type", canonicalValues }] });
  const attributes: Json = {
    $contains: [
      { name: "emails", subAttributes: typeOf(["work", "home", "other"]) },
      { name: "phoneNumbers", subAttributes: typeOf(["work", "home", "mobile", "fax", "pager", "other"]) },
      { name: "addresses", subAttributes: typeOf(["work", "home", "other"]) },
      { name: "roles", subAttributes: { $contains: [{ name: "type", canonicalValues: "$absent" }] } },
    ],
  };
  scim.expect("the schema", { attributes }, schema.json);
});
