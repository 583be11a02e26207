import { ENTERPRISE_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { at } from "../../support/wire.ts";
import { get, group, it, made, ONE_OF_EACH, refused, user } from "../onWire.ts";
import { patchOf } from "../rows/client.ts";

it("V-1, V-2, W-29, AMB-21: ETag and meta.version are one text that changes with the resource only", async (scim) => {
  for (const [endpoint, body, name] of [
    ["/Users", user("a"), "title"],
    ["/Groups", group("g"), "displayName"],
  ] as const) {
    const created = await scim.post("POST", endpoint, body, { status: 201 });
    const path = `${endpoint}/${at(created.json, "id")}`;
    const change = (value: string) => patchOf({ op: "replace", path: name, value });
    const answers = [
      created,
      await get(scim, path),
      await scim.put("PUT", path, { ...body, externalId: "e" }, { status: 200 }),
      await scim.say("PATCH", { method: "PATCH", path: `${path}?attributes=meta`, body: change("2") }, { status: 200 }),
      await scim.say(
        "PATCH again",
        { method: "PATCH", path: `${path}?attributes=meta`, body: change("2") },
        { status: 200 },
      ),
      await get(scim, path),
    ];
    const tags = answers.map((answer) => answer.headers.etag ?? "none");
    scim.expect("tags", { $exactly: ['W/"1"', 'W/"1"', 'W/"2"', 'W/"3"', 'W/"3"', 'W/"3"'] }, tags);
    scim.expect(
      "versions",
      { $exactly: tags },
      answers.map((answer) => at(answer.json, "meta.version") ?? null),
    );
    const list = await get(scim, endpoint);
    scim.expect("no ETag on lists", "$absent", list.headers.etag);
    scim.expect("but versions", 'W/"3"', at(list.json, "Resources.0.meta.version"));
  }
});

it("V-3: If-None-Match answers 304 without a body where the client has the version", async (scim) => {
  for (const [endpoint, body] of ONE_OF_EACH) {
    const path = `${endpoint}/${await made(scim, endpoint, body)}`;
    for (const tag of ['W/"1"', '"1"', "*", 'W/"7", W/"1"', ' "7" , "1" ', '"1",', ',\t, "7", , W/"1"']) {
      for (const query of ["", "?attributes=id", "?excludedAttributes=meta"]) {
        const answer = await scim.say(
          tag,
          { method: "GET", path: path + query, headers: { "If-None-Match": tag } },
          { status: 304 },
        );
        scim.expect("empty", "", answer.text);
        scim.expect("ETag", 'W/"1"', answer.headers.etag);
      }
    }
    for (const tag of [
      'W/"2"',
      "",
      "garbage",
      "1",
      'W/"',
      '"1',
      'w/"1"',
      "W/1",
      '"',
      ",",
      '""',
      '"7" "1"',
      '"1" "7"',
      '*, "1"',
    ]) {
      await scim.say(tag, { method: "GET", path, headers: { "If-None-Match": tag } }, { status: 200 });
    }
  }
});

it("V-3: a user's answer that shows groups is never 304, because its version does not cover them", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  await made(scim, "/Groups", group("g", { members: [{ value: id }] }));
  const headers = { "If-None-Match": 'W/"1"' };
  await scim.say(
    "with groups",
    { method: "GET", path: `/Users/${id}`, headers },
    { status: 200, json: { groups: { $length: 1 } } },
  );
  await scim.say(
    "without",
    { method: "GET", path: `/Users/${id}?excludedAttributes=groups`, headers },
    { status: 304 },
  );
});

it("V-3: an answer that shows names of others is never 304, because they change without it", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  const team = await made(scim, "/Groups", group("g", { members: [{ value: id }] }));
  const managed = await made(
    scim,
    "/Users",
    user("b", { schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA], [ENTERPRISE_SCHEMA]: { manager: { value: id } } }),
  );
  const headers = { "If-None-Match": 'W/"1"' };
  const manager = `${ENTERPRISE_SCHEMA}:manager`;
  for (const [path, status] of [
    [`/Groups/${team}?attributes=members.display`, 200],
    [`/Groups/${team}?attributes=members.value`, 304],
    [`/Users/${managed}?attributes=${manager}.displayName`, 200],
    [`/Users/${managed}?attributes=${manager}.value`, 304],
  ] as const) {
    await scim.say(path, { method: "GET", path, headers }, { status });
  }
});

it("V-4, U-8, AMB-14: If-Match lets a change through only for the version it names, weak and strong alike", async (scim) => {
  for (const [endpoint, body, name] of [
    ["/Users", user("a"), "title"],
    ["/Groups", group("g"), "externalId"],
  ] as const) {
    const path = `${endpoint}/${await made(scim, endpoint, body)}`;
    let version = 1;
    const change = () => patchOf({ op: "replace", path: name, value: `v${version}` });
    for (const write of [
      (n: number) => `W/"${n}"`,
      (n: number) => `"${n}"`,
      () => "*",
      (n: number) => `"77", W/"${n}"`,
      (n: number) => `, "77", ,W/"${n}" ,`,
    ]) {
      const headers = { "If-Match": write(version) };
      await scim.say(`PATCH ${write(version)}`, { method: "PATCH", path, headers, body: change() }, { status: 200 });
      version += 1;
    }
    for (const tag of [
      'W/"77"',
      "garbage",
      "",
      `"${version}`,
      String(version),
      `w/"${version}"`,
      '""',
      `W/"${version}x"`,
      `W/"0${version}"`,
    ]) {
      const headers = { "If-Match": tag };
      for (const [method, sent] of [
        ["PATCH", change()],
        ["PUT", { ...body, externalId: "x" }],
        ["DELETE", undefined],
      ] as const) {
        await scim.say(`${method} ${tag}`, { method, path, headers, body: sent }, refused(412));
      }
    }
    await scim.seen("nothing changed", path, { [name]: `v${version - 1}`, meta: { version: `W/"${version}"` } });
    await scim.say("PUT", { method: "PUT", path, headers: { "If-Match": `W/"${version}"` }, body }, { status: 200 });
  }
});

it("V-4: If-Match lets a GET through only for the version it names", async (scim) => {
  for (const [endpoint, body] of ONE_OF_EACH) {
    const path = `${endpoint}/${await made(scim, endpoint, body)}`;
    const read = (headers: Record<string, string>) => ({ method: "GET", path, headers });
    for (const tag of ['W/"1"', '"1"', "*"]) await scim.say(tag, read({ "If-Match": tag }), { status: 200 });
    for (const tag of ['W/"2"', "garbage"]) await scim.say(tag, read({ "If-Match": tag }), refused(412));
    const both = { "If-Match": '"2"', "If-None-Match": '"1"' };
    await scim.say("If-Match comes first", read(both), refused(412));
  }
});

it("V-3, V-4, CN-2: a list that a header has on several lines counts as a whole", async (scim) => {
  const path = `/Users/${await made(scim, "/Users", user("a"))}`;
  const send = async (name: string, lines: readonly [string, string], status: number) => {
    // Names in another case are the same header, as API Gateway and the local server read them.
    const own = { [name]: lines[0], [name.toLowerCase()]: lines[1], Authorization: `Bearer ${scim.tenant.token}` };
    const target = `/scim/v2/${scim.tenant.slug}${path}`;
    const answer = await scim.target.transport({ method: "GET", target, headers: own, body: undefined });
    scim.expect(`${name}: ${lines.join(" | ")}`, status, answer.status);
    return answer;
  };
  for (const lines of [
    ['"1"', '"7"'],
    ['"7"', '"1"'],
  ] as const) {
    await send("If-Match", lines, 200);
    await send("If-None-Match", lines, 304);
  }
  await send("If-Match", ['"8"', '"7"'], 412);
  const { headers } = await send("Accept", ["application/scim+json", "application/json"], 200);
  scim.expect("type", "application/scim+json", headers["content-type"]);
});

it("V-4: If-Match holds for a change without effect and for a change of members too", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  const path = `/Groups/${await made(scim, "/Groups", group("g"))}`;
  const add = patchOf({ op: "add", path: "members", value: [{ value: id }] });
  const stale = { "If-Match": 'W/"9"' };
  await scim.say("members", { method: "PATCH", path, headers: stale, body: add }, refused(412));
  await scim.say(
    "no effect",
    { method: "PATCH", path, headers: stale, body: patchOf({ op: "remove", path: "members" }) },
    refused(412),
  );
  await scim.say(
    "PUT",
    { method: "PUT", path, headers: stale, body: group("g", { members: [{ value: id }] }) },
    refused(412),
  );
  await scim.seen("nothing changed", path, { members: [], meta: { version: 'W/"1"' } });
  await scim.say("fresh", { method: "PATCH", path, headers: { "If-Match": 'W/"1"' }, body: add }, { status: 200 });
});

it("V-3, V-4: If-None-Match lets a change through only for a version it does not name", async (scim) => {
  for (const [endpoint, body] of ONE_OF_EACH) {
    const path = `${endpoint}/${await made(scim, endpoint, body)}`;
    const patch = patchOf({ op: "replace", path: "externalId", value: "x" });
    for (const tag of ["*", 'W/"1"', '"1"', '"7", W/"1"']) {
      for (const [method, sent] of [
        ["PATCH", patch],
        ["PUT", { ...body, externalId: "x" }],
        ["DELETE", undefined],
      ] as const) {
        const headers = { "If-None-Match": tag };
        await scim.say(`${method} ${tag}`, { method, path, headers, body: sent }, refused(412));
      }
    }
    await scim.seen("nothing changed", path, { externalId: "$absent", meta: { version: 'W/"1"' } });
    const other = { "If-None-Match": 'W/"7"' };
    await scim.say("another", { method: "PATCH", path, headers: other, body: patch }, { status: 200 });
    const both = { "If-Match": 'W/"2"', "If-None-Match": 'W/"2"' };
    await scim.say("both", { method: "PATCH", path, headers: both, body: patch }, refused(412));
    await scim.say("delete", { method: "DELETE", path, headers: other }, { status: 204 });
  }
});

it("V-5: a missing token is answered before a missing resource, that before a stale version, that before a broken body", async (scim) => {
  const path = `/Users/${await made(scim, "/Users", user("a"))}`;
  const stale = { "If-Match": 'W/"9"' };
  for (const [method, body] of [
    ["PUT", "{"],
    ["PATCH", "{"],
    ["PUT", user("")],
    ["PATCH", {}],
  ] as const) {
    await scim.say("401", { method, path: "/Users/x", headers: { ...stale, Authorization: null }, body }, refused(401));
    await scim.say("404", { method, path: "/Users/x", headers: stale, body }, refused(404));
    await scim.say("412", { method, path, headers: stale, body }, refused(412));
    await scim.say(
      "400",
      { method, path, headers: { "If-Match": "*" }, body },
      refused(400, body === "{" || method === "PATCH" ? "invalidSyntax" : "invalidValue"),
    );
  }
});

it("V-6: of concurrent changes with one If-Match exactly one succeeds", async (scim) => {
  const headers = { "If-Match": 'W/"1"' };
  for (const [endpoint, body] of ONE_OF_EACH) {
    const path = `${endpoint}/${await made(scim, endpoint, body)}`;
    const changes = Array.from({ length: 8 }, (_none, index) =>
      scim.tenant.request({ method: "PUT", path, headers, body: { ...body, externalId: `e${index}` } }),
    );
    const statuses = (await Promise.all(changes)).map((answer) => answer.status).sort();
    scim.expect(endpoint, { $exactly: [200, ...Array.from({ length: 7 }, () => 412)] }, statuses);
    await scim.seen("one change", path, { meta: { version: 'W/"2"' } });
  }
});

it("V-7, V-8: without a precondition concurrent changes all happen, one after the other", async (scim) => {
  const path = `/Users/${await made(scim, "/Users", user("a"))}`;
  const names = ["title", "nickName", "userType", "locale", "timezone", "displayName"];
  const answers = await Promise.all(
    names.map((name) =>
      scim.tenant.request({ method: "PATCH", path, body: patchOf({ op: "add", path: name, value: name }) }),
    ),
  );
  scim.expect(
    "all",
    { $exactly: names.map(() => 200) },
    answers.map((answer) => answer.status),
  );
  await scim.seen("none lost", path, Object.fromEntries(names.map((name) => [name, name])));
});
