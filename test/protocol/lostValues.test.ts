import type { Json, JsonObject } from "../../functions/scim/json.ts";
import { BULK_REQUEST, ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from "../../functions/scim/schema.ts";
import { ordinaryUser } from "./idp/setup.ts";
import { onLine } from "./onLine.ts";
import { group, refused } from "./onWire.ts";
import { patchOf } from "./rows/client.ts";

/** Values that clients send without their essence, wrapped, or under another name: nothing of them is lost, nothing wiped. */

const it = onLine();
const itOpen = onLine({ preset: "open" });
const LISTS = ["emails", "phoneNumbers", "ims", "photos", "roles", "entitlements", "x509Certificates", "addresses"];
const HOLLOW: readonly JsonObject[] = [
  { type: "mobile" },
  { type: "mobile", primary: true },
  { type: "mobile", value: null },
  { type: "mobile", value: "" },
];

itOpen(
  "S-6: an element that holds no more than its type is left out of every list, and the line says so",
  async (scim) => {
    const path = `/Users/${await scim.user("ada")}`;
    for (const list of LISTS) {
      const whole: JsonObject = list === "addresses" ? { formatted: "Lane 1" } : { value: "bmV3" };
      const dropped = { [`hollowElement:${list}`]: 1 };
      for (const [index, hollow] of HOLLOW.entries()) {
        const own = { [list]: [hollow, { ...whole, type: "work" }] };
        const noted = list === "addresses" && index > 1 ? { ...dropped, unknownAttribute: 1 } : dropped;
        const quirks =
          hollow.value === "" && list !== "addresses" ? { ...noted, [`emptyString:${list}.value`]: 1 } : noted;
        const seen = { status: 200, json: { [list]: { $exactly: [{ ...whole, type: "work" }] } } };
        await scim.recording("PUT", { method: "PUT", path, body: ordinaryUser("ada", own) }, seen, quirks);
        const added = patchOf({ op: "add", path: list, value: [hollow] });
        await scim.say(`add ${list}`, { method: "PATCH", path, body: added }, seen);
      }
    }
  },
);

it("S-6: where an org requires an e-mail address, an element without one is left out, and takes the primary mark from none", async (scim) => {
  const work = { type: "work", value: "ada@acme.example", primary: true };
  const lacking = { type: "home", display: "Ada at home", primary: true };
  const only = { status: 200, json: { emails: { $exactly: [work] } } };
  const dropped = { "hollowElement:emails": 1 };
  const sent = { emails: [work, lacking] };
  const body = ordinaryUser("ada", sent);
  await scim.recording("POST", { method: "POST", path: "/Users", body }, { ...only, status: 201 }, dropped);
  const path = `/Users/${await scim.user("bob")}`;
  await scim.recording("PUT", { method: "PUT", path, body: ordinaryUser("bob", sent) }, only, dropped);
  for (const operation of [
    { op: "add", path: "emails", value: [lacking] },
    { op: "replace", path: "emails", value: [lacking, work] },
    { op: "add", path: 'emails[type eq "home"].display', value: "Ada at home" },
  ])
    await scim.patch(JSON.stringify(operation), path, [operation], only);
  const whole = { ...lacking, value: "ada@home.example" };
  const both = { status: 200, json: { emails: { $exactly: [{ ...work, primary: false }, whole] } } };
  await scim.patch("once it has an address", path, [{ op: "add", path: "emails", value: [whole] }], both);
});

itOpen(
  "PA-9, S-11: an element without its value takes the primary mark from none, and takes it once it has a value",
  async (scim) => {
    const path = `/Users/${await scim.user("ada")}`;
    for (const list of LISTS) {
      const named = list === "addresses" ? "formatted" : "value";
      const first = { [named]: "bmV3", type: "work", primary: true };
      const hollow = { type: "mobile", primary: true };
      const only = { status: 200, json: { [list]: { $exactly: [first] } } };
      const both = ordinaryUser("ada", { [list]: [first, { ...hollow, [named]: null }] });
      await scim.put(`PUT ${list}`, path, both, only);
      const marks: readonly JsonObject[] = [
        { op: "add", path: list, value: [hollow] },
        { op: "add", value: { [list]: { ...hollow, [named]: "" } } },
        { op: "add", path: `${list}[type eq "mobile"].primary`, value: true },
        { op: "add", path: `${list}[type eq "mobile"]`, value: { primary: "True" } },
      ];
      for (const mark of marks) await scim.patch(JSON.stringify(mark), path, [mark], only);
      const later = { op: "add", path: `${list}[type eq "mobile"].${named}`, value: "bmV4" };
      const second = { ...hollow, [named]: "bmV4" };
      const moved = { status: 200, json: { [list]: { $exactly: [{ ...first, primary: false }, second] } } };
      await scim.patch(`${list} with a value`, path, [...marks.slice(2, 3), later], moved);
      const two = ordinaryUser("ada", { [list]: [first, second] });
      await scim.put(`two of ${list}`, path, two, refused(400, "invalidValue", "primary"));
    }
  },
);

itOpen(
  "PA-42, PA-44: a replace whose values are made of unknown names erases nothing, with a type beside them or not",
  async (scim) => {
    const path = `/Users/${await scim.user("ada")}`;
    const unreadable: readonly JsonObject[] = [
      { number: "9" },
      { type: "work", number: "9" },
      { Type: "x", v: { n: 9 } },
    ];
    const hollow: readonly JsonObject[] = [{}, { type: "work", number: "" }, { TYPE: "work", primary: true }];
    for (const list of LISTS) {
      const whole: JsonObject = list === "addresses" ? { formatted: "Lane 1" } : { value: "bmV3" };
      const stored = { op: "replace", path: list, value: [{ ...whole, type: "work" }] };
      await scim.patch("stored", path, [stored], { status: 200 });
      for (const value of unreadable) {
        const operations: readonly JsonObject[] = [
          { op: "replace", path: list, value: [value] },
          { op: "replace", path: list, value },
          { op: "replace", value: { [list]: [value, null] } },
          { op: "replace", path: `${list}[type eq "work"]`, value },
        ];
        for (const operation of operations) {
          await scim.patch(JSON.stringify(operation), path, [operation], refused(400, "invalidValue", list));
        }
      }
      await scim.seen("still there", path, { [list]: { $exactly: [{ ...whole, type: "work" }] } });
      for (const value of hollow) {
        const operations = [stored, { op: "replace", path: list, value: [value] }];
        await scim.patch(JSON.stringify(value), path, operations, { status: 200, json: { [list]: "$absent" } });
      }
    }
  },
);

it("PA-36: an element whose value is taken away goes, whichever way, alone and inside /Bulk", async (scim) => {
  const path = `/Users/${await scim.user("ada")}`;
  const stored = ordinaryUser("ada", { phoneNumbers: [{ type: "mobile", value: "1", primary: true }] });
  const value = 'phoneNumbers[type eq "mobile"].value';
  const removals: readonly JsonObject[] = [
    { op: "remove", path: value },
    { op: "replace", path: value, value: "" },
    { op: "replace", path: value, value: null },
    { op: "add", path: "phoneNumbers.value", value: null },
    { op: "replace", value: { [value]: null } },
  ];
  for (const operation of removals) {
    const data = patchOf(operation);
    const title = JSON.stringify(operation);
    await scim.put("as before", path, stored, { status: 200 });
    await scim.say(title, { method: "PATCH", path, body: data }, { status: 200, json: { phoneNumbers: "$absent" } });
    await scim.put("as before", path, stored, { status: 200 });
    await scim.say(`bulk ${title}`, bulk({ method: "PATCH", path, data }), { status: 200 });
    await scim.seen("gone", path, { phoneNumbers: "$absent" });
  }
  const later = patchOf(
    { op: "add", path: 'phoneNumbers[type eq "fax"].primary', value: true },
    { op: "add", path: 'phoneNumbers[type eq "fax"].value', value: "2" },
  );
  const whole = { phoneNumbers: { $exactly: [{ value: "2", type: "fax", primary: true }] } };
  await scim.recording("first its type", { method: "PATCH", path, body: later }, { status: 200, json: whole }, {});
  const named = patchOf(
    { op: "remove", path: 'phoneNumbers[type eq "fax"].value' },
    { op: "add", path: "phoneNumbers", value: { display: "desk" } },
  );
  await scim.say(
    "a name is kept",
    { method: "PATCH", path, body: named },
    { status: 200, json: { phoneNumbers: { $exactly: [{ display: "desk" }] } } },
  );
});

onLine({ preset: "rfc" })("S-53: a text of JSON in place of members is refused, and empties no group", async (scim) => {
  const id = await scim.user("ada");
  const path = `/Groups/${await scim.group("g", [id])}`;
  for (const text of [JSON.stringify([{ value: id }]), ` ${JSON.stringify({ value: id })}`, "[]", "{}"]) {
    const shapes: readonly Json[] = [text, [text], { members: text }];
    for (const members of shapes) {
      const put = { method: "PUT", path, body: group("g", { members }) };
      await scim.say("PUT", put, refused(400, "invalidValue", "members"));
      const operations: readonly JsonObject[] = [
        { op: "replace", path: "members", value: members },
        { op: "replace", value: { members } },
        { op: "remove", path: "members", value: members },
      ];
      for (const operation of operations) {
        await scim.patch(JSON.stringify(operation), path, [operation], refused(400, "invalidValue", "members"));
      }
    }
  }
  await scim.seen("still in it", path, { members: { $members: [id] } });
});

onLine({ preset: "rfc" })(
  "S-4: a text of JSON in place of the values of any other attribute is refused, and what was there stays",
  async (scim) => {
    const stored = {
      emails: [{ value: "a@x.example", type: "work" }],
      [ENTERPRISE_SCHEMA]: { manager: { value: "m" } },
    };
    const path = `/Users/${await scim.user("ada", stored)}`;
    for (const text of ['[{"value":"b@x.example"}]', ' { "value": "b@x.example" }', "[]", "{}", '["b"]']) {
      for (const name of ["emails", "phoneNumbers", "roles", "addresses", "manager", "name"]) {
        const operation = { op: "replace", path: name, value: text };
        await scim.patch(`${name} ${text}`, path, [operation], refused(400, "invalidValue", name));
      }
      const body = ordinaryUser("ada", { ...stored, emails: text });
      await scim.put(text, path, body, refused(400, "invalidValue", "emails"));
    }
    await scim.patch("no JSON", path, [{ op: "add", path: "roles", value: "[admin] {x}" }], { status: 200 });
    await scim.seen("as before", path, { emails: { $exactly: stored.emails } });
  },
);

onLine({ preset: "rfc" })(
  "PA-35: members cannot be removed by a name that is only shown, which would leave them in behind a success",
  async (scim) => {
    const id = await scim.user("ada", { displayName: "Ada" });
    const path = `/Groups/${await scim.group("g", [id])}`;
    for (const filter of ['display eq "Ada"', "display pr", `value eq "${id}" and display eq "Ada"`]) {
      for (const op of ["remove", "replace"]) {
        const operation = { op, path: `members[${filter}]`, ...(op === "replace" ? { value: { value: id } } : {}) };
        await scim.patch(filter, path, [operation], refused(400, "invalidFilter", "members.display"));
      }
    }
    await scim.seen("still in it", path, { members: { $members: [id] } });
  },
);

it("PA-3: what is no part of a member is refused, which would leave somebody in or out behind a success", async (scim) => {
  const [inside, outside] = [await scim.user("ada"), await scim.user("bob")];
  const path = `/Groups/${await scim.group("g", [inside])}`;
  const operations: readonly JsonObject[] = [
    { op: "remove", path: `members.${inside}` },
    { op: "remove", path: "members.id", value: inside },
    { op: "add", path: "MEMBERS.id", value: outside },
    { op: "replace", path: `members[value eq "${inside}"].email`, value: "x" },
    { op: "remove", path: `${GROUP_SCHEMA}:members.${inside}` },
    { op: "remove", path: `${USER_SCHEMA}:members[value eq "${inside}"]` },
    { op: "add", path: `${USER_SCHEMA}:members`, value: [{ value: outside }] },
    { op: "remove", path: `members:${inside}` },
    { op: "remove", path: `${GROUP_SCHEMA}:members:${inside}` },
    { op: "remove", path: `${GROUP_SCHEMA}:members.value.${inside}` },
    { op: "remove", path: `${GROUP_SCHEMA}.Members.${inside}` },
    { op: "add", path: `${GROUP_SCHEMA}.members[value eq "${outside}"].email`, value: "x" },
    { op: "add", path: `${USER_SCHEMA}.members`, value: [{ value: outside }] },
    { op: "add", value: { "members.id": outside } },
    { op: "add", value: { [`members.value.${outside}`]: outside } },
    { op: "add", value: { [`members[value eq "${inside}"].email`]: "x" } },
  ];
  for (const operation of operations) {
    const title = JSON.stringify(operation);
    await scim.patch(title, path, [operation], refused(400, "invalidPath", "members\\[value eq"));
    const inBulk = { method: "PATCH", path, data: patchOf(operation) };
    const body = { schemas: [BULK_REQUEST], Operations: [inBulk] };
    const answer = { status: 200, json: { Operations: [{ status: "400" }] } };
    await scim.post(`bulk ${title}`, "/Bulk", body, answer);
  }
  await scim.seen("nothing changed", path, { members: { $members: [inside] }, meta: { version: 'W/"1"' } });
  const unknown: readonly JsonObject[] = [
    { op: "add", path: "memberships", value: "x" },
    { op: "add", path: "member.id", value: "x" },
    { op: "add", path: "urn:x:members.y:z", value: "x" },
    { op: "add", path: `${GROUP_SCHEMA}:membership.x`, value: "x" },
    { op: "add", value: { "members@type": "x" } },
  ];
  await scim.patch("other names stay ignored", path, unknown, { status: 204 });
});

itOpen("PA-44: a text for the values that a path selects is their value, and their other parts stay", async (scim) => {
  const home = { value: "h@example.com", type: "home" };
  const work = { value: "w@example.com", display: "W", type: "work", primary: true };
  const path = `/Users/${await scim.user("ada", { emails: [home, work], addresses: [{ locality: "L" }] })}`;
  const selected = 'emails[type eq "work"]';
  const forms: readonly JsonObject[] = [
    { op: "replace", path: selected, value: "n0@example.com" },
    { op: "replace", path: selected, value: ["n1@example.com"] },
    { op: "add", path: selected, value: "n2@example.com" },
    { op: "replace", value: { [selected]: "n3@example.com" } },
  ];
  for (const [index, operation] of forms.entries()) {
    const emails = { $exactly: [home, { ...work, value: `n${index}@example.com` }] };
    const quirks = { "plainString:emails": 1, ...(index === 1 ? { "arrayForSingle:emails": 1 } : {}) };
    const request = { method: "PATCH", path, body: patchOf(operation) };
    await scim.recording(JSON.stringify(operation), request, { status: 200, json: { emails } }, quirks);
  }
  const role = { op: "add", path: 'roles[type eq "app"]', value: "admin" };
  const roles = { $exactly: [{ value: "admin", type: "app" }] };
  await scim.patch("created", path, [role], { status: 200, json: { roles } });
  const unreadable: readonly JsonObject[] = [
    { op: "replace", path: "addresses[locality pr]", value: "L2" },
    { op: "replace", path: selected, value: ["a", "b"] },
    { op: "replace", path: selected, value: '[{"value":"x"}]' },
  ];
  for (const operation of unreadable) {
    await scim.patch(JSON.stringify(operation), path, [operation], refused(400, "invalidValue"));
  }
  for (const operation of [
    { op: "remove", path: selected, value: "n3@example.com" },
    { op: "replace", path: 'emails[type eq "home"]', value: "" },
  ]) {
    await scim.patch(JSON.stringify(operation), path, [operation], { status: 200 });
  }
  await scim.seen("both removed", path, { emails: "$absent" });
});

it("PA-26: a PATCH of a plain attribute takes its value out of an object, and the line says so", async (scim) => {
  const id = await scim.user("ada");
  const single = { "objectForSingle:displayName": 1 };
  const renamings: readonly JsonObject[] = [
    { op: "replace", path: "displayName", value: { value: "n0" } },
    { op: "add", value: { displayName: { value: "n1" } } },
  ];
  for (const [index, operation] of renamings.entries()) {
    const body = patchOf(operation);
    const user = { method: "PATCH", path: `/Users/${id}`, body };
    await scim.recording("user", user, { status: 200, json: { displayName: `n${index}` } }, single);
    const path = `/Groups/${await scim.group(`g${index}`)}`;
    await scim.recording("group", { method: "PATCH", path, body }, { status: 204 }, single);
    await scim.seen("named", path, { displayName: `n${index}` });
  }
  const off = {
    method: "PATCH",
    path: `/Users/${id}`,
    body: patchOf({ op: "replace", path: "active", value: { value: "False" } }),
  };
  const quirks = { "objectForSingle:active": 1, "stringBoolean:active": 1 };
  await scim.recording("deactivated", off, { status: 200, json: { active: false } }, quirks);
  const on = {
    method: "PATCH",
    path: `/Users/${id}`,
    body: patchOf({ op: "replace", path: "active", value: [{ $ref: null, Value: "True" }] }),
  };
  const listed = { "arrayForSingle:active": 1, "stringBoolean:active": 1 };
  await scim.recording("another letter case", on, { status: 200, json: { active: true } }, listed);
  const valueless: readonly Json[] = [
    {},
    { value: null },
    { value: { value: "x" } },
    { text: "x" },
    [{ value: "x" }, { value: "y" }],
  ];
  for (const value of valueless) {
    await scim.patch(
      "no value",
      `/Users/${id}`,
      [{ op: "replace", path: "title", value }],
      refused(400, "invalidValue"),
    );
  }
});

it("PA-26: so does a PATCH of a part, of one value, of those selected and of an extension, and several values are refused", async (scim) => {
  const own: JsonObject = {
    addresses: [{ type: "work", country: "US" }],
    [ENTERPRISE_SCHEMA]: { division: "D" },
  };
  const path = `/Users/${await scim.user("ada", own)}`;
  const wrapped: readonly (readonly [string, string, JsonObject])[] = [
    ["name.givenName", "name.givenName", { name: { givenName: "x" } }],
    ['addresses[type eq "work"].country', "addresses.country", { addresses: [{ type: "work", country: "x" }] }],
    ["addresses.locality", "addresses.locality", { addresses: [{ locality: "x" }] }],
    [`${ENTERPRISE_SCHEMA}:manager.value`, "manager.value", { [ENTERPRISE_SCHEMA]: { manager: { value: "x" } } }],
    [`${ENTERPRISE_SCHEMA}:department`, "department", { [ENTERPRISE_SCHEMA]: { department: "x", division: "D" } }],
  ];
  for (const [target, name, json] of wrapped) {
    const list = { [`arrayForSingle:${name}`]: 1 };
    const forms: readonly (readonly [Json, JsonObject])[] = [
      [["x"], list],
      [[{ $ref: null, value: "x" }], list],
      [{ value: "x" }, { [`objectForSingle:${name}`]: 1 }],
    ];
    for (const [value, quirks] of forms) {
      const body = patchOf({ op: "replace", path: target, value });
      await scim.recording(target, { method: "PATCH", path, body }, { status: 200, json }, quirks);
    }
    const several = [{ op: "replace", path: target, value: ["x", "y"] }];
    await scim.patch("several", path, several, refused(400, "invalidValue", name));
  }
});

it("PA-26, S-13: an extension may come in a list of one, and as the empty list that PHP makes of an empty object", async (scim) => {
  const urn = ENTERPRISE_SCHEMA;
  const values = { [urn]: [{ department: "D" }], [`${urn}:division`]: "V" };
  const json = { [urn]: { $exactly: { division: "V", department: "D" } } };
  const list = { [`arrayForSingle:${urn}`]: 1 };
  const post = { method: "POST", path: "/Users", body: ordinaryUser("ada", values) };
  await scim.recording("POST", post, { status: 201, json }, { ...list, qualifiedName: 1 });
  const path = `/Users/${await scim.user("bob")}`;
  const put = { method: "PUT", path, body: ordinaryUser("bob", values) };
  await scim.recording("PUT", put, { status: 200, json }, { ...list, qualifiedName: 1 });
  const add = { method: "PATCH", path, body: patchOf({ op: "add", path: urn, value: [{ division: "W" }] }) };
  await scim.recording("PATCH", add, { status: 200, json: { [urn]: { division: "W", department: "D" } } }, list);
  for (const value of ["x", ["x"], [{ division: "A" }, { division: "B" }]]) {
    await scim.patch("no object", path, [{ op: "replace", path: urn, value }], refused(400, "invalidValue", urn));
    const body = ordinaryUser("bob", { [urn]: value });
    await scim.put("no object", path, body, refused(400, "invalidValue", urn));
  }
  const empty = { method: "PUT", path, body: ordinaryUser("bob", { [urn]: [] }) };
  await scim.recording("PUT", empty, { status: 200, json: { [urn]: "$absent", schemas: [USER_SCHEMA] } }, list);
});

it("S-53: a list that says something of members and names none of them empties no group, by PUT or PATCH", async (scim) => {
  const id = await scim.user("ada", { displayName: "Ada" });
  const path = `/Groups/${await scim.group("g", [id])}`;
  const unread: readonly Json[] = [[{ display: "Ada" }], [{ id }, { id: "x" }], [{ value: null, display: "Ada" }]];
  for (const members of unread) {
    const requests = [
      { method: "PUT", path, body: group("g", { members }) },
      { method: "PATCH", path, body: patchOf({ op: "replace", path: "members", value: members }) },
      { method: "PATCH", path, body: patchOf({ op: "replace", value: { members: { members } } }) },
      { method: "PATCH", path, body: patchOf({ op: "replace", path: `members[value eq "${id}"]`, value: members }) },
    ];
    for (const request of requests) {
      await scim.say(JSON.stringify(members), request, refused(400, "invalidValue", "members"));
    }
  }
  await scim.seen("still in it", path, { members: { $members: [id] }, meta: { version: 'W/"1"' } });
  const empty = { method: "PUT", path, body: group("g", { members: [{ value: "", $ref: null }] }) };
  await scim.recording("nothing is said", empty, { status: 200, json: { members: [] } }, { unknownMemberSkipped: 1 });
});

it("S-20, AMB-20: a name behind the URN of its schema is understood in a body, and members so named are not cleared", async (scim) => {
  const body = {
    schemas: [USER_SCHEMA],
    [`${USER_SCHEMA}:userName`]: "ada",
    [`${USER_SCHEMA.toUpperCase()}:emails`]: [{ value: "a@x.example", type: "work" }],
    [`${ENTERPRISE_SCHEMA}:department`]: "D",
    [ENTERPRISE_SCHEMA]: { costCenter: "C" },
  };
  const json = {
    userName: "ada",
    emails: [{ value: "a@x.example" }],
    [ENTERPRISE_SCHEMA]: { department: "D", costCenter: "C" },
  };
  await scim.recording("POST", { method: "POST", path: "/Users", body }, { status: 201, json }, { qualifiedName: 3 });
  const id = await scim.user("bob");
  const path = `/Groups/${await scim.group("g", [id])}`;
  const named: readonly (readonly [JsonObject, JsonObject])[] = [
    [{ [`${GROUP_SCHEMA}:members`]: [{ value: id }] }, { qualifiedName: 1 }],
    [{ [`${GROUP_SCHEMA.toUpperCase()}:MEMBERS`]: [{ value: id }] }, { qualifiedName: 1 }],
    [{ [GROUP_SCHEMA]: { members: [{ value: id }] } }, { coreContainer: 1 }],
    [{ [`${GROUP_SCHEMA}:`]: { members: [{ value: id }] } }, { coreContainer: 1, trailingColon: 1 }],
  ];
  for (const [own, quirks] of named) {
    const put = { method: "PUT", path, body: group("g", own) };
    await scim.recording("PUT", put, { status: 200, json: { members: { $members: [id] } } }, quirks);
  }
});

function bulk(...Operations: readonly JsonObject[]) {
  return { method: "POST", path: "/Bulk", body: { schemas: [BULK_REQUEST], Operations } };
}
