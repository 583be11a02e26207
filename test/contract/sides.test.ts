import { beforeEach, describe, expect, test } from "@jest/globals";
import { findTombstone } from "../../functions/store/tombstone.ts";
import { duringTests } from "../support/duringTests.ts";
import {
  ACME,
  groupWrite,
  idOf,
  LATER,
  makeGroup,
  makeUser,
  OTHER,
  present,
  STAMP,
  userWrite,
} from "../support/records.ts";
import { DIRECTORY_KINDS, type FreshStore, STORE_KINDS } from "../support/storeKinds.ts";

describe.each(STORE_KINDS)("the two sides of an org in $kind", ({ start }) => {
  let fresh: FreshStore;
  const running = duringTests(start);
  beforeEach(async () => {
    fresh = await running().fresh();
  });

  test("the same names, addresses and externalIds may exist on both, and each finds its own", async () => {
    const session = fresh.store.begin();
    const managed = session.directory(ACME);
    const unmanaged = session.unmanaged(ACME);
    await makeUser(managed.users, 1, userWrite("ada"));
    await makeUser(unmanaged.users, 2, userWrite("ada"));
    await makeGroup(managed.groups, 1, [idOf("u", 1)], groupWrite("crew"));
    await makeGroup(unmanaged.groups, 2, [idOf("u", 2)], groupWrite("crew"));
    for (const [side, n] of [
      [managed, 1],
      [unmanaged, 2],
    ] as const) {
      expect(await side.users.idsByName("ada")).toEqual([idOf("u", n)]);
      expect(await side.users.idsByValue("ada@acme.example")).toEqual([idOf("u", n)]);
      expect(await side.users.idsByExternalId("ext-ada")).toEqual([idOf("u", n)]);
      expect(await side.groups.idsByName("crew")).toEqual([idOf("g", n)]);
      expect(await side.users.page(0, 10)).toMatchObject({ total: 1, records: [{ id: idOf("u", n) }] });
      expect(await side.users.find(idOf("u", 3 - n))).toBeUndefined();
      expect(await side.groups.find(idOf("g", 3 - n))).toBeUndefined();
      expect(await side.memberships.groupsOf(idOf("u", n))).toEqual([idOf("g", n)]);
    }
    expect((await fresh.store.begin().unmanaged(OTHER).users.page(0, 10)).total).toBe(0);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a managed user may be in an unmanaged team, and its groups on each side are told apart", async () => {
    const session = fresh.store.begin();
    await makeUser(session.directory(ACME).users, 1);
    await makeGroup(session.directory(ACME).groups, 1, [idOf("u", 1)]);
    await makeGroup(session.unmanaged(ACME).groups, 2, [idOf("u", 1)]);
    expect(await session.directory(ACME).memberships.groupsOf(idOf("u", 1))).toEqual([idOf("g", 1)]);
    expect(await session.unmanaged(ACME).memberships.groupsOf(idOf("u", 1))).toEqual([idOf("g", 2)]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("the deletion of a managed user touches nothing of the unmanaged side", async () => {
    const session = fresh.store.begin();
    const { users, memberships } = session.directory(ACME);
    await makeUser(users, 1);
    const team = await makeGroup(session.unmanaged(ACME).groups, 2, [idOf("u", 1)]);
    await users.delete(present(await users.find(idOf("u", 1))), LATER);
    await memberships.sweep(Date.now() + 20_000, LATER);
    const after = fresh.store.begin().unmanaged(ACME);
    expect(await after.groups.find(team.id)).toEqual(team);
    expect(await after.memberships.stored(team.id)).toEqual([idOf("u", 1)]);
    expect(await findTombstone(after.view, idOf("u", 1))).toBeUndefined();
    expect(await fresh.broken(ACME)).toEqual([]);
  });
});

describe.each(DIRECTORY_KINDS)("tombstones and lists in $kind, $side", ({ start, sideOf }) => {
  let fresh: FreshStore;
  const running = duringTests(start);
  beforeEach(async () => {
    fresh = await running().fresh();
  });
  const anew = () => sideOf(fresh.store.begin(), ACME);

  test("a deleted user and group leave who, when and on which request, for 30 days", async () => {
    const { users, groups } = anew();
    await users.delete(await makeUser(users, 1), LATER);
    await groups.delete(await makeGroup(groups, 1), LATER);
    const expires = Date.parse(LATER.at) + 30 * 86_400_000;
    expect(await findTombstone(anew().view, idOf("u", 1))).toEqual({
      id: idOf("u", 1),
      kind: "user",
      stamp: LATER,
      expires,
    });
    expect(await findTombstone(anew().view, idOf("g", 1))).toEqual({
      id: idOf("g", 1),
      kind: "group",
      stamp: LATER,
      expires,
    });
  });

  test("what lives, never was or is no id has no tombstone", async () => {
    await makeUser(anew().users, 1);
    for (const id of [idOf("u", 1), idOf("u", 2), idOf("g", 1), "", "x".repeat(3000)]) {
      expect(await findTombstone(anew().view, id)).toBeUndefined();
    }
  });

  test("a list goes on behind an id, also when that one is gone by then", async () => {
    const { users, groups } = anew();
    const order = [];
    for (let n = 0; n < 7; n++) order.push((await makeUser(users, n)).id);
    order.sort();
    await makeGroup(groups, 1, []);
    const first = await anew().users.list(3);
    expect([first.records.map(({ id }) => id), first.next]).toEqual([order.slice(0, 3), order[2]]);
    await users.delete(present(await users.find(String(order[2]))), STAMP);
    const second = await anew().users.list(4, first.next);
    expect([second.records.map(({ id }) => id), second.next]).toEqual([order.slice(3), undefined]);
    expect(await anew().users.list(4, order[6])).toEqual({ records: [], next: undefined });
    expect((await anew().groups.list(1)).next).toBeUndefined();
    expect(await fresh.broken(ACME)).toEqual([]);
  });
});
