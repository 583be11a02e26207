import { beforeEach, describe, expect, test } from "@jest/globals";
import { createDynamoStore } from "../../functions/store/dynamoTable.ts";
import type { Wanted } from "../../functions/store/records.ts";
import type { Directory, Store } from "../../functions/store/session.ts";
import { createAccessToken, SettingsStore } from "../../functions/store/settings.ts";
import { GROUP_LAYOUT, USER_LAYOUT } from "../../functions/store/storedTypes.ts";
import { duringTests } from "../support/duringTests.ts";
import { clientAround } from "../support/faultyClient.ts";
import {
  ACME,
  groupWrite,
  idOf,
  ids,
  makeGroup,
  makeUser,
  makeUsers,
  OTHER,
  orgIdOf,
  orgRecord,
  present,
  STAMP,
  tokenRecord,
  userWrite,
} from "../support/records.ts";
import { STORE_KINDS, startDynamo } from "../support/storeKinds.ts";

describe.each(STORE_KINDS)("orgs and tokens in $kind", ({ start }) => {
  let store: Store;
  let settings: SettingsStore;
  const running = duringTests(start);
  beforeEach(async () => {
    ({ store } = await running().fresh());
    settings = new SettingsStore(store.begin().database);
  });

  test("an org is found by its slug as it was written", async () => {
    const org = orgRecord(ACME, "acme", {
      paused: { since: "2026-01-02T03:04:05.678Z", reason: "asked for" },
      changedRules: { teamNameMaxLength: 100 },
    });
    expect(await settings.createOrg(org, STAMP)).toBe("created");
    expect(await settings.orgBySlug("acme")).toEqual(org);
    expect(await settings.orgBySlug("acm")).toBeUndefined();
    expect(await settings.orgBySlug("")).toBeUndefined();
    expect(await settings.orgById(ACME)).toEqual(org);
    expect(await settings.orgById(OTHER)).toBeUndefined();
  });

  test("a slug belongs to one org", async () => {
    await settings.createOrg(orgRecord(ACME, "acme"), STAMP);
    expect(await settings.createOrg(orgRecord(OTHER, "acme"), STAMP)).toBe("slugTaken");
    expect((await settings.orgBySlug("acme"))?.id).toBe(ACME);
  });

  test("of parallel creations of one slug one succeeds", async () => {
    const orgs = Array.from({ length: 8 }, (_, n) => orgRecord(orgIdOf(`Org0000${n}`), "acme"));
    const outcomes = await Promise.all(
      orgs.map((org) => new SettingsStore(store.begin().database).createOrg(org, STAMP)),
    );
    expect(outcomes.filter((outcome) => outcome === "created")).toHaveLength(1);
  });

  test("orgs are listed by slug, page by page", async () => {
    for (const [n, slug] of ["delta", "alpha", "charlie", "bravo"].entries()) {
      await settings.createOrg(orgRecord(orgIdOf(`Org0000${n}`), slug), STAMP);
    }
    const first = await settings.orgs(3);
    expect(first.orgs.map(({ slug }) => slug)).toEqual(["alpha", "bravo", "charlie"]);
    expect(first.next).toBe("charlie");
    const second = await settings.orgs(3, first.next);
    expect(second.orgs.map(({ slug }) => slug)).toEqual(["delta"]);
    expect(second.next).toBeUndefined();
  });

  test("settings and tokens are saved together, and only from the version that was read", async () => {
    const org = orgRecord(ACME, "acme");
    await settings.createOrg(org, STAMP);
    const next = { ...org, tokenEpoch: 2, version: 2 };
    expect(await settings.save(org, next, [tokenRecord(ACME, 1)], STAMP)).toBe("saved");
    expect(await settings.orgBySlug("acme")).toEqual(next);
    expect(await settings.save(org, { ...org, tokenEpoch: 9 }, [tokenRecord(ACME, 2)], STAMP)).toBe("stale");
    expect(await settings.tokens(ACME)).toEqual([tokenRecord(ACME, 1)]);
    expect(await settings.save(next, { ...next, sso: undefined }, [], STAMP)).toBe("saved");
    expect(await settings.orgBySlug("acme")).toEqual({ ...next, sso: undefined, version: 3 });
  });

  test("of parallel saves from one version one succeeds", async () => {
    const org = orgRecord(ACME, "acme");
    await settings.createOrg(org, STAMP);
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        new SettingsStore(store.begin().database).save(org, org, [tokenRecord(ACME, n)], STAMP),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === "saved")).toHaveLength(1);
    expect(await settings.tokens(ACME)).toHaveLength(1);
  });

  test("tokens are listed newest first, a revoked one as revoked, and no other org's", async () => {
    const org = orgRecord(ACME, "acme");
    const other = orgRecord(OTHER, "other");
    await settings.createOrg(org, STAMP);
    await settings.createOrg(other, STAMP);
    await settings.save(
      org,
      org,
      [1, 3, 2].map((n) => tokenRecord(ACME, n)),
      STAMP,
    );
    await settings.save(other, other, [tokenRecord(OTHER, 9)], STAMP);
    const revoked = tokenRecord(ACME, 2, { revokedAt: "2026-01-03T00:00:00.000Z" });
    await settings.save({ ...org, version: 2 }, org, [revoked], STAMP);
    expect(await settings.tokens(ACME)).toEqual([tokenRecord(ACME, 3), revoked, tokenRecord(ACME, 1)]);
  });

  test("forty tokens fit one change", async () => {
    const org = orgRecord(ACME, "acme");
    await settings.createOrg(org, STAMP);
    const tokens = Array.from({ length: 40 }, (_, n) => tokenRecord(ACME, n));
    expect(await settings.save(org, org, tokens, STAMP)).toBe("saved");
    expect(await settings.tokens(ACME)).toHaveLength(40);
    await expect(settings.save(org, org, [...tokens, tokenRecord(ACME, 40)], STAMP)).rejects.toThrow(RangeError);
  });

  describe("opening a request", () => {
    const token = tokenRecord(ACME, 1);
    beforeEach(async () => {
      await settings.createOrg(orgRecord(ACME, "acme"), STAMP);
      await settings.createOrg(orgRecord(OTHER, "other"), STAMP);
      await settings.save(orgRecord(ACME, "acme"), orgRecord(ACME, "acme"), [token], STAMP);
    });

    test("gives the token and the org it claims", async () => {
      const opened = await store.begin().open({ orgId: ACME, tokenHash: token.hash }, []);
      expect(opened).toEqual({ token, org: orgRecord(ACME, "acme", { version: 2 }) });
    });

    test("gives a token and another org's settings as they are, for the caller to compare", async () => {
      const opened = await store.begin().open({ orgId: OTHER, tokenHash: token.hash }, []);
      expect(opened.token?.orgId).toBe(ACME);
      expect(opened.org?.id).toBe(OTHER);
    });

    test.each([
      { what: "an unknown org", orgId: "Nobody00" },
      { what: "no org id", orgId: "" },
      { what: "a longer org id", orgId: `${ACME}#U` },
      { what: "an org id with a separator", orgId: "Acme#000" },
    ])("gives no org for $what", async ({ orgId }) => {
      const wanted: Wanted[] = [{ kind: "resource", id: idOf("u", 1) }];
      expect((await store.begin().open({ orgId, tokenHash: token.hash }, wanted)).org).toBeUndefined();
    });

    test("gives no token for an unknown or malformed hash", async () => {
      const unknown = "0".repeat(64);
      expect((await store.begin().open({ orgId: ACME, tokenHash: unknown }, [])).token).toBeUndefined();
      expect((await store.begin().open({ orgId: ACME, tokenHash: "x" }, [])).token).toBeUndefined();
    });

    test("everything wanted is answered as without reading ahead, found or missing, once and again", async () => {
      const made = store.begin().directory(ACME);
      await makeUsers(made.users, 3);
      await makeUser(made.users, 3, userWrite("ada", { externalId: "x", values: ["m@acme.example"] }));
      await makeGroup(made.groups, 1, [idOf("u", 1), idOf("u", 2)], groupWrite("crew"));
      const wanted: Wanted[] = [
        { kind: "resource", id: idOf("u", 1) },
        { kind: "resource", id: idOf("u", 1) },
        { kind: "resource", id: idOf("u", 77) },
        { kind: "resource", id: "nonsense" },
        { kind: "resource", id: idOf("g", 1) },
        { kind: "resource", id: idOf("g", 77) },
        { kind: "name", type: USER_LAYOUT, key: "ada" },
        { kind: "name", type: USER_LAYOUT, key: "nobody" },
        { kind: "name", type: USER_LAYOUT, key: "" },
        { kind: "value", type: USER_LAYOUT, key: "m@acme.example" },
        { kind: "externalId", type: USER_LAYOUT, key: "x" },
        { kind: "externalId", type: USER_LAYOUT, key: "y" },
        { kind: "name", type: GROUP_LAYOUT, key: "crew" },
        { kind: "externalId", type: GROUP_LAYOUT, key: "ext-crew" },
        { kind: "membership", groupId: idOf("g", 1), memberId: idOf("u", 1) },
        { kind: "membership", groupId: idOf("g", 1), memberId: idOf("u", 0) },
      ];
      // Together they are more than is read before a token is verified; each of them alone is not.
      for (const wishes of [wanted, ...wanted.map((wish) => [wish])]) {
        const session = store.begin();
        await session.open({ orgId: ACME, tokenHash: token.hash }, wishes);
        await answersAll(session.directory(ACME));
      }
    });

    async function answersAll({ users, groups, memberships }: Directory): Promise<void> {
      for (let round = 0; round < 2; round++) {
        expect((await users.find(idOf("u", 1)))?.id).toBe(idOf("u", 1));
        expect(await users.find(idOf("u", 77))).toBeUndefined();
        expect((await groups.find(idOf("g", 1)))?.memberCount).toBe(2);
        expect(await groups.find(idOf("g", 77))).toBeUndefined();
        expect(await users.idsByName("ada")).toEqual([idOf("u", 3)]);
        expect(await users.idsByName("nobody")).toEqual([]);
        expect(await users.idsByValue("m@acme.example")).toEqual([idOf("u", 3)]);
        expect(await users.idsByExternalId("x")).toEqual([idOf("u", 3)]);
        expect(await users.idsByExternalId("y")).toEqual([]);
        expect(await groups.idsByName("crew")).toEqual([idOf("g", 1)]);
        expect(await groups.idsByExternalId("ext-crew")).toEqual([idOf("g", 1)]);
        expect(await memberships.among(idOf("g", 1), [idOf("u", 0), idOf("u", 1), idOf("u", 2)])).toEqual(
          new Set([idOf("u", 1), idOf("u", 2)]),
        );
        expect(await memberships.groupsOf(idOf("u", 2))).toEqual([idOf("g", 1)]);
      }
    }

    test("a list that is longer than what is read ahead of it is whole all the same", async () => {
      const made = store.begin().directory(ACME);
      const shared = { externalId: "shared", values: ["shared@acme.example"] };
      for (let n = 0; n < 30; n++) {
        await makeUser(made.users, n, userWrite(`user${n}`, shared));
        await makeGroup(made.groups, n, [], groupWrite(`group${n}`, { externalId: "shared" }));
      }
      const opened = async (wish: Wanted): Promise<Directory> => {
        const session = store.begin();
        await session.open({ orgId: ACME, tokenHash: token.hash }, [wish]);
        return session.directory(ACME);
      };
      const byEmail = await opened({ kind: "value", type: USER_LAYOUT, key: "shared@acme.example" });
      expect(await byEmail.users.idsByValue("shared@acme.example")).toEqual(ids("u", 30).sort());
      const byExternalId = await opened({ kind: "externalId", type: USER_LAYOUT, key: "shared" });
      expect(await byExternalId.users.idsByExternalId("shared")).toEqual(ids("u", 30).sort());
      const groups = await opened({ kind: "externalId", type: GROUP_LAYOUT, key: "shared" });
      expect(await groups.groups.idsByExternalId("shared")).toEqual(ids("g", 30).sort());
    });

    test("edges that found no room beside the token are told rightly, in a small group and in a large one", async () => {
      const made = store.begin().directory(ACME);
      await makeUsers(made.users, 6);
      for (const [n, size] of [8, 300].entries()) {
        await makeGroup(made.groups, n, ids("u", size, 2));
        const asked = ids("u", 6);
        for (let first = 0; first < 5; first++) {
          const pair = asked.slice(first, first + 2);
          const session = store.begin();
          await session.open({ orgId: ACME, tokenHash: token.hash, secretId: "secret000001" }, [
            { kind: "resource", id: idOf("g", n) },
            ...pair.map((id): Wanted => ({ kind: "resource", id })),
            ...pair.map((memberId): Wanted => ({ kind: "membership", groupId: idOf("g", n), memberId })),
          ]);
          const there = await session.directory(ACME).memberships.among(idOf("g", n), asked);
          expect(there).toEqual(new Set(asked.slice(2)));
        }
      }
    });
  });

  test("two orgs with the same names and ids of their own never see each other", async () => {
    const acme = store.begin().directory(ACME);
    const other = store.begin().directory(OTHER);
    const mine = await makeUser(acme.users, 1, userWrite("ada"));
    await makeUser(other.users, 2, userWrite("ada"));
    await makeGroup(acme.groups, 1, [idOf("u", 1)], groupWrite("crew"));
    await makeGroup(other.groups, 2, [idOf("u", 2)], groupWrite("crew"));
    expect(await other.users.find(mine.id)).toBeUndefined();
    expect(await other.users.findMany([mine.id])).toEqual([]);
    expect(await other.users.idsByName("ada")).toEqual([idOf("u", 2)]);
    expect(await other.users.idsByValue("ada@acme.example")).toEqual([idOf("u", 2)]);
    expect(await other.users.replace(mine, userWrite("eva"), tokenStamp)).toEqual({ outcome: "missing" });
    expect(await other.users.delete(mine, tokenStamp)).toEqual({ outcome: "missing" });
    expect(await other.memberships.stored(idOf("g", 1))).toEqual([]);
    expect(await other.memberships.groupsOf(idOf("u", 1))).toEqual([]);
    expect((await other.users.page(0, 10)).total).toBe(1);
    expect((await other.groups.page(0, 10)).records.map(({ id }) => id)).toEqual([idOf("g", 2)]);
    expect(await acme.users.find(mine.id)).toEqual({ ...mine, groupIds: [idOf("g", 1)] });
  });

  test("an access token is opened with its client secret, by the org it names only, and is listed nowhere", async () => {
    const org = orgRecord(ACME, "acme");
    await settings.createOrg(org, STAMP);
    await settings.createOrg(orgRecord(OTHER, "other"), STAMP);
    const secret = tokenRecord(ACME, 1, { id: "secret000001", kind: "client" });
    await settings.save(org, org, [secret], STAMP);
    const access = tokenRecord(ACME, 2, {
      kind: "access",
      secretId: "secret000001",
      expiresAt: "2026-01-01T01:02:00.000Z",
    });
    await createAccessToken(store.begin().database, access);
    const open = (orgId: string, secretId?: string) =>
      store.begin().open({ orgId, tokenHash: access.hash, ...(secretId === undefined ? {} : { secretId }) }, []);
    expect(await open(ACME, "secret000001")).toMatchObject({ token: access, secret, org: { slug: "acme" } });
    expect((await open(ACME, "secret000002")).secret).toBeUndefined();
    expect((await open(OTHER, "secret000001")).secret).toBeUndefined();
    expect((await open(ACME, "\u0000")).secret).toBeUndefined();
    expect(await settings.tokens(ACME)).toEqual([secret]);
  });

  test("the use of a token is remembered to the hour, whichever process saw it", async () => {
    const noon = Date.parse("2026-01-01T12:00:00.000Z");
    const minute = 60_000;
    expect(await settings.lastUsed(["token1"])).toEqual(new Map());
    await store.begin().markUsed("token1", noon);
    await store.begin().markUsed("token1", noon + 59 * minute);
    await store.begin().markUsed("token2", noon + 59 * minute);
    expect(await settings.lastUsed(["token1", "token2", "token3"])).toEqual(
      new Map([
        ["token1", "2026-01-01T12:00:00.000Z"],
        ["token2", "2026-01-01T12:59:00.000Z"],
      ]),
    );
    await store.begin().markUsed("token1", noon + 60 * minute);
    expect((await settings.lastUsed(["token1"])).get("token1")).toBe("2026-01-01T13:00:00.000Z");
    expect(await settings.lastUsed([])).toEqual(new Map());
  });
});

describe("marks of use in DynamoDB", () => {
  const running = duringTests(startDynamo);

  test("cost one write an hour, and never more than the wish to write", async () => {
    const tableName = await running().freshTable();
    const noon = Date.parse("2026-01-01T12:00:00.000Z");
    const [one, other] = [1, 2].map(() => createDynamoStore({ client: running().client, tableName }));
    const cost = async (process: Store | undefined, at: number) => {
      const session = present(process).begin();
      await session.markUsed("token1", at);
      return session.usage;
    };
    expect(await cost(one, noon)).toMatchObject({ calls: 1, wcu: 1 });
    expect(await cost(one, noon + 1_000)).toMatchObject({ calls: 0, wcu: 0 });
    // Another process learns from the condition that it is known.
    expect(await cost(other, noon + 1_000)).toMatchObject({ calls: 1 });
    expect(await cost(other, noon + 2_000)).toMatchObject({ calls: 0 });
    expect((await new SettingsStore(present(one).begin().database).lastUsed(["token1"])).get("token1")).toBe(
      "2026-01-01T12:00:00.000Z",
    );
  });

  test("are stored when any request that saw the use goes on", async () => {
    const tableName = await running().freshTable();
    const store = createDynamoStore({ client: running().client, tableName });
    const seen = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const session = store.begin();
        await session.markUsed("token1", 0);
        return (await new SettingsStore(session.database).lastUsed(["token1"])).size;
      }),
    );
    expect(seen).toEqual(Array<number>(8).fill(1));
  });

  test("fail silently, and are not tried again within a minute", async () => {
    const tableName = await running().freshTable();
    let calls = 0;
    const broken = clientAround(running().client, async () => {
      calls++;
      throw new Error("the connection is lost");
    });
    const store = createDynamoStore({ client: broken, tableName });
    for (const at of [0, 1_000, 59_000]) await store.begin().markUsed("token1", at);
    expect(calls).toBe(1);
    await store.begin().markUsed("token1", 60_000);
    expect(calls).toBe(2);
  });
});

const tokenStamp = { at: "2026-01-02T03:06:00.000Z", tokenId: "token1", reference: "request-9" };
