import { test } from "@jest/globals";
import { expectNothing, get, group, it, made, onMemory, refused, selects, user } from "../onWire.ts";
import { type Client, clientOf } from "../rows/client.ts";

/** Every endpoint that takes a body, with a resource that exists. */
async function writers(scim: Client): Promise<(readonly [method: string, path: string])[]> {
  const id = await made(scim, "/Users", user("a"));
  const gid = await made(scim, "/Groups", group("g", { members: [{ value: id }] }));
  const paths = [`/Users/${id}`, `/Groups/${gid}`];
  return [
    ["POST", "/Users"],
    ["POST", "/Groups"],
    ...paths.flatMap((path) => [["PUT", path] as const, ["PATCH", path] as const]),
  ];
}

/** Runs the attempts and expects that no resource changed, appeared or vanished. */
async function changesNothing(scim: Client, attempts: () => Promise<void>): Promise<void> {
  const paths = ["/Users", "/Groups"];
  const before = await Promise.all(paths.map((path) => get(scim, path)));
  await attempts();
  const after = await Promise.all(paths.map((path) => get(scim, path)));
  scim.expect(
    "the org",
    { $exactly: before.map(({ text }) => text) },
    after.map(({ text }) => text),
  );
}

it("CN-4, H-4: bytes that are no UTF-8 are 400 invalidSyntax", async (scim) => {
  const requests = await writers(scim);
  const text = JSON.stringify(user("caf\u00e9"));
  const bytes = [
    Buffer.from(text, "latin1"),
    Buffer.from(`\uFEFF${text}`, "utf16le"),
    Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xc3])]),
    Buffer.from([0xff, 0xfe, 0x00]),
    Buffer.from(text.replace("caf", "\u0001"), "latin1"),
    Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]),
  ];
  await changesNothing(scim, async () => {
    for (const body of bytes) {
      for (const [method, path] of requests)
        await scim.say(`${method} ${path}`, { method, path, body }, refused(400, "invalidSyntax", "UTF-8"));
    }
  });
});

it("F-21, SEC-6: JSON nested deeper than any message needs is refused, at any depth, without a fault", async (scim) => {
  const requests = await writers(scim);
  const nested = (depth: number, open: string, inside: string, close: string) =>
    open.repeat(depth) + inside + close.repeat(depth);
  const deep = [21, 1_000, 100_000].flatMap((depth) => [
    nested(depth, "[", "", "]"),
    nested(depth, '{"a":', "1", "}"),
    `${JSON.stringify(user("deep")).slice(0, -1)},"name":${nested(depth, '{"name":', "1", "}")}}`,
    `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"add","path":"title","value":${nested(depth, "[", "1", "]")}}]}`,
    nested(depth, "[", "", ""),
  ]);
  await changesNothing(scim, async () => {
    for (const body of deep) {
      for (const [method, path] of requests) {
        const answer = await scim.say(
          `${method} ${body.slice(0, 60)}`,
          { method, path, body },
          { status: 400, json: { scimType: { $matches: "invalidSyntax|invalidValue" } } },
        );
        if (answer.text.length > 1_000) scim.note(path, "the answer repeats the request");
      }
    }
  });
});

it("S-4, SEC-6: text that is no Unicode or holds U+0000 and numbers beyond all bounds are refused wherever they stand", async (scim) => {
  const requests = await writers(scim);
  const values = ['"\\ud800"', '"a\\u0000b"', '"\\udc00\\ud800"', "1e999", "-1e999"];
  await changesNothing(scim, async () => {
    for (const value of values) {
      const bodies = [
        `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"x","displayName":"x","foo":[{"bar":${value}}]}`,
        `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"x","members":[],"x":${value}}`,
        `{"Operations":[{"op":"add","path":"externalId","value":${value}}]}`,
        ...(value.startsWith('"') ? [`{"Operations":[{"op":"add","value":{${value}:1}}]}`] : []),
      ];
      for (const body of bodies) {
        for (const [method, path] of requests)
          await scim.say(`${method} ${body}`, { method, path, body }, refused(400, "invalidValue"));
      }
    }
  });
});

it("H-5: malformed percent-encoding is 400, in the path and in the query", async (scim) => {
  for (const path of [
    "/Users/%",
    "/Users/%zz",
    "/Users/%E4",
    "/Users?filter=%",
    "/Users?filter=%zz",
    "/Users?%=1",
    "/Groups?filter=%C3%28",
    "/%FF",
    "/Schemas/%c0%80",
  ]) {
    for (const method of ["GET", "PATCH", "DELETE", "POST"])
      await scim.say(`${method} ${path}`, { method, path }, refused(400));
  }
  await selects(scim, "/Users", 'userName eq "%zz%25"', []);
});

it("H-6: of a repeated query parameter the last one counts, whatever its spelling", async (scim) => {
  await made(scim, "/Users", user("a"));
  await made(scim, "/Users", user("b"));
  await scim.seen("count", "/Users?count=0&count=1", { itemsPerPage: 1 });
  await scim.seen("spelling", "/Users?COUNT=0&count=2", { itemsPerPage: 2 });
  await scim.seen("filter", "/Users?filter=userName%20eq%20%22a%22&filter=userName%20eq%20%22b%22", {
    totalResults: 1,
    Resources: [{ userName: "b" }],
  });
  await scim.seen("attributes", "/Users?attributes=title&attributes=userName", {
    Resources: { $contains: [{ userName: "a" }, { userName: "b" }] },
  });
});

it("C-6, PA-1: duplicate members of an object are taken as JSON takes them, the last one counts", async (scim) => {
  const body =
    '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"one","userName":"two","USERNAME":"three","title":"x","title":null}';
  await scim.post("POST", "/Users", body, { status: 201, json: { userName: "three", title: "$absent" } });
});

it("PA-1: a PATCH may have many operations up to a bound, and its cost is bounded too", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  const gpath = `/Groups/${await made(scim, "/Groups", group("g"))}`;
  const many = (count: number, operation: (index: number) => object) => ({
    Operations: Array.from({ length: count }, (_none, index) => operation(index)),
  });
  const member = () => ({ op: "add", path: "members", value: [{ value: id }] });
  await scim.say("10,000 members", { method: "PATCH", path: gpath, body: many(10_000, member) }, { status: 200 });
  await scim.say("10,001", { method: "PATCH", path: gpath, body: many(10_001, member) }, refused(413));
  await scim.seen("one member", gpath, { members: { $members: [id] } });
  const title = (index: number) => ({ op: "replace", path: "title", value: String(index) });
  await scim.say(
    "1,000 changes",
    { method: "PATCH", path: `/Users/${id}`, body: many(1_000, title) },
    { status: 200, json: { title: "999" } },
  );
  await scim.say("1,001", { method: "PATCH", path: `/Users/${id}`, body: many(1_001, title) }, refused(413));
  const scan = () => ({ op: "remove", path: 'members[type eq "Group"]' });
  await scim.say("filters over members", { method: "PATCH", path: gpath, body: many(50, scan) }, refused(413));
  await scim.seen("still there", gpath, { members: { $members: [id] } });
});

it("PA-1, SEC-6: a PATCH whose operations would look at values without end is refused, and the same work in parts is done", async (scim) => {
  const roles = Array.from({ length: 1_000 }, (_none, index) => ({ value: `${index}` }));
  const path = `/Users/${await made(scim, "/Users", user("a", { roles }))}`;
  const gpath = `/Groups/${await made(scim, "/Groups", group("g"))}`;
  const conditions = Array.from({ length: 50 }, (_none, index) => `value eq "x${index}"`).join(" or ");
  const repeat = (count: number, operation: object) => ({
    Operations: Array.from({ length: count }, () => operation),
  });
  const byFilter = { op: "remove", path: `roles[${conditions}]` };
  const byList = { op: "remove", path: "roles", value: roles.map(({ value }) => ({ value: `x${value}` })) };
  const members = { op: "remove", path: `members[${conditions}]` };
  const json = { roles: { $length: 1_000 }, meta: { version: 'W/"1"' } };
  for (const operation of [byFilter, byList]) {
    await scim.say(
      "too much",
      { method: "PATCH", path, body: repeat(100, operation) },
      refused(413, undefined, "fewer of them in one request"),
    );
    await scim.say("a part", { method: "PATCH", path, body: repeat(1, operation) }, { status: 200, json });
  }
  await scim.say("members", { method: "PATCH", path: gpath, body: repeat(1_500, members) }, refused(413));
  await scim.say("some", { method: "PATCH", path: gpath, body: repeat(20, members) }, { status: 200 });
});

it("E-1: a strange value in any header is no fault", async (scim) => {
  const path = `/Users/${await made(scim, "/Users", user("a"))}`;
  const names = [
    "Accept",
    "Accept-Language",
    "If-Match",
    "If-None-Match",
    "If-Modified-Since",
    "Content-Type",
    "Content-Length",
    "Content-Encoding",
    "Range",
    "Prefer",
    "Host",
    "X-Forwarded-Proto",
    "X-Forwarded-For",
    "X-HTTP-Method-Override",
    "User-Agent",
    "Expect",
  ];
  for (const name of names) {
    for (const value of [
      "",
      "*",
      "garbage",
      "x".repeat(8_000),
      '"',
      ",,,",
      "application/json;q=x",
      "-1",
      "gzip",
      "respond-async",
      "\u00e9",
    ]) {
      for (const method of ["GET", "PATCH"]) {
        const body = method === "PATCH" ? { Operations: [{ op: "add", path: "title", value: "t" }] } : undefined;
        const answer = await scim.tenant.request({ method, path, headers: { [name]: value }, body });
        if (![200, 304, 412, 415].includes(answer.status))
          scim.note(`${method} ${name}: ${value.slice(0, 20)}`, `${answer.status} ${answer.text}`);
      }
    }
  }
});

it("N-15: Prefer: respond-async is ignored", async (scim) => {
  const headers = { Prefer: "respond-async, wait=10" };
  await scim.say(
    "POST",
    { method: "POST", path: "/Users", headers, body: user("a") },
    { status: 201, json: { userName: "a" } },
  );
});

test("MT-1: an org's display name, another spelling of its name or a stray word in its place is a clear 401", async () => {
  const scim = await clientOf(onMemory, { preset: "rfc" });
  const headers = { Authorization: `Bearer ${scim.tenant.token}` };
  for (const name of [
    "Acme%20Inc.",
    scim.tenant.slug.toUpperCase(),
    "Users",
    "v2",
    "%2e%2e",
    "{orgName}",
    ":org",
    "undefined",
  ]) {
    const answer = await scim.target.transport({
      method: "GET",
      target: `/scim/v2/${name}/Users`,
      headers,
      body: undefined,
    });
    scim.expect(name, 401, answer.status);
    scim.expect(name, { detail: { $matches: scim.tenant.tenantUrl } }, answer.json);
  }
  expectNothing(scim);
});
