import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Directory } from "../../functions/store/session.ts";
import { duringTests } from "../support/duringTests.ts";
import { ACME, idOf, ids, LATER, MUCH_LATER, makeGroup, makeUsers, present } from "../support/records.ts";
import { DIRECTORY_KINDS, type FreshStore } from "../support/storeKinds.ts";

describe.each(DIRECTORY_KINDS)("memberships in $kind, $side", ({ start, sideOf }) => {
  let fresh: FreshStore;
  let directory: Directory;
  const running = duringTests(start);
  beforeEach(async () => {
    fresh = await running().fresh();
    directory = sideOf(fresh.store.begin(), ACME);
  });
  /** As another request sees it. */
  const anew = () => sideOf(fresh.store.begin(), ACME);
  const soon = () => Date.now() + 20_000;

  async function deleteUser(n: number): Promise<void> {
    const user = present(await directory.users.find(idOf("u", n)));
    expect(await directory.users.delete(user, LATER)).toEqual({ outcome: "deleted" });
  }

  test("members come in pages in ascending order, and the last page says it is the last", async () => {
    await makeUsers(directory.users, 25);
    const { id } = await makeGroup(directory.groups, 1, ids("u", 25));
    const order = ids("u", 25).sort();
    const first = await anew().memberships.members(id, 10);
    const second = await anew().memberships.members(id, 10, first.next);
    const third = await anew().memberships.members(id, 5, second.next);
    expect([first.ids, second.ids, third.ids]).toEqual([order.slice(0, 10), order.slice(10, 20), order.slice(20)]);
    expect([first.next, second.next, third.next]).toEqual([order[9], order[19], undefined]);
    expect(await anew().memberships.members(id, 0)).toEqual({ ids: [], next: undefined });
    expect(await anew().memberships.members(idOf("g", 9), 5)).toEqual({ ids: [], next: undefined });
  });

  test("among says which of many have an edge", async () => {
    await makeUsers(directory.users, 130);
    const { id } = await makeGroup(directory.groups, 1, ids("u", 120));
    const found = await anew().memberships.among(id, [...ids("u", 20, 110), idOf("u", 110), "nonsense", ""]);
    expect([...found].sort()).toEqual(ids("u", 10, 110).sort());
    expect(await anew().memberships.among(idOf("g", 9), ids("u", 3))).toEqual(new Set());
    expect(await anew().memberships.among(id, [])).toEqual(new Set());
  });

  test("living says which of many users and groups exist, without those deleted whose edges are still there", async () => {
    await makeUsers(directory.users, 120);
    const { id } = await makeGroup(directory.groups, 1, ids("u", 3));
    await deleteUser(1);
    const asked = [...ids("u", 130), id, idOf("g", 2), "nonsense", ""];
    const expected = [...ids("u", 120), id].filter((one) => one !== idOf("u", 1));
    expect([...(await anew().memberships.living(asked))].sort()).toEqual(expected.sort());
    expect(await anew().memberships.living([])).toEqual(new Set());
  });

  test("holding says which of many groups have an edge to each member, also to a deleted one", async () => {
    await makeUsers(directory.users, 2);
    for (const n of [1, 2]) await makeGroup(directory.groups, n, [idOf("u", 0)]);
    await makeGroup(directory.groups, 3, [idOf("u", 1)]);
    const asked = [...ids("g", 4, 1), idOf("u", 1), "nonsense", ""];
    const holding = (...ids: readonly (readonly [string, readonly string[]])[]) =>
      anew().memberships.holding(new Map(ids));
    const wanted = new Map([[idOf("u", 0), new Set(ids("g", 2, 1))]]);
    expect(await holding([idOf("u", 0), asked], ["nonsense", asked])).toEqual(wanted);
    expect(await holding([idOf("u", 0), asked], [idOf("u", 1), asked])).toEqual(
      new Map([...wanted, [idOf("u", 1), new Set([idOf("g", 3)])]]),
    );
    expect(await holding([idOf("u", 0), []])).toEqual(new Map());
    await deleteUser(0);
    expect(await holding([idOf("u", 0), asked])).toEqual(wanted);
  });

  test("groupsOf lists the groups of a user and of a group", async () => {
    await makeUsers(directory.users, 1);
    for (const n of [3, 1, 2]) await makeGroup(directory.groups, n, [idOf("u", 0)]);
    await makeGroup(directory.groups, 4, [idOf("g", 1)]);
    expect(await anew().memberships.groupsOf(idOf("u", 0))).toEqual(ids("g", 3, 1).sort());
    expect(await anew().memberships.groupsOf(idOf("g", 1))).toEqual([idOf("g", 4)]);
    expect(await anew().memberships.groupsOf(idOf("u", 9))).toEqual([]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a deleted user is out of members at once, and stored until the sweep", async () => {
    await makeUsers(directory.users, 3);
    const { id } = await makeGroup(directory.groups, 1, ids("u", 3));
    await deleteUser(1);
    const living = [idOf("u", 0), idOf("u", 2)].sort();
    expect((await anew().memberships.members(id, 10)).ids).toEqual(living);
    expect(await anew().memberships.stored(id)).toEqual(ids("u", 3).sort());
    expect(await anew().memberships.among(id, [idOf("u", 1)])).toEqual(new Set([idOf("u", 1)]));
    expect((await anew().groups.find(id))?.memberCount).toBe(3);
    expect(await fresh.broken(ACME)).toEqual([]);

    await directory.memberships.sweep(soon(), LATER);
    expect(await anew().memberships.stored(id)).toEqual(living);
    expect(await anew().groups.find(id)).toMatchObject({ version: 2, memberCount: 2, lastModified: LATER.at });
    expect(await anew().memberships.groupsOf(idOf("u", 1))).toEqual([]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a page of members is full although some of them are dead", async () => {
    await makeUsers(directory.users, 12);
    const { id } = await makeGroup(directory.groups, 1, ids("u", 12));
    const order = ids("u", 12).sort();
    for (let n = 0; n < 12; n++) if (order.indexOf(idOf("u", n)) < 5) await deleteUser(n);
    const page = await anew().memberships.members(id, 4);
    expect(page).toEqual({ ids: order.slice(5, 9), next: order[8] });
    expect(await anew().memberships.members(id, 4, page.next)).toEqual({ ids: order.slice(9), next: undefined });
  });

  test("the dead are never shown, however many they are and however few are asked for", async () => {
    await makeUsers(directory.users, 95);
    const { id } = await makeGroup(directory.groups, 1, ids("u", 95));
    for (let n = 0; n < 80; n++) await deleteUser(n);
    const living = ids("u", 15, 80).sort();
    for (const limit of [1, 4, 14, 15, 95]) {
      const shown: string[] = [];
      for (let after: string | undefined, more = true; more; more = after !== undefined) {
        const page = await anew().memberships.members(id, limit, after);
        shown.push(...page.ids);
        after = page.next;
      }
      expect({ limit, shown }).toEqual({ limit, shown: living });
    }
    await makeGroup(directory.groups, 2, ids("u", 3, 78));
    await makeGroup(directory.groups, 3);
    const read = anew();
    const rosters = await read.memberships.rosters(await read.groups.findMany(ids("g", 3, 1)), 95);
    expect(rosters.get(id)).toEqual(living);
    expect(rosters.get(idOf("g", 2))).toEqual([idOf("u", 80)]);
    expect(rosters.get(idOf("g", 3)) ?? []).toEqual([]);
    const first = await read.memberships.rosters(await read.groups.findMany([id]), 4);
    expect(first.get(id)).toEqual(living.slice(0, 4));
  });

  test("an edge added to a user while it is being deleted stays invisible, and a later sweep takes it", async () => {
    await makeUsers(directory.users, 2);
    const group = await makeGroup(directory.groups, 1, [idOf("u", 0)]);
    await deleteUser(1);
    await directory.memberships.sweep(soon(), LATER);
    // This request had seen the user alive.
    const racing = await anew().groups.change(group, { add: [idOf("u", 1)], remove: [] }, LATER);
    expect(racing.outcome).toBe("changed");
    expect((await anew().memberships.members(group.id, 10)).ids).toEqual([idOf("u", 0)]);
    expect(await fresh.broken(ACME)).toEqual([]);
    await anew().memberships.sweep(soon(), MUCH_LATER);
    expect(await anew().memberships.stored(group.id)).toEqual([idOf("u", 0)]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("what an earlier request deleted is swept by a later one", async () => {
    await makeUsers(directory.users, 4);
    const { id } = await makeGroup(directory.groups, 1, ids("u", 4));
    await deleteUser(0);
    await deleteUser(2);
    await anew().memberships.sweep(soon(), LATER);
    expect(await anew().memberships.stored(id)).toEqual([idOf("u", 1), idOf("u", 3)].sort());
    expect((await anew().groups.find(id))?.memberCount).toBe(2);
  });

  test("a deleted group loses its edges in both directions", async () => {
    await makeUsers(directory.users, 3);
    const group = await makeGroup(directory.groups, 1, ids("u", 3));
    const outer = await makeGroup(directory.groups, 2, [group.id, idOf("u", 0)]);
    await directory.groups.delete(group, LATER);
    expect((await anew().memberships.members(outer.id, 10)).ids).toEqual([idOf("u", 0)]);
    await directory.memberships.sweep(soon(), LATER);
    expect(await anew().memberships.stored(group.id)).toEqual([]);
    expect(await anew().memberships.groupsOf(idOf("u", 1))).toEqual([]);
    expect(await anew().memberships.stored(outer.id)).toEqual([idOf("u", 0)]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a deleted user in a deleted group is swept too", async () => {
    await makeUsers(directory.users, 2);
    const group = await makeGroup(directory.groups, 1, ids("u", 2));
    await deleteUser(0);
    await directory.groups.delete(group, LATER);
    await anew().memberships.sweep(soon(), LATER);
    await anew().memberships.sweep(soon(), MUCH_LATER);
    expect(await anew().memberships.stored(group.id)).toEqual([]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a sweep without time does nothing and throws nothing; the next one finishes", async () => {
    await makeUsers(directory.users, 30);
    for (let n = 0; n < 20; n++) await makeGroup(directory.groups, n, [idOf("u", 0), idOf("u", n + 1)]);
    await deleteUser(0);
    await directory.memberships.sweep(Date.now() - 1, LATER);
    expect(await anew().memberships.groupsOf(idOf("u", 0))).toHaveLength(20);
    expect((await anew().memberships.members(idOf("g", 3), 10)).ids).toEqual([idOf("u", 4)]);
    await anew().memberships.sweep(soon(), LATER);
    expect(await anew().memberships.groupsOf(idOf("u", 0))).toEqual([]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("sweeps, deletions and changes at the same time end in a state without contradictions", async () => {
    await makeUsers(directory.users, 24);
    const group = await makeGroup(directory.groups, 1, ids("u", 16));
    const removals = Array.from({ length: 8 }, (_, n) => async () => {
      const request = anew();
      await request.users.delete(present(await request.users.find(idOf("u", n))), LATER);
      await request.memberships.sweep(soon(), LATER);
    });
    const additions = Array.from({ length: 8 }, (_, n) => async () => {
      const outcome = await anew().groups.change(group, { add: [idOf("u", 16 + n)], remove: [] }, LATER);
      expect(outcome.outcome).toBe("changed");
    });
    await Promise.all([...removals, ...additions].map((work) => work()));
    expect((await anew().memberships.members(group.id, 100)).ids).toEqual(ids("u", 16, 8).sort());
    expect(await fresh.broken(ACME)).toEqual([]);
    await anew().memberships.sweep(soon(), MUCH_LATER);
    expect(await anew().memberships.stored(group.id)).toEqual(ids("u", 16, 8).sort());
    expect(await fresh.broken(ACME)).toEqual([]);
  });
});
