import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Directory } from "../../functions/provisioning/directoryPorts.ts";
import {
  ACME,
  groupWrite,
  idOf,
  ids,
  LATER,
  MUCH_LATER,
  makeGroup,
  makeUsers,
  OTHER,
  present,
  STAMP,
} from "../support/records.ts";
import { DIRECTORY_KINDS, type FreshStore, type Running } from "../support/storeKinds.ts";

/** What a sweeper that is no request asks of a store. */
describe.each(DIRECTORY_KINDS)("sweeping behind deletions in $kind, $side", ({ start, side, sideOf }) => {
  let running: Running;
  let fresh: FreshStore;
  let directory: Directory;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => running.stop());
  beforeEach(async () => {
    fresh = await running.fresh();
    directory = anew();
  });
  const anew = (org = ACME) => sideOf(fresh.store.begin(), org);
  const soon = () => Date.now() + 20_000;
  const sweep = (id: string, stamp = LATER) => anew().memberships.sweepDeletion(id, soon(), stamp);
  const open = (before: string) => fresh.store.begin().openDeletions(before);

  async function deleteUser(n: number, org = ACME): Promise<string> {
    const { users } = anew(org);
    expect(await users.delete(present(await users.find(idOf("u", n))), STAMP)).toEqual({ outcome: "deleted" });
    return idOf("u", n);
  }

  test("a deleted user's edges go at once, its marker five minutes later", async () => {
    await makeUsers(directory.users, 2);
    for (let n = 0; n < 30; n++) await makeGroup(directory.groups, n, ids("u", 2));
    const id = await deleteUser(0);
    expect(await sweep(id)).toBe("again");
    expect(await directory.memberships.groupsOf(id)).toEqual([]);
    expect(await directory.memberships.stored(idOf("g", 7))).toEqual([idOf("u", 1)]);
    expect(await directory.groups.find(idOf("g", 7))).toMatchObject({ version: 2, memberCount: 1 });
    expect((await directory.jobs.deletions()).jobs).toEqual([{ id, at: STAMP.at, swept: true }]);
    expect(await sweep(id, MUCH_LATER)).toBe("done");
    expect((await directory.jobs.deletions()).jobs).toEqual([]);
    expect(await sweep(id, MUCH_LATER)).toBe("done");
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("the second sweep takes what was added beside the first", async () => {
    await makeUsers(directory.users, 2);
    const group = await makeGroup(directory.groups, 1, [idOf("u", 1)]);
    const id = await deleteUser(0);
    expect(await sweep(id)).toBe("again");
    expect((await directory.groups.change(group, { add: [id], remove: [] }, LATER)).outcome).toBe("changed");
    expect(await sweep(id)).toBe("again");
    expect(await sweep(id, MUCH_LATER)).toBe("done");
    expect(await directory.memberships.stored(group.id)).toEqual([idOf("u", 1)]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a deleted group's edges go, in both directions", async () => {
    await makeUsers(directory.users, 2);
    const group = await makeGroup(directory.groups, 1, ids("u", 600));
    const outer = await makeGroup(directory.groups, 2, [group.id, idOf("u", 0)]);
    expect(await directory.groups.delete(group, STAMP)).toEqual({ outcome: "deleted" });
    expect(await sweep(group.id)).toBe("again");
    expect(await directory.memberships.stored(group.id)).toEqual([]);
    expect(await directory.memberships.stored(outer.id)).toEqual([idOf("u", 0)]);
  });

  test("without time a sweep is unfinished, and the next one goes on", async () => {
    await makeUsers(directory.users, 2);
    const group = await makeGroup(directory.groups, 1, ids("u", 2));
    const id = await deleteUser(0);
    expect(await anew().memberships.sweepDeletion(id, Date.now() - 1, LATER)).toBe("unfinished");
    expect(await directory.memberships.stored(group.id)).toHaveLength(2);
    expect((await directory.jobs.deletions()).jobs).toEqual([{ id, at: STAMP.at, swept: false }]);
    expect(await sweep(id)).toBe("again");
    expect(await directory.memberships.stored(group.id)).toEqual([idOf("u", 1)]);
  });

  test("whoever sweeps finds the open deletions of all orgs, those before a moment and until they are through", async () => {
    await makeUsers(directory.users, 3);
    await makeUsers(anew(OTHER).users, 1);
    const first = await deleteUser(0);
    const second = await deleteUser(2);
    const other = await deleteUser(0, OTHER);
    const managed = side === "managed";
    const all = [
      { orgId: ACME, managed, id: first, at: STAMP.at },
      { orgId: ACME, managed, id: second, at: STAMP.at },
      { orgId: OTHER, managed, id: other, at: STAMP.at },
    ];
    expect(await open(LATER.at)).toHaveLength(3);
    expect(await open(LATER.at)).toEqual(expect.arrayContaining(all));
    expect(await open(STAMP.at)).toEqual([]);
    expect(await sweep(first)).toBe("again");
    expect(await open(LATER.at)).toHaveLength(3);
    expect(await sweep(first, MUCH_LATER)).toBe("done");
    expect(await open(LATER.at)).toEqual(expect.arrayContaining(all.slice(1)));
    expect(await open(LATER.at)).toHaveLength(2);
  });

  test("what is under way is told: a group being made", async () => {
    const birth = { reference: "request-1", until: LATER.at };
    await makeUsers(directory.users, 3);
    for (let n = 0; n < 3; n++) await makeGroup(directory.groups, n);
    await directory.groups.create(idOf("g", 9), groupWrite("crew"), [], STAMP, birth);
    expect(await anew().jobs.begun()).toEqual({
      jobs: [{ kind: "birth", id: idOf("g", 9), since: STAMP.at }],
      next: undefined,
    });
  });
});
