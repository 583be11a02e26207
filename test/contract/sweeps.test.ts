import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { sweepOpenDeletions, sweepSide } from "../../functions/provisioning/sweeping.ts";
import { createDynamoStore } from "../../functions/store/dynamoTable.ts";
import { JobStore } from "../../functions/store/jobs.ts";
import { OrgKeys, openDeletions } from "../../functions/store/keys.ts";
import { readOpenDeletions } from "../../functions/store/openDeletions.ts";
import { StoreBusy } from "../../functions/store/records.ts";
import type { Directory } from "../../functions/store/session.ts";
import { duringTests } from "../support/duringTests.ts";
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
import { DIRECTORY_KINDS, type FreshStore, startDynamo } from "../support/storeKinds.ts";

/** What a sweeper that is no request asks of a store. */
describe.each(DIRECTORY_KINDS)("sweeping behind deletions in $kind, $side", ({ start, side, sideOf }) => {
  let fresh: FreshStore;
  let directory: Directory;
  const running = duringTests(start);
  beforeEach(async () => {
    fresh = await running().fresh();
    directory = anew();
  });
  const anew = (org = ACME) => sideOf(fresh.store.begin(), org);
  const soon = () => Date.now() + 20_000;
  const sweep = async (id: string, stamp = LATER) => (await anew().memberships.sweepDeletions([id], soon(), stamp))[0];
  const open = async (before: string) => (await readOpenDeletions(fresh.store.begin().database, { before })).deletions;

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
    expect((await new JobStore(directory.view).deletions()).jobs).toEqual([{ id, at: STAMP.at, swept: true }]);
    expect(await sweep(id, MUCH_LATER)).toBe("done");
    expect((await new JobStore(directory.view).deletions()).jobs).toEqual([]);
    expect(await sweep(id, MUCH_LATER)).toBe("done");
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("who is deleted together leaves each group together, whatever else goes on there", async () => {
    await makeUsers(directory.users, 130);
    const group = await makeGroup(directory.groups, 1, ids("u", 120));
    const lost = await makeGroup(directory.groups, 2, ids("u", 60));
    const outer = await makeGroup(directory.groups, 3, [lost.id, ...ids("u", 20, 100)]);
    const gone: string[] = [];
    for (let n = 0; n < 110; n++) gone.push(await deleteUser(n));
    expect(await anew().groups.delete(lost, STAMP)).toEqual({ outcome: "deleted" });
    gone.push(lost.id);
    const sweepAll = () => anew().memberships.sweepDeletions(gone, soon(), LATER);
    const changes = Array.from({ length: 5 }, async (_, n) => {
      // One who stays goes by a request, and another comes.
      const change = { add: [idOf("u", 120 + n)], remove: [idOf("u", 110 + n)] };
      expect((await anew().groups.change(group, change, LATER)).outcome).toBe("changed");
    });
    const [first, second] = await Promise.all([sweepAll(), sweepAll(), ...changes]);
    expect([...new Set([...first, ...second])]).toEqual(["again"]);
    expect(await directory.memberships.stored(group.id)).toEqual(ids("u", 10, 115).sort());
    expect(await directory.memberships.stored(lost.id)).toEqual([]);
    expect(await directory.memberships.stored(outer.id)).toEqual(ids("u", 10, 110).sort());
    expect(await directory.groups.find(group.id)).toMatchObject({ memberCount: 10 });
    expect(await fresh.broken(ACME)).toEqual([]);
    expect(new Set(await anew().memberships.sweepDeletions(gone, soon(), MUCH_LATER))).toEqual(new Set(["done"]));
    expect((await new JobStore(directory.view).deletions()).jobs).toEqual([]);
    expect(await anew().memberships.sweepDeletions(["nobody", idOf("u", 999)], soon(), LATER)).toEqual([
      "done",
      "done",
    ]);
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

  test("a deletion that a clock dated years ahead is swept as soon as it is found, and gone five minutes later", async () => {
    await makeUsers(directory.users, 2);
    await makeGroup(directory.groups, 1, ids("u", 2));
    const [id, other] = [idOf("u", 0), idOf("u", 1)];
    for (const one of [id, other])
      await directory.users.delete(present(await directory.users.find(one)), {
        ...STAMP,
        at: "2036-01-02T03:04:05.678Z",
      });
    const visit = ({ at }: typeof STAMP) =>
      sweepOpenDeletions(fresh.store.begin(), { now: () => Date.parse(at), until: soon() * 2, reference: "request-4" });
    // The second one's first sweep was done by an earlier release.
    const swept = { update: directory.view.keys.marker(other), set: { swept: 1 } };
    await fresh.store.begin().database.write([swept]);
    expect(await visit(LATER)).toEqual({ done: 0, open: 2, unreadable: 0 });
    expect(await directory.memberships.groupsOf(id)).toEqual([]);
    const waiting = [id, other].sort().map((one) => ({ id: one, at: LATER.at, swept: true }));
    expect((await new JobStore(directory.view).deletions()).jobs).toEqual(waiting);
    expect(await visit(LATER)).toEqual({ done: 0, open: 0, unreadable: 0 });
    expect(await visit(MUCH_LATER)).toEqual({ done: 2, open: 0, unreadable: 0 });
    expect((await new JobStore(directory.view).deletions()).jobs).toEqual([]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a deleted group's edges go, in both directions", async () => {
    await makeUsers(directory.users, 2);
    const group = await makeGroup(directory.groups, 1, ids("u", 210));
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
    expect(await anew().memberships.sweepDeletions([id], Date.now() - 1, LATER)).toEqual(["unfinished"]);
    expect(await directory.memberships.stored(group.id)).toHaveLength(2);
    expect((await new JobStore(directory.view).deletions()).jobs).toEqual([{ id, at: STAMP.at, swept: false }]);
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

  test("a side of an org is swept step by step: at once, and for good five minutes later", async () => {
    await makeUsers(directory.users, 5);
    const group = await makeGroup(directory.groups, 1, ids("u", 5));
    for (const n of [0, 1, 3]) await deleteUser(n);
    const first = present([idOf("u", 0), idOf("u", 1), idOf("u", 3)].sort()[0]);
    const where = { orgId: ACME, managed: side === "managed" };
    const step = (after: string, at: string, until = Number.POSITIVE_INFINITY) =>
      sweepSide(fresh.store.begin(), where, after, { now: () => Date.parse(at), until, reference: "request-4" });
    expect(await step("", LATER.at, 0)).toEqual({ done: 0, again: 0, left: [], next: "" });
    expect(await step(first, LATER.at, 0)).toMatchObject({ next: first });
    expect(await step("", LATER.at)).toEqual({ done: 0, again: 3, left: [] });
    expect(await directory.memberships.stored(group.id)).toEqual([idOf("u", 2), idOf("u", 4)].sort());
    expect(await step("", LATER.at)).toEqual({ done: 0, again: 3, left: [] });
    expect(await step(first, MUCH_LATER.at)).toEqual({ done: 2, again: 0, left: [] });
    expect((await new JobStore(directory.view).deletions()).jobs.map(({ id }) => id)).toEqual([first]);
    expect(await step("", MUCH_LATER.at)).toEqual({ done: 1, again: 0, left: [] });
    expect(await step("", MUCH_LATER.at)).toEqual({ done: 0, again: 0, left: [] });
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a step ends when its time does, behind what is through, and before what is not", async () => {
    await makeUsers(directory.users, 3);
    const inOrder: string[] = [];
    for (const n of [0, 1, 2]) inOrder.push(await deleteUser(n));
    inOrder.sort();
    const clock = { now: Date.parse(LATER.at) };
    const until = clock.now + 10_000;
    const stepThatTakes = (takes: (id: string) => "again" | "unfinished" | "late") => {
      const session = fresh.store.begin();
      const sweepDeletions = async (ids: readonly string[]) =>
        ids.map((id) => {
          const outcome = clock.now < until ? takes(id) : "unfinished";
          if (outcome !== "late") return outcome;
          clock.now = until;
          return "again";
        });
      const slow = { memberships: { sweepDeletions } };
      const store = Object.assign(session, { directory: () => slow, unmanaged: () => slow });
      const means = { now: () => clock.now, until, reference: "request-4" };
      return sweepSide(store, { orgId: ACME, managed: side === "managed" }, "", means);
    };
    const large = await stepThatTakes((id) => (id === inOrder[2] ? "unfinished" : "again"));
    expect(large).toEqual({ done: 0, again: 2, left: [], next: inOrder[1] });
    const many = await stepThatTakes((id) => (id === inOrder[0] ? "late" : "again"));
    expect(many).toEqual({ done: 0, again: 1, left: [], next: inOrder[0] });
  });

  test("a step goes on behind deletions that fail or have to wait, and says which these are", async () => {
    await makeUsers(directory.users, 4);
    for (const n of [0, 1, 2]) await deleteUser(n);
    const session = fresh.store.begin();
    const { memberships } = sideOf(session, ACME);
    const broken = {
      memberships: {
        sweepDeletions: async (...[ids, until, stamp]: Parameters<typeof memberships.sweepDeletions>) => {
          const outcomes = ids.map(async (id) => {
            if (id === idOf("u", 0)) return [{ error: new StoreBusy("throttled") }];
            if (id === idOf("u", 1)) return [{ error: new TypeError("poison") }];
            return memberships.sweepDeletions([id], until, stamp);
          });
          return (await Promise.all(outcomes)).flat();
        },
      },
    };
    const store = Object.assign(session, { directory: () => broken, unmanaged: () => broken });
    const means = { now: () => Date.parse(LATER.at), until: Number.POSITIVE_INFINITY, reference: "request-4" };
    const step = await sweepSide(store, { orgId: ACME, managed: side === "managed" }, "", means);
    expect(step).toMatchObject({ done: 0, again: 1, fault: { deletion: { id: idOf("u", 1) } } });
    const left = [
      { id: idOf("u", 0), at: STAMP.at, why: "busy" },
      { id: idOf("u", 1), at: STAMP.at, why: "fault" },
    ];
    expect(step.left).toHaveLength(2);
    expect(step.left).toEqual(expect.arrayContaining(left));
  });

  test("what is under way is told: a group being made", async () => {
    const creation = { reference: "request-1", until: LATER.at };
    await makeUsers(directory.users, 3);
    for (let n = 0; n < 3; n++) await makeGroup(directory.groups, n);
    await directory.groups.create(idOf("g", 9), groupWrite("crew"), [], STAMP, creation);
    expect(await new JobStore(anew().view).begun()).toEqual({
      jobs: [{ kind: "birth", id: idOf("g", 9), since: STAMP.at }],
      next: undefined,
    });
  });
});

describe("a marker that names neither a user nor a group", () => {
  const running = duringTests(startDynamo);

  test("is counted, and keeps nobody from finding or sweeping the others", async () => {
    const TableName = await running().freshTable();
    const store = createDynamoStore({ client: running().client, tableName: TableName });
    const { users } = store.begin().directory(ACME);
    await makeUsers(users, 2);
    for (const n of [0, 1]) await users.delete(present(await users.find(idOf("u", n))), STAMP);
    const keys = new OrgKeys(ACME);
    const poison = { ...keys.marker("poison"), at: STAMP.at, g1p: openDeletions("poison"), g1s: STAMP.at };
    await running().client.send(new PutCommand({ TableName, Item: poison }));
    const { deletions, unreadable } = await readOpenDeletions(store.begin().database, { before: LATER.at });
    expect(deletions.map(({ id }) => id).sort()).toEqual(ids("u", 2).sort());
    expect(unreadable).toBe(1);
    const means = { now: () => Date.parse(MUCH_LATER.at), until: Number.POSITIVE_INFINITY, reference: "request-4" };
    const left = [{ id: "poison", at: STAMP.at, why: "unreadable" }];
    expect(await sweepSide(store.begin(), { orgId: ACME, managed: true }, "", means)).toEqual({
      done: 2,
      again: 0,
      left,
    });
    expect(await sweepOpenDeletions(store.begin(), means)).toEqual({ done: 0, open: 1, unreadable: 1 });
  });
});
