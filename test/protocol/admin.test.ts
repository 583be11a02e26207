import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { newResourceId } from "../../functions/provisioning/newId.ts";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { nameKey, userNameKey } from "../../functions/scim/paths.ts";
import type { OrgId } from "../../functions/store/keys.ts";
import type { Store } from "../../functions/store/session.ts";
import { type Ask, documented } from "../support/documented.ts";
import { BOTH_STORES, type OpenedStore } from "../support/dynoxideStore.ts";

describe.each(BOTH_STORES)("the admin API %s", (_name, open) => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  let opened: OpenedStore;
  let store: Store;
  let ask: Ask;
  let next = 0;

  beforeAll(async () => {
    opened = await open();
    store = opened.store;
    ask = documented(store, lines);
  });
  afterAll(() => opened.close());

  /** A new org that may have tokens. */
  async function newOrg(wishes: JsonObject = {}): Promise<string> {
    next += 1;
    const org = `org-${next}`;
    const { status } = await ask("POST", "orgs", { org, sso: {}, admins: ["1", "2"], ...wishes });
    expect(status).toBe(201);
    return org;
  }

  test("lists everything except what somebody damaged by hand, and the log names these items", async () => {
    const [org, other] = [await newOrg(), await newOrg()];
    const { id } = (await ask("GET", `orgs/${other}`)).json;
    const made = [
      [`orgs/${other}/tokens`, { description: "Okta" }, `C#${id}`, "T#"],
      [`app-keys?org=${other}`, { scope: "directory.read", org: other }, `C#${id}`, "K#"],
      [`orgs/${other}/portal-sessions`, { actor: "support" }, `P#${id}`, "L#"],
      [`orgs/${other}/webhooks`, { url: "https://app.example/hook" }, `H#${id}`, ""],
    ] as const;
    const { database } = store.begin();
    const damage = async (pk: string, prefix: string) => {
      const { items: all } = await database.query(pk);
      const items = all.filter(({ sk, d }) => d !== undefined && String(sk).startsWith(prefix));
      for (const { sk } of items) await database.write([{ update: { pk, sk: String(sk) }, set: { d: "{" } }]);
      return items.map(({ sk }) => `${pk} ${sk}`);
    };
    for (const [path, body, pk, prefix] of made) {
      const created = await ask("POST", path.split("?")[0] ?? "", body);
      expect({ path, ...created }).toMatchObject({ path, status: 201 });
      const damagedItems = await damage(pk, prefix);
      expect(damagedItems).toHaveLength(1);
      const { status, json } = await ask("GET", path);
      const listed = Object.values(json).filter(Array.isArray).flat();
      expect({ path, status, listed }).toEqual({ path, status: 200, listed: [] });
      expect(lines.at(-1)).toMatchObject({ damagedItems });
    }
    const damagedItems = await damage(`C#${id}`, "META");
    const { json } = await ask("GET", "orgs?count=1000");
    const names = JSON.stringify(json);
    expect([names.includes(`"org":"${org}"`), names.includes(`"org":"${other}"`)]).toEqual([true, false]);
    expect(lines.at(-1)).toMatchObject({ damagedItems });
  });

  test("creates an organization and shows it with its Tenant URL and rules", async () => {
    const { status, json } = await ask("POST", "orgs", {
      org: "acme",
      displayName: "Acme Inc.",
      sso: { url: "https://idp.acme.example/saml", entityId: "urn:acme" },
      admins: ["1"],
      preset: "open",
      changedRules: { teamNameMaxLength: 100 },
    });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      org: "acme",
      displayName: "Acme Inc.",
      tenantUrl: "http://127.0.0.1/scim/v2/acme",
      entitled: true,
      preset: "open",
      changedRules: { teamNameMaxLength: 100 },
      warnings: [expect.stringContaining("only one org admin")],
    });
    expect(json.rules).toMatchObject({ teamNameMaxLength: 100, userNameMutability: "readWrite" });
    expect((await ask("GET", "orgs/acme")).json).toEqual(json);
    expect(await ask("POST", "orgs", { org: "acme" })).toMatchObject({ status: 409 });
  });

  test.each([
    ["PATCH", "", { sso: { entityId: "e", url: "https://idp.example" }, admins: ["2", "1"], displayName: "Acme" }],
    ["PATCH", "", { changedRules: { unknownMembers: "skip", teamNameMaxLength: 9 }, eventRetentionDays: 30 }],
    ["PATCH", "", { sso: null, admins: [], eventRetentionDays: null, changedRules: { unknownMembers: null } }],
    ["POST", "/pause", { reason: "merger" }],
    ["DELETE", "/pause", undefined],
    ["POST", "/domains", { domain: "acme.example" }],
    ["POST", "/deletion", { reason: "left" }],
    ["DELETE", "/deletion", undefined],
  ] as const)("%s%s %j changes nothing when it is repeated: no event says that it did", async (method, path, body) => {
    const org = `orgs/${await newOrg()}`;
    await ask(method, `${org}${path}`, body as JsonObject | undefined);
    const { version } = (await ask("GET", org)).json;
    await ask(method, `${org}${path}`, body as JsonObject | undefined);
    expect((await ask("GET", org)).json.version).toBe(version);
  });

  test("answers 404 where a query or a body names an organization that is none", async () => {
    expect(await ask("GET", "app-keys?org=nobody")).toMatchObject({ status: 404, json: { code: "notFound.org" } });
    const wishes = { scope: "directory.read", org: "nobody" };
    expect(await ask("POST", "app-keys", wishes)).toMatchObject({ status: 404, json: { code: "notFound.org" } });
  });

  test("lists organizations page by page", async () => {
    for (let made = 0; made < 3; made++) await newOrg();
    const found: Json[] = [];
    for (let after = ""; ; ) {
      const { json } = await ask("GET", `orgs?count=2${after}`);
      if (Array.isArray(json.orgs)) found.push(...json.orgs.map((org) => (isObject(org) ? (org.org ?? null) : null)));
      if (json.next === undefined) break;
      after = `&after=${json.next}`;
    }
    expect(new Set(found).size).toBe(found.length);
    expect([...found].sort()).toEqual(found);
    expect(found.length).toBeGreaterThanOrEqual(3);
  });

  test("changes settings, and takes SSO away and back without losing a token", async () => {
    const org = await newOrg();
    await ask("POST", `orgs/${org}/tokens`);
    expect((await ask("PATCH", `orgs/${org}`, { sso: null })).json).toMatchObject({ sso: null });
    expect(await ask("POST", `orgs/${org}/tokens/regenerate`)).toMatchObject({
      status: 409,
      json: { detail: expect.stringContaining("SAML SSO") },
    });
    await ask("PATCH", `orgs/${org}`, { sso: { entityId: "urn:idp" }, displayName: "New name" });
    expect((await ask("GET", `orgs/${org}/tokens`)).json.tokens).toMatchObject([{ status: "live" }]);
  });

  test("shows a token once and never again (P3)", async () => {
    const org = await newOrg();
    const { status, json } = await ask("POST", `orgs/${org}/tokens`, { description: "Entra", expiresInDays: 90 });
    expect(status).toBe(201);
    const secret = String(json.secretToken);
    expect(json.tenantUrl).toBe(`http://127.0.0.1/scim/v2/${org}`);
    const list = (await ask("GET", `orgs/${org}/tokens`)).json;
    expect(list.tokens).toEqual([json.token]);
    expect(JSON.stringify(list)).not.toContain(secret);
    expect(JSON.stringify(list)).not.toContain('"hash"');
    expect(JSON.stringify(lines)).not.toContain(secret);
  });

  test("generates once, regenerates, rotates and revokes as the rule one says", async () => {
    const org = await newOrg();
    expect((await ask("POST", `orgs/${org}/tokens/rotate`)).status).toBe(409);
    await ask("POST", `orgs/${org}/tokens`, { description: "first" });
    expect(await ask("POST", `orgs/${org}/tokens`)).toMatchObject({
      status: 409,
      json: { detail: expect.stringContaining("regenerate") },
    });
    await ask("POST", `orgs/${org}/tokens/regenerate`, { description: "second" });
    const { json } = await ask("POST", `orgs/${org}/tokens/rotate`, { description: "third", overlapSeconds: 3600 });
    expect(json.retiring).toMatchObject([{ description: "second", status: "live" }]);
    const { id } = json.token as JsonObject;
    expect((await ask("DELETE", `orgs/${org}/tokens/${id}`)).json).toMatchObject({ status: "revoked" });
    const statuses = new Map(
      ((await ask("GET", `orgs/${org}/tokens`)).json.tokens as JsonObject[]).map((token) => [
        token.description,
        token.status,
      ]),
    );
    expect(Object.fromEntries(statuses)).toEqual({ first: "superseded", second: "live", third: "revoked" });
    expect((await ask("DELETE", `orgs/${org}/tokens/nope`)).status).toBe(404);
  });

  test("gives one token to 16 generates at once where one may live", async () => {
    const org = await newOrg();
    const answers = await Promise.all(Array.from({ length: 16 }, () => ask("POST", `orgs/${org}/tokens`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(15).fill(409)]);
    expect((await ask("GET", `orgs/${org}/tokens`)).json.tokens).toHaveLength(1);
  });

  test("keeps and logs the actor: the caller's word, or the principal without its session", async () => {
    const org = await newOrg();
    const named = await ask("POST", `orgs/${org}/tokens`, undefined, { actor: "person:42" });
    expect(named.json.token).toMatchObject({ createdBy: "person:42" });
    const role = { userArn: "arn:aws:sts::123456789012:assumed-role/Settings/jane@example.com" };
    const principal = await ask("POST", `orgs/${org}/tokens/regenerate`, undefined, role);
    expect(principal.json.token).toMatchObject({ createdBy: "123456789012:assumed-role/Settings" });
    expect(lines.at(-1)).toMatchObject({
      type: "admin.request",
      org,
      op: "admin.regenerateToken",
      actor: "123456789012:assumed-role/Settings",
      tokenId: (principal.json.token as JsonObject).id,
      status: 201,
    });
    expect((await ask("GET", "orgs", undefined, { actor: "jane@example.com" })).status).toBe(400);
    expect(JSON.stringify(lines)).not.toContain("jane@");
  });

  test("answers an unsigned request with 403, whatever it asks", async () => {
    expect((await ask("GET", "orgs", undefined, { userArn: "" })).status).toBe(403);
    expect((await ask("POST", "orgs", { org: "x" }, { userArn: "" })).status).toBe(403);
    expect((await ask("GET", "nowhere", undefined, { userArn: "" })).status).toBe(403);
  });

  test.each([
    ["POST", "orgs", { org: "Acme" }, 400],
    ["POST", "orgs", {}, 400],
    ["POST", "orgs", { org: "ok", color: "red" }, 400],
    ["POST", "orgs", { org: 7 }, 400],
    ["POST", "orgs", { org: "ok", entitled: "yes" }, 400],
    ["POST", "orgs", { org: "ok", sso: true }, 400],
    ["POST", "orgs", { org: "ok", sso: { url: "x", secret: "y" } }, 400],
    ["POST", "orgs", { org: "ok", admins: [1] }, 400],
    ["POST", "orgs", { org: "ok", preset: null }, 400],
    ["POST", "orgs", { org: "ok", changedRules: { liveTokens: "all" } }, 400],
    ["POST", "orgs/acme/tokens", { expiresInDays: "7" }, 400],
    ["POST", "orgs/acme/tokens/rotate", { overlapSeconds: -1 }, 400],
    ["GET", "orgs?after=%00", undefined, 400],
    ["GET", "orgs?count=0", undefined, 400],
    ["GET", "orgs/acme/users?startIndex=x", undefined, 400],
    ["GET", "orgs/acme/teams/any?after=x", undefined, 400],
    ["GET", "orgs/nope", undefined, 404],
    ["GET", `orgs/${"x".repeat(3000)}`, undefined, 404],
    ["GET", "orgs/nope/users", undefined, 404],
    ["PATCH", "orgs/nope", { displayName: "x" }, 404],
    ["GET", "teams", undefined, 404],
    ["GET", "orgs/acme/tokens/a/b", undefined, 404],
    ["DELETE", "orgs/acme", undefined, 405],
    ["GET", "orgs/acme/tokens/rotate", undefined, 405],
  ] as const)("%s %s with %j is a SCIM error", async (method, path, body, expected) => {
    const { status, json } = await ask(method, path, body as JsonObject | undefined);
    expect(status).toBe(expected);
    expect(json).toMatchObject({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      status: String(status),
      detail: expect.stringMatching(/\(ref: [0-9a-f]{12}\)$/),
    });
  });

  const KNOWN = "org, displayName, entitled, sso, admins, preset, changedRules, eventRetentionDays";
  test.each([
    [{ org: "ok", color: "red" }, "value.unknownMember", `The request body knows only ${KNOWN}.`],
    [{ org: "ok", sso: { url: "x", secret: "y" } }, "value.unknownMember", "sso knows only url, entityId."],
    [{ org: "ok", constructor: {} }, "value.unknownMember", `The request body knows only ${KNOWN}.`],
    [{ org: "ok", sso: { url: 7 } }, "value.memberType", "url must be a string."],
    [{ org: "ok", sso: true }, "value.memberType", "sso must be an object."],
    [{ org: "ok", entitled: "yes" }, "value.memberType", "entitled must be true or false."],
    [{ org: "ok", admins: "ada" }, "value.memberType", "admins must be an array of strings."],
    [{ org: "ok", admins: ["ada", 1] }, "value.memberType", "admins must be an array of strings."],
    [{ org: "ok", changedRules: [] }, "value.memberType", "changedRules must be an object."],
    [{ org: "ok", changedRules: { shoe: 1 } }, "value.rule", "changedRules knows only userNameMutability, "],
    [
      { org: "ok", changedRules: { teamNameMaxLength: 257 } },
      "value.ruleValue",
      "The rule teamNameMaxLength is a whole number from 1 to 256.",
    ],
    [
      { org: "ok", changedRules: { groupPatchAnswer: 201 } },
      "value.ruleValue",
      "The rule groupPatchAnswer is 204 or 200.",
    ],
    [{}, "value.orgMissing", "org is missing"],
  ])("says what is wrong with the form of %j", async (body, code, words) => {
    const { json } = await ask("POST", "orgs", body);
    expect(json).toMatchObject({ status: "400", code, detail: expect.stringContaining(words) });
  });

  test("lists users and teams with their mark and a team's members, inactive ones marked (P15)", async () => {
    const org = await newOrg();
    const id = String((await ask("GET", `orgs/${org}`)).json.id) as OrgId;
    const { users, groups } = store.begin().directory(id);
    const stamp = { at: new Date().toISOString(), tokenId: "t", reference: "r" };
    const ids = { ann: newResourceId("u", randomBytes), bob: newResourceId("u", randomBytes) };
    for (const [name, active] of [
      ["ann", true],
      ["bob", false],
    ] as const) {
      const attributes = {
        userName: name,
        displayName: name.toUpperCase(),
        active,
        emails: [{ value: `${name}@acme.example`, type: "work" }],
      };
      const keys = { name: userNameKey(name), externalId: undefined, values: [`${name}@acme.example`] };
      await users.create(ids[name], { attributes: JSON.stringify(attributes), keys }, stamp);
    }
    const team = (name: string) => ({
      attributes: JSON.stringify({ displayName: name }),
      keys: { name: nameKey(name), externalId: undefined, values: [] },
      nameUnique: true,
    });
    const inner = newResourceId("g", randomBytes);
    await groups.create(inner, team("Inner"), [], stamp);
    const outer = newResourceId("g", randomBytes);
    await groups.create(outer, team("Platform & Co/Ä"), [ids.ann, ids.bob, inner], stamp);

    const listed = (await ask("GET", `orgs/${org}/users`)).json;
    expect(listed).toMatchObject({ totalResults: 2, startIndex: 1, itemsPerPage: 2 });
    expect(listed.users).toContainEqual({
      id: ids.ann,
      userName: "ann",
      displayName: "ANN",
      active: true,
      emails: [{ value: "ann@acme.example", type: "work" }],
      applicationId: null,
      managed: true,
    });
    expect((await ask("GET", `orgs/${org}/users?startIndex=2&count=5`)).json).toMatchObject({
      itemsPerPage: 1,
      totalResults: 2,
    });
    expect((await ask("GET", `orgs/${org}/teams`)).json.teams).toContainEqual({
      id: outer,
      name: "Platform & Co/Ä",
      externalId: null,
      managed: true,
    });
    for (const name of [outer, encodeURIComponent("platform & co/ä")]) {
      const { json } = await ask("GET", `orgs/${org}/teams/${name}`);
      expect(json.team).toMatchObject({ id: outer, managed: true });
      expect(json.members).toHaveLength(3);
      expect(json.members).toContainEqual({
        kind: "user",
        id: ids.bob,
        userName: "bob",
        displayName: "BOB",
        active: false,
        applicationId: null,
        managed: true,
      });
      expect(json.members).toContainEqual({ kind: "team", id: inner, name: "Inner", managed: true });
    }
    const page = (await ask("GET", `orgs/${org}/teams/${outer}?count=2`)).json;
    expect(page.members).toHaveLength(2);
    expect((await ask("GET", `orgs/${org}/teams/${outer}?count=2&after=${page.next}`)).json.members).toHaveLength(1);
    expect((await ask("GET", `orgs/${org}/teams/nobody`)).status).toBe(404);
  });
});
