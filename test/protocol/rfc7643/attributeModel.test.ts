import type { Json, JsonObject } from "../../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { at } from "../../support/wire.ts";
import { enterpriseUser, filtered, get, group, it, made, refused, refusesFilter, selects, user } from "../onWire.ts";

it("S-1: attribute names in any letter case are understood in bodies, paths, filters and projections", async (scim) => {
  const body = {
    SCHEMAS: [USER_SCHEMA],
    USERNAME: "a",
    NAME: { GIVENNAME: "g" },
    Emails: [{ VALUE: "a@x", TYPE: "work" }],
  };
  const stored = { userName: "a", name: { givenName: "g" }, emails: [{ value: "a@x", type: "work" }] };
  const answer = await scim.post("POST", "/Users", body, { status: 201, json: stored });
  const path = `/Users/${at(answer.json, "id")}`;
  await scim.patch("a path", path, [{ op: "add", path: "nickname", value: "n" }], {
    status: 200,
    json: { nickName: "n" },
  });
  await scim.patch("a value", path, [{ op: "replace", value: { TITLE: "t" } }], {
    status: 200,
    json: { title: "t" },
  });
  await scim.patch("a value path", path, [{ op: "replace", path: 'EMAILS[Type eq "work"].VALUE', value: "b@x" }], {
    status: 200,
    json: { emails: [{ value: "b@x", type: "work" }] },
  });
  await selects(scim, "/Users", 'NAME.givenname eq "G"', ["a"]);
  const projected = { status: 200, json: { nickName: "n", userName: "$absent" } };
  await scim.get("attributes", `${path}?attributes=NICKNAME`, projected);
});

it("S-2: $ref is a name in filters although it begins with a dollar sign", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  await made(scim, "/Groups", group("g", { members: [{ value: id }] }));
  await made(scim, "/Groups", group("empty"));
  await selects(scim, "/Groups", "members.$ref pr", ["g"]);
  await selects(scim, "/Groups", `members.$ref eq "${scim.tenant.tenantUrl}/Users/${id}"`, ["g"]);
  await selects(scim, "/Groups", `members[$ref ew "${id}"]`, ["g"]);
});

it("S-3: every published attribute carries its characteristics, with the RFC's defaults where nothing else is said", async (scim) => {
  const plain = { type: "string", multiValued: false, required: false, caseExact: false };
  const defaults = { mutability: "readWrite", returned: "default", uniqueness: "none", canonicalValues: "$absent" };
  const attributes = { $contains: [{ name: "nickName", ...plain, ...defaults }] };
  await scim.seen("nickName", `/Schemas/${USER_SCHEMA}`, { attributes });
  for (const attribute of allAttributes((await get(scim, "/Schemas")).json)) {
    const always = ["name", "type", "multiValued", "description", "required", "mutability", "returned"];
    const typed = ["complex", "boolean"].includes(String(at(attribute, "type"))) ? [] : ["caseExact", "uniqueness"];
    for (const name of [...always, ...typed]) {
      scim.expect(
        `${at(attribute, "name")}.${name}`,
        "$present",
        at(attribute, name) === false ? "false" : at(attribute, name),
      );
    }
  }
});

it("S-4: a value of the wrong JSON type is refused for each type of attribute", async (scim) => {
  const wrong: Record<string, readonly Json[]> = {
    title: [1, true, {}, { a: "x" }, ["a", "b"], [["x"]], [[]]],
    active: ["yes", 1, {}, "0", " true"],
    name: ["text", 5, true, [{ givenName: "a" }, { givenName: "b" }]],
    emails: [5, true, [5], [[{ value: "a@x" }]], [{ value: 5 }], [{ value: { a: 1 } }]],
    profileUrl: [5, {}, true],
    x509Certificates: [[{ value: 5 }], [{ value: "!!!" }], [{ value: {} }]],
    externalId: [5, {}, ["a", "b"]],
    roles: [[{ value: "a", primary: "maybe" }]],
  };
  const path = `/Users/${await made(scim, "/Users", user("b", { title: "t", active: false }))}`;
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      const title = `${name}: ${JSON.stringify(value)}`;
      const refusal = refused(400, "invalidValue", name);
      const body = user("b", { [name]: value });
      await scim.post(title, "/Users", body, refusal);
      await scim.put(`PUT ${title}`, path, body, refusal);
      for (const op of ["add", "replace"]) {
        await scim.patch(`${op} ${title}`, path, [{ op, path: name, value }], refusal);
        await scim.patch(`${op} without a path ${title}`, path, [{ op, value: { [name]: value } }], refusal);
      }
    }
  }
  await scim.seen("nothing was changed", path, { title: "t", active: false, meta: { version: 'W/"1"' } });
  // PATCH takes a value in this form, for Apache Syncope.
  const wrapped = user("a", { title: { value: "x" } });
  await scim.post("a wrapped title", "/Users", wrapped, refused(400, "invalidValue"));
  for (const userName of [5, true, {}, ["a", "b"]]) {
    await scim.post(
      `userName: ${JSON.stringify(userName)}`,
      "/Users",
      { schemas: [USER_SCHEMA], userName },
      refused(400, "invalidValue"),
    );
  }
  await scim.post(
    "an extension that is no object",
    "/Users",
    enterpriseUser("a", "text"),
    refused(400, "invalidValue"),
  );
  await scim.seen("nobody else was made", "/Users", { totalResults: 1 });
});

it("S-5, W-3: a boolean is true or false, or one of these words as text in any letter case, and is stored as a boolean", async (scim) => {
  let count = 0;
  for (const [sent, stored] of [
    ["False", false],
    ["true", true],
    ["TRUE", true],
    [false, false],
  ] as const) {
    const body = user(`u${count++}`, { active: sent, roles: [{ value: "r", primary: "True" }] });
    const json = { active: stored, roles: [{ value: "r", primary: true }] };
    await scim.post(`${sent}`, "/Users", body, { status: 201, json });
  }
  const id = await made(scim, "/Users", user("a"));
  const others: readonly Json[] = ["no", "f", "disabled", 0, " ", {}, { value: "off" }];
  for (const value of others) {
    const operations: JsonObject[] = [{ op: "replace", path: "active", value }];
    await scim.patch(
      `PATCH ${JSON.stringify(value)}`,
      `/Users/${id}`,
      operations,
      refused(400, "invalidValue", "active"),
    );
  }
  await scim.seen("still active", `/Users/${id}`, { active: true, meta: { version: 'W/"1"' } });
});

it("S-7, W-14: a dateTime has a date and a time, and is compared by its instant", async (scim) => {
  await made(scim, "/Users", user("a"));
  const created = String(at((await get(scim, "/Users")).json, "Resources.0.meta.created"));
  const moved = new Date(Date.parse(created) + 2 * 3_600_000).toISOString().replace("Z", "+02:00");
  for (const operator of ["eq", "ge", "le"])
    await selects(scim, "/Users", `meta.created ${operator} "${moved}"`, ["a"]);
  for (const operator of ["gt", "lt", "ne"]) await selects(scim, "/Users", `meta.created ${operator} "${moved}"`, []);
  await selects(scim, "/Users", 'meta.created gt "2011-05-13T04:42:34Z"', ["a"]);
  await selects(scim, "/Users", 'meta.lastModified lt "2011-05-13T04:42:34.5+14:00"', []);
  for (const text of [
    "2024-01-01",
    "yesterday",
    "",
    "2024-13-01T00:00:00Z",
    "2024-02-30T00:00:00Z",
    "2023-02-29T12:00:00+02:00",
    "2024-01-01T00:00Z",
    "20240101T000000Z",
  ]) {
    await refusesFilter(scim, "/Users", `meta.lastModified gt "${text}"`);
  }
});

it("S-8, S-46: a certificate is base64 text, padded or not, and nothing else", async (scim) => {
  for (const value of ["MIIB", "MIIBAg==", "MIIBAg", "-_8"]) {
    const body = user(`u${value}`, { x509Certificates: [{ value }] });
    await scim.post(value, "/Users", body, { status: 201, json: { x509Certificates: [{ value }] } });
  }
  for (const value of ["!!!", "MIIBA", "MII B", "M=IB"]) {
    const body = user("wrong", { x509Certificates: [{ value }] });
    await scim.post(value, "/Users", body, refused(400, "invalidValue", "base64"));
  }
});

it("S-9: references we return can be read, and a relative reference to a member is understood", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  const nested = await made(scim, "/Groups", group("n"));
  const body = group("g", {
    members: [{ $ref: `Users/${id}` }, { $ref: `${scim.tenant.tenantUrl}/Groups/${nested}` }],
  });
  const gid = await made(scim, "/Groups", body);
  const members = at((await get(scim, `/Groups/${gid}`)).json, "members");
  scim.expect("members", { $members: [id, nested] }, members);
  for (const member of Array.isArray(members) ? members : []) {
    const url = String(at(member, "$ref"));
    scim.expect("$ref is below the tenant URL", { $matches: `^${scim.tenant.tenantUrl}/(Users|Groups)/` }, url);
    await scim.seen(url, url.slice(scim.tenant.tenantUrl.length), { id: at(member, "value") ?? null });
  }
  await scim.seen("groups.$ref", `/Users/${id}`, {
    groups: [{ value: gid, $ref: `${scim.tenant.tenantUrl}/Groups/${gid}` }],
  });
});

it("S-9: a filter finds a member or a group by its reference, relative, absolute or with another version in it", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  const gid = await made(scim, "/Groups", group("g", { members: [{ value: id }] }));
  await made(scim, "/Groups", group("empty"));
  await made(scim, "/Users", user("b"));
  const base = scim.tenant.tenantUrl;
  for (const root of [`${base}/`, base.replace("/v2/", "/v1/").concat("/"), "../", "/", ""]) {
    for (const [endpoint, attribute, end, names] of [
      ["/Groups", "members", `Users/${id}`, ["g"]],
      ["/Users", "groups", `Groups/${gid}`, ["a"]],
      ["/Groups", "members", "Users/nobody", []],
    ] as const) {
      await selects(scim, endpoint, `${attribute}.$ref eq "${root}${end}"`, names);
      await selects(scim, endpoint, `${attribute}[$ref eq "${root}${end}" and type pr]`, names);
      await selects(
        scim,
        endpoint,
        `not (${attribute}.$ref eq "${root}${end}") and ${attribute} pr`,
        names.length ? [] : ["g"],
      );
    }
    await selects(scim, "/Groups", `members.$ref ne "${root}Users/${id}"`, ["empty"]);
    await selects(scim, "/Groups", `members.$ref ew "/${root}Users/${id}"`, ["g"]);
  }
  await selects(scim, "/Groups", `members.$ref sw "${base}/Users/"`, ["g"]);
  await selects(scim, "/Groups", "members.$ref eq null", ["empty"]);
});

it("S-9: a PATCH whose path tests the beginning of a member's reference is refused: only answers have it", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  const path = `/Groups/${await made(scim, "/Groups", group("g", { members: [{ value: id }] }))}`;
  const remove = (filter: string) => [{ op: "remove", path: `members[${filter}]` }];
  for (const operator of ["sw", "co", "gt", "ge", "lt", "le"]) {
    const filter = `$ref ${operator} "${scim.tenant.tenantUrl}/Users/"`;
    await scim.patch(operator, path, remove(filter), refused(400, "invalidFilter", operator));
    await scim.patch(operator, path, remove(`not (${filter}) and value pr`), refused(400, "invalidFilter", operator));
  }
  await scim.patch("no member", path, remove("$ref eq null"), { status: 200 });
  await scim.patch("another's end", path, remove('$ref ew "/Users/x"'), { status: 200 });
  await scim.seen("all the same", path, { members: [{ value: id }], meta: { version: 'W/"1"' } });
  await scim.patch("its end", path, remove(`$ref ew "/acme/Users/${id}"`), {
    status: 200,
    json: { members: { $exactly: [] } },
  });
});

it("S-10: no published attribute has a complex sub-attribute", async (scim) => {
  for (const attribute of allAttributes((await get(scim, "/Schemas")).json)) {
    const subs = at(attribute, "subAttributes");
    for (const sub of Array.isArray(subs) ? subs : []) {
      if (at(sub, "type") === "complex") scim.note("complex inside complex", JSON.stringify(sub));
    }
  }
});

it("S-11, AMB-12: two primary values are refused wherever they come from, and an absent primary counts as false", async (scim) => {
  const two = [
    { value: "a@x", type: "work", primary: true },
    { value: "b@x", type: "home", primary: "True" },
  ];
  const body = user("a", { emails: two });
  await scim.post("POST", "/Users", body, refused(400, "invalidValue", "primary"));
  const id = await made(scim, "/Users", user("a", { emails: [{ value: "a@x", type: "work" }] }));
  await scim.put("PUT", `/Users/${id}`, body, refused(400, "invalidValue", "primary"));
  const operations = [{ op: "replace", path: "emails", value: two }];
  await scim.patch("PATCH", `/Users/${id}`, operations, refused(400, "invalidValue", "primary"));
  await scim.seen("nothing changed", `/Users/${id}`, { emails: [{ value: "a@x" }], meta: { version: 'W/"1"' } });
  await selects(scim, "/Users", "emails[primary eq false]", ["a"]);
  await selects(scim, "/Users", "emails.primary eq true", []);
});

it("S-12: adding a value that is there already neither doubles it nor changes version and date", async (scim) => {
  const emails = [{ value: "a@x", type: "work" }];
  const id = await made(scim, "/Users", user("a", { emails: [...emails, ...emails] }));
  const before = await get(scim, `/Users/${id}`);
  scim.expect("one", { emails: [{ value: "a@x", type: "work" }] }, before.json);
  const answer = await scim.patch("add", `/Users/${id}`, [{ op: "add", path: "emails", value: emails }], {
    status: 200,
  });
  scim.expect("unchanged", { $exactly: before.json ?? null }, answer.json);
});

it("S-12: a value without a value sub-attribute is the same with and without a primary mark, and is not doubled", async (scim) => {
  const home = { streetAddress: "1 Main", type: "home", primary: true };
  const work = { streetAddress: "2 Main", type: "work" };
  const addresses = [home, { ...home, primary: false }, work];
  const path = `/Users/${await made(scim, "/Users", user("a", { addresses }))}`;
  const before = await get(scim, path);
  scim.expect("one of each", { addresses: [{ $exactly: home }, { $exactly: work }] }, before.json);
  for (const value of [home, { ...home, primary: null }, work]) {
    const answer = await scim.patch("add", path, [{ op: "add", path: "addresses", value }], { status: 200 });
    scim.expect("unchanged", { $exactly: before.json ?? null }, answer.json);
  }
  await scim.patch("mark", path, [{ op: "add", path: "addresses", value: { ...work, primary: true } }], {
    status: 200,
    json: { addresses: [{ $exactly: { ...home, primary: false } }, { $exactly: { ...work, primary: true } }] },
  });
});

it("S-13: null and [] mean unassigned, in POST, PUT and PATCH and for filters", async (scim) => {
  const nothing = {
    title: null,
    emails: [],
    addresses: null,
    phoneNumbers: null,
    name: null,
    roles: [null],
    nickName: "",
  };
  const body = enterpriseUser("a", { manager: null, department: null }, nothing);
  const absent = {
    title: "$absent",
    emails: "$absent",
    addresses: "$absent",
    phoneNumbers: "$absent",
    name: "$absent",
  };
  const json = {
    ...absent,
    roles: "$absent",
    nickName: "$absent",
    [ENTERPRISE_SCHEMA]: "$absent",
    schemas: [USER_SCHEMA],
  };
  const created = await scim.post("POST", "/Users", body, { status: 201, json });
  const path = `/Users/${at(created.json, "id")}`;
  await selects(scim, "/Users", "title pr", []);
  await selects(scim, "/Users", "emails pr", []);
  await scim.patch("set", path, [{ op: "replace", value: { title: "t", emails: [{ value: "a@x" }] } }], {
    status: 200,
  });
  const clear = [
    { op: "replace", path: "title", value: null },
    { op: "replace", path: "emails", value: [] },
  ];
  await scim.patch("cleared by PATCH", path, clear, { status: 200, json: absent });
  await scim.patch("set again", path, [{ op: "add", path: "title", value: "t" }], {
    status: 200,
    json: { title: "t" },
  });
  await scim.put("cleared by PUT", path, user("a", { title: null }), { status: 200, json: absent });
});

it("S-14: what is unassigned is left out, but a list has Resources and a group has members, empty", async (scim) => {
  await scim.seen("no users", "/Users", { totalResults: 0, Resources: { $exactly: [] } });
  const id = await made(scim, "/Groups", group("g"));
  await scim.seen("no members", `/Groups/${id}`, { members: { $exactly: [] }, externalId: "$absent" });
  const uid = await made(scim, "/Users", user("a"));
  const answer = await get(scim, `/Users/${uid}`);
  scim.expect(
    "nothing but what there is",
    { $exactly: ["schemas", "id", "userName", "active", "meta"] },
    Object.keys(Object(answer.json)),
  );
  await scim.seen("a filter", `/Users?${filtered('title eq "t"')}`, { Resources: [] });
});

/** All attributes and sub-attributes of a list of schemas. */
function allAttributes(json: Json | undefined): Json[] {
  const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
  const attributes = list(at(json, "Resources")).flatMap((schema) => list(at(schema, "attributes")));
  return [...attributes, ...attributes.flatMap((attribute) => list(at(attribute, "subAttributes")))];
}
