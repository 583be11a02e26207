import { test } from "@jest/globals";
import type { JsonObject } from "../../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { inProcessTarget } from "../../support/inProcess.ts";
import { localStore } from "../../support/localStore.ts";
import { testEndpoint } from "../../support/testEndpoint.ts";
import { enterpriseUser, expectNothing, get, group, made, onWire, refused, selects, user } from "../onWire.ts";
import { patchOf, talkTo } from "../rows/talk.ts";

test(
  "U-1: PUT answers with the whole resource and never creates one",
  onWire(async (talk) => {
    const path = `/Users/${await made(talk, "/Users", user("a"))}`;
    const answer = await talk.say(
      "PUT",
      { method: "PUT", path, body: user("a", { title: "t" }) },
      { status: 200, json: { userName: "a", title: "t", meta: { version: 'W/"2"' } } },
    );
    talk.expect("read", { $exactly: answer.json ?? null }, (await get(talk, path)).json);
    talk.expect("ETag", 'W/"2"', answer.headers.etag);
    talk.expect("Location", `${talk.tenant.tenantUrl}${path}`, answer.headers.location);
    for (const endpoint of ["/Users", "/Groups"]) {
      const unknown = {
        method: "PUT",
        path: `${endpoint}/${endpoint === "/Users" ? "u" : "g"}${"0".repeat(22)}`,
        body: { ...user("new"), ...group("new") },
      };
      await talk.say(endpoint, unknown, refused(404));
    }
    await talk.seen("one user", "/Users", { totalResults: 1 });
  }),
);

test(
  "U-2, AMB-10: what a PUT omits is cleared, but active is kept: nobody is reactivated by omission",
  onWire(async (talk) => {
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
    const path = `/Users/${await made(talk, "/Users", first)}`;
    const cleared = {
      title: "$absent",
      emails: "$absent",
      externalId: "$absent",
      [ENTERPRISE_SCHEMA]: "$absent",
      schemas: { $exactly: [USER_SCHEMA] },
      name: { $exactly: { givenName: "n" } },
      active: false,
    };
    await talk.say(
      "PUT",
      { method: "PUT", path, body: user("a", { name: { givenName: "n" } }) },
      { status: 200, json: cleared },
    );
    await selects(talk, "/Users", 'externalId eq "e"', []);
    await selects(talk, "/Users", 'emails.value eq "a@x"', []);
    await talk.say(
      "on again",
      { method: "PUT", path, body: user("a", { active: true }) },
      { status: 200, json: { active: true } },
    );
    await talk.say("still on", { method: "PUT", path, body: user("a") }, { status: 200, json: { active: true } });
  }),
);

test(
  "U-3: a stale echo of the whole resource is accepted, what only the server writes in it is ignored",
  onWire(async (talk) => {
    const id = await made(talk, "/Users", user("a", { title: "t" }));
    const gid = await made(talk, "/Groups", group("g", { members: [{ value: id }] }));
    for (const path of [`/Users/${id}`, `/Groups/${gid}`]) {
      const before = await get(talk, path);
      const lies = { id: "other", meta: { version: 'W/"77"', resourceType: "X" }, groups: [{ value: "x" }] };
      const body = { ...Object(before.json), ...lies };
      const answer = await talk.say("echo", { method: "PUT", path, body }, { status: 200 });
      talk.expect(path, { $exactly: before.json ?? null }, answer.json);
    }
  }),
);

test(
  "U-4: a group's members are replaced as a set, although a member's parts are immutable",
  onWire(async (talk) => {
    const [a = "", b = "", c = ""] = await Promise.all(["a", "b", "c"].map((name) => made(talk, "/Users", user(name))));
    const path = `/Groups/${await made(talk, "/Groups", group("g", { members: [{ value: a }, { value: b }] }))}`;
    const body = group("g", { members: [{ value: b }, { value: c }] });
    await talk.say("PUT", { method: "PUT", path, body }, { status: 200, json: { members: { $members: [b, c] } } });
    await talk.seen("stored", path, { members: { $members: [b, c] }, meta: { version: 'W/"2"' } });
    await talk.seen("on the user", `/Users/${a}`, { groups: "$absent" });
  }),
);

test(
  "U-4: a changed immutable attribute is refused, an equal one is not",
  onWire(
    async (talk) => {
      const id = await talk.user("a");
      const { emails, userName } = Object((await get(talk, `/Users/${id}`)).json);
      const put = (name: string) => ({ method: "PUT", path: `/Users/${id}`, body: user(name, { emails, title: "t" }) });
      await talk.say("changed", put("other"), refused(400, "mutability", "userName"));
      await talk.seen("nothing applied", `/Users/${id}`, { title: "$absent", meta: { version: 'W/"1"' } });
      await talk.say("equal", put(String(userName).toUpperCase()), { status: 200, json: { title: "t", userName } });
    },
    { preset: "standard" },
  ),
);

test(
  "U-6, W-17: a resource does not clash with itself, and another spelling of its name is stored",
  onWire(async (talk) => {
    const path = `/Users/${await made(talk, "/Users", user("bob@x"))}`;
    await talk.say("its own", { method: "PUT", path, body: user("bob@x", { title: "t" }) }, { status: 200 });
    await talk.say(
      "other case",
      { method: "PUT", path, body: user("BOB@x") },
      { status: 200, json: { userName: "BOB@x" } },
    );
    await talk.say(
      "another",
      { method: "PUT", path, body: user("eve@x") },
      { status: 200, json: { userName: "eve@x" } },
    );
    await made(talk, "/Users", user("bob@x"));
    await talk.say(
      "one that is taken",
      { method: "PUT", path, body: user("Bob@X") },
      refused(409, "uniqueness", "userName"),
    );
    await talk.seen("unchanged", path, { userName: "eve@x" });
    const team = `/Groups/${await made(talk, "/Groups", group("g"))}`;
    await talk.say(
      "a group",
      { method: "PUT", path: team, body: group("g") },
      { status: 200, json: { meta: { version: 'W/"1"' } } },
    );
  }),
);

test(
  "U-7, V-2, W-28: version and lastModified change with the resource, and not without",
  onWire(async (talk) => {
    const body = enterpriseUser("a", { manager: "m" }, { title: "t", emails: [{ value: "a@x", type: "work" }] });
    const path = `/Users/${await made(talk, "/Users", body)}`;
    const before = await get(talk, path);
    const same = await talk.say("identical", { method: "PUT", path, body }, { status: 200 });
    talk.expect("unchanged", { $exactly: before.json ?? null }, same.json);
    const reordered = Object.fromEntries(Object.entries(body).reverse());
    const shuffled = await talk.say("in another order", { method: "PUT", path, body: reordered }, { status: 200 });
    talk.expect("unchanged", { $exactly: before.json ?? null }, shuffled.json);
    await talk.say(
      "changed",
      { method: "PUT", path, body: { ...body, title: "u" } },
      { status: 200, json: { meta: { version: 'W/"2"' } } },
    );
  }),
);

test("S-25, U-7, PA-10, V-2: lastModified is the time of the last change in effect, of attributes or members, and created stays", async () => {
  let now = Date.parse("2031-01-01T00:00:00Z");
  const target = inProcessTarget("memory", { ...testEndpoint(localStore()), now: () => now }, 1);
  const talk = await talkTo(target, { preset: "rfc" });
  const member = await made(talk, "/Users", user("m"));
  for (const [endpoint, body, changed] of [
    ["/Users", user("a"), user("a", { title: "t" })],
    ["/Groups", group("g"), group("g", { members: [{ value: member }] })],
  ] as const) {
    const start = new Date(now).toISOString();
    const path = `${endpoint}/${await made(talk, endpoint, body)}`;
    await talk.seen("made", path, { meta: { created: start, lastModified: start } });
    const put = async (sent: JsonObject, lastModified: string) =>
      talk.say(
        "PUT",
        { method: "PUT", path, body: sent },
        { status: 200, json: { meta: { created: start, lastModified } } },
      );
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
      await talk.tenant.request({ method: "PATCH", path, body: patch });
      await talk.seen("PATCH", path, { meta: { created: start, lastModified: third } });
    }
  }
  expectNothing(talk);
});

test(
  "U-9, AMB-11: a PUT clears a group's members by an empty list, by null and by leaving them out, and never by what is not understood",
  onWire(async (talk) => {
    const id = await made(talk, "/Users", user("a"));
    const path = `/Groups/${await made(talk, "/Groups", group("g", { members: [{ value: id }], externalId: "e" }))}`;
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
      await talk.say(
        JSON.stringify(members),
        { method: "PUT", path, body: group("i", { members: members as never }) },
        refused(400, "invalidValue"),
      );
    }
    await talk.seen("never emptied by mistake", path, kept);
    await talk.say(
      "empty",
      { method: "PUT", path, body: group("h", { members: [] }) },
      { status: 200, json: { members: { $exactly: [] } } },
    );
    const fill = [{ op: "add", path: "members", value: [{ value: id }] }];
    await talk.patch("fill", path, fill, { status: 200 });
    const cleared = { displayName: "h", externalId: "$absent", members: { $exactly: [] } };
    await talk.say("absent", { method: "PUT", path, body: group("h") }, { status: 200, json: cleared });
    await talk.patch("fill again", path, fill, { status: 200 });
    await talk.say(
      "null",
      { method: "PUT", path, body: group("h", { members: null }) },
      { status: 200, json: { members: { $exactly: [] } } },
    );
  }),
);
