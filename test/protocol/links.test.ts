import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from "../../functions/scim/schema.ts";
import { OrgKeys } from "../../functions/store/keys.ts";
import type { Store } from "../../functions/store/session.ts";
import { type Ask, documented } from "../support/documented.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { foundByStore } from "../support/invariants.ts";
import { idOf } from "../support/records.ts";
import { type Running, STORE_KINDS } from "../support/storeKinds.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at, type Tenant } from "../support/wire.ts";

function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Users linked to the application's own records, through the directory API, beside an identity provider. */
describe.each(STORE_KINDS)("links in $kind", ({ kind, start }) => {
  const lines: Record<string, unknown>[] = [];
  let running: Running;
  let store: Store;
  let target: Target;
  let ask: Ask;
  let admin: Ask;
  let org: Tenant;
  let next = 0;

  beforeAll(async () => {
    running = await start();
    ({ store } = await running.fresh());
    target = inProcessTarget(
      kind,
      testEndpoint(store, (line) => lines.push({ ...line })),
      1,
    );
    const directory = documented(store, lines, "directory");
    ask = (method, path, ...more) => directory(method, `orgs/${org.slug}/${path}`, ...more);
    admin = documented(store, []);
  });
  beforeEach(async () => {
    org = await target.org({ preset: "open" });
  });
  afterAll(() => running.stop());

  async function managed(userName = `user${next++}`): Promise<string> {
    const body = {
      schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA],
      userName,
      emails: [{ value: `${userName}@acme.example` }],
    };
    return String(at((await org.request({ method: "POST", path: "/Users", body })).json, "id"));
  }
  const own = async (userName = `user${next++}`): Promise<string> =>
    String((await ask("POST", "users", { userName })).json.id);
  const link = (id: string, applicationId: Json) => ask("PUT", `users/${id}/link`, { applicationId });
  const unlink = (id: string) => ask("DELETE", `users/${id}/link`);
  const linkOf = async (id: string) => {
    const { applicationId, linkVersion } = (await ask("GET", `users/${id}`)).json;
    return [applicationId, linkVersion];
  };
  const keys = async () => new OrgKeys(await orgId());
  const orgId = async () => String((await admin("GET", `orgs/${org.slug}`)).json.id);

  test("are made, replaced and ended, for managed and unmanaged users alike, each change one version more", async () => {
    for (const id of [await managed(), await own()]) {
      expect(await linkOf(id)).toEqual([null, 0]);
      const version = (await ask("GET", `users/${id}`)).json.version;
      expect(await link(id, `first ${id}`)).toMatchObject({
        status: 200,
        json: { id, applicationId: `first ${id}`, linkVersion: 1 },
      });
      expect((await link(id, `first ${id}`)).json).toMatchObject({ applicationId: `first ${id}`, linkVersion: 1 });
      expect((await link(id, `second ${id}`)).json).toMatchObject({ applicationId: `second ${id}`, linkVersion: 2 });
      expect(await linkOf(id)).toEqual([`second ${id}`, 2]);
      expect(await unlink(id)).toMatchObject({ status: 200, json: { id, applicationId: null, linkVersion: 3 } });
      expect((await unlink(id)).json).toMatchObject({ applicationId: null, linkVersion: 3 });
      expect((await link(id, `first ${id}`)).json).toMatchObject({ linkVersion: 4 });
      expect((await ask("GET", `users/${id}`)).json.version).toBe(version);
    }
    expect(await foundByStore(store, await orgId())).toEqual([]);
  });

  test("hold one user for each applicationId, of both sides together, compared exactly; 409 names the holder", async () => {
    const [ada, bob] = [await managed(), await own()];
    await link(ada, "A-7");
    const refused = await link(bob, "A-7");
    expect(refused).toMatchObject({ status: 409, json: { code: "conflict.linked", values: [ada] } });
    expect(refused.json.detail).toContain(ada);
    expect((await link(bob, "a-7")).status).toBe(200);
    expect((await link(bob, "A-7 ")).status).toBe(200);
    await unlink(ada);
    expect((await link(bob, "A-7")).json).toMatchObject({ applicationId: "A-7", linkVersion: 3 });
    expect(await linkOf(ada)).toEqual([null, 2]);
    expect((await link(ada, "a-7")).status).toBe(200);
  });

  test.each([
    ["the longest there is", "x".repeat(256)],
    ["of astral characters, which count once each", "😀".repeat(256)],
    ["of any other text", ' "/#%\u00e9\u4e16\n$'],
    ["that looks like a key", "#sha256:0"],
  ])("take an applicationId %s, and find it again", async (_what, applicationId) => {
    const id = await managed();
    expect(await link(id, applicationId)).toMatchObject({ status: 200, json: { applicationId } });
    const query = `applicationId=${encodeURIComponent(applicationId)}`;
    expect((await ask("GET", `access?${query}`)).json).toMatchObject({ member: true, user: { id, applicationId } });
    expect((await ask("GET", `users?${query}`)).json).toMatchObject({ users: [{ id, applicationId }] });
    expect((await link(await own(), applicationId)).json).toMatchObject({ status: "409", values: [id] });
  });

  test.each<[string, Json, string]>([
    ["nothing", "", "value.applicationId"],
    ["what is too long", "x".repeat(257), "value.applicationId"],
    ["what is too long in astral characters", "😀".repeat(257), "value.applicationId"],
    ["a number", 7, "value.applicationId"],
    ["null", null, "value.applicationId"],
    ["U+0000", "\u0000", "value.unicode"],
    ["half of a character", "\ud800", "value.unicode"],
  ])("refuse %s", async (_what, applicationId, code) => {
    const id = await managed();
    expect(await link(id, applicationId)).toMatchObject({ status: 400, json: { code } });
    expect(await linkOf(id)).toEqual([null, 0]);
  });

  test("are refused for who is no user of the org, without a trace", async () => {
    const here = org;
    org = await target.org({ preset: "open" });
    const stranger = await managed();
    await link(stranger, "7");
    org = here;
    for (const id of [stranger, idOf("u", 1), idOf("g", 1), "nobody"]) {
      expect((await link(id, "7")).status).toBe(404);
      expect((await unlink(id)).status).toBe(404);
    }
    expect((await ask("GET", "users?applicationId=7")).json).toEqual({ users: [] });
    expect((await ask("GET", "access?applicationId=7")).json).toMatchObject({ member: false, reason: "noSuchUser" });
    expect((await link(await managed(), "7")).status).toBe(200);
    const bodies: JsonObject[] = [{}, { applicationId: "7", id: "8" }];
    for (const body of bodies) expect((await ask("PUT", `users/${await managed()}/link`, body)).status).toBe(400);
  });

  test("end with their user: the applicationId is free at once, and nothing is left of them behind the sweep", async () => {
    for (const make of [managed, own]) {
      const id = await make();
      await link(id, `of ${id}`);
      if (make === managed) await org.request({ method: "DELETE", path: `/Users/${id}` });
      else await ask("DELETE", `users/${id}`);
      expect((await ask("GET", `access?applicationId=of%20${id}`)).json).toMatchObject({ reason: "noSuchUser" });
      expect((await ask("GET", `users?applicationId=of%20${id}`)).json).toEqual({ users: [] });
      const { database } = store.begin();
      const left = await database.query((await keys()).linkedUsers());
      expect(left.items.filter(({ a }) => a !== undefined)).toEqual([]);
      expect((await database.query((await keys()).links())).items).toEqual([]);
      const heir = await own();
      expect((await link(heir, `of ${id}`)).json).toMatchObject({ linkVersion: 1 });
      await unlink(heir);
    }
    expect(await foundByStore(store, await orgId())).toEqual([]);
  });

  test("whose holder is gone and not swept yet are taken over, and the sweep takes nothing from the heir", async () => {
    const [gone, heir] = [await managed(), await own()];
    await link(gone, "7");
    const session = store.begin();
    const { users, memberships } = session.directory((await orgId()) as never);
    const record = await users.find(gone);
    if (record === undefined) throw new Error("not made");
    const stamp = { at: new Date().toISOString(), tokenId: "t", reference: "r" };
    expect(await users.delete(record, stamp)).toEqual({ outcome: "deleted" });
    expect((await ask("GET", "access?applicationId=7")).json).toMatchObject({ reason: "noSuchUser" });
    expect((await link(heir, "7")).json).toMatchObject({ applicationId: "7", linkVersion: 1 });
    await memberships.sweep(Date.now() + 10_000, stamp);
    expect(await linkOf(heir)).toEqual(["7", 1]);
    expect((await ask("GET", "access?applicationId=7")).json).toMatchObject({ user: { id: heir } });
    expect(await foundByStore(store, await orgId())).toEqual([]);
  });

  test("are shown wherever users appear, in lists of any length", async () => {
    const people: string[] = [];
    for (let n = 0; n < 14; n++) people.push(await (n % 2 === 0 ? managed() : own()));
    const wanted = new Map<string, string | null>(people.map((id, n) => [id, n % 3 === 0 ? `app-${n}` : null]));
    for (const [id, applicationId] of wanted) if (applicationId !== null) await link(id, applicationId);
    for (const count of [1, 3, 6, 100]) {
      const found = new Map<unknown, unknown>();
      for (let cursor = ""; ; ) {
        const { json } = await ask("GET", `users?count=${count}${cursor}`);
        for (const user of listOf(json.users)) found.set(user.id, user.applicationId);
        if (json.next === undefined) break;
        cursor = `&cursor=${json.next}`;
      }
      expect(found).toEqual(wanted);
    }
    const [first = ""] = people;
    const theirs = people.filter((_id, n) => n % 2 === 0);
    const group = { schemas: [GROUP_SCHEMA], displayName: "Crew", members: theirs.map((value) => ({ value })) };
    const team = String(at((await org.request({ method: "POST", path: "/Groups", body: group })).json, "id"));
    const members = listOf((await ask("GET", `teams/${team}/members`)).json.members);
    expect(new Map(members.map((one) => [one.id, one.applicationId]))).toEqual(
      new Map(theirs.map((id) => [id, wanted.get(id)])),
    );
    const crew = String((await ask("POST", "teams", { displayName: "Own" })).json.id);
    expect((await ask("PUT", `teams/${crew}/members/${first}`)).json).toMatchObject({ applicationId: "app-0" });
    for (const by of ["applicationId=app-0", "userName="]) {
      const { userName } = (await ask("GET", `users/${first}`)).json;
      const query = by === "userName=" ? `${by}${userName}` : by;
      expect((await ask("GET", `access?${query}`)).json).toMatchObject({
        member: true,
        user: { id: first, applicationId: "app-0", linkVersion: 1 },
        teams: [{ id: team }, { id: crew }],
      });
    }
    const listed = listOf((await admin("GET", `orgs/${org.slug}/users`)).json.users);
    expect(new Map(listed.map((one) => [one.id, one.applicationId]))).toEqual(
      new Map(theirs.map((id) => [id, wanted.get(id)])),
    );
    const shown = listOf((await admin("GET", `orgs/${org.slug}/teams/${team}`)).json.members);
    expect(shown.find(({ id }) => id === first)).toMatchObject({ applicationId: "app-0" });
    const { json: changed } = await ask("PATCH", `users/${people[3]}`, { displayName: "x" });
    expect(changed).toMatchObject({ applicationId: "app-3" });
  });

  test("are left out of an answer, and of what it costs, where fields do not name them", async () => {
    const id = await managed();
    await link(id, "7");
    lines.length = 0;
    expect((await ask("GET", "users?fields=userName")).json).not.toHaveProperty("users.0.applicationId");
    expect((await ask("GET", "users?fields=linkVersion")).json).toEqual({ users: [{ id, linkVersion: 1 }] });
    const [without, withLinks] = lines.map(({ rcu }) => Number(rcu));
    if (kind !== "memory") expect(Number(withLinks) - Number(without)).toBe(1);
  });

  test.each(["filter=active%20eq%20true", "cursor=bQ"])("are not asked for together with %s", async (more) => {
    const { status, json } = await ask("GET", `users?applicationId=7&${more}`);
    expect({ status, code: json.code }).toEqual({ status: 400, code: "value.applicationIdAlone" });
  });

  test("stay out of SCIM and of the log", async () => {
    const id = await managed();
    lines.length = 0;
    await link(id, "secret-77");
    await ask("GET", "access?applicationId=secret-77");
    await link(await own(), "secret-77");
    const { text } = await org.request({ method: "GET", path: `/Users/${id}` });
    expect(text).not.toContain("secret-77");
    expect(JSON.stringify(lines)).not.toContain("secret-77");
  });

  describe("of new users", () => {
    const idsNamed = async (userName: string) =>
      listOf((await ask("GET", `users?filter=${encodeURIComponent(`userName eq "${userName}"`)}`)).json.users).map(
        ({ id }) => id,
      );
    const bulk = async (users: readonly Json[]) => {
      // Not through ask: the document takes no entry that is wrong.
      const path = `/orgs/${org.slug}/users/bulk`;
      const { status, json } = await target.directory("POST", path, { users: [...users] });
      expect(status).toBe(200);
      if (!isObject(json)) throw new Error("no object");
      const results = listOf(json.results);
      expect(results).toHaveLength(users.length);
      return results;
    };

    test("are made with them in one step, or neither is", async () => {
      const made = await ask("POST", "users", { userName: "ada", displayName: "Ada", applicationId: "7" });
      expect(made).toMatchObject({ status: 201, json: { userName: "ada", applicationId: "7", linkVersion: 1 } });
      expect((await ask("GET", `users/${made.json.id}`)).json).toEqual(made.json);
      const linked = await ask("POST", "users", { userName: "bob", applicationId: "7" });
      expect(linked).toMatchObject({ status: 409, json: { code: "conflict.linked", values: [made.json.id] } });
      expect(await idsNamed("bob")).toEqual([]);
      const named = await ask("POST", "users", { userName: "ADA", applicationId: "8" });
      expect(named).toMatchObject({ status: 409, json: { scimType: "uniqueness" } });
      expect((await ask("GET", "users?applicationId=8")).json).toEqual({ users: [] });
      for (const applicationId of ["", "x".repeat(257), 7])
        expect((await ask("POST", "users", { userName: "eve", applicationId })).json.code).toBe("value.applicationId");
      expect(await idsNamed("eve")).toEqual([]);
      const gone = await managed();
      await link(gone, "9");
      await org.request({ method: "DELETE", path: `/Users/${gone}` });
      expect((await ask("POST", "users", { userName: "heir", applicationId: "9" })).json).toMatchObject({
        linkVersion: 1,
      });
      expect(await foundByStore(store, await orgId())).toEqual([]);
    });

    test("are made by the hundred, each by itself, and found again when the call is repeated", async () => {
      const users = Array.from({ length: 100 }, (_, n) => ({
        userName: `person${n}`,
        emails: [{ value: `person${n}@acme.example` }],
        applicationId: `app-${n}`,
      }));
      const first = listOf((await ask("POST", "users/bulk", { users })).json.results);
      expect(first.map(({ status }) => status)).toEqual(users.map(() => 201));
      for (const [n, { user }] of first.entries())
        expect(user).toMatchObject({ ...users[n], managed: false, linkVersion: 1, version: 1 });
      const again = await bulk([
        ...users.slice(0, 50),
        ...users.slice(0, 50).map((one) => ({ ...one, displayName: "x" })),
      ]);
      expect(again.map(({ status }) => status)).toEqual(users.map(() => 200));
      expect(again.map((one) => at(one, "user.id"))).toEqual(
        [...first.slice(0, 50), ...first.slice(0, 50)].map((one) => at(one, "user.id")),
      );
      expect(at(again[60], "user.displayName")).toBeNull();
      expect(await foundByStore(store, await orgId())).toEqual([]);
    });

    test("have one result each, in order: who is wrong or taken hinders nobody else", async () => {
      const holder = await managed();
      await link(holder, "taken");
      await own("own");
      const results = await bulk([
        { userName: "a", applicationId: "1" },
        { userName: "b", applicationId: "taken" },
        { userName: "own", applicationId: "2" },
        { userName: "OWN" },
        { userName: "c", applicationId: "1" },
        { userName: "A", applicationId: "3" },
        { userName: "d", shoeSize: 42 },
        { displayName: "e" },
        { userName: "f", applicationId: "" },
        { userName: "g" },
        { userName: "h", applicationId: "2" },
      ]);
      expect(results.map(({ status, error }) => [status, isObject(error) ? error.code : undefined])).toEqual([
        [201, undefined],
        [409, "conflict.linked"],
        [409, "uniqueness.userName"],
        [409, "uniqueness.userName"],
        [409, "conflict.linked"],
        [409, "uniqueness.userName"],
        [400, "value.unknownMember"],
        [400, "value.required"],
        [400, "value.applicationId"],
        [201, undefined],
        [201, undefined],
      ]);
      expect(at(results[1], "error.values")).toEqual([holder]);
      for (const nobody of ["b", "c", "d", "e", "f"]) expect(await idsNamed(nobody)).toEqual([]);
      expect((await ask("GET", "users?applicationId=3")).json).toEqual({ users: [] });
      expect(await foundByStore(store, await orgId())).toEqual([]);
    });

    test("are refused altogether where the call is no list of 1 to 100", async () => {
      const many = Array.from({ length: 101 }, (_, n) => ({ userName: `n${n}` }));
      for (const body of [{}, { users: [] }, { users: "ada" }, { users: many }] as JsonObject[]) {
        const { status, json } = await ask("POST", "users/bulk", body);
        expect({ status, code: json.code }).toEqual({ status: 400, code: "value.userList" });
      }
      expect(await bulk([7, null])).toMatchObject([{ status: 400 }, { status: 400 }]);
      expect((await ask("GET", "users")).json).toEqual({ users: [] });
    });
  });
});
