import type { Json } from "../../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA } from "../../../functions/scim/schema.ts";
import { at } from "../../support/wire.ts";
import { enterpriseUser, filtered, get, group, it, made, refused, user } from "../onWire.ts";
import { type Client, patchOf } from "../rows/client.ts";

const BODY = enterpriseUser(
  "a",
  { employeeNumber: "1", department: "d", manager: { value: "m", $ref: "r" } },
  {
    name: { givenName: "g", familyName: "f" },
    emails: [{ value: "a@x", type: "work", primary: true }, { value: "b@x" }],
    title: "t",
  },
);

it("A-1: attributes and excludedAttributes work on every answer that shows a resource", async (scim) => {
  const path = await one(scim);
  const only: Json = { id: "$string", schemas: "$present", title: "t", userName: "$absent", meta: "$absent" };
  const without: Json = { id: "$string", title: "$absent", userName: "a", meta: "$present" };
  for (const [query, shown] of [
    ["attributes=title", only],
    ["excludedAttributes=title", without],
  ] as const) {
    await scim.seen(`GET ${query}`, `${path}?${query}`, shown);
    await scim.seen(`list ${query}`, `/Users?${query}`, { Resources: [shown] });
    await scim.seen(`filter ${query}`, `/Users?${query}&${filtered('userName eq "a"')}`, { Resources: [shown] });
    await scim.put(`PUT ${query}`, `${path}?${query}`, BODY, { status: 200, json: shown });
    const body = patchOf({ op: "replace", path: "nickName", value: query });
    await scim.say(`PATCH ${query}`, { method: "PATCH", path: `${path}?${query}`, body }, { status: 200, json: shown });
  }
});

it("A-1: so do they on every answer that shows a group", async (scim) => {
  const member = await made(scim, "/Users", user("m"));
  const body = group("g", { externalId: "e", members: [{ value: member }] });
  const path = `/Groups/${await made(scim, "/Groups", body)}`;
  for (const [query, shown] of [
    [
      "attributes=externalId",
      { id: "$string", externalId: "e", displayName: "$absent", members: "$absent", meta: "$absent" },
    ],
    [
      "excludedAttributes=members,externalId",
      { id: "$string", externalId: "$absent", members: "$absent", meta: "$present" },
    ],
  ] as const) {
    const posted = { method: "POST", path: `/Groups?${query}`, body: { ...body, displayName: query } };
    await scim.say(`POST ${query}`, posted, { status: 201, json: shown });
    await scim.seen(`GET ${query}`, `${path}?${query}`, shown);
    await scim.seen(`filter ${query}`, `/Groups?${query}&${filtered('displayName eq "g"')}`, { Resources: [shown] });
    await scim.put(`PUT ${query}`, `${path}?${query}`, body, { status: 200, json: shown });
    await scim.patch(`PATCH ${query}`, `${path}?${query}`, [{ op: "replace", path: "displayName", value: "g" }], {
      status: 200,
      json: shown,
    });
    await scim.seen(`root ${query}`, `?${query}&${filtered('displayName eq "g"')}`, { Resources: [shown] });
  }
});

it("A-2, AMB-9: attributes gives what is named, with id and schemas always and meta only when asked for", async (scim) => {
  const path = await one(scim);
  const keys: Record<string, readonly string[]> = {
    "attributes=userName": ["schemas", "id", "userName"],
    "attributes=userName,title": ["schemas", "id", "userName", "title"],
    "attributes=userName, title ,": ["schemas", "id", "userName", "title"],
    "attributes=meta": ["schemas", "id", "meta"],
    "attributes=id": ["schemas", "id"],
    "attributes=groups": ["schemas", "id"],
    "attributes=nickName": ["schemas", "id"],
    "attributes=password": ["schemas", "id"],
    "attributes=emails.display": ["schemas", "id"],
    "attributes=department": ["schemas", "id", ENTERPRISE_SCHEMA],
    "attributes=meta.resourceType": ["schemas", "id", "meta"],
    "ATTRIBUTES=title": ["schemas", "id", "title"],
  };
  for (const [query, names] of Object.entries(keys))
    scim.expect(query, { $exactly: [...names] }, await namesAt(scim, `${path}?${query}`));
});

it("A-3, A-5, W-24: excludedAttributes takes away what is named and nothing else, never id, and keeps extensions", async (scim) => {
  const path = await one(scim);
  await scim.seen("id stays", `${path}?excludedAttributes=id,userName,schemas`, {
    id: "$string",
    schemas: "$present",
    userName: "$absent",
    title: "t",
    [ENTERPRISE_SCHEMA]: { department: "d" },
  });
  const gid = await made(scim, "/Groups", group("g", { members: [{ value: path.slice("/Users/".length) }] }));
  const json = { displayName: "g", members: "$absent" };
  await scim.seen("Entra: one group", `/Groups/${gid}?excludedAttributes=members`, json);
  await scim.seen("Entra: by name", `/Groups?excludedAttributes=members&${filtered('displayName eq "g"')}`, {
    totalResults: 1,
    Resources: [json],
  });
  await scim.seen("but with it", "/Groups?attributes=members", {
    Resources: [{ members: { $length: 1 }, displayName: "$absent" }],
  });
  const empty = await made(scim, "/Groups", group("nobody"));
  await scim.seen("nobody", `/Groups/${empty}?attributes=members.value`, { members: { $exactly: [] } });
  await scim.seen("a part", `/Groups/${gid}?excludedAttributes=members.$ref`, {
    members: [{ value: "$string", $ref: "$absent" }],
  });
});

it("A-4: names may be written in any case, with a URN, and as sub-attributes", async (scim) => {
  const path = await one(scim);
  const exactly = (value: Json): Json => ({ $exactly: value });
  const emails = [{ value: "a@x" }, { value: "b@x" }];
  await scim.seen("case", `${path}?attributes=NAME.givenname`, {
    name: exactly({ givenName: "g" }),
    userName: "$absent",
  });
  await scim.seen("URN", `${path}?attributes=${ENTERPRISE_SCHEMA}:employeeNumber`, {
    [ENTERPRISE_SCHEMA]: exactly({ employeeNumber: "1" }),
  });
  await scim.seen("URN of a part", `${path}?attributes=${ENTERPRISE_SCHEMA.toUpperCase()}:MANAGER.value`, {
    [ENTERPRISE_SCHEMA]: exactly({ manager: { value: "m" } }),
  });
  await scim.seen("whole extension", `${path}?attributes=${ENTERPRISE_SCHEMA}`, {
    [ENTERPRISE_SCHEMA]: { department: "d", manager: { value: "m" } },
    userName: "$absent",
  });
  await scim.seen("without it", `${path}?excludedAttributes=${ENTERPRISE_SCHEMA}`, {
    [ENTERPRISE_SCHEMA]: "$absent",
    userName: "a",
  });
  await scim.seen("core URN", `${path}?attributes=urn:ietf:params:scim:schemas:core:2.0:User:name.familyName`, {
    name: exactly({ familyName: "f" }),
  });
  await scim.seen("values", `${path}?attributes=emails.value`, {
    emails: exactly(emails),
  });
  await scim.seen("without types", `${path}?excludedAttributes=emails.type,emails.primary`, {
    emails: exactly(emails),
  });
  await scim.seen("encoded", `${path}?attributes=${encodeURIComponent("userName,name.givenName")}`, {
    userName: "a",
    name: exactly({ givenName: "g" }),
  });
  for (const names of ["name.givenName,name", "name,name.givenName"])
    await scim.seen(names, `${path}?attributes=${names}`, { name: exactly({ familyName: "f", givenName: "g" }) });
  const filters: Record<string, Json> = { '[type eq "a,b]"]': BODY.emails ?? null, '[type eq "work"].value': emails };
  for (const [filter, shown] of Object.entries(filters))
    await scim.seen(filter, `${path}?attributes=${encodeURIComponent(`emails${filter}`)}`, { emails: exactly(shown) });
  await scim.seen("every part", `${path}?excludedAttributes=emails.type,emails.primary,emails.value`, {
    emails: "$absent",
  });
});

it("A-7: attributes and excludedAttributes together are refused", async (scim) => {
  const path = await one(scim);
  const gid = await made(scim, "/Groups", group("g"));
  const query = "attributes=userName&excludedAttributes=title";
  for (const one of [path, "/Users", "/Groups", `/Groups/${gid}`])
    await scim.get(one, `${one}?${query}`, refused(400, "invalidValue"));
  const operations = [{ op: "replace", path: "title", value: "other" }];
  await scim.patch("PATCH", `${path}?${query}`, operations, refused(400, "invalidValue"));
  await scim.put("PUT", `${path}?${query}`, BODY, refused(400, "invalidValue"));
  await scim.seen("unchanged", path, { title: "t", meta: { version: 'W/"1"' } });
  await scim.seen("an empty one does not count", `${path}?attributes=title&excludedAttributes=`, {
    title: "t",
    userName: "$absent",
  });
});

it("A-8: names that nobody knows are ignored", async (scim) => {
  const path = await one(scim);
  const odd = [
    "nothing",
    "name.nothing",
    "__proto__",
    "constructor,toString",
    "a.b.c.d",
    "[]",
    "emails[",
    "urn:x:y",
    ",",
    "%00",
    "userName.x",
    'emails[type eq "work"].nothing',
  ];
  for (const name of odd) {
    const encoded = name.startsWith("%") ? name : encodeURIComponent(name);
    await scim.seen(`attributes=${name}`, `${path}?attributes=${encoded}`, { id: "$string" });
    await scim.seen(`excludedAttributes=${name}`, `${path}?excludedAttributes=${encoded}`, {
      id: "$string",
      userName: "a",
      title: "t",
    });
  }
});

async function one(scim: Client): Promise<string> {
  return `/Users/${await made(scim, "/Users", BODY)}`;
}

async function namesAt(scim: Client, path: string): Promise<string[]> {
  return Object.keys(Object((await get(scim, path)).json));
}

it("A-2, S-29: the names of members and of the manager are as they are now, beside all else of the attribute where that is asked for too", async (scim) => {
  const boss = await made(scim, "/Users", user("boss", { displayName: "The Boss" }));
  const plain = await made(scim, "/Users", enterpriseUser("plain", { manager: { value: boss } }));
  const inner = await made(scim, "/Groups", group("Inner"));
  const members = [boss, plain, inner].map((value) => ({ value }));
  const path = `/Groups/${await made(scim, "/Groups", group("Outer", { members }))}`;
  const shown = async (query: string) => {
    const { json } = await get(scim, `${path}?attributes=${query}`);
    return [at(json, "members")].flat().map((member) => [at(member, "value"), at(member, "display")]);
  };
  const expectNames = async (query: string, expected: readonly (readonly (string | undefined)[])[]) => {
    const [wanted, got] = [expected, await shown(query)].map((pairs) => JSON.stringify([...pairs].sort()));
    if (got !== wanted) scim.note(query, `expected ${wanted}; got ${got}`);
  };
  const named = [
    [boss, "The Boss"],
    [plain, "plain"],
    [inner, "Inner"],
  ] as const;
  await expectNames("members,members.display", named);
  await expectNames("members.display,MEMBERS.VALUE", named);
  await scim.patch("rename", `/Users/${boss}`, [{ op: "replace", path: "displayName", value: "Boss 2" }], {
    status: 200,
  });
  await expectNames("displayName,members.display,members.value", [[boss, "Boss 2"], ...named.slice(1)]);
  const manager = `${ENTERPRISE_SCHEMA}:manager`;
  const asked = `attributes=${manager},${manager}.displayName`;
  const whole = { [ENTERPRISE_SCHEMA]: { manager: { value: boss, displayName: "Boss 2" } } };
  await scim.seen("manager", `/Users/${plain}?${asked}`, whole);
  await scim.seen("managers", `/Users?${asked}&${filtered('userName eq "plain"')}`, { Resources: [whole] });
  const hidden = { [ENTERPRISE_SCHEMA]: { manager: { value: boss, displayName: "$absent" } } };
  await scim.seen("the whole extension", `/Users/${plain}?attributes=${ENTERPRISE_SCHEMA}`, hidden);
});
