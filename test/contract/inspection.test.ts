import { beforeEach, describe, expect, test } from "@jest/globals";
import { meaningsOf } from "../../functions/store/inspection/findings.ts";
import { Inspection } from "../../functions/store/inspection/inspection.ts";
import { OrgKeys } from "../../functions/store/keys.ts";
import { LinkStore } from "../../functions/store/links.ts";
import { sumOfIds } from "../../functions/store/resourceItems.ts";
import { createStore, type Directory } from "../../functions/store/session.ts";
import { STORED_GROUPS, STORED_USERS } from "../../functions/store/storedTypes.ts";
import {
  type Item,
  type Key,
  PRESENT,
  type Scalar,
  type Table,
  TableBusy,
  type Update,
} from "../../functions/store/table.ts";
import { inspect, lineOf } from "../support/invariants.ts";
import { localTable } from "../support/localStore.ts";
import { ACME, idOf, LATER, MUCH_LATER, makeGroup, makeUser, present, STAMP } from "../support/records.ts";
import { tableAround } from "../support/tableAround.ts";

const MANAGED = new OrgKeys(ACME);
const OWN = new OrgKeys(ACME, "unmanaged");
const [ADA, EVA, GONE, STRANGER] = [idOf("u", 1), idOf("u", 2), idOf("u", 3), idOf("u", 9)];
const [CREW, ALL, FORMER] = [idOf("g", 1), idOf("g", 2), idOf("g", 3)];
const [OWN_USER, OWN_TEAM] = [idOf("u", 50), idOf("g", 50)];

/** Attributes and keys that agree, as the use cases make them. */
function user(userName: string, emails: readonly string[] = [`${userName}@acme.example`]) {
  const externalId = `ext-${userName}`;
  const attributes = JSON.stringify({ userName, externalId, emails: emails.map((value) => ({ value })) });
  return { attributes, keys: { name: userName, externalId, values: emails } };
}

function group(displayName: string) {
  const externalId = `ext-${displayName}`;
  const attributes = JSON.stringify({ displayName, externalId });
  return { attributes, keys: { name: displayName, externalId, values: [] }, nameUnique: true };
}

describe("an inspection", () => {
  let table: Table;

  /** A small sound org: people on both sides, a nested group, a deleted user and a deleted group, both swept. */
  beforeEach(async () => {
    table = localTable();
    const { users, groups, memberships } = side("managed");
    await makeUser(users, 1, user("ada"));
    await makeUser(users, 2, user("eva"));
    const gone = await makeUser(users, 3, user("gone"));
    await makeGroup(groups, 1, [ADA, EVA, GONE], group("crew"));
    await makeGroup(groups, 2, [CREW, ADA], group("all"));
    const former = await makeGroup(groups, 3, [ADA], group("former"));
    await users.delete(gone, STAMP);
    await groups.delete(former, STAMP);
    await memberships.sweep(Date.now() + 20_000, STAMP);
    await makeUser(side("unmanaged").users, 50, user("own"));
    await makeGroup(side("unmanaged").groups, 50, [OWN_USER, ADA], group("own team"));
    await links().link({ id: ADA, managed: true }, "app-ada", STAMP);
    await links().link({ id: OWN_USER, managed: false }, "app-own", STAMP);
    await links().link({ id: EVA, managed: true }, "app-eva", STAMP);
    await links().unlink({ id: EVA, managed: true }, STAMP);
  });

  const store = (over = table) => createStore(over);
  const side = (which: "managed" | "unmanaged"): Directory => {
    const session = store().begin();
    return which === "managed" ? session.directory(ACME) : session.unmanaged(ACME);
  };
  const links = () => new LinkStore(side("managed").view, side("unmanaged").view);
  const inspection = (over?: Table) => new Inspection(store(over).begin().database, ACME);
  const found = async (repair = false, at = STAMP.at) =>
    (await inspect(inspection(), repair, at)).map((finding) => `${lineOf(finding)}: ${finding.repair}`).sort();

  const put = (key: Key, more: Item = {}) => table.write([{ put: { sv: 1, ...key, ...more } }]);
  const remove = ({ pk, sk }: Key) => table.write([{ delete: { pk, sk } }]);
  const set = ({ pk, sk }: Key, name: string, value: Scalar) =>
    table.write([{ update: { pk, sk }, set: { [name]: value } }]);
  const change = (key: Key, update: Omit<Update, "update">) =>
    table.write([{ update: key, ...update, condition: PRESENT }]);
  const count = ({ pk, sk }: Key, memberId: string) =>
    table.write([{ update: { pk, sk }, add: { n: 1, s: sumOfIds([memberId]) } }]);
  const bucket = (id: string) => `c${id.charAt(2)}`;

  test("finds nothing in a sound org, and says what it looked at and what that cost", async () => {
    const session = store().begin();
    const wishes = { repair: false, until: Date.now() + 20_000, stamp: STAMP };
    const step = present(await new Inspection(session.database, ACME).step(wishes));
    expect(step).toMatchObject({ findings: [], unsettled: [], next: undefined });
    // 3 users and 3 groups, an entry of each kind of each, their edges seen from both ends, markers, tombstones, counters.
    expect(step.examined).toBeGreaterThan(40);
    expect(session.usage.rcu).toBeGreaterThan(20);
    expect(session.usage.wcu).toBe(0);
  });

  const REPAIRED: readonly {
    readonly what: string;
    readonly damage: () => Promise<unknown>;
    readonly lines: string[];
    readonly repaired?: string[];
  }[] = [
    {
      what: "a userName that leads nowhere",
      damage: () => remove(MANAGED.name(STORED_USERS, "ada")),
      lines: [`userName.missing ${ADA}`],
    },
    {
      what: "a userName that leads to somebody else",
      damage: () => put(MANAGED.name(STORED_USERS, "ada"), { id: EVA }),
      lines: [`userName.missing ${ADA} ${EVA}`, `userName.stray ${EVA}`],
      // One repair mends both.
      repaired: [`userName.missing ${ADA} ${EVA}`],
    },
    {
      what: "a userName that nobody has",
      damage: () => put(MANAGED.name(STORED_USERS, "nobody"), { id: EVA }),
      lines: [`userName.stray ${EVA}`],
    },
    {
      what: "a userName taken for a user who is gone",
      damage: () => put(MANAGED.name(STORED_USERS, "gone"), { id: GONE }),
      lines: [`userName.stray ${GONE}`],
    },
    {
      what: "an externalId that leads nowhere",
      damage: () => remove(MANAGED.externalId(STORED_USERS, "ext-ada", ADA)),
      lines: [`externalId.missing ${ADA}`],
    },
    {
      what: "an externalId that leads to who does not have it",
      damage: () => put(MANAGED.externalId(STORED_USERS, "other", ADA)),
      lines: [`externalId.stray ${ADA}`],
    },
    {
      what: "a group's externalId that leads nowhere, and one that leads astray",
      damage: async () => {
        await remove(MANAGED.externalId(STORED_GROUPS, "ext-crew", CREW));
        await put(MANAGED.externalId(STORED_GROUPS, "other", FORMER));
      },
      lines: [`externalId.missing ${CREW}`, `externalId.stray ${FORMER}`],
    },
    {
      what: "e-mails missing and astray, on the application's side",
      damage: async () => {
        await remove(OWN.value(STORED_USERS, "own@acme.example", OWN_USER));
        await put(OWN.value(STORED_USERS, "ada@acme.example", ADA));
      },
      lines: [`email.missing (unmanaged) ${OWN_USER}`, `email.stray (unmanaged) ${ADA}`],
    },
    {
      what: "a group's name that leads nowhere",
      damage: () => remove(MANAGED.name(STORED_GROUPS, "crew")),
      lines: [`groupName.missing ${CREW}`],
    },
    {
      what: "names that lead to a group too many, shared and alone",
      damage: async () => {
        await put(MANAGED.name(STORED_GROUPS, "crew"), { ids: new Set([CREW, ALL]) });
        await put(MANAGED.name(STORED_GROUPS, "nobody"), { ids: new Set([FORMER]) });
      },
      lines: [`groupName.stray ${ALL}`, `groupName.stray ${FORMER}`],
    },
    {
      what: "a member count that is wrong",
      damage: () => set(MANAGED.resource(CREW), "n", 7),
      lines: [`group.memberCount ${CREW}`],
    },
    {
      what: "a user's list of groups that lacks one, one with one too many, and one that is counted wrong",
      damage: async () => {
        await change(MANAGED.resource(ADA), { exclude: { gs: CREW }, add: { g: -1 } });
        await change(MANAGED.resource(EVA), { include: { gs: FORMER }, add: { g: 1 } });
        await set(OWN.resource(OWN_USER), "g", 7);
      },
      lines: [`user.groups (unmanaged) ${OWN_USER}`, `user.groups ${ADA}`, `user.groups ${EVA}`],
    },
    {
      what: "memberships that their members do not know of, one of whom lists its groups",
      damage: async () => {
        await put(MANAGED.membership(CREW, EVA));
        await put(MANAGED.membership(ALL, CREW));
      },
      lines: [`edge.reverse ${CREW} ${EVA}`, `edge.reverse ${ALL} ${CREW}`].toSorted(),
    },
    {
      what: "a membership of nobody",
      damage: async () => {
        await put(MANAGED.membership(CREW, STRANGER), { g1p: MANAGED.reverse(STRANGER), g1s: CREW });
        await count(MANAGED.resource(CREW), STRANGER);
      },
      lines: [`edge.member ${CREW} ${STRANGER}`],
    },
    {
      what: "memberships of a group that never was, found from a living member that lists no groups",
      damage: () => put(MANAGED.membership(idOf("g", 8), CREW), { g1p: MANAGED.reverse(CREW), g1s: idOf("g", 8) }),
      lines: [`edge.group ${idOf("g", 8)} ${CREW}`],
    },
    {
      what: "a membership of a group that never was, which its member lists: in one step with the list",
      damage: async () => {
        await put(MANAGED.membership(idOf("g", 8), ADA), { g1p: MANAGED.reverse(ADA), g1s: idOf("g", 8) });
        await change(MANAGED.resource(ADA), { include: { gs: idOf("g", 8) }, add: { g: 1 } });
      },
      lines: [`edge.group ${idOf("g", 8)} ${ADA}`],
    },
    {
      what: "a membership of a deleted group whose marker is gone",
      damage: async () => {
        await remove(MANAGED.marker(FORMER));
        await put(MANAGED.membership(FORMER, STRANGER), { g1p: MANAGED.reverse(STRANGER), g1s: FORMER });
      },
      lines: [`edge.group ${FORMER} ${STRANGER}`],
    },
    {
      what: "a member of the application's team whom the identity provider deleted long ago",
      damage: async () => {
        await put(OWN.membership(OWN_TEAM, STRANGER), { g1p: OWN.reverse(STRANGER), g1s: OWN_TEAM });
        await count(OWN.resource(OWN_TEAM), STRANGER);
      },
      lines: [`edge.stranger (unmanaged) ${OWN_TEAM} ${STRANGER}`],
    },
    {
      what: "a counter that counts one too many, and its sum with it",
      damage: async () => {
        await set(MANAGED.counter(ADA), bucket(ADA), 2);
        await set(MANAGED.counter(ADA), "nn", 2);
      },
      lines: [`counter.wrong ${ADA.slice(0, 3)}`],
    },
    {
      what: "a sum that is not that of its parts",
      damage: () => set(MANAGED.counter(CREW), "nn", 9),
      lines: [`counter.sum ${CREW.slice(0, 2)}`],
    },
    {
      what: "a counter that is missing",
      damage: () => remove(OWN.counter(OWN_USER)),
      lines: [`counter.wrong (unmanaged) ${OWN_USER.slice(0, 3)}`],
    },
    {
      what: "counters of ids that nobody has",
      damage: () => put({ pk: MANAGED.counters(), sk: "U#~" }, { nn: 3, ca: 1, cz: 2 }),
      lines: ["counter.wrong u~a", "counter.wrong u~z"],
    },
    {
      what: "a living user who is hidden like a dead one",
      damage: () => put(MANAGED.marker(ADA), { at: STAMP.at }),
      lines: [`marker.living ${ADA}`],
    },
    {
      what: "a living group of which the application is told that it was deleted",
      damage: () =>
        put(MANAGED.tombstone(CREW), { kind: "group", v: 2, at: STAMP.at, tokenId: "t", reference: "r", ttl: 9e9 }),
      lines: [`tombstone.living ${CREW}`],
    },
    {
      what: "a link that its applicationId does not lead to",
      damage: () => remove(OWN.link("app-ada")),
      lines: [`link.missing (unmanaged) ${ADA}`],
    },
    {
      what: "an applicationId that leads to somebody else than it should",
      damage: () => put(OWN.link("app-ada"), { id: EVA, a: "app-ada" }),
      lines: [`link.missing (unmanaged) ${ADA}`, `link.stray (unmanaged) ${EVA}`],
      // One repair mends both.
      repaired: [`link.stray (unmanaged) ${EVA}`, `link.missing (unmanaged) ${ADA}`].toSorted(),
    },
    {
      what: "an applicationId that leads to a user who was never linked",
      damage: () => put(OWN.link("app-x"), { id: EVA, a: "app-x" }),
      lines: [`link.stray (unmanaged) ${EVA}`],
    },
    {
      what: "what a user who is gone is linked to still, seen from either end",
      damage: async () => {
        await remove(MANAGED.marker(GONE));
        await put(OWN.link("app-gone"), { id: GONE, a: "app-gone" });
        await put(OWN.linkedUser(GONE), { v: 1, lr: STAMP.at, a: "app-gone" });
        await put(OWN.link("app-stranger"), { id: STRANGER, a: "app-stranger" });
        await put(OWN.linkedUser(idOf("u", 8)), { v: 3, lr: STAMP.at, a: "app-ada" });
      },
      lines: [
        `link.nobody (unmanaged) ${GONE}`,
        `link.nobody (unmanaged) ${GONE}`,
        `link.nobody (unmanaged) ${STRANGER}`,
        `link.nobody (unmanaged) ${idOf("u", 8)}`,
      ].toSorted(),
      repaired: [
        `link.nobody (unmanaged) ${GONE}`,
        `link.nobody (unmanaged) ${STRANGER}`,
        `link.nobody (unmanaged) ${idOf("u", 8)}`,
      ].toSorted(),
    },
  ];

  test("asks the index for the memberships of a group that never was where their member lists its groups, if that is wished", async () => {
    await put(MANAGED.membership(idOf("g", 8), ADA), { g1p: MANAGED.reverse(ADA), g1s: idOf("g", 8) });
    const lines = async (repair: boolean, index: boolean) =>
      (await inspect(inspection(), repair, STAMP.at, { index })).map(lineOf);
    expect(await lines(true, false)).toEqual([]);
    expect(await lines(true, true)).toEqual([`edge.group ${idOf("g", 8)} ${ADA}`]);
    expect(await lines(true, true)).toEqual([]);
  });

  test.each(REPAIRED)("reports and repairs $what", async ({ damage, lines, repaired = lines }) => {
    expect(await found()).toEqual([]);
    await damage();
    expect(await found()).toEqual(lines.map((line) => `${line}: possible`));
    expect(await found(true)).toEqual(repaired.map((line) => `${line}: done`));
    expect(await found()).toEqual([]);
  });

  const LEFT: readonly { readonly what: string; readonly damage: () => Promise<unknown>; readonly lines: string[] }[] =
    [
      {
        what: "two users of one userName",
        damage: async () => {
          // As if the claim on the name had been lost for a moment.
          await remove(MANAGED.name(STORED_USERS, "ada"));
          await makeUser(side("managed").users, 4, user("ada"));
        },
        lines: [`userName.duplicate ${ADA} ${idOf("u", 4)}`],
      },
      {
        what: "a user whose text is cut off",
        damage: () => set(MANAGED.resource(ADA), "d", "{"),
        lines: [`item.unreadable ${ADA}`],
      },
      {
        what: "an item of a later release",
        damage: () => set(MANAGED.resource(ADA), "sv", 99),
        lines: [`item.schema ${ADA}`],
      },
      {
        what: "a version that the text does not know",
        damage: () => set(MANAGED.resource(ADA), "v", 7),
        lines: [`user.version ${ADA}`],
      },
      {
        what: "users and groups filed under other keys than their attributes give",
        damage: async () => {
          const { users, groups } = side("managed");
          await makeUser(users, 5, { ...user("zoe"), attributes: '{"userName":"other"}' });
          await makeGroup(groups, 5, [], { ...group("zoo"), attributes: '{"displayName":"other"}' });
        },
        lines: [`group.keys ${idOf("g", 5)}`, `user.keys ${idOf("u", 5)}`],
      },
      {
        what: "a deletion without a trace",
        damage: () => remove(MANAGED.tombstone(GONE)),
        lines: [`marker.tombstone ${GONE}`],
      },
      {
        what: "a trace that does not say who deleted",
        damage: () => put(MANAGED.tombstone(FORMER), { kind: "group", at: STAMP.at, ttl: 9e9 }),
        lines: [`tombstone.incomplete ${FORMER}`],
      },
      {
        what: "a marker without a time, and one of what is no id",
        damage: async () => {
          await put(MANAGED.marker(GONE));
          await put(MANAGED.marker("nonsense"), { at: STAMP.at });
        },
        lines: ["item.unreadable", `item.unreadable ${GONE}`],
      },
      {
        what: "a user who does not say who wrote it last",
        damage: () => set(MANAGED.resource(ADA), "lr", STAMP.at),
        lines: [`item.unreadable ${ADA}`],
      },
      {
        what: "two users who are linked to the same applicationId",
        damage: () => put(OWN.linkedUser(EVA), { v: 3, lr: STAMP.at, a: "app-ada" }),
        lines: [`link.duplicate (unmanaged) ${EVA} ${ADA}`],
      },
      {
        what: "links that no release writes",
        damage: async () => {
          await put(OWN.link("app-x"), { id: "nobody", a: "app-x" });
          await put(OWN.link("app-y"), { id: EVA, a: "app-z" });
          await put(OWN.linkedUser(STRANGER), { lr: STAMP.at });
        },
        lines: ["item.unreadable (unmanaged)", "item.unreadable (unmanaged)", "item.unreadable (unmanaged)"],
      },
      {
        what: "an id on both sides",
        damage: () => makeUser(side("unmanaged").users, 2, user("twin")),
        lines: [`id.bothSides (unmanaged) ${EVA}`],
      },
    ];

  test.each(LEFT)("reports $what, and does not dare to repair it", async ({ damage, lines }) => {
    await damage();
    for (const repair of [false, true, false])
      expect(await found(repair)).toEqual(lines.map((line) => `${line}: none`).toSorted());
  });

  const emails = (word: string) => Array.from({ length: 50 }, (_, n) => `${word}${n}@acme.example`);

  async function cutOffBetweenTwoSteps(): Promise<void> {
    const many = present(
      await side("managed").users.find((await makeUser(side("managed").users, 6, user("many", emails("a")))).id),
    );
    let calls = 0;
    const lost = tableAround(table, async (send) => {
      calls += 1;
      if (calls === 2) throw new TableBusy("outage");
      return send();
    });
    const cutOff = store(lost)
      .begin()
      .directory(ACME)
      .users.replace(many, user("many", emails("b")), STAMP);
    await expect(cutOff).rejects.toThrow();
  }

  describe("takes for no damage what is under way", () => {
    test("a deletion whose sweep has not come by yet", async () => {
      const { users, groups } = side("managed");
      await users.delete(present(await users.find(ADA)), STAMP);
      await groups.delete(present(await groups.find(CREW)), STAMP);
      expect(await found(true)).toEqual([]);
      expect(await side("managed").memberships.stored(CREW)).toHaveLength(2);
    });

    test("a change in two steps, until it is older than any request", async () => {
      await cutOffBetweenTwoSteps();
      expect(await found(true)).toEqual([]);
      expect(await found(false, LATER.at)).toEqual([]);
      expect(await side("managed").users.idsByValue("b7@acme.example")).toEqual([idOf("u", 6)]);
    });

    test("the making of a large group", async () => {
      const creation = { until: LATER.at, reference: "request-1" };
      await set(MANAGED.resource(CREW), "b", `${creation.until} ${creation.reference}`);
      expect(await found(true)).toEqual([]);
      expect(await found(true, LATER.at)).toEqual([]);
    });

    test("an index that still shows a membership, or does not show it yet", async () => {
      const stale = { pk: MANAGED.memberships(FORMER), sk: ADA, g1p: MANAGED.reverse(ADA), g1s: FORMER };
      for (const items of [[stale], []]) {
        const lagging: Table = {
          ...tableAround(table, (send) => send()),
          queryReverse: async (g1p, ...more) => {
            const page = await table.queryReverse(g1p, ...more);
            return g1p === MANAGED.reverse(ADA) ? { ...page, items, last: undefined } : page;
          },
        };
        await remove(MANAGED.marker(FORMER));
        expect(await inspect(inspection(lagging), true, STAMP.at)).toEqual([]);
      }
    });
  });

  test("clears away what requests left that were cut off, once they are too old to be under way", async () => {
    await cutOffBetweenTwoSteps();
    await set(MANAGED.resource(ALL), "b", `${STAMP.at} request-1`);
    const { users } = side("managed");
    await users.delete(present(await users.find(EVA)), STAMP);
    const swept = [EVA, GONE, FORMER].map((id) => `marker.waiting ${id}`);
    const lines = [
      `group.unfinished ${ALL}: none`,
      ...swept.map((line) => `${line}: possible`),
      `user.halfDone ${idOf("u", 6)}: possible`,
    ];
    expect(await found(false, MUCH_LATER.at)).toEqual(lines.toSorted());
    expect((await found(true, MUCH_LATER.at)).map((line) => line.replace(": done", ""))).toEqual(
      [`group.unfinished ${ALL}: none`, ...swept, `user.halfDone ${idOf("u", 6)}`].toSorted(),
    );
    expect(await found(false, MUCH_LATER.at)).toEqual([`group.unfinished ${ALL}: none`]);
    const { memberships } = side("managed");
    expect(await memberships.stored(CREW)).toEqual([ADA]);
    expect(await side("managed").users.idsByValue("b7@acme.example")).toEqual([]);
    expect((await side("managed").users.find(idOf("u", 6)))?.keys.values).toEqual(emails("a"));
  });

  test("repairs nothing that somebody changed between its look and the repair", async () => {
    await remove(MANAGED.name(STORED_USERS, "ada"));
    let changed = false;
    const late = tableAround(table, async (send, kind) => {
      if (kind === "repeatable" && !changed) {
        changed = true;
        const { users } = side("managed");
        await users.replace(present(await users.find(ADA)), user("ada lovelace"), LATER);
      }
      return send();
    });
    expect(await inspect(inspection(late), true, STAMP.at)).toEqual([]);
    expect(changed).toBe(true);
    expect(await side("managed").users.idsByName("ada")).toEqual([]);
    expect(await found()).toEqual([]);
  });

  const listOf = async (id: string) => present(await side("managed").users.find(id)).groupIds;
  /** As an earlier release left the user. */
  const forget = (id: string) => change(MANAGED.resource(id), { remove: ["g", "gs"] });
  const join = async (n: number, id: string) => {
    const { groups } = side("managed");
    const team = (await groups.find(idOf("g", n))) ?? (await makeGroup(groups, n, [], group(`team ${n}`)));
    await groups.change(team, { add: [id], remove: [] }, STAMP);
    return team.id;
  };

  test("gives a user of an earlier release the list of its groups with a repair, and says nothing of it", async () => {
    await Promise.all([ADA, EVA].map(forget));
    expect(await found()).toEqual([]);
    expect(await listOf(ADA)).toBeUndefined();
    expect(await found(true)).toEqual([]);
    expect(await listOf(ADA)).toEqual([CREW, ALL].sort());
    expect(await listOf(EVA)).toEqual([CREW]);
    expect(await side("managed").users.find(ADA)).toMatchObject({ version: 1, keys: { name: "ada" } });
  });

  test("makes no list while the index may lag, none of too many, and none that misses what came between", async () => {
    await Promise.all([ADA, EVA].map(forget));
    const later = await join(7, ADA);
    expect(await found(true)).toEqual([]);
    expect(await listOf(ADA)).toBeUndefined();
    expect(await listOf(EVA)).toEqual([CREW]);
    await forget(EVA);
    let between: string | undefined;
    const late: Table = {
      ...tableAround(table, (send) => send()),
      write: async (actions, ...more) => {
        const listsEva = actions.some((action) => "put" in action && action.put.sk === EVA);
        if (listsEva) between ??= await join(8, EVA);
        return table.write(actions, ...more);
      },
    };
    const codes = (await inspect(inspection(late), true, MUCH_LATER.at)).map(({ code }) => code);
    expect(codes).not.toContain("user.groups");
    expect(between).toBe(idOf("g", 8));
    expect(await listOf(EVA)).toBeUndefined();
    expect(await listOf(ADA)).toEqual([CREW, ALL, later].sort());
    for (let n = 100; n < 140; n++) await join(n, EVA);
    expect(await found(true, MUCH_LATER.at)).toEqual([]);
    expect(await listOf(EVA)).toBeUndefined();
  });

  test("says what it could not judge because it changed all the time", async () => {
    await set(MANAGED.resource(CREW), "n", 7);
    let version = 100;
    const busy: Table = {
      ...tableAround(table, (send) => send()),
      query: async (pk, ...more) => {
        if (pk === MANAGED.memberships(CREW)) await set(MANAGED.resource(CREW), "v", version++);
        return table.query(pk, ...more);
      },
    };
    const wishes = { repair: true, until: Date.now() + 20_000, stamp: STAMP };
    expect(await inspection(busy).step(wishes)).toMatchObject({ findings: [], unsettled: [CREW] });
    expect(await found()).toEqual([`group.memberCount ${CREW}: possible`]);
  });

  test("goes on where a step ended, however short the steps are, and refuses a place that is none", async () => {
    await remove(MANAGED.name(STORED_USERS, "ada"));
    await put(MANAGED.name(STORED_GROUPS, "nobody"), { ids: new Set([FORMER]) });
    const lines: string[] = [];
    const places: string[] = [];
    let from: string | undefined;
    do {
      const wishes = { repair: false, until: 0, stamp: STAMP };
      const step = present(await inspection().step(from === undefined ? wishes : { ...wishes, from }));
      lines.push(...step.findings.map(lineOf));
      from = step.next;
      if (from !== undefined) places.push(from);
    } while (from !== undefined);
    expect(lines).toEqual([`userName.missing ${ADA}`, `groupName.stray ${FORMER}`]);
    // 25 parts on each side; each of them is one piece here, and the last has no place behind it.
    expect(places).toHaveLength(2 * 25 - 1);
    const text = (json: unknown) => Buffer.from(JSON.stringify(json)).toString("base64url");
    const strange = [
      "",
      "%",
      text([]),
      text({ side: "managed", part: "nothing" }),
      text({ side: "managed", part: "users", at: 7 }),
      text({ side: "managed", part: "users", at: "\ud800" }),
      text({ side: "managed", part: "markers", at: "x".repeat(1_025) }),
      text({ side: "managed", part: "roleWork", at: "Other123#x" }),
      `${text({ side: "managed", part: "users" })}.ab`,
      `${text({ side: "managed", part: "users" })}.abzzzzzzzzzz`,
      `${text({ side: "managed", part: "users" })}.abcdefghijkl.`,
      text({ side: "managed", part: "edges", walk: { groupId: "x", after: "y", counted: 0, stated: 0 } }),
      "a".repeat(20_000),
    ];
    for (const one of strange) {
      expect(await inspection().step({ repair: true, from: one, until: 0, stamp: STAMP })).toBeUndefined();
    }
  });

  test("walks a large group's memberships over several pieces and counts them all", async () => {
    const { users, groups } = side("managed");
    const people = Array.from({ length: 550 }, (_, n) => idOf("u", 1000 + n));
    for (let start = 0; start < people.length; start += 25) {
      await Promise.all(
        people.slice(start, start + 25).map((_, n) => makeUser(users, 1000 + start + n, user(`many${start + n}`))),
      );
    }
    let crew = present(await groups.find(CREW));
    for (let start = 0; start < people.length; start += 40) {
      const changed = await groups.change(crew, { add: people.slice(start, start + 40), remove: [] }, STAMP);
      if (changed.outcome !== "changed") throw new Error(changed.outcome);
      crew = changed.record;
    }
    expect(await found()).toEqual([]);
    await remove(MANAGED.membership(CREW, present(people[7])));
    expect(await found()).toEqual([`group.memberCount ${CREW}: possible`, `user.groups ${people[7]}: possible`]);
  });

  test("finds nothing, and repairs nothing, while everybody writes", async () => {
    let [writing, inspections] = [true, 0];
    const write = async (lane: number) => {
      for (let n = 0; n < 12 || inspections < 2; n++) {
        const { users, groups, memberships } = side("managed");
        const made = await makeUser(users, 100 + lane * 1_000 + n, user(`lane${lane}.${n}`));
        const crew = present(await groups.find(CREW));
        await groups.change(crew, { add: [made.id], remove: [] }, STAMP);
        await users.replace(made, user(`lane${lane}.${n}.renamed`), STAMP);
        const own = await makeGroup(groups, 100 + lane * 1_000 + n, [made.id], group(`lane ${lane} ${n}`));
        if (n % 2 === 0) {
          await users.delete(present(await users.find(made.id)), STAMP);
          await groups.delete(own, STAMP);
          await memberships.sweep(Date.now() + 20_000, STAMP);
        }
      }
    };
    const writers = Promise.all([0, 1, 2, 3, 4, 5].map(write)).finally(() => {
      writing = false;
    });
    while (writing) {
      expect(await found(true)).toEqual([]);
      inspections++;
    }
    await writers;
    expect(inspections).toBeGreaterThan(1);
    expect(await found()).toEqual([]);
  });

  test("of every kind of finding there is a test here", () => {
    const seen = [...REPAIRED, ...LEFT].flatMap(({ lines }) => lines.map((line) => line.split(" ")[0]));
    const elsewhere = ["user.halfDone", "group.unfinished", "marker.waiting"];
    // Those of roles have a test of their own (roleInspection.test.ts).
    const ofRoles = (code: string) => /^(?:user\.roles|role|mapping)/.test(code);
    const codes = [...meaningsOf().keys()].filter((code) => !ofRoles(code));
    expect(new Set([...seen, ...elsewhere])).toEqual(new Set(codes));
    for (const { repair, advice } of meaningsOf().values()) {
      expect([repair, advice].filter((text) => text !== undefined)).toHaveLength(1);
    }
  });
});
