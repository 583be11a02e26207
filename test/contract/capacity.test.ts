import { BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { adoptUser, createUnlessNamed } from "../../functions/store/adopting.ts";
import { createDynamoStore } from "../../functions/store/dynamoTable.ts";
import { keyItem, type OrgId, OrgKeys, openDeletions, settingsKeys } from "../../functions/store/keys.ts";
import type { ResourceWrite, Wanted } from "../../functions/store/records.ts";
import type { Directory, Store, StoreSession } from "../../functions/store/session.ts";
import { SettingsStore } from "../../functions/store/settings.ts";
import { USER_LAYOUT } from "../../functions/store/storedTypes.ts";
import { PRESENT } from "../../functions/store/table.ts";
import { duringTests } from "../support/duringTests.ts";
import { amountOf } from "../support/proof.ts";
import {
  ACME,
  groupWrite,
  idOf,
  ids,
  LATER,
  makeGroup,
  makeUser,
  makeUsers,
  orgRecord,
  present,
  STAMP,
  tokenRecord,
  userWrite,
} from "../support/records.ts";
import { startDynamo } from "../support/storeKinds.ts";

const LARGE = amountOf("largeGroup");

/** The reference user: 1.5 KB of SCIM body, one e-mail, an externalId. */
const REFERENCE: ResourceWrite = {
  attributes: JSON.stringify({ filler: "x".repeat(1536 - 13) }),
  keys: {
    name: "barbara.jensen@acme.example",
    externalId: "00u1a2b3c4d5e6f7g8h9",
    values: ["barbara.jensen@acme.example"],
  },
};

describe("what a request costs, authentication and counters included", () => {
  let store: Store;
  let seed: Directory;
  let tableName: string;
  const token = tokenRecord(ACME, 1);
  const running = duringTests(startDynamo);
  beforeEach(async () => {
    tableName = await running().freshTable();
    store = createDynamoStore({ client: running().client, tableName });
    const settings = new SettingsStore(store.begin().database);
    const org = orgRecord(ACME, "acme");
    await settings.createOrg(org, STAMP);
    await settings.save(org, org, [token], STAMP);
    seed = store.begin().directory(ACME);
  });

  async function costOf(wanted: readonly Wanted[], work: (directory: Directory) => Promise<unknown>) {
    const session: StoreSession = store.begin();
    const { org } = await session.open({ orgId: ACME, tokenHash: token.hash }, wanted);
    const orgId: OrgId = present(org).id;
    await work(session.directory(orgId));
    const { rcu, wcu, trips, retries } = session.usage;
    expect(retries).toBe(0);
    return { rcu, wcu, trips };
  }

  test("the body of the reference user is 1.5 KB", () => {
    expect(REFERENCE.attributes).toHaveLength(1536);
  });

  test("create a user: 2 RCU + 12 WCU in 2 trips", async () => {
    const cost = await costOf([], ({ users }) => users.create(idOf("u", 1), REFERENCE, STAMP));
    expect(cost).toEqual({ rcu: 2, wcu: 12, trips: 2 });
  });

  /** With the rule `adoption`: what the use case does of it. */
  const settled = { check: settingsKeys.org(ACME), condition: PRESENT };

  test("create a user where names have to be free on both sides: 2 RCU + 14 WCU in 2 trips", async () => {
    const cost = await costOf([], ({ users }) =>
      createUnlessNamed(users, idOf("u", 1), REFERENCE, [], STAMP, store.begin().unmanaged(ACME).view),
    );
    expect(cost).toEqual({ rcu: 2, wcu: 14, trips: 2 });
  });

  test("adopt a user of the application: 2 RCU + 26 WCU in 2 trips, beside what finds it", async () => {
    const own = store.begin().unmanaged(ACME);
    const previous = await makeUser(own.users, 1, REFERENCE);
    const cost = await costOf([], async ({ users }) => {
      const adopted = await adoptUser(users, previous, REFERENCE, LATER, own.view, settled);
      expect(adopted.outcome).toBe("adopted");
    });
    expect(cost).toEqual({ rcu: 2, wcu: 26, trips: 2 });
  });

  test("get a user without its groups: 3 RCU in 1 trip", async () => {
    await makeUser(seed.users, 1, REFERENCE);
    const cost = await costOf([{ kind: "resource", id: idOf("u", 1) }], ({ users }) => users.find(idOf("u", 1)));
    expect(cost).toEqual({ rcu: 3, wcu: 0, trips: 1 });
  });

  test("get a user with its n groups: n + 3 RCU in 2 trips", async () => {
    await makeUser(seed.users, 1, REFERENCE);
    for (let n = 0; n < 4; n++) await makeGroup(seed.groups, n, [idOf("u", 1)]);
    const cost = await costOf([{ kind: "resource", id: idOf("u", 1) }], async ({ users, groups }) => {
      const { groupIds } = present(await users.find(idOf("u", 1)));
      expect(await groups.findMany(present(groupIds))).toHaveLength(4);
    });
    expect(cost).toEqual({ rcu: 7, wcu: 0, trips: 2 });
  });

  test("filter by userName: 4 RCU in 2 trips, a miss 3 RCU in 1", async () => {
    await makeUser(seed.users, 1, REFERENCE);
    const filter = (key: string) =>
      costOf([{ kind: "name", type: USER_LAYOUT, key }], async ({ users }) => {
        const [id] = await users.idsByName(key);
        if (id !== undefined) await users.find(id);
      });
    expect(await filter(REFERENCE.keys.name)).toEqual({ rcu: 4, wcu: 0, trips: 2 });
    expect(await filter("nobody")).toEqual({ rcu: 3, wcu: 0, trips: 1 });
  });

  test.each([
    {
      by: "externalId",
      wanted: { kind: "externalId", type: USER_LAYOUT, key: REFERENCE.keys.externalId ?? "" } as const,
      ids: ({ users }: Directory) => users.idsByExternalId(REFERENCE.keys.externalId ?? ""),
    },
    {
      by: "e-mail",
      wanted: { kind: "value", type: USER_LAYOUT, key: REFERENCE.keys.values[0] ?? "" } as const,
      ids: ({ users }: Directory) => users.idsByValue(REFERENCE.keys.values[0] ?? ""),
    },
  ])("filter by $by: 4 RCU in 2 trips", async ({ wanted, ids: read }) => {
    await makeUser(seed.users, 1, REFERENCE);
    const cost = await costOf([wanted], async (directory) => {
      expect(await directory.users.findMany(await read(directory))).toHaveLength(1);
    });
    expect(cost).toEqual({ rcu: 4, wcu: 0, trips: 2 });
  });

  test("change a user's attributes: 3 RCU + 2 WCU in 2 trips; rename it: 3 RCU + 8 WCU", async () => {
    await makeUser(seed.users, 1, REFERENCE);
    const change = (write: ResourceWrite) =>
      costOf([{ kind: "resource", id: idOf("u", 1) }], async ({ users }) => {
        const outcome = await users.replace(present(await users.find(idOf("u", 1))), write, LATER);
        expect(outcome.outcome).toBe("changed");
      });
    expect(await change(REFERENCE)).toEqual({ rcu: 3, wcu: 2, trips: 2 });
    const renamed = { ...REFERENCE, keys: { ...REFERENCE.keys, name: "another" } };
    expect(await change(renamed)).toEqual({ rcu: 3, wcu: 8, trips: 2 });
  });

  test("delete a user: 3 RCU + 17 WCU in 2 trips, its sweep not included", async () => {
    await makeUser(seed.users, 1, REFERENCE);
    const cost = await costOf([{ kind: "resource", id: idOf("u", 1) }], async ({ users }) => {
      await users.delete(present(await users.find(idOf("u", 1))), LATER);
    });
    expect(cost).toEqual({ rcu: 3, wcu: 17, trips: 2 });
  });

  test(`one member into or out of a group: 5 RCU + 9 WCU in 2 trips, 4 of them for the list of a user of 1.8 KB, in a group of 10 and of ${LARGE}`, async () => {
    await makeUser(seed.users, 20_000, REFERENCE);
    const member = idOf("u", 20_000);
    for (const size of [10, LARGE]) {
      const group = await makeGroup(seed.groups, size, ids("u", size), groupWrite(`group of ${size}`));
      const wanted: Wanted[] = [
        { kind: "resource", id: group.id },
        { kind: "membership", groupId: group.id, memberId: member },
        { kind: "resource", id: member },
      ];
      for (const change of [
        { add: [member], remove: [] },
        { add: [], remove: [member] },
      ]) {
        const cost = await costOf(wanted, async ({ users, groups, memberships }) => {
          const previous = present(await groups.find(group.id));
          const there = await memberships.among(group.id, [member]);
          expect(there.size).toBe(change.remove.length);
          expect(await users.findMany([member])).toHaveLength(1);
          expect((await groups.change(previous, change, LATER)).outcome).toBe("changed");
        });
        expect({ size, cost }).toEqual({ size, cost: { rcu: 5, wcu: 9, trips: 2 } });
      }
    }
  });

  test("a member that is there already costs no write: 5 RCU in 1 trip", async () => {
    await makeUsers(seed.users, 1);
    const group = await makeGroup(seed.groups, 1, [idOf("u", 0)]);
    const wanted: Wanted[] = [
      { kind: "resource", id: group.id },
      { kind: "membership", groupId: group.id, memberId: idOf("u", 0) },
      { kind: "resource", id: idOf("u", 0) },
    ];
    const cost = await costOf(wanted, async ({ groups, memberships, users }) => {
      await groups.find(group.id);
      expect((await memberships.among(group.id, [idOf("u", 0)])).size).toBe(1);
      await users.findMany([idOf("u", 0)]);
    });
    expect(cost).toEqual({ rcu: 5, wcu: 0, trips: 1 });
  });

  test("create an empty group with an externalId: 2 RCU + 8 WCU; rename it: 3 RCU + 6 WCU", async () => {
    const create = await costOf([], ({ groups }) => groups.create(idOf("g", 1), groupWrite("crew"), [], STAMP));
    expect(create).toEqual({ rcu: 2, wcu: 8, trips: 2 });
    const rename = await costOf([{ kind: "resource", id: idOf("g", 1) }], async ({ groups }) => {
      const write = groupWrite("team", { externalId: "ext-crew" });
      const change = { write, add: [], remove: [] };
      const outcome = await groups.change(present(await groups.find(idOf("g", 1))), change, LATER);
      expect(outcome.outcome).toBe("changed");
    });
    expect(rename).toEqual({ rcu: 3, wcu: 6, trips: 2 });
  });

  /** Of users who were never made: a reader of members sees no more of the dead than their markers. */
  async function buried(count: number): Promise<void> {
    const keys = new OrgKeys(ACME);
    const items = ids("u", count, 100_000).map((id) => ({
      ...keyItem(keys.marker(id)),
      at: STAMP.at,
      g1p: openDeletions(id),
      g1s: STAMP.at,
    }));
    for (let start = 0; start < count; start += 25) {
      const puts = items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } }));
      await running().client.send(new BatchWriteCommand({ RequestItems: { [tableName]: puts } }));
    }
  }

  test("the members of a group cost no more for the dead of the org than 1 RCU, and 1 for each member", async () => {
    const sizes = [1, 3, 10, 30, 100, 1_000];
    for (const [n, size] of sizes.entries()) await makeGroup(seed.groups, n, ids("u", size, size));
    const costs = () =>
      Promise.all(
        sizes.map(async (size, n) => {
          const { rcu } = await costOf([], async ({ memberships }) => {
            expect((await memberships.members(idOf("g", n), 10_000)).ids).toHaveLength(size);
          });
          return rcu;
        }),
      );
    // Token, org, a unit of the dead set, and one for 30 edges.
    const without = await costs();
    expect(without).toEqual([4, 4, 4, 4, 7, 36]);
    // All of the dead set are 26 and 52 units.
    for (const [dead, all] of [
      [1_000, 26],
      [2_000, 52],
    ] as const) {
      await buried(dead);
      for (const [n, rcu] of (await costs()).entries()) {
        const [size = 0, before = 0] = [sizes[n], without[n]];
        expect({ dead, size, more: rcu - before <= (size < 2 * all ? size : all) }).toEqual({ dead, size, more: true });
      }
    }
  });

  test("a list of groups looks for the dead once: 1 RCU for each group, and for 1,000 dead 26 in all", async () => {
    for (let n = 0; n < 40; n++) await makeGroup(seed.groups, n, ids("u", 5, 10 * n));
    const groups = await seed.groups.findMany(ids("g", 40));
    const list = () =>
      costOf([], async ({ memberships }) => {
        const rosters = await memberships.rosters(groups, 10_000);
        expect([...rosters.values()].flat()).toHaveLength(200);
      });
    expect(await list()).toEqual({ rcu: 2 + 1 + 40, wcu: 0, trips: 2 });
    await buried(1_000);
    const { rcu, trips } = await list();
    expect(rcu).toBeLessThanOrEqual(2 + 26 + 1 + 40);
    expect(trips).toBe(3);
  });

  test("who is deleted together leaves a group together: 3 WCU for each edge, 2 for 99 of them, 1 for each marker", async () => {
    await makeUsers(seed.users, 200);
    await makeGroup(seed.groups, 1, ids("u", 200));
    for (const id of ids("u", 198)) await seed.users.delete(present(await seed.users.find(id)), STAMP);
    const cost = await costOf([], async ({ memberships }) => {
      const outcomes = await memberships.sweepDeletions(ids("u", 198), Date.now() + 20_000, LATER);
      expect(outcomes).toEqual(ids("u", 198).map(() => "again"));
    });
    expect(cost.wcu).toBe(3 * 198 + 2 * 2 + 198);
    expect(await seed.groups.find(idOf("g", 1))).toMatchObject({ version: 7, memberCount: 2 });
  });

  test("a page of 100 users costs the same at the beginning and deep in the list, one trip more", async () => {
    await Promise.all(
      ids("u", 600).map((id, n) => seed.users.create(id, { ...REFERENCE, keys: userWrite(`user${n}`).keys }, STAMP)),
    );
    const first = await costOf([], ({ users }) => users.page(0, 100));
    const deep = await costOf([], ({ users }) => users.page(450, 100));
    // 100 users of 1.8 KB, the counters, token and org.
    expect(first.rcu).toBeLessThanOrEqual(50);
    expect(first.trips).toBe(2);
    expect(Math.abs(deep.rcu - first.rcu)).toBeLessThanOrEqual(2);
    expect(deep.trips).toBe(3);
  });
});
