import { test } from "@jest/globals";
import { at } from "../../support/wire.ts";
import { get, group, made, onWire, refused, selects, user } from "../onWire.ts";
import { patchOf } from "../rows/talk.ts";

test(
  "D-1, D-2, D-6: what is deleted is gone for every request, query and list at once",
  onWire(async (talk) => {
    const id = await made(talk, "/Users", user("a", { externalId: "e", emails: [{ value: "a@x", type: "work" }] }));
    const gid = await made(talk, "/Groups", group("g", { members: [{ value: id }], externalId: "e" }));
    for (const [endpoint, one] of [
      ["/Users", id],
      ["/Groups", gid],
    ] as const) {
      const path = `${endpoint}/${one}`;
      const answer = await talk.say("DELETE", { method: "DELETE", path }, { status: 204 });
      talk.expect("no body", "", answer.text);
      for (const method of ["GET", "PUT", "PATCH", "DELETE"]) {
        const body =
          method === "PUT"
            ? user("a")
            : method === "PATCH"
              ? patchOf({ op: "add", path: "externalId", value: "x" })
              : undefined;
        await talk.say(`${method} ${path}`, { method, path, body }, refused(404));
      }
      await talk.seen("list", endpoint, { totalResults: 0, Resources: { $exactly: [] } });
      for (const filter of [`id eq "${one}"`, 'externalId eq "e"']) await selects(talk, endpoint, filter, []);
      if (endpoint === "/Users") {
        for (const filter of ['userName eq "a"', 'emails.value eq "a@x"', "active eq true"])
          await selects(talk, endpoint, filter, []);
        await talk.seen("gone from the group", `/Groups/${gid}`, { members: { $exactly: [] } });
        await selects(talk, "/Groups", `members eq "${id}"`, []);
        await selects(talk, "/Groups", "members pr", []);
      }
    }
  }),
);

test(
  "D-3: the names of what was deleted are free, and a re-creation is somebody new",
  onWire(async (talk) => {
    for (const [endpoint, body] of [
      ["/Users", user("a")],
      ["/Groups", group("g")],
    ] as const) {
      const ids = new Set<string>();
      for (let round = 0; round < 3; round += 1) {
        const id = await made(talk, endpoint, body);
        ids.add(id);
        await talk.say("DELETE", { method: "DELETE", path: `${endpoint}/${id}` }, { status: 204 });
      }
      talk.expect(endpoint, 3, ids.size);
    }
  }),
);

test(
  "D-4: a deleted member leaves its groups, whose versions say so, and re-creating it does not bring it back",
  onWire(async (talk) => {
    const id = await made(talk, "/Users", user("a"));
    const other = await made(talk, "/Users", user("b"));
    const path = `/Groups/${await made(talk, "/Groups", group("g", { members: [{ value: id }, { value: other }] }))}`;
    const before = await get(talk, path);
    await talk.say("DELETE", { method: "DELETE", path: `/Users/${id}` }, { status: 204 });
    const after = await get(talk, path);
    talk.expect("members", { $members: [other] }, at(after.json, "members"));
    if (before.headers.etag === after.headers.etag) talk.note("ETag", "the version is the same with fewer members");
    await made(talk, "/Users", user("a"));
    await talk.seen("not back", path, { members: { $members: [other] } });
    await talk.patch("removing it again is no error", path, [{ op: "remove", path: `members[value eq "${id}"]` }], {
      status: 200,
    });
  }),
);

test(
  "D-5: a delete with a stale version is refused and deletes nothing",
  onWire(async (talk) => {
    for (const [endpoint, body] of [
      ["/Users", user("a")],
      ["/Groups", group("g")],
    ] as const) {
      const path = `${endpoint}/${await made(talk, endpoint, body)}`;
      await talk.say("stale", { method: "DELETE", path, headers: { "If-Match": 'W/"7"' } }, refused(412));
      await talk.seen("still there", path, { meta: { version: 'W/"1"' } });
      await talk.say("fresh", { method: "DELETE", path, headers: { "If-Match": 'W/"1"' } }, { status: 204 });
    }
  }),
);

test(
  "D-1: a body on DELETE is not looked at",
  onWire(async (talk) => {
    const id = await made(talk, "/Users", user("a"));
    await talk.say(
      "DELETE",
      { method: "DELETE", path: `/Users/${id}`, body: "{", headers: { "Content-Type": "text/plain" } },
      { status: 204 },
    );
  }),
);
