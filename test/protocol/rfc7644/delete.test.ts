import { at } from "../../support/wire.ts";
import { get, group, it, made, ONE_OF_EACH, refused, selects, user } from "../onWire.ts";
import { patchOf } from "../rows/client.ts";

it("D-1, D-2, D-6: what is deleted is gone for every request, query and list at once", async (scim) => {
  const id = await made(scim, "/Users", user("a", { externalId: "e", emails: [{ value: "a@x", type: "work" }] }));
  const gid = await made(scim, "/Groups", group("g", { members: [{ value: id }], externalId: "e" }));
  for (const [endpoint, one] of [
    ["/Users", id],
    ["/Groups", gid],
  ] as const) {
    const path = `${endpoint}/${one}`;
    const answer = await scim.delete("DELETE", path, { status: 204 });
    scim.expect("no body", "", answer.text);
    for (const method of ["GET", "PUT", "PATCH", "DELETE"]) {
      const body =
        method === "PUT"
          ? user("a")
          : method === "PATCH"
            ? patchOf({ op: "add", path: "externalId", value: "x" })
            : undefined;
      await scim.say(`${method} ${path}`, { method, path, body }, refused(404));
    }
    await scim.seen("list", endpoint, { totalResults: 0, Resources: { $exactly: [] } });
    for (const filter of [`id eq "${one}"`, 'externalId eq "e"']) await selects(scim, endpoint, filter, []);
    if (endpoint === "/Users") {
      for (const filter of ['userName eq "a"', 'emails.value eq "a@x"', "active eq true"])
        await selects(scim, endpoint, filter, []);
      await scim.seen("gone from the group", `/Groups/${gid}`, { members: { $exactly: [] } });
      await selects(scim, "/Groups", `members eq "${id}"`, []);
      await selects(scim, "/Groups", "members pr", []);
    }
  }
});

it("D-3: the names of what was deleted are free, and a re-creation is somebody new", async (scim) => {
  for (const [endpoint, body] of ONE_OF_EACH) {
    const ids = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      const id = await made(scim, endpoint, body);
      ids.add(id);
      await scim.delete("DELETE", `${endpoint}/${id}`, { status: 204 });
    }
    scim.expect(endpoint, 3, ids.size);
  }
});

it("D-4: a deleted member leaves its groups, whose versions say so, and re-creating it does not bring it back", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  const other = await made(scim, "/Users", user("b"));
  const path = `/Groups/${await made(scim, "/Groups", group("g", { members: [{ value: id }, { value: other }] }))}`;
  const before = await get(scim, path);
  await scim.delete("DELETE", `/Users/${id}`, { status: 204 });
  const after = await get(scim, path);
  scim.expect("members", { $members: [other] }, at(after.json, "members"));
  if (before.headers.etag === after.headers.etag) scim.note("ETag", "the version is the same with fewer members");
  await made(scim, "/Users", user("a"));
  await scim.seen("not back", path, { members: { $members: [other] } });
  await scim.patch("removing it again is no error", path, [{ op: "remove", path: `members[value eq "${id}"]` }], {
    status: 200,
  });
});

it("D-5: a delete with a stale version is refused and deletes nothing", async (scim) => {
  for (const [endpoint, body] of ONE_OF_EACH) {
    const path = `${endpoint}/${await made(scim, endpoint, body)}`;
    await scim.say("stale", { method: "DELETE", path, headers: { "If-Match": 'W/"7"' } }, refused(412));
    await scim.seen("still there", path, { meta: { version: 'W/"1"' } });
    await scim.say("fresh", { method: "DELETE", path, headers: { "If-Match": 'W/"1"' } }, { status: 204 });
  }
});

it("D-1: a body on DELETE is not looked at", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  await scim.say(
    "DELETE",
    { method: "DELETE", path: `/Users/${id}`, body: "{", headers: { "Content-Type": "text/plain" } },
    { status: 204 },
  );
});
