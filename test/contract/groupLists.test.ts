import { beforeEach, describe, expect, test } from "@jest/globals";
import { LISTED_AT_MOST } from "../../functions/store/groupLists.ts";
import { OrgImport } from "../../functions/store/import.ts";
import { OrgKeys } from "../../functions/store/keys.ts";
import type { GroupRecord } from "../../functions/store/records.ts";
import type { Directory, StoreSession } from "../../functions/store/session.ts";
import { GROUP_LAYOUT, USER_LAYOUT } from "../../functions/store/storedTypes.ts";
import { PRESENT } from "../../functions/store/table.ts";
import { duringTests } from "../support/duringTests.ts";
import {
  ACME,
  groupWrite,
  idOf,
  ids,
  LATER,
  MUCH_LATER,
  makeGroup,
  makeUser,
  makeUsers,
  present,
  STAMP,
  userWrite,
} from "../support/records.ts";
import { DIRECTORY_KINDS, type FreshStore } from "../support/storeKinds.ts";

describe.each(DIRECTORY_KINDS)("the groups on the item of a user in $kind, $side", ({ start, side, sideOf }) => {
  let fresh: FreshStore;
  let session: StoreSession;
  let directory: Directory;
  const running = duringTests(start);
  beforeEach(async () => {
    fresh = await running().fresh();
    session = fresh.store.begin();
    directory = sideOf(session, ACME);
  });
  const keys = new OrgKeys(ACME, side === "managed" ? "managed" : "unmanaged");
  /** As another request sees it. */
  const anew = () => sideOf(fresh.store.begin(), ACME);
  const userOf = async (n: number) => present(await anew().users.find(idOf("u", n)));
  const listOf = async (n: number) => (await userOf(n)).groupIds;

  /** As an earlier release left it. */
  async function forgetList(n: number): Promise<void> {
    const update = { update: keys.resource(idOf("u", n)), remove: ["g", "gs"], condition: PRESENT };
    expect(await session.database.write([update])).toEqual([]);
  }

  async function change(group: GroupRecord, add: readonly string[], remove: readonly string[] = []): Promise<void> {
    const current = present(await anew().groups.find(group.id));
    expect(await anew().groups.change(current, { add, remove }, LATER)).toMatchObject({ outcome: "changed" });
  }

  test("are those that it was made a member of, as long as it is one, and its version does not change", async () => {
    await makeUsers(directory.users, 2);
    const [one, two] = [await makeGroup(directory.groups, 1, ids("u", 2)), await makeGroup(directory.groups, 2)];
    await change(two, ids("u", 2));
    expect(await listOf(0)).toEqual([one.id, two.id].sort());
    await change(one, [], [idOf("u", 0)]);
    expect(await listOf(0)).toEqual([two.id]);
    await change(two, [], [idOf("u", 0)]);
    expect(await userOf(0)).toMatchObject({ version: 1, groupIds: [] });
    expect(await listOf(1)).toEqual([one.id, two.id].sort());
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("stay when the user changes, in one step and in two, and after one that was cut off", async () => {
    const user = await makeUser(directory.users, 1);
    const group = await makeGroup(directory.groups, 1, [user.id]);
    const renamed = await directory.users.replace(await userOf(1), userWrite("renamed"), LATER);
    expect(renamed).toMatchObject({ outcome: "changed", record: { groupIds: [group.id] } });
    for (const way of ["one", "two"]) {
      const values = Array.from({ length: 60 }, (_, n) => `${way}${n}@acme.example`);
      const write = userWrite("many", { values });
      expect((await directory.users.replace(await userOf(1), write, LATER)).outcome).toBe("changed");
      expect(await userOf(1)).toMatchObject({ groupIds: [group.id], keys: { values } });
    }
    const w = JSON.stringify({ mark: "cut off", k: { n: "many", e: ["never@acme.example"] } });
    await session.database.write([{ update: keys.resource(user.id), set: { w } }]);
    expect((await directory.users.replace(await userOf(1), userWrite("one"), LATER)).outcome).toBe("changed");
    expect(await userOf(1)).toMatchObject({ version: 5, groupIds: [group.id] });
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("no membership makes an item for a member who has none, is no user, or was deleted", async () => {
    const team = await makeGroup(directory.groups, 2, [idOf("u", 1)]);
    await change(team, [idOf("g", 3)], [idOf("u", 1)]);
    const user = await makeUser(directory.users, 5);
    const sees = anew();
    expect(await sees.memberships.living([user.id])).toEqual(new Set([user.id]));
    await directory.users.delete(user, LATER);
    expect(
      await sees.groups.change(present(await sees.groups.find(team.id)), { add: [user.id], remove: [] }, LATER),
    ).toMatchObject({ outcome: "changed" });
    for (const n of [1, 5]) expect(await anew().users.find(idOf("u", n))).toBeUndefined();
    expect(await anew().groups.find(idOf("g", 3))).toBeUndefined();
  });

  test("a user of an earlier release comes in and goes, and its groups are asked of the index", async () => {
    await makeUsers(directory.users, 3);
    const team = await makeGroup(directory.groups, 1, [idOf("u", 0)]);
    await forgetList(0);
    await forgetList(1);
    await change(team, ids("u", 2, 1), [idOf("u", 0)]);
    for (const [n, groupIds] of [
      [0, []],
      [1, [team.id]],
    ] as const) {
      expect(await listOf(n)).toBeUndefined();
      expect(await anew().memberships.groupsOf(idOf("u", n))).toEqual(groupIds);
    }
    expect(await listOf(2)).toEqual([team.id]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test(`more than ${LISTED_AT_MOST} are asked of the index, also by who saw fewer`, async () => {
    await makeUsers(directory.users, 2);
    const teams: GroupRecord[] = [];
    for (let n = 0; n < LISTED_AT_MOST; n++) teams.push(await makeGroup(directory.groups, n, ids("u", 2)));
    expect(await listOf(0)).toHaveLength(LISTED_AT_MOST);
    const more = await makeGroup(directory.groups, 99);
    const sees = anew();
    await sees.memberships.living(ids("u", 1));
    await change(teams[0] ?? more, [], [idOf("u", 1)]);
    await sees.groups.change(more, { add: ids("u", 2), remove: [] }, LATER);
    expect(await listOf(0)).toBeUndefined();
    expect(await listOf(1)).toHaveLength(LISTED_AT_MOST);
    expect(await anew().memberships.groupsOf(idOf("u", 0))).toHaveLength(LISTED_AT_MOST + 1);
    await change(more, [], ids("u", 2));
    expect(await listOf(0)).toBeUndefined();
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a list without a group that the user leaves is given up: an earlier release wrote the membership", async () => {
    await makeUsers(directory.users, 1);
    const [one] = [
      await makeGroup(directory.groups, 1, ids("u", 1)),
      await makeGroup(directory.groups, 2, ids("u", 1)),
    ];
    const update = { update: keys.resource(idOf("u", 0)), exclude: { gs: one.id }, add: { g: -1 }, condition: PRESENT };
    await session.database.write([update]);
    await change(one, [], ids("u", 1));
    expect(await listOf(0)).toBeUndefined();
    expect(await anew().memberships.groupsOf(idOf("u", 0))).toEqual([idOf("g", 2)]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a request that saw no such user takes the group off the list of one who came meanwhile", async () => {
    const group = await makeGroup(directory.groups, 1);
    const request = anew();
    expect(await request.memberships.living(ids("u", 1))).toEqual(new Set());
    await makeUsers(directory.users, 1);
    await change(group, ids("u", 1));
    const current = present(await request.groups.find(group.id));
    expect(await request.groups.change(current, { add: [], remove: ids("u", 1) }, LATER)).toMatchObject({
      outcome: "changed",
    });
    expect(await listOf(0)).toEqual([]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a deleted group leaves them when it is swept", async () => {
    await makeUsers(directory.users, 3);
    const team = await makeGroup(directory.groups, 1, ids("u", 3));
    const kept = await makeGroup(directory.groups, 2, ids("u", 1));
    await forgetList(1);
    await directory.users.delete(await userOf(2), LATER);
    await directory.groups.delete(present(await anew().groups.find(team.id)), LATER);
    expect(await listOf(0)).toEqual([team.id, kept.id].sort());
    await anew().memberships.sweep(Date.now() + 20_000, MUCH_LATER);
    expect(await listOf(0)).toEqual([kept.id]);
    expect(await anew().memberships.stored(team.id)).toEqual([]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("come in with an import, once however often it is sent", async () => {
    const views = { managed: session.directory(ACME).view, unmanaged: session.unmanaged(ACME).view };
    const orgImport = new OrgImport(views);
    const times = { version: 3, created: STAMP.at, lastModified: STAMP.at };
    const people = ids("u", 60).map((id, n) => ({ record: { id, ...times, ...userWrite(`user${n}`) } }));
    const team = { record: { id: idOf("g", 1), ...times, ...groupWrite("crew") } };
    await orgImport.addResources(directory.view.keys.side, USER_LAYOUT, people, false, STAMP);
    await orgImport.addResources(directory.view.keys.side, GROUP_LAYOUT, [team], false, STAMP);
    await forgetList(7);
    for (const count of [30, 60, 60]) {
      expect(await orgImport.addMembers(directory.view.keys.side, idOf("g", 1), ids("u", count), STAMP)).toBe("added");
    }
    expect(await listOf(7)).toBeUndefined();
    for (const n of [0, 29, 59]) expect(await userOf(n)).toMatchObject({ version: 3, groupIds: [idOf("g", 1)] });
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("of several changes at once none is lost", async () => {
    await makeUsers(directory.users, 8);
    const made = await Promise.all([1, 2, 3].map((n) => makeGroup(anew().groups, n, ids("u", 4))));
    await Promise.all([
      ...made.map((team) => change(team, ids("u", 4, 4), ids("u", 2))),
      ...[1, 3, 5].map(async (n) => anew().users.replace(await userOf(n), userWrite(`renamed${n}`), LATER)),
    ]);
    const all = made.map(({ id }) => id).sort();
    for (let n = 0; n < 8; n++) expect({ n, list: await listOf(n) }).toEqual({ n, list: n < 2 ? [] : all });
    for (const n of [1, 3, 5]) expect((await userOf(n)).version).toBe(2);
    expect(await fresh.broken(ACME)).toEqual([]);
  });
});
