import type { Json, JsonObject } from "../../functions/scim/json.ts";
import {
  BULK_REQUEST,
  ENTERPRISE_SCHEMA,
  GROUP_SCHEMA,
  SEARCH_REQUEST,
  USER_SCHEMA,
} from "../../functions/scim/schema.ts";
import type { WireRequest } from "../support/wire.ts";
import { ordinaryUser } from "./idp/setup.ts";
import { onLine } from "./onLine.ts";
import { filtered, group, refused, textOf } from "./onWire.ts";
import { clientOf, patchOf } from "./rows/client.ts";

/** What identity providers send otherwise than the RFC has it: understood, and recorded on the line of the request. */

const it = onLine();
const itRfc = onLine({ preset: "rfc" });

it("U-9, AMB-11: a PUT of a group without members takes all of them out, and its line says so", async (scim) => {
  const member = await scim.user("ada");
  const path = `/Groups/${await scim.group("Engines", [member])}`;
  const put = { method: "PUT", path, body: group("Engines") };
  await scim.recording("omitted", put, { status: 200, json: { members: { $exactly: [] } } }, { membersOmitted: 1 });
  await scim.seen("nobody is in it", path, { members: { $exactly: [] } });
  await scim.seen("nor is it the user's", `/Users/${member}`, { groups: "$absent" });
  const empty = { ...put, body: group("Engines", { members: [] }) };
  await scim.recording("an empty list is plain", empty, { status: 200 }, {});
});

it("U-9, AMB-11: a PUT of a group without members clears it inside /Bulk as well", async (scim) => {
  const path = `/Groups/${await scim.group("Engines", [await scim.user("ada")])}`;
  const put = bulk({ method: "PUT", path, data: group("Engines") });
  await scim.recording("bulk", put, { status: 200, json: { Operations: [{ status: "200" }] } }, { membersOmitted: 1 });
  await scim.seen("nobody is in it", path, { members: { $exactly: [] } });
});

onLine({ changed: { membersOmittedInPut: "keep" } })(
  "U-9, AMB-11: a PUT of a group without members keeps them where membersOmittedInPut says keep",
  async (scim) => {
    const member = await scim.user("ada");
    const path = `/Groups/${await scim.group("Engines", [member])}`;
    const put = { method: "PUT", path, body: group("Motors") };
    await scim.recording("omitted", put, { status: 200, json: { displayName: "Motors" } }, {});
    await scim.seen("still in it", path, { members: { $members: [member] } });
  },
);

it("S-20: a resource without schemas is of the type that its endpoint has, on POST and PUT, alone and inside /Bulk", async (scim) => {
  for (const [endpoint, urn, resource] of [
    ["/Users", USER_SCHEMA, (name: string) => ordinaryUser(name)],
    ["/Groups", GROUP_SCHEMA, (name: string) => group(name, { members: [] })],
  ] as const) {
    for (const [index, schemas] of [undefined, [], null, ""].entries()) {
      const body = { ...resource(`n${index}`), schemas };
      const made = await scim.post("POST", endpoint, body, { status: 201 });
      const path = `${endpoint}/${textOf(made, "id")}`;
      const put = { method: "PUT", path, body: { ...body, externalId: "e" } };
      await scim.recording("PUT", put, { status: 200, json: { schemas: [urn] } }, { missingSchemas: 1 });
      const again = bulk({ method: "PUT", path, data: { ...body, externalId: "f" } });
      const done = { status: 200, json: { Operations: [{ status: "200" }] } };
      await scim.recording("bulk", again, done, { missingSchemas: 1 });
      await scim.seen("typed", path, { schemas: [urn], externalId: "f" });
    }
    const wrong = { method: "POST", path: endpoint, body: { ...resource("w"), schemas: ["urn:x"] } };
    await scim.say("a wrong one", wrong, refused(400, "invalidSyntax", "schemas"));
  }
});

itRfc("S-20: a resource without schemas is refused under rfc", async (scim) => {
  for (const schemas of [undefined, [], null]) {
    const body = { userName: "ada", schemas };
    await scim.post("POST", "/Users", body, refused(400, "invalidSyntax", "schemas"));
  }
});

it("U-2, AMB-10: null in active makes a new user active and leaves an old one as it was, and the line says so", async (scim) => {
  const body = ordinaryUser("ada", { active: null });
  await scim.recording(
    "POST",
    { method: "POST", path: "/Users", body },
    { status: 201, json: { active: true } },
    NULLED,
  );
  const inBulk = { method: "POST", path: "/Users", bulkId: "b", data: ordinaryUser("bob", { active: null }) };
  await scim.recording("bulk", bulk(inBulk), { status: 200, json: { Operations: [{ status: "201" }] } }, NULLED);
  await scim.seen("bob", `/Users?${filtered('userName sw "bob"')}`, { Resources: [{ active: true }] });
  const path = `/Users/${await scim.user("off", { active: false })}`;
  const put = { method: "PUT", path, body: ordinaryUser("off", { active: null }) };
  await scim.recording("PUT", put, { status: 200, json: { active: false } }, NULLED);
});

itRfc("U-2: null in active makes a new user without active under rfc", async (scim) => {
  const body = ordinaryUser("ada", { active: null });
  await scim.recording(
    "POST",
    { method: "POST", path: "/Users", body },
    { status: 201, json: { active: "$absent" } },
    {},
  );
});

const UNASSIGNING: readonly JsonObject[] = [
  { op: "remove", path: "active" },
  { op: "replace", path: "active", value: null },
  { op: "add", path: `${USER_SCHEMA}:active`, value: [] },
  { op: "replace", value: { active: null } },
  { op: "replace", value: [{ [USER_SCHEMA]: { active: null } }] },
  { op: "replace", value: '{"active":null}' },
];

it("PA-31: a PATCH that takes active away is refused, alone and inside /Bulk, and the user stays as it was", async (scim) => {
  const path = `/Users/${await scim.user("ada")}`;
  for (const operation of UNASSIGNING) {
    const title = JSON.stringify(operation);
    await scim.patch(title, path, [operation], refused(400, "invalidValue", "active cannot be removed"));
    const inBulk = bulk({ method: "PATCH", path, data: patchOf(operation) });
    await scim.say(`bulk ${title}`, inBulk, { status: 200, json: { Operations: [{ status: "400" }] } });
  }
  await scim.seen("still active", path, { active: true, meta: { version: 'W/"1"' } });
  const twice: readonly JsonObject[] = [
    { op: "remove", path: "active" },
    { op: "add", path: "active", value: false },
  ];
  await scim.patch("with a new value", path, twice, { status: 200, json: { active: false } });
});

itRfc("PA-31: a PATCH may take active away under rfc", async (scim) => {
  const path = `/Users/${await scim.user("ada")}`;
  await scim.patch("remove", path, [{ op: "remove", path: "active" }], {
    status: 200,
    json: { active: "$absent" },
  });
});

it("PA-6: what only the server writes is ignored as a path as well, the rest is applied, and the line names it", async (scim) => {
  const id = await scim.user("ada");
  const path = `/Users/${id}`;
  const title = { op: "add", path: "title", value: "t" };
  for (const [name, quirk] of [
    ["groups", "groups"],
    ['groups[display eq "x"].value', "groups.value"],
    ["meta.created", "meta.created"],
    ["id", "id"],
    ["manager.displayName", `${ENTERPRISE_SCHEMA}:manager.displayName`],
    [`${ENTERPRISE_SCHEMA}:manager.displayName`, `${ENTERPRISE_SCHEMA}:manager.displayName`],
  ] as const) {
    for (const op of ["add", "replace", "remove"]) {
      const body = patchOf({ op, path: name, ...(op === "remove" ? {} : { value: "x" }) }, title);
      const seen = { title: "t", id, groups: "$absent", [ENTERPRISE_SCHEMA]: "$absent" };
      const quirks = { [`readOnlyIgnored:${quirk}`]: 1 };
      await scim.recording(`${op} ${name}`, { method: "PATCH", path, body }, { status: 200, json: seen }, quirks);
    }
  }
  const gpath = `/Groups/${await scim.group("g", [id])}`;
  for (const name of ["members.display", `members[value eq "${id}"].display`]) {
    const body = patchOf({ op: "replace", path: name, value: "x" }, { op: "add", path: "externalId", value: "e" });
    await scim.recording(
      name,
      { method: "PATCH", path: gpath, body },
      { status: 204 },
      { "readOnlyIgnored:members.display": 1 },
    );
  }
  await scim.seen("the rest", gpath, { externalId: "e", members: { $members: [id] } });
  const type = [{ op: "replace", path: "members.type", value: "Group" }];
  await scim.patch("what a member is stays refused", gpath, type, refused(400, "mutability"));
});

it("PA-21, PA-41: a path-less value may come as a text of JSON or in a list of one, of users and groups, and in /Bulk", async (scim) => {
  const id = await scim.user("ada");
  const path = `/Users/${id}`;
  const gpath = `/Groups/${await scim.group("g")}`;
  for (const [index, [wrap, quirks]] of WRAPPED.entries()) {
    const sent = (own: JsonObject): JsonObject => patchOf({ op: "replace", value: wrap(own) });
    const title = `t${index}`;
    const user = { method: "PATCH", path, body: sent({ title }) };
    await scim.recording(title, user, { status: 200, json: { title } }, quirks);
    const team = sent({ displayName: title, members: [{ value: id }] });
    await scim.recording(`group ${title}`, { method: "PATCH", path: gpath, body: team }, { status: 204 }, quirks);
    await scim.seen("the group", gpath, { displayName: title, members: { $members: [id] } });
    const inBulk = bulk({ method: "PATCH", path, data: sent({ title: `b${index}` }) });
    await scim.recording(`bulk ${title}`, inBulk, { status: 200, json: { Operations: [{ status: "200" }] } }, quirks);
    await scim.seen("in bulk", path, { title: `b${index}` });
  }
  for (const value of [[{ title: "x" }, { title: "y" }], [], "title", "[1]", '{"title":', '"{}"', [["x"]]]) {
    await scim.patch(JSON.stringify(value), path, [{ op: "replace", value }], refused(400, "invalidValue"));
  }
  const hidden = [{ op: "replace", value: '{"title":"\\u0000"}' }];
  await scim.patch("text that no body may hold", path, hidden, refused(400, "invalidValue", "Unicode"));
});

itRfc("PA-41: a text of JSON as a path-less value is refused under rfc", async (scim) => {
  const path = `/Users/${await scim.user("ada")}`;
  await scim.patch("text", path, [{ op: "replace", value: '{"title":"x"}' }], refused(400, "invalidValue"));
  await scim.patch("list", path, [{ op: "replace", value: [{ title: "x" }] }], {
    status: 200,
    json: { title: "x" },
  });
});

it("S-53, AMB-18: a member without an id is left out and counted where unknown members are, and refused under rfc", async (scim) => {
  const id = await scim.user("ada");
  const nobodies: readonly JsonObject[] = [{ value: null }, { display: "Ada" }, {}, { value: "" }, { $ref: null }];
  for (const [index, nobody] of nobodies.entries()) {
    const members = [nobody, { value: id }];
    const created = { method: "POST", path: "/Groups", body: group(`g${index}`, { members }) };
    const skipped = { unknownMemberSkipped: 1 };
    await scim.recording("POST", created, { status: 201, json: { members: { $members: [id] } } }, skipped);
    const path = `/Groups/${await scim.group(`h${index}`)}`;
    for (const request of [
      { method: "PUT", path, body: group(`h${index}`, { members }) },
      { method: "PATCH", path, body: patchOf({ op: "add", path: "members", value: members }) },
      { method: "PATCH", path, body: patchOf({ op: "replace", value: { members } }) },
    ]) {
      await scim.say(request.method, request, { status: request.method === "PUT" ? 200 : 204 });
      await scim.seen("in it", path, { members: { $members: [id] } });
    }
    const removal = { method: "PATCH", path, body: patchOf({ op: "remove", path: "members", value: [nobody] }) };
    await scim.recording("remove", removal, { status: 204 }, { ...skipped, "removeWithValues:members": 1 });
    await scim.seen("nobody was removed", path, { members: { $members: [id] } });
    const strict = await clientOf(scim.target, { preset: "rfc" });
    const refusedGroup = { method: "POST", path: "/Groups", body: group("g", { members: [nobody] }) };
    await strict.say("rfc", refusedGroup, refused(400, "invalidValue", "members"));
    scim.found.push(...strict.found);
  }
});

it("S-11, AMB-12: one value under two types may be marked as primary twice, which two values may not, and the line says so", async (scim) => {
  const work = { value: "a@x.example", type: "work", primary: true };
  const both = [work, { ...work, type: "home" }];
  const kept = [work, { ...work, type: "home", primary: false }];
  const twice = { "primaryTwice:emails": 1 };
  const post = { method: "POST", path: "/Users", body: ordinaryUser("ada", { emails: both }) };
  await scim.recording("POST", post, { status: 201, json: { emails: { $exactly: kept } } }, twice);
  const path = `/Users/${await scim.user("bob")}`;
  const replace = patchOf({ op: "replace", path: "emails", value: both });
  const seen = { status: 200, json: { emails: { $exactly: kept } } };
  await scim.recording("PATCH", { method: "PATCH", path, body: replace }, seen, twice);
  const put = { method: "PUT", path, body: ordinaryUser("bob", { emails: both }) };
  await scim.recording("PUT, as it is stored", put, { ...seen, json: { meta: { version: 'W/"2"' } } }, twice);
  const lanes: JsonObject[] = [
    { formatted: "Lane 1", primary: true },
    { formatted: "Lane 1", type: "home", primary: true },
  ];
  const operations = [{ op: "replace", path: "addresses", value: lanes }];
  await scim.patch("without a value", path, operations, refused(400, "invalidValue", "primary"));
});

it("P8: where no e-mail is of type work the primary or only one counts, on every write, and the line says so", async (scim) => {
  const other = (name: string, ...own: readonly JsonObject[]) => ({
    method: "POST",
    path: "/Users",
    body: ordinaryUser(name, { emails: [{ type: "other", value: `${name}@x.example` }, ...own] }),
  });
  const counted = { otherEmail: 1 };
  await scim.recording("only", other("a"), { status: 201 }, counted);
  const home = { type: "home", value: "h@x.example" };
  await scim.recording("primary", other("b", { ...home, primary: true }), { status: 201 }, counted);
  await scim.recording("work beside it", other("c", { type: "work", value: "w@x.example" }), { status: 201 }, {});
  const none = "e-mail.*primary or only";
  await scim.say("neither", other("d", home), refused(400, "invalidValue", none));
  await scim.say("blank", other("e", { type: "work", value: " " }, home), refused(400, "invalidValue", none));
  const path = `/Users/${await scim.user("f")}`;
  const patch = (operation: JsonObject) => ({ method: "PATCH", path, body: patchOf(operation) });
  const typed = patch({ op: "replace", path: "emails.type", value: "other" });
  await scim.recording("PATCH", typed, { status: 200, json: { emails: [{ type: "other" }] } }, counted);
  const put = { method: "PUT", path, body: ordinaryUser("f", { emails: [home] }) };
  await scim.recording("PUT", put, { status: 200, json: { emails: [home] } }, counted);
  await scim.recording("no change of it", patch({ op: "add", path: "title", value: "t" }), { status: 200 }, {});
  const inBulk = bulk({ method: "PUT", path, data: ordinaryUser("f", { emails: [{ ...home, type: "other" }] }) });
  await scim.recording("bulk", inBulk, { status: 200, json: { Operations: [{ status: "200" }] } }, counted);
  await scim.say("the last", patch({ op: "remove", path: "emails" }), refused(400, "invalidValue", none));
  const found = `/Users?${filtered('emails.value eq "H@x.example" and active eq true')}`;
  await scim.seen("found by it", found, { Resources: { $contains: [{ userName: "f@acme.example" }] } });
});

it("Q-1, A-3: an empty filter is none, in a query and in a search, and repeated lists of attributes are united", async (scim) => {
  await scim.user("ada");
  await scim.user("bob");
  const all = { status: 200, json: { totalResults: 2 } };
  for (const path of ["/Users?filter=", "/Users?filter=%20&count=1", "/?filter="]) {
    await scim.recording(path, { method: "GET", path }, all, { emptyFilter: 1 });
  }
  const search = { method: "POST", path: "/Users/.search", body: { schemas: [SEARCH_REQUEST], filter: "" } };
  await scim.recording("search", search, all, { emptyFilter: 1 });
  const document = { method: "GET", path: "/Schemas?filter=" };
  await scim.recording("discovery", document, { status: 200 }, { emptyFilter: 1 });
  const lists = "attributes=userName&attributes=emails,title&Attributes=active";
  const only = { userName: "$present", emails: "$present", active: true, displayName: "$absent", name: "$absent" };
  const united = { status: 200, json: { Resources: [only, only] } };
  const twice = { "repeatedParameter:attributes": 2 };
  await scim.recording("attributes", { method: "GET", path: `/Users?${lists}` }, united, twice);
  const without = { method: "GET", path: "/Users?excludedAttributes=name&excludedAttributes=emails" };
  const rest = { name: "$absent", emails: "$absent", userName: "$present" };
  const once = { "repeatedParameter:excludedAttributes": 1 };
  await scim.recording("excluded", without, { status: 200, json: { Resources: [rest, rest] } }, once);
  const last = { status: 200, json: { startIndex: 2, Resources: [{}] } };
  await scim.recording("others", { method: "GET", path: "/Users?startIndex=1&startIndex=2" }, last, {});
});

it("AMB-5: the URNs that schemas had in SCIM 1 and in drafts are those of today, in schemas, as keys, in paths, filters and projections", async (scim) => {
  const former = ["1.0", "2.0", "2.0:User"].map((version) => `urn:scim:schemas:extension:enterprise:${version}`);
  for (const [index, urn] of [...former, ...former.map((name) => name.toUpperCase())].entries()) {
    const department = (name: string): JsonObject => ({ [ENTERPRISE_SCHEMA]: { department: name } });
    const sent = {
      ...ordinaryUser(`u${index}`),
      schemas: ["urn:scim:schemas:core:1.0", urn],
      [urn]: { department: "a" },
    };
    const made = await scim.post("in a body", "/Users", sent, { status: 201, json: department("a") });
    const path = `/Users/${textOf(made, "id")}`;
    const body = { ...ordinaryUser(`u${index}`), [`${urn}:department`]: "b" };
    const seen = { status: 200, json: department("b") };
    await scim.recording("a key", { method: "PUT", path, body }, seen, { legacySchema: 1, qualifiedName: 1 });
    const operations: readonly JsonObject[] = [
      { path: `${urn}:department`, value: "x0" },
      { path: `${urn}.department`, value: "x1" },
      { path: urn, value: { department: "x2" } },
      { value: { [urn]: { department: "x3" } } },
      { value: { [`${urn}:department`]: "x4" } },
    ];
    for (const [at, operation] of operations.entries()) {
      const patch = { method: "PATCH", path, body: patchOf({ op: "replace", ...operation }) };
      await scim.recording(`path ${at}`, patch, { status: 200, json: department(`x${at}`) }, { legacySchema: 1 });
    }
    const query = filtered(`${urn}:department eq "x4" and userName sw "u${index}"`);
    const found = { totalResults: 1, Resources: [{ ...department("x4"), userName: "$absent" }] };
    await scim.seen("in a filter", `/Users?${query}&attributes=${urn}`, found);
    await scim.patch("removed", path, [{ op: "remove", path: urn }], {
      status: 200,
      json: { [ENTERPRISE_SCHEMA]: "$absent" },
    });
  }
  const values = { [ENTERPRISE_SCHEMA]: { department: "d", division: "e" } };
  const today = { [ENTERPRISE_SCHEMA]: { department: "d" } };
  const earlier = { "urn:scim:schemas:extension:enterprise:1.0": { Department: "x", division: "e" } };
  for (const [index, both] of [
    { ...today, ...earlier },
    { ...earlier, ...today },
  ].entries()) {
    const body = ordinaryUser(`both${index}`, both);
    await scim.post("beside that of today", "/Users", body, { status: 201, json: values });
  }
  const member = await scim.user("ada");
  const team = `/Groups/${await scim.group("Engines")}`;
  const add = [{ op: "add", path: "urn:scim:schemas:core:1.0:members", value: [{ value: member }] }];
  await scim.patch("members", team, add, { status: 204 });
  await scim.seen("one member", team, { members: { $members: [member] } });
  const other = { ...ordinaryUser("eve"), schemas: ["urn:scim:schemas:core:2.0:Group"] };
  await scim.post("another type's", "/Users", other, refused(400, "invalidSyntax"));
});

it("SR-1: a search takes numbers as texts and lists of names with commas", async (scim) => {
  for (const name of ["ada", "bob", "eve"]) await scim.user(name);
  const message = { schemas: [SEARCH_REQUEST], count: "1", startIndex: "2", attributes: "userName, emails" };
  const asked = { totalResults: 3, startIndex: 2, Resources: [{ userName: "$present", name: "$absent" }] };
  const quirks = { "stringNumber:count": 1, "stringNumber:startIndex": 1, "commaList:attributes": 1 };
  for (const path of ["/Users/.search", "/.search"]) {
    await scim.recording(path, { method: "POST", path, body: message }, { status: 200, json: asked }, quirks);
  }
  for (const own of [{ count: "many" }, { count: "" }, { startIndex: "1.5" }, { attributes: 5 }, { count: [1] }]) {
    const wrong = { method: "POST", path: "/Users/.search", body: { schemas: [SEARCH_REQUEST], ...own } };
    await scim.say(JSON.stringify(own), wrong, refused(400, "invalidValue"));
  }
});

for (const [preset, refuses] of [
  ["standard", false],
  ["rfc", true],
] as const) {
  onLine({ preset })(
    `SR-1, B-1: a search or a bulk request without schemas is ${refuses ? "refused" : "read as what its endpoint takes"} under ${preset}`,
    async (scim) => {
      await scim.user("ada");
      const messages = [
        ["/.search", SEARCH_REQUEST, { count: 1 }],
        ["/Users/.search", SEARCH_REQUEST, { filter: 'userName eq "ada"' }],
        ["/Bulk", BULK_REQUEST, { Operations: [] }],
      ] as const;
      for (const [path, urn, message] of messages) {
        const post = (own: JsonObject) => ({ method: "POST", path, body: { ...message, ...own } });
        const without: JsonObject[] = [{}, { schemas: null }, { schemas: [] }, { schemas: "" }];
        for (const own of without) {
          const title = `${path} ${JSON.stringify(own)}`;
          if (refuses) await scim.say(title, post(own), refused(400, "invalidSyntax"));
          else await scim.recording(title, post(own), { status: 200 }, { missingSchemas: 1 });
        }
        await scim.recording(
          `${path} one text`,
          post({ schemas: urn.toLowerCase() }),
          { status: 200 },
          { loneSchema: 1 },
        );
        for (const schemas of [[USER_SCHEMA], USER_SCHEMA, 1, [1], {}]) {
          await scim.say(path, post({ schemas }), refused(400, "invalidSyntax"));
        }
      }
    },
  );
}

it("B-1: null in the envelope of any message is as good as absent", async (scim) => {
  const id = await scim.user("ada");
  const operation = { method: "PATCH", path: `/Users/${id}`, bulkId: null, version: null };
  const nothing = { failOnErrors: null, unknown: null };
  const data = { schemas: null, Operations: [{ op: "add", path: null, value: { title: "t" } }] };
  const body = { schemas: [BULK_REQUEST], Operations: [{ ...operation, data }], ...nothing };
  const done = { status: 200, json: { Operations: [{ status: "200" }] } };
  await scim.post("bulk", "/Bulk", body, done);
  await scim.seen("patched", `/Users/${id}`, { title: "t" });
  const names = ["filter", "attributes", "excludedAttributes", "sortBy", "sortOrder", "startIndex", "count", "cursor"];
  const search = { schemas: [SEARCH_REQUEST], ...Object.fromEntries(names.map((name) => [name, null])) };
  const found = { status: 200, json: { totalResults: 1 } };
  await scim.post("search", "/Users/.search", search, found);
});

it("B-4: failOnErrors of 0 or less is no limit, as clients mean it, and the line says so", async (scim) => {
  const gone = { method: "DELETE", path: "/Users/nobody" };
  const tried = { status: 200, json: { Operations: [{ status: "404" }, { status: "404" }] } };
  for (const failOnErrors of [0, -1]) {
    const body = { schemas: [BULK_REQUEST], failOnErrors, Operations: [gone, gone] };
    await scim.recording(String(failOnErrors), { method: "POST", path: "/Bulk", body }, tried, { boundlessErrors: 1 });
  }
});

it("two slashes in a row are one, wherever they stand in the address, and the line says so", async (scim) => {
  const id = await scim.user("ada");
  const double = { doubleSlash: 1 };
  const location = `${scim.tenant.tenantUrl}/Users/${id}`;
  const one = { status: 200, json: { id, meta: { location } } };
  for (const path of [`//Users/${id}`, `/Users//${id}`, `//Users///${id}`]) {
    await scim.recording(path, { method: "GET", path }, one, double);
    const title = [{ op: "add", path: "title", value: path }];
    await scim.recording(
      "PATCH",
      { method: "PATCH", path, body: patchOf(...title) },
      { ...one, json: { title: path } },
      double,
    );
  }
  const list = { status: 200, json: { totalResults: 1 } };
  for (const path of ["//Users", "//", "//Users?count=1"])
    await scim.recording(path, { method: "GET", path }, list, double);
  const search = { schemas: [SEARCH_REQUEST] };
  for (const path of ["//.search", "//Users/.search", "//Users//.search"]) {
    await scim.recording(path, { method: "POST", path, body: search }, list, double);
  }
  const made = { method: "POST", path: "//Groups", body: group("g", { members: [{ value: id }] }) };
  await scim.recording("POST", made, { status: 201, json: { members: { $members: [id] } } }, double);
  const operation = {
    method: "PATCH",
    path: `/Users//${id}`,
    data: patchOf({ op: "add", path: "title", value: "b" }),
  };
  const request = { ...bulk(operation), path: "//Bulk" };
  const done = { status: 200, json: { Operations: [{ status: "200", location }] } };
  await scim.recording("Bulk, and in it", request, done, { doubleSlash: 2 });
  await scim.recording("one at the end in Bulk", bulk({ ...operation, path: `/Users/${id}/` }), done, {});
  const posted = bulk({ method: "POST", path: "//Users/", bulkId: "b", data: ordinaryUser("bob") });
  await scim.recording("POST in Bulk", posted, { status: 200, json: { Operations: [{ status: "201" }] } }, double);
  for (const path of ["//Schemas", "//ServiceProviderConfig", "//ResourceTypes//User"]) {
    await scim.recording(path, { method: "GET", path }, { status: 200 }, double);
  }
  for (const path of ["//Things", "//Users/x/y", "//Bulk/x"]) await scim.get(path, path, refused(404));
  const base = `/scim/v2/${scim.tenant.slug}/Users/${id}`;
  for (const target of [`/${base}`, base.replace("/v2/", "//v2//")]) {
    const headers = { Authorization: `Bearer ${scim.tenant.token}` };
    const answer = await scim.target.transport({ method: "GET", target, headers, body: undefined });
    scim.expect(target, 200, answer.status);
  }
  const stranger = await scim.tenant.request({ method: "GET", path: "//Users", headers: { Authorization: null } });
  scim.expect("without a token", 401, stranger.status);
});

it("PA-30: an extension's URN with a colon at its end, and the core schema's as a path, are understood and recorded", async (scim) => {
  const path = `/Users/${await scim.user("ada")}`;
  const department = { status: 200, json: { [ENTERPRISE_SCHEMA]: { department: "d" } } };
  const none = [{ op: "remove", path: ENTERPRISE_SCHEMA }];
  const colon = { trailingColon: 1 };
  const written: readonly JsonObject[] = [
    { op: "add", path: `${ENTERPRISE_SCHEMA}:`, value: { department: "d" } },
    { op: "replace", value: { [`${ENTERPRISE_SCHEMA}:`]: { department: "d" } } },
  ];
  for (const operation of written) {
    await scim.recording("written", { method: "PATCH", path, body: patchOf(operation) }, department, colon);
    await scim.patch("removed", path, none, { status: 200, json: { [ENTERPRISE_SCHEMA]: "$absent" } });
  }
  const put = ordinaryUser("ada", { [`${ENTERPRISE_SCHEMA}:`]: { department: "d" } });
  await scim.recording("PUT", { method: "PUT", path, body: put }, department, colon);
  const named = { ...put, schemas: [`${USER_SCHEMA}:`], [`${ENTERPRISE_SCHEMA}:`]: null };
  await scim.recording("in schemas", { method: "PUT", path, body: named }, { status: 200 }, { trailingColon: 2 });
  await scim.recording("PUT", { method: "PUT", path, body: put }, department, colon);
  const gone = patchOf({ op: "remove", path: `${ENTERPRISE_SCHEMA}:` });
  const bare = { status: 200, json: { [ENTERPRISE_SCHEMA]: "$absent" } };
  await scim.recording("remove", { method: "PATCH", path, body: gone }, bare, colon);
  const core = patchOf({ op: "replace", path: USER_SCHEMA, value: { title: "t" } });
  const titled = { status: 200, json: { title: "t" } };
  await scim.recording("core", { method: "PATCH", path, body: core }, titled, { coreContainer: 1 });
});

it("P17: a deactivation is carried out in every spelling, whatever else in it would be refused", async (scim) => {
  const off = { active: false, userName: "another@acme.example" };
  const operations: readonly JsonObject[] = [
    { op: "replace", value: off },
    { op: "replace", value: [off] },
    { op: "replace", value: JSON.stringify(off) },
    { op: "replace", value: [JSON.stringify(off)] },
    { op: "replace", value: { [USER_SCHEMA]: off } },
    { op: "replace", value: { [`${USER_SCHEMA}:`]: off } },
    { op: "replace", path: USER_SCHEMA, value: off },
    { op: "replace", path: `${USER_SCHEMA}:`, value: JSON.stringify(off) },
    { op: "add", value: { [`${USER_SCHEMA}:active`]: "False", [`${USER_SCHEMA}:userName`]: off.userName } },
  ];
  for (const [index, operation] of operations.entries()) {
    const path = `/Users/${await scim.user(`u${index}`)}`;
    const kept = { active: false, userName: `u${index}@acme.example` };
    await scim.patch(JSON.stringify(operation), path, [operation], { status: 200, json: kept });
  }
});

it("P17: a userName that is none does not keep a deactivation from being carried out, and the line says so", async (scim) => {
  const kept = { "deactivationKept:userName": 1 };
  for (const [index, userName] of [5, { value: {} }, ["a", "b"], null, "x".repeat(50_000)].entries()) {
    const path = `/Users/${await scim.user(`u${index}`)}`;
    const on = patchOf({ op: "replace", value: { active: true } });
    const off = { status: 200, json: { active: false, userName: `u${index}@acme.example` } };
    const bodies: readonly (readonly [string, Json])[] = [
      ["PATCH", patchOf({ op: "replace", value: { userName, active: false } })],
      ["PATCH", patchOf({ op: "add", path: "userName", value: userName }, { op: "add", path: "active", value: false })],
      ["PUT", ordinaryUser("ada", { userName, active: false })],
    ];
    for (const [method, body] of bodies) {
      await scim.recording(`${method} ${index}`, { method, path, body }, off, kept);
      await scim.say("back", { method: "PATCH", path, body: on }, { status: 200 });
    }
    const spelled = (active: string) => ordinaryUser("ada", { userName, active });
    await scim.put(`on ${index}`, path, spelled("True"), refused(400, "invalidValue"));
    await scim.put(`off ${index}`, path, spelled("False"), off);
  }
});

const NULLED = { nullActive: 1 };

/** How clients wrap the value of an operation without path, and what the line says of it. */
const WRAPPED: readonly (readonly [(value: JsonObject) => Json, JsonObject])[] = [
  [(value) => [value], { listOfOne: 1 }],
  [(value) => JSON.stringify(value), { jsonText: 1 }],
  [(value) => ` ${JSON.stringify(value, undefined, 2)}`, { jsonText: 1 }],
  [(value) => [JSON.stringify(value)], { listOfOne: 1, jsonText: 1 }],
];

function bulk(...operations: readonly object[]): WireRequest {
  return { method: "POST", path: "/Bulk", body: { schemas: [BULK_REQUEST], Operations: operations } };
}
