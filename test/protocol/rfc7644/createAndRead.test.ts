import type { Json, JsonObject } from "../../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { at } from "../../support/wire.ts";
import { enterpriseUser, get, group, it, made, onMemory, onWire, refused, selects, textOf, user } from "../onWire.ts";
import { clientOf } from "../rows/client.ts";

it("C-1, R-1, AMB-25: a create answers with the whole resource, its location and version, and a read gives the same", async (scim) => {
  const member = await made(scim, "/Users", user("m"));
  for (const [path, body] of [
    ["/Users", user("a", { title: "t" })],
    ["/Groups", group("g", { members: [{ value: member }] })],
  ] as const) {
    const created = await scim.post("POST", path, body, { status: 201 });
    const location = created.headers.location ?? "";
    scim.expect("location", location, textOf(created, "meta.location"));
    scim.expect("location", `${scim.tenant.tenantUrl}${path}/${textOf(created, "id")}`, location);
    scim.expect("version", created.headers.etag ?? null, textOf(created, "meta.version"));
    const read = await get(scim, location.slice(scim.tenant.tenantUrl.length));
    scim.expect("read", { $exactly: created.json ?? null }, read.json);
    scim.expect("ETag", created.headers.etag ?? null, read.headers.etag);
    scim.expect("Location", location, read.headers.location);
  }
});

it("C-3, W-16, W-18: a duplicate is 409 uniqueness naming the attribute, never an update of what exists", async (scim) => {
  const path = `/Users/${await made(scim, "/Users", user("a", { title: "t" }))}`;
  await scim.post("a user", "/Users", user("A", { title: "other" }), refused(409, "uniqueness", "userName"));
  await scim.seen("untouched", path, { title: "t", meta: { version: 'W/"1"' } });
  await made(scim, "/Groups", group("g"));
  await scim.post("a group", "/Groups", group("G"), refused(409, "uniqueness", "displayName"));
});

it("C-4, U-3: what only the server writes is ignored in a body", async (scim) => {
  const body = enterpriseUser(
    "a",
    { manager: { value: "m", displayName: "no" } },
    { id: "x", meta: { version: "x" }, groups: [{ value: "g" }] },
  );
  const json = {
    groups: "$absent",
    meta: { version: 'W/"1"' },
    [ENTERPRISE_SCHEMA]: { manager: { displayName: "$absent" } },
  };
  const answer = await scim.post("POST", "/Users", body, { status: 201, json });
  if (textOf(answer, "id") === "x") scim.note("id", "was taken from the client");
});

it("C-5, F-16: a user is active unless the client says otherwise, and a null leaves it unassigned", async (scim) => {
  await made(scim, "/Users", user("omitted"));
  await made(scim, "/Users", user("off", { active: false }));
  await scim.post("null", "/Users", user("null", { active: null }), { status: 201, json: { active: "$absent" } });
  await selects(scim, "/Users", "active eq true", ["omitted"]);
  await selects(scim, "/Users", "active pr", ["omitted", "off"]);
  await selects(scim, "/Users", "active eq null", ["null"]);
});

it("C-6: what is no JSON object is 400 invalidSyntax", async (scim) => {
  const paths = [
    `/Users/${await made(scim, "/Users", user("a"))}`,
    `/Groups/${await made(scim, "/Groups", group("g"))}`,
  ];
  for (const body of ["null", "[]", "5", "true", '"text"', `[${JSON.stringify(user("b"))}]`]) {
    for (const [method = "", path = ""] of [
      ["POST", "/Users"],
      ["POST", "/Groups"],
      ...paths.flatMap((one) => [
        ["PUT", one],
        ["PATCH", one],
      ]),
    ]) {
      await scim.say(`${method} ${body}`, { method, path, body }, refused(400, "invalidSyntax", "object"));
    }
  }
});

it("C-7, AMB-4: unknown attributes are ignored, in the core, in extensions and under unknown URNs", async (scim) => {
  const odd = {
    department: "d",
    managerId: 5,
    foo: { bar: [{}] },
    "urn:x:1.0:User": { a: 1 },
    "emails.value": "x",
    "": 1,
    " ": {},
  };
  const body = enterpriseUser("a", { salary: 5, department: "d" }, { ...odd, name: { nick: "n", givenName: "g" } });
  const exactly: Json = { $exactly: { department: "d" } };
  const json = {
    department: "$absent",
    foo: "$absent",
    "urn:x:1.0:User": "$absent",
    name: { $exactly: { givenName: "g" } },
    [ENTERPRISE_SCHEMA]: exactly,
  };
  await scim.post("POST", "/Users", body, { status: 201, json });
});

onWire({ preset: "rfc", changed: { unknownAttributes: "refuse" } })(
  "C-7: unknown attributes are refused where the org's rule says so",
  async (scim) => {
    const unknown: readonly JsonObject[] = [
      { foo: 1 },
      { name: { nick: "n" } },
      { "urn:x": {} },
      { schemas: [USER_SCHEMA, "urn:x"] },
    ];
    for (const own of unknown) {
      await scim.post(JSON.stringify(own), "/Users", user("a", own), refused(400, "invalidSyntax"));
    }
  },
);

it("C-8: of parallel creates with one name exactly one succeeds, and the others leave nothing behind", async (scim) => {
  for (const [path, body] of [
    ["/Users", user("a")],
    ["/Groups", group("a")],
  ] as const) {
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => scim.tenant.request({ method: "POST", path, body })),
    );
    const statuses = answers.map((answer) => answer.status).sort();
    scim.expect(path, { $exactly: [201, ...Array.from({ length: 15 }, () => 409)] }, statuses);
    await scim.seen("one", path, { totalResults: 1 });
  }
});

it("C-9, A-1: attributes and excludedAttributes shape the answer to a create", async (scim) => {
  const request = (query: string, name: string) => ({
    method: "POST",
    path: `/Users?${query}`,
    body: user(name, { title: "t" }),
  });
  await scim.say("attributes", request("attributes=title", "a"), {
    status: 201,
    json: { id: "$string", title: "t", userName: "$absent" },
  });
  await scim.say("excluded", request("excludedAttributes=title", "b"), {
    status: 201,
    json: { id: "$string", title: "$absent", userName: "b" },
  });
  await scim.say("both", request("attributes=title&excludedAttributes=name", "c"), refused(400, "invalidValue"));
  await selects(scim, "/Users", 'userName eq "c"', []);
});

it("R-2, W-2: an id that nobody has is 404 whatever it looks like, for every method", async (scim) => {
  const ids = [
    "00919288221112222",
    "010101001010101011001010101011",
    "x",
    "u",
    `u${"0".repeat(22)}`,
    `u${"0".repeat(23)}`,
    "%00",
    "%2e%2e",
    "a%20b",
    "%C3%BC",
    "%E4%B8%AD",
    "null",
    "__proto__",
    "x".repeat(2000),
    "*",
    "'",
    "%22",
    "%25zz",
  ];
  for (const id of ids) {
    for (const endpoint of ["/Users", "/Groups"]) {
      for (const method of ["GET", "PUT", "PATCH", "DELETE"]) {
        const body = method === "GET" || method === "DELETE" ? undefined : "{";
        await scim.say(`${method} ${endpoint}/${id}`, { method, path: `${endpoint}/${id}`, body }, refused(404));
      }
    }
  }
});

it("R-3, R-4, MT-2: ids of another org and of the other type are 404 with the very same words", async (scim) => {
  const other = await clientOf(onMemory, { preset: "rfc" });
  const foreign = await other.user("foreign");
  const foreignGroup = await other.group("foreign", [foreign]);
  const id = await made(scim, "/Users", user("a"));
  const gid = await made(scim, "/Groups", group("g"));
  const nobody = { "/Users": `u${"0".repeat(22)}`, "/Groups": `g${"0".repeat(22)}` };
  const cases = [
    ["/Users", foreign],
    ["/Users", gid],
    ["/Groups", foreignGroup],
    ["/Groups", id],
  ] as const;
  for (const [endpoint, one] of cases) {
    for (const method of ["GET", "PUT", "PATCH", "DELETE"]) {
      const body = method === "GET" || method === "DELETE" ? undefined : "{}";
      const answer = await scim.say(
        `${method} ${endpoint}/${one}`,
        { method, path: `${endpoint}/${one}`, body },
        refused(404),
      );
      const plain = await scim.tenant.request({ method, path: `${endpoint}/${nobody[endpoint]}`, body });
      const bare = (text: string) => text.replace(/ref: [^)]*/, "");
      scim.expect("the same words", bare(plain.text), bare(answer.text));
    }
  }
  await other.seen("untouched", `/Users/${foreign}`, { meta: { version: 'W/"1"' } });
  for (const line of other.found) scim.note("the other org", line);
});

it("R-5, W-30: an inactive user is read, listed and found", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  await scim.patch("off", `/Users/${id}`, [{ op: "replace", value: { active: false } }], {
    status: 200,
    json: { active: false },
  });
  await scim.seen("read", `/Users/${id}`, { active: false });
  await scim.seen("listed", "/Users", { totalResults: 1 });
  await selects(scim, "/Users", 'userName eq "a"', ["a"]);
  await selects(scim, "/Users", "active eq false", ["a"]);
});

it("R-6: a filter on a single resource is ignored, even a broken one", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  for (const filter of ["userName%20eq%20%22other%22", "(", "", "password+pr"])
    await scim.seen(filter, `/Users/${id}?filter=${filter}`, { id });
});

it("AMB-20: core attributes under the core URN are accepted, and never returned that way", async (scim) => {
  const body = { schemas: [USER_SCHEMA], [USER_SCHEMA]: { userName: "a", title: "t" }, title: "outer" };
  const json = { userName: "a", title: "outer", [USER_SCHEMA]: "$absent" };
  const answer = await scim.post("POST", "/Users", body, { status: 201, json });
  await scim.put("PUT", `/Users/${at(answer.json, "id")}`, body, { status: 200, json });
});
