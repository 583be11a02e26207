import { test } from "@jest/globals";
import type { JsonObject } from "../../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { inProcessTarget } from "../../support/inProcess.ts";
import { localStore } from "../../support/localStore.ts";
import { testEndpoint } from "../../support/testEndpoint.ts";
import { enterpriseUser, expectNothing, get, group, it, made, onWire, refused, selects, user } from "../onWire.ts";
import { clientOf, patchOf } from "../rows/client.ts";

it("U-1: PUT answers with the whole resource and never creates one", async (scim) => {
  const path = `/Users/${await made(scim, "/Users", user("a"))}`;
  const answer = await scim.put("PUT", path, user("a", { title: "t" }), {
    status: 200,
    json: { userName: "a", title: "t", meta: { version: 'W/"2"' } },
  });
  scim.expect("read", { $exactly: answer.json ?? null }, (await get(scim, path)).json);
  scim.expect("ETag", 'W/"2"', answer.headers.etag);
  scim.expect("Location", `${scim.tenant.tenantUrl}${path}`, answer.headers.location);
  for (const endpoint of ["/Users", "/Groups"]) {
    const unknown = {
      method: "PUT",
      path: `${endpoint}/${endpoint === "/Users" ? "u" : "g"}${"0".repeat(22)}`,
      body: { ...user("new"), ...group("new") },
    };
    await scim.say(endpoint, unknown, refused(404));
  }
  await scim.seen("one user", "/Users", { totalResults: 1 });
});

it("U-2, AMB-10: what a PUT omits is cleared, but active is kept: nobody is reactivated by omission", async (scim) => {
  const first = enterpriseUser(
    "a",
    { department: "d" },
    {
      title: "t",
      active: false,
      emails: [{ value: "a@x" }],
      externalId: "e",
      name: { givenName: "g", familyName: "f" },
    },
  );
  const path = `/Users/${await made(scim, "/Users", first)}`;
  const cleared = {
    title: "$absent",
    emails: "$absent",
    externalId: "$absent",
    [ENTERPRISE_SCHEMA]: "$absent",
    schemas: { $exactly: [USER_SCHEMA] },
    name: { $exactly: { givenName: "n" } },
    active: false,
  };
  await scim.put("PUT", path, user("a", { name: { givenName: "n" } }), { status: 200, json: cleared });
  await selects(scim, "/Users", 'externalId eq "e"', []);
  await selects(scim, "/Users", 'emails.value eq "a@x"', []);
  await scim.put("on again", path, user("a", { active: true }), { status: 200, json: { active: true } });
  await scim.put("still on", path, user("a"), { status: 200, json: { active: true } });
});

it("U-3: a stale echo of the whole resource is accepted, what only the server writes in it is ignored", async (scim) => {
  const id = await made(scim, "/Users", user("a", { title: "t" }));
  const gid = await made(scim, "/Groups", group("g", { members: [{ value: id }] }));
  for (const path of [`/Users/${id}`, `/Groups/${gid}`]) {
    const before = await get(scim, path);
    const lies = { id: "other", meta: { version: 'W/"77"', resourceType: "X" }, groups: [{ value: "x" }] };
    const body = { ...Object(before.json), ...lies };
    const answer = await scim.put("echo", path, body, { status: 200 });
    scim.expect(path, { $exactly: before.json ?? null }, answer.json);
  }
});

it("U-4: a group's members are replaced as a set, although a member's parts are immutable", async (scim) => {
  const [a = "", b = "", c = ""] = await Promise.all(["a", "b", "c"].map((name) => made(scim, "/Users", user(name))));
  const path = `/Groups/${await made(scim, "/Groups", group("g", { members: [{ value: a }, { value: b }] }))}`;
  const body = group("g", { members: [{ value: b }, { value: c }] });
  await scim.put("PUT", path, body, { status: 200, json: { members: { $members: [b, c] } } });
  await scim.seen("stored", path, { members: { $members: [b, c] }, meta: { version: 'W/"2"' } });
  await scim.seen("on the user", `/Users/${a}`, { groups: "$absent" });
});

onWire({ preset: "standard" })("U-4: a changed immutable attribute is refused, an equal one is not", async (scim) => {
  const id = await scim.user("a");
  const { emails, userName } = Object((await get(scim, `/Users/${id}`)).json);
  const put = (name: string) => ({ method: "PUT", path: `/Users/${id}`, body: user(name, { emails, title: "t" }) });
  await scim.say("changed", put("other"), refused(400, "mutability", "userName"));
  await scim.seen("nothing applied", `/Users/${id}`, { title: "$absent", meta: { version: 'W/"1"' } });
  await scim.say("equal", put(String(userName).toUpperCase()), { status: 200, json: { title: "t", userName } });
});

it("U-6, W-17: a resource does not clash with itself, and another spelling of its name is stored", async (scim) => {
  const path = `/Users/${await made(scim, "/Users", user("bob@x"))}`;
  await scim.put("its own", path, user("bob@x", { title: "t" }), { status: 200 });
  await scim.put("other case", path, user("BOB@x"), { status: 200, json: { userName: "BOB@x" } });
  await scim.put("another", path, user("eve@x"), { status: 200, json: { userName: "eve@x" } });
  await made(scim, "/Users", user("bob@x"));
  await scim.put("one that is taken", path, user("Bob@X"), refused(409, "uniqueness", "userName"));
  await scim.seen("unchanged", path, { userName: "eve@x" });
  const team = `/Groups/${await made(scim, "/Groups", group("g"))}`;
  await scim.put("a group", team, group("g"), { status: 200, json: { meta: { version: 'W/"1"' } } });
});

it("U-7, V-2, W-28: version and lastModified change with the resource, and not without", async (scim) => {
  const body = enterpriseUser("a", { manager: "m" }, { title: "t", emails: [{ value: "a@x", type: "work" }] });
  const path = `/Users/${await made(scim, "/Users", body)}`;
  const before = await get(scim, path);
  const same = await scim.put("identical", path, body, { status: 200 });
  scim.expect("unchanged", { $exactly: before.json ?? null }, same.json);
  const reordered = Object.fromEntries(Object.entries(body).reverse());
  const shuffled = await scim.put("in another order", path, reordered, { status: 200 });
  scim.expect("unchanged", { $exactly: before.json ?? null }, shuffled.json);
  await scim.put("changed", path, { ...body, title: "u" }, { status: 200, json: { meta: { version: 'W/"2"' } } });
});

test("S-25, U-7, PA-10, V-2: lastModified is the time of the last change in effect, of attributes or members, and created stays", async () => {
  let now = Date.parse("2031-01-01T00:00:00Z");
  const target = inProcessTarget("memory", { ...testEndpoint(localStore()), now: () => now }, 1);
  const scim = await clientOf(target, { preset: "rfc" });
  const member = await made(scim, "/Users", user("m"));
  for (const [endpoint, body, changed] of [
    ["/Users", user("a"), user("a", { title: "t" })],
    ["/Groups", group("g"), group("g", { members: [{ value: member }] })],
  ] as const) {
    const start = new Date(now).toISOString();
    const path = `${endpoint}/${await made(scim, endpoint, body)}`;
    await scim.seen("made", path, { meta: { created: start, lastModified: start } });
    const put = async (sent: JsonObject, lastModified: string) =>
      scim.put("PUT", path, sent, { status: 200, json: { meta: { created: start, lastModified } } });
    now += 1_000;
    await put(body, start);
    now += 1_000;
    const second = new Date(now).toISOString();
    await put(changed, second);
    now += 1_000;
    await put(changed, second);
    const patch = patchOf({ op: "replace", path: "externalId", value: "e" });
    now += 1_000;
    const third = new Date(now).toISOString();
    for (const pause of [0, 1_000]) {
      now += pause;
      await scim.tenant.request({ method: "PATCH", path, body: patch });
      await scim.seen("PATCH", path, { meta: { created: start, lastModified: third } });
    }
  }
  expectNothing(scim);
});

it("U-9, AMB-11: a PUT clears a group's members by an empty list, by null and by leaving them out, and never by what is not understood", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  const path = `/Groups/${await made(scim, "/Groups", group("g", { members: [{ value: id }], externalId: "e" }))}`;
  const kept = { displayName: "g", externalId: "e", members: { $members: [id] } };
  const wrong = [
    5,
    true,
    "x",
    {},
    [5],
    [{}],
    [{ value: 5 }],
    [{ value: "" }],
    [null],
    [[]],
    { members: {} },
    [{ display: "x" }],
  ];
  for (const members of wrong) {
    await scim.put(
      JSON.stringify(members),
      path,
      group("i", { members: members as never }),
      refused(400, "invalidValue"),
    );
  }
  await scim.seen("never emptied by mistake", path, kept);
  await scim.put("empty", path, group("h", { members: [] }), { status: 200, json: { members: { $exactly: [] } } });
  const fill = [{ op: "add", path: "members", value: [{ value: id }] }];
  await scim.patch("fill", path, fill, { status: 200 });
  const cleared = { displayName: "h", externalId: "$absent", members: { $exactly: [] } };
  await scim.put("absent", path, group("h"), { status: 200, json: cleared });
  await scim.patch("fill again", path, fill, { status: 200 });
  await scim.put("null", path, group("h", { members: null }), { status: 200, json: { members: { $exactly: [] } } });
});
