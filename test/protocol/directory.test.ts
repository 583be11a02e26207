import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import type { OrgId } from "../../functions/store/keys.ts";
import type { Store } from "../../functions/store/session.ts";
import { type Ask, documented } from "../support/documented.ts";
import { BOTH_STORES, type OpenedStore } from "../support/dynoxideStore.ts";
import { groupWrite, idOf, MUCH_LATER, makeGroup, makeUser, present, STAMP, userWrite } from "../support/records.ts";

/** As a list of what the id names gives it out. */
const cursorBehind = (id: string): string => Buffer.from(`m${id}`).toString("base64url");

describe.each(BOTH_STORES)("the directory API %s", (_name, open) => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  let opened: OpenedStore;
  let store: Store;
  let ask: Ask;
  let admin: Ask;
  let next = 0;

  beforeAll(async () => {
    opened = await open();
    store = opened.store;
    ask = documented(store, lines, "directory");
    admin = documented(store, []);
  });
  afterAll(() => opened.close());

  async function newOrg(): Promise<{ readonly org: string; readonly id: OrgId }> {
    next += 1;
    const org = `org-${next}`;
    const made = await admin("POST", "orgs", {
      org,
      sso: { entityId: "https://idp.acme.example" },
      admins: ["1", "2"],
    });
    return { org, id: String(made.json.id) as OrgId };
  }

  const views = (json: JsonObject, name: string) => (Array.isArray(json[name]) ? json[name].filter(isObject) : []);

  test("makes, shows, changes and deletes a user of the application", async () => {
    const { org } = await newOrg();
    const wishes = {
      userName: "Ada",
      displayName: "Ada L.",
      name: { givenName: "Ada", familyName: "Lovelace" },
      emails: [{ value: "ada@acme.example", type: "work", primary: true }],
    };
    const made = await ask("POST", `orgs/${org}/users`, wishes);
    expect(made).toMatchObject({ status: 201, json: { ...wishes, managed: false, active: true } });
    expect(made.json).not.toHaveProperty("lockedReason");
    const path = `orgs/${org}/users/${made.json.id}`;
    expect((await ask("GET", path)).json).toEqual(made.json);

    const changed = await ask("PATCH", path, { userName: "ada.l", displayName: null, name: { familyName: "King" } });
    const expected = { userName: "ada.l", displayName: null, name: { givenName: "Ada", familyName: "King" } };
    expect(changed).toMatchObject({ status: 200, json: { ...expected, emails: wishes.emails } });
    expect((await ask("PATCH", path, { name: { familyName: null }, emails: [] })).json).toMatchObject({
      name: { givenName: "Ada" },
      emails: [],
    });
    expect((await ask("PATCH", path, { name: null })).json).toMatchObject({ name: null });
    expect((await ask("PATCH", path, {})).json).toMatchObject({ userName: "ada.l" });
    const others: readonly Json[] = [{}, { value: "x" }, [], ["x"], [{ value: "x" }], 7];
    const wrongs = others.flatMap((wrong): readonly JsonObject[] => [
      { userName: wrong },
      { displayName: wrong },
      { name: { givenName: wrong } },
    ]);
    for (const wrong of [...wrongs, { name: [{ givenName: "x" }] }, { name: "x" }])
      expect(await ask("PATCH", path, wrong)).toMatchObject({ status: 400, json: { code: "value.type" } });

    expect(await ask("DELETE", path)).toMatchObject({ status: 204, json: {} });
    expect((await ask("GET", path)).status).toBe(404);
    expect((await ask("DELETE", path)).status).toBe(404);
    expect((await ask("POST", `orgs/${org}/users`, wishes)).status).toBe(201);
  });

  test("keeps userNames and team names unique among the application's own, ignoring case", async () => {
    const { org } = await newOrg();
    expect((await ask("POST", `orgs/${org}/users`, { userName: "ada" })).status).toBe(201);
    expect(await ask("POST", `orgs/${org}/users`, { userName: "ADA" })).toMatchObject({
      status: 409,
      json: { scimType: "uniqueness" },
    });
    const bob = await ask("POST", `orgs/${org}/users`, { userName: "bob" });
    expect((await ask("PATCH", `orgs/${org}/users/${bob.json.id}`, { userName: "Ada" })).status).toBe(409);
    expect((await ask("POST", `orgs/${org}/teams`, { displayName: "Crew" })).status).toBe(201);
    expect((await ask("POST", `orgs/${org}/teams`, { displayName: "CREW" })).status).toBe(409);
    const team = await ask("POST", `orgs/${org}/teams`, { displayName: "Other" });
    expect((await ask("PATCH", `orgs/${org}/teams/${team.json.id}`, { displayName: "crew" })).status).toBe(409);
  });

  test("makes, renames and deletes a team, and changes its members", async () => {
    const { org } = await newOrg();
    const user = (await ask("POST", `orgs/${org}/users`, { userName: "ada" })).json.id;
    const made = await ask("POST", `orgs/${org}/teams`, { displayName: "Crew" });
    expect(made).toMatchObject({ status: 201, json: { displayName: "Crew", managed: false } });
    const team = `orgs/${org}/teams/${made.json.id}`;
    const member = {
      kind: "user",
      id: user,
      userName: "ada",
      displayName: null,
      active: true,
      managed: false,
      applicationId: null,
    };
    for (let times = 0; times < 2; times++) {
      expect(await ask("PUT", `${team}/members/${user}`)).toEqual({ status: 200, json: member });
    }
    expect((await ask("GET", `${team}/members`)).json).toEqual({ members: [member] });
    expect((await ask("PATCH", team, { displayName: "Team" })).json).toMatchObject({ displayName: "Team" });
    expect((await ask("GET", team)).json).toMatchObject({ displayName: "Team" });
    for (let times = 0; times < 2; times++) {
      expect((await ask("DELETE", `${team}/members/${user}`)).status).toBe(204);
    }
    expect((await ask("GET", `${team}/members`)).json).toEqual({ members: [] });
    expect((await ask("DELETE", team)).status).toBe(204);
    expect((await ask("GET", team)).status).toBe(404);
    expect((await ask("GET", `${team}/members`)).status).toBe(404);
    expect((await ask("PUT", `${team}/members/${user}`)).status).toBe(404);
  });

  test("pages through both sides, the managed one first, each user and team once", async () => {
    const { org, id } = await newOrg();
    const session = store.begin();
    for (let n = 0; n < 5; n++) {
      await makeUser(session.directory(id).users, n);
      await makeUser(session.unmanaged(id).users, n + 10, userWrite(`user${n}`));
      await makeGroup(session.directory(id).groups, n);
      await makeGroup(session.unmanaged(id).groups, n + 10, [], groupWrite(`group${n}`));
    }
    for (const name of ["users", "teams"]) {
      for (const count of [1, 2, 3, 5, 7, 10, 100]) {
        const found: JsonObject[] = [];
        let cursor = "";
        do {
          const { status, json } = await ask("GET", `orgs/${org}/${name}?count=${count}${cursor}`);
          expect(status).toBe(200);
          expect(views(json, name).length).toBeLessThanOrEqual(count);
          found.push(...views(json, name));
          cursor = json.next === undefined ? "" : `&cursor=${json.next}`;
        } while (cursor !== "");
        expect(new Set(found.map((one) => one.id)).size).toBe(10);
        expect(found.map(({ managed }) => managed)).toEqual([...Array(5).fill(true), ...Array(5).fill(false)]);
        expect(found.every((one) => (typeof one.lockedReason === "string") === one.managed)).toBe(true);
      }
    }
  });

  test("lets a managed user be in an unmanaged team, and forgets the edge when the identity provider deleted it", async () => {
    const { org, id } = await newOrg();
    const { users } = store.begin().directory(id);
    const managed = await makeUser(users, 1, {
      ...userWrite("ada"),
      attributes: JSON.stringify({ userName: "ada", active: true }),
    });
    const own = (await ask("POST", `orgs/${org}/users`, { userName: "bob" })).json.id;
    const made = (await ask("POST", `orgs/${org}/teams`, { displayName: "Crew" })).json.id;
    const team = `orgs/${org}/teams/${made}`;
    for (const user of [managed.id, own]) expect((await ask("PUT", `${team}/members/${user}`)).status).toBe(200);
    const listed = views((await ask("GET", `${team}/members`)).json, "members");
    expect(new Map(listed.map((one) => [one.id, one.managed]))).toEqual(
      new Map<unknown, unknown>([
        [managed.id, true],
        [own, false],
      ]),
    );
    await users.delete(present(await users.find(managed.id)), STAMP);
    for (let times = 0; times < 2; times++) {
      expect(views((await ask("GET", `${team}/members`)).json, "members")).toMatchObject([{ id: own }]);
    }
    expect(await store.begin().unmanaged(id).memberships.stored(String(made))).toEqual([own]);
    expect((await ask("PUT", `${team}/members/${managed.id}`)).status).toBe(404);
  });

  test("takes nobody for a member who is none: a team, a stranger, a person of another org", async () => {
    const { org } = await newOrg();
    const other = await newOrg();
    const stranger = (await ask("POST", `orgs/${other.org}/users`, { userName: "ada" })).json.id;
    const team = (await ask("POST", `orgs/${org}/teams`, { displayName: "Crew" })).json.id;
    for (const id of [stranger, team, idOf("u", 1), "nobody", "%00", "x".repeat(3000)]) {
      expect((await ask("PUT", `orgs/${org}/teams/${team}/members/${id}`)).status).toBe(404);
      expect((await ask("DELETE", `orgs/${org}/teams/${team}/members/${id}`)).status).toBe(204);
    }
    expect((await ask("GET", `orgs/${org}/users/${stranger}`)).status).toBe(404);
    expect((await ask("DELETE", `orgs/${org}/users/${stranger}`)).status).toBe(404);
  });

  test("says for 30 days what was deleted, when and by whom, without a name", async () => {
    const { org, id } = await newOrg();
    const made = (await ask("POST", `orgs/${org}/users`, { userName: "ada" })).json.id;
    const deleted = await ask("DELETE", `orgs/${org}/users/${made}`, undefined, { actor: "person:42" });
    expect(deleted.status).toBe(204);
    const { status, json } = await ask("GET", `orgs/${org}/deleted/${made}`);
    expect(status).toBe(200);
    expect(json).toEqual({
      id: made,
      kind: "user",
      managed: false,
      deletedAt: expect.stringMatching(/^20/),
      deletedBy: "person:42",
      reference: lines.find((line) => line.op === "directory.deleteUser" && line.org === org)?.ref,
    });
    const { groups } = store.begin().directory(id);
    const now = { ...STAMP, at: new Date(Date.now() - 29 * 86_400_000).toISOString() };
    await groups.delete(await makeGroup(groups, 1), now);
    expect((await ask("GET", `orgs/${org}/deleted/${idOf("g", 1)}`)).json).toMatchObject({
      kind: "team",
      managed: true,
      deletedBy: STAMP.tokenId,
    });
    const before = { ...MUCH_LATER, at: new Date(Date.now() - 30 * 86_400_000 - 2000).toISOString() };
    await groups.delete(await makeGroup(groups, 2), before);
    for (const gone of [idOf("g", 2), idOf("u", 9), "nobody"]) {
      expect((await ask("GET", `orgs/${org}/deleted/${gone}`)).status).toBe(404);
    }
  });

  test.each([
    ["GET", "orgs/ORG/users?count=0", undefined, 400],
    ["GET", "orgs/ORG/users?cursor=zzzz", undefined, 400],
    ["GET", "orgs/ORG/teams?cursor=bQ0K", undefined, 400],
    ["GET", `orgs/ORG/users?cursor=${cursorBehind(idOf("g", 1))}`, undefined, 400],
    ["GET", `orgs/ORG/teams?cursor=${cursorBehind(idOf("u", 1))}`, undefined, 400],
    ["GET", `orgs/ORG/users?cursor=${cursorBehind(idOf("u", 1))}!`, undefined, 400],
    ["POST", "orgs/ORG/users", {}, 400],
    ["POST", "orgs/ORG/users", { userName: "" }, 400],
    ["POST", "orgs/ORG/users", { userName: "x", active: false }, 400],
    ["POST", "orgs/ORG/users", { userName: "x", externalId: "y" }, 400],
    ["POST", "orgs/ORG/users", { userName: "x", name: { nickName: "y" } }, 400],
    ["POST", "orgs/ORG/users", { userName: "x", name: "y" }, 400],
    ["POST", "orgs/ORG/users", { userName: 7 }, 400],
    ["POST", "orgs/ORG/users", { userName: "x", emails: [{ value: 7 }] }, 400],
    ["POST", "orgs/ORG/teams", {}, 400],
    ["POST", "orgs/ORG/teams", { displayName: " " }, 400],
    ["POST", "orgs/ORG/teams", { displayName: "x".repeat(257) }, 400],
    ["POST", "orgs/ORG/teams", { displayName: "x", members: [] }, 400],
    ["GET", `orgs/ORG/teams/${idOf("g", 1)}/members?include=all`, undefined, 400],
    ["GET", "orgs/ORG/access", undefined, 400],
    ["GET", "orgs/ORG/access?email=", undefined, 400],
    ["GET", "orgs/ORG/access?email=a%40b&userName=a", undefined, 400],
    ["GET", "orgs/ORG/access?userName=%00", undefined, 400],
    ["GET", "orgs/ORG/users/nobody", undefined, 404],
    ["PATCH", `orgs/ORG/users/${idOf("u", 1)}`, { displayName: "x" }, 404],
    ["PATCH", `orgs/ORG/teams/${idOf("g", 1)}`, { displayName: "x" }, 404],
    ["GET", "orgs/nope/users", undefined, 404],
    ["GET", "orgs/Nope%2F/access?email=a", undefined, 404],
    ["GET", "nowhere", undefined, 404],
    ["PUT", "orgs/ORG/users", undefined, 405],
    ["POST", "orgs/ORG/access", {}, 405],
  ] as const)("%s %s with %j is a SCIM error", async (method, path, body, expected) => {
    const { org } = await newOrg();
    const { status, json } = await ask(method, path.replace("ORG", org), body as JsonObject | undefined);
    expect(status).toBe(expected);
    expect(json).toMatchObject({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      status: String(status),
      detail: expect.stringMatching(/\(ref: [0-9a-f]{12}\)$/),
    });
  });

  test("answers an unsigned request with 403, whatever it asks", async () => {
    const { org } = await newOrg();
    for (const path of [`orgs/${org}/users`, `orgs/${org}/access?email=a`, "nowhere"]) {
      expect((await ask("GET", path, undefined, { userArn: "" })).status).toBe(403);
    }
    expect((await ask("POST", `orgs/${org}/users`, { userName: "x" }, { userArn: "" })).status).toBe(403);
  });

  test("logs who asked and what became of it, and no personal data", async () => {
    const { org } = await newOrg();
    lines.length = 0;
    await ask("POST", `orgs/${org}/users`, { userName: "secret.name", emails: [{ value: "secret@acme.example" }] });
    await ask("GET", `orgs/${org}/access?email=secret%40acme.example`, undefined, { actor: "login" });
    await ask("GET", `orgs/${org}/access?userName=secret.name2`);
    await ask("GET", `orgs/${org}/access?nonsense=secret`);
    expect(lines).toMatchObject([
      { type: "directory.request", op: "directory.createUser", org, status: 201, actor: "000000000000:user/local" },
      { type: "directory.request", op: "directory.getAccess", org, status: 200, actor: "login", access: "member" },
      { op: "directory.getAccess", access: "noSuchUser" },
      { op: "directory.getAccess", status: 400 },
    ]);
    expect(JSON.stringify(lines)).not.toContain("secret");
  });
});
