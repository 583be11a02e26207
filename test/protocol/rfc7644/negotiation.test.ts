import { brotliCompressSync, gzipSync } from "node:zlib";
import { at } from "../../support/wire.ts";
import { group, it, made, onWire, refused, user } from "../onWire.ts";
import { patchOf } from "../rows/client.ts";

it("CN-1, CN-2, AMB-1, W-20: answers are application/scim+json, and application/json for who takes nothing else", async (scim) => {
  const path = `/Users/${await made(scim, "/Users", user("a"))}`;
  const asScim = [
    null,
    "",
    "*/*",
    "application/scim+json",
    "application/*",
    "application/json, application/scim+json",
    "application/json;q=0.9, */*;q=0.1",
    "text/html",
    "image/png",
    ";;,",
  ];
  const cases = [
    ...asScim.map((accept) => [accept, "application/scim+json"]),
    ["application/json", "application/json"],
    ["application/json; charset=utf-8", "application/json"],
    ["Application/JSON, text/plain", "application/json"],
    ["application/json, */*;q=0", "application/json"],
    ["application/scim+json;q=0.000, application/json", "application/json"],
    ["application/json; q=0", "application/scim+json"],
    ["application/scim+json;q=0, */*", "application/json"],
    ["*/*, application/scim+json;q=0.0;level=1", "application/json"],
  ];
  for (const [Accept = null, expected = ""] of cases) {
    for (const [target, status] of [
      [path, 200],
      ["/Users", 200],
      ["/Users/x", 404],
    ] as const) {
      const answer = await scim.tenant.request({ method: "GET", path: target, headers: { Accept } });
      scim.expect(`${Accept} ${target}`, expected, answer.headers["content-type"]);
      scim.expect(`${Accept} ${target}`, status, answer.status);
    }
  }
});

it("CN-3: a body may come as application/scim+json, application/json or without a type, with any parameters", async (scim) => {
  const types = [
    "application/scim+json",
    "application/scim+json; charset=utf-8",
    "application/json",
    "APPLICATION/JSON;charset=UTF-8",
    "",
    null,
    ' application/json ; a="b"',
  ];
  for (const [index, type] of types.entries()) {
    await scim.say(
      `${type}`,
      { method: "POST", path: "/Users", headers: { "Content-Type": type }, body: user(`u${index}`) },
      { status: 201 },
    );
  }
  const other = [
    "text/plain",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "json",
    "application/jsonx",
    "application/merge-patch+json",
  ];
  const id = await made(scim, "/Users", user("a"));
  for (const type of other) {
    for (const [method, path] of [
      ["POST", "/Users"],
      ["POST", "/Groups"],
      ["PUT", `/Users/${id}`],
      ["PATCH", `/Users/${id}`],
    ] as const) {
      const request = { method, path, headers: { "Content-Type": type }, body: user("b") };
      await scim.say(`${method} ${type}`, request, refused(415, undefined, "application/scim\\+json"));
    }
    await scim.say(
      `GET ${type}`,
      { method: "GET", path: "/Users", headers: { "Content-Type": type } },
      { status: 200 },
    );
  }
});

it("CN-3: a compressed body, or one in another charset than UTF-8, is 415 and changes nothing", async (scim) => {
  const named = (displayName: string): string => JSON.stringify(user("a", { displayName }));
  const bodies = [
    [{ "Content-Encoding": "gzip" }, gzipSync(named("Z\u00fcrich"))],
    [{ "Content-Encoding": "br" }, brotliCompressSync(named("Zurich"))],
    [{ "Content-Type": "application/scim+json; charset=ISO-8859-1" }, Buffer.from(named("Z\u00fcrich"), "latin1")],
    // What arrives where somebody on the way made text of it.
    [{ "Content-Type": 'application/json; charset="iso-8859-1"' }, named("Z\ufffdrich")],
    [{ "Content-Type": "application/json; Charset=UTF-16" }, Buffer.from(named("Zurich"), "utf16le")],
  ] as const;
  for (const [headers, body] of bodies) {
    for (const path of ["/Users", "/.search", "/Bulk"]) {
      await scim.say(
        `${path} ${JSON.stringify(headers)}`,
        { method: "POST", path, headers, body },
        refused(415, undefined, "in UTF-8 and uncompressed"),
      );
    }
  }
  const readable = [
    [{ "Content-Type": "application/json; charset=iso-8859-1" }, "Zurich"],
    [{ "Content-Type": "application/json; charset=UTF-8" }, "Z\u00fcrich"],
    [{ "Content-Type": "application/json; charset=us-ascii", "Content-Encoding": "identity" }, "Zurich"],
    // API Gateway has decompressed it.
    [{ "Content-Encoding": "gzip" }, "Z\u00fcrich"],
  ] as const;
  for (const [headers] of readable) {
    const request = { method: "POST", path: "/Users", headers, body: user("n", { displayName: "\0" }) };
    await scim.say(`${JSON.stringify(headers)} with U+0000`, request, refused(400, "invalidValue", "not well-formed"));
  }
  for (const [index, [headers, displayName]] of readable.entries()) {
    const request = { method: "POST", path: "/Users", headers, body: user(`u${index}`, { displayName }) };
    await scim.say(JSON.stringify(headers), request, { status: 201, json: { displayName } });
  }
});

it("CN-4: what is no JSON is 400 invalidSyntax on POST, PUT and PATCH, and changes nothing", async (scim) => {
  const paths = [
    `/Users/${await made(scim, "/Users", user("a"))}`,
    `/Groups/${await made(scim, "/Groups", group("g"))}`,
  ];
  const bodies = [
    "{",
    "",
    " ",
    "}",
    "nothing",
    "{'a':1}",
    '{"a":1,}',
    "<xml/>",
    '{"a":1}{"b":2}',
    "NaN",
    "\u0000",
    '{"a":"\n"}',
    "[",
    "\\",
    '"',
  ];
  for (const body of bodies) {
    for (const [method, path] of [
      ["POST", "/Users"],
      ["POST", "/Groups"],
      ...paths.flatMap((one) => [
        ["PUT", one],
        ["PATCH", one],
      ]),
    ]) {
      await scim.say(
        `${method} ${path} ${body}`,
        { method: method ?? "", path: path ?? "", body },
        refused(400, "invalidSyntax", "JSON"),
      );
    }
  }
  for (const path of paths) await scim.seen("unchanged", path, { meta: { version: 'W/"1"' } });
  const marked = `\uFEFF${JSON.stringify(user("bom"))}`;
  await scim.post("a byte order mark is no harm", "/Users", marked, { status: 201 });
});

/** Where a group PATCH has no body. */
const STANDARD = { preset: "standard" } as const;

onWire(STANDARD)("CN-5: 204 and 304 have neither body nor Content-Type", async (scim) => {
  const created = await scim.post("POST", "/Groups", group("g"), { status: 201 });
  const path = `/Groups/${at(created.json, "id")}`;
  const operations = [{ op: "replace", path: "displayName", value: "h" }];
  const answers = [
    await scim.say("304", { method: "GET", path, headers: { "If-None-Match": "*" } }, { status: 304 }),
    await scim.say("PATCH", { method: "PATCH", path, body: patchOf(...operations) }, { status: 204 }),
    await scim.delete("DELETE", path, { status: 204 }),
  ];
  for (const answer of answers) {
    scim.expect("body", "", answer.text);
    scim.expect("Content-Type", "$absent", answer.headers["content-type"]);
  }
});

it("CN-6: there is no suffix .scim", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  for (const path of [`/Users/${id}.scim`, `/Users/${id}.json`, "/Users.scim"])
    await scim.get(path, path, refused(404));
});
