import { beforeEach, describe, expect, test } from "@jest/globals";
import type { GroupStore } from "../../functions/store/groupStore.ts";
import type { MembershipStore } from "../../functions/store/memberships.ts";
import { sumOfIds } from "../../functions/store/resourceItems.ts";
import type { ResourceStore } from "../../functions/store/resourceStore.ts";
import { duringTests } from "../support/duringTests.ts";
import { ACME, groupWrite, idOf, ids, LATER, makeGroup, makeUsers, present, STAMP } from "../support/records.ts";
import { DIRECTORY_KINDS, type FreshStore } from "../support/storeKinds.ts";

describe.each(DIRECTORY_KINDS)("groups in $kind, $side", ({ start, sideOf }) => {
  let fresh: FreshStore;
  let groups: GroupStore;
  let users: ResourceStore;
  let memberships: MembershipStore;
  const running = duringTests(start);
  beforeEach(async () => {
    fresh = await running().fresh();
    ({ groups, users, memberships } = sideOf(fresh.store.begin(), ACME));
  });
  /** As another request sees it. */
  const anew = () => sideOf(fresh.store.begin(), ACME).groups;

  test("a created group is read as it was written, at once, with its members", async () => {
    await makeUsers(users, 3);
    const write = groupWrite("crew");
    const created = await groups.create(idOf("g", 1), write, ids("u", 3), STAMP);
    const record = {
      id: idOf("g", 1),
      version: 1,
      created: STAMP.at,
      lastModified: STAMP.at,
      attributes: write.attributes,
      keys: write.keys,
      memberCount: 3,
      rosterSum: sumOfIds(ids("u", 3)),
    };
    expect(created).toEqual({ outcome: "created", record });
    expect(await anew().find(idOf("g", 1))).toEqual(record);
    expect(await memberships.stored(idOf("g", 1))).toEqual(ids("u", 3).sort());
    expect(await anew().idsByName("crew")).toEqual([idOf("g", 1)]);
    expect(await anew().idsByExternalId("ext-crew")).toEqual([idOf("g", 1)]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("what nobody has is not found", async () => {
    await makeGroup(groups, 1);
    expect(await groups.find(idOf("g", 2))).toBeUndefined();
    expect(await groups.find(idOf("u", 1))).toBeUndefined();
    expect(await groups.idsByName("group")).toEqual([]);
    expect(await groups.idsByName("")).toEqual([]);
    expect(await groups.idsByExternalId("ext-group")).toEqual([]);
  });

  test("groups are found by how their name begins, all that share a name among them, unless they are more than asked for", async () => {
    for (const [n, name] of ["crew", "crew", "crews", "team"].entries()) {
      await makeGroup(groups, n, [], groupWrite(name, {}, false));
    }
    const begins = async (prefix: string, limit = 10) => (await anew().idsByNamePrefix(prefix, limit))?.sort();
    expect(await begins("crew")).toEqual(ids("g", 3).sort());
    expect(await begins("crews")).toEqual([idOf("g", 2)]);
    expect(await begins("x")).toEqual([]);
    expect(await begins("cre", 3)).toHaveLength(3);
    expect(await begins("cre", 2)).toBeUndefined();
  });

  test("a member named twice is one member", async () => {
    await makeUsers(users, 1);
    const group = await makeGroup(groups, 1, [idOf("u", 0), idOf("u", 0)]);
    expect(group.memberCount).toBe(1);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a name that must be free is refused while another group has it, and names the holder", async () => {
    await makeGroup(groups, 1, [], groupWrite("crew"));
    const refused = await anew().create(idOf("g", 2), groupWrite("crew"), [], STAMP);
    expect(refused).toEqual({ outcome: "taken", holder: idOf("g", 1) });
    expect(await anew().find(idOf("g", 2))).toBeUndefined();
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("of 32 parallel creates of one name that must be free one succeeds", async () => {
    const outcomes = await Promise.all(ids("g", 32).map((id) => anew().create(id, groupWrite("crew"), [], STAMP)));
    const [holder] = await groups.idsByName("crew");
    expect(outcomes.filter(({ outcome }) => outcome === "created")).toHaveLength(1);
    expect(outcomes.filter((answer) => answer.outcome === "taken" && answer.holder === holder)).toHaveLength(31);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("where names need not be free several groups bear one, and each gives it up alone", async () => {
    const shared = groupWrite("crew", {}, false);
    const made = [];
    for (const n of [1, 2, 3]) made.push(await makeGroup(groups, n, [], shared));
    expect(await groups.idsByName("crew")).toEqual(ids("g", 3, 1).sort());
    const strict = await groups.create(idOf("g", 4), groupWrite("crew"), [], STAMP);
    expect(strict).toEqual({ outcome: "taken", holder: ids("g", 3, 1).sort()[0] });
    expect(await groups.delete(present(made[0]), LATER)).toEqual({ outcome: "deleted" });
    const renamed = { write: groupWrite("other", {}, false), add: [], remove: [] };
    expect((await groups.change(present(made[1]), renamed, LATER)).outcome).toBe("changed");
    expect(await groups.idsByName("crew")).toEqual([idOf("g", 3)]);
    expect(await groups.delete(present(made[2]), LATER)).toEqual({ outcome: "deleted" });
    expect((await groups.create(idOf("g", 4), groupWrite("crew"), [], STAMP)).outcome).toBe("created");
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("parallel deletions of groups that share a name leave nothing of it", async () => {
    const made = [];
    for (let n = 0; n < 8; n++) made.push(await makeGroup(groups, n, [], groupWrite("crew", {}, false)));
    const outcomes = await Promise.all(made.map((group) => anew().delete(group, LATER)));
    expect(outcomes.every(({ outcome }) => outcome === "deleted")).toBe(true);
    expect(await groups.idsByName("crew")).toEqual([]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a change of attributes and edges is one: new name, new version, new count", async () => {
    await makeUsers(users, 4);
    const previous = await makeGroup(groups, 1, ids("u", 2), groupWrite("crew"));
    const write = groupWrite("team", { externalId: undefined });
    const change = { write, add: [idOf("u", 2), idOf("u", 3)], remove: [idOf("u", 0)] };
    const changed = await anew().change(previous, change, LATER);
    const record = {
      ...previous,
      version: 2,
      lastModified: LATER.at,
      attributes: write.attributes,
      keys: write.keys,
      memberCount: 3,
      rosterSum: sumOfIds(ids("u", 3, 1)),
    };
    expect(changed).toEqual({ outcome: "changed", record });
    expect(await anew().find(previous.id)).toEqual(record);
    expect(await memberships.stored(previous.id)).toEqual(ids("u", 3, 1).sort());
    expect(await groups.idsByName("crew")).toEqual([]);
    expect(await groups.idsByName("team")).toEqual([previous.id]);
    expect(await groups.idsByExternalId("ext-crew")).toEqual([]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a change of attributes alone keeps the name it has", async () => {
    const previous = await makeGroup(groups, 1, [], groupWrite("crew"));
    const write = { ...groupWrite("crew"), attributes: '{"displayName":"CREW"}' };
    expect((await anew().change(previous, { write, add: [], remove: [] }, LATER)).outcome).toBe("changed");
    expect((await anew().find(previous.id))?.attributes).toBe('{"displayName":"CREW"}');
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a change of the membership alone leaves the attributes as they are stored", async () => {
    await makeUsers(users, 1);
    const previous = await makeGroup(groups, 1);
    await groups.change(previous, { write: groupWrite("team"), add: [], remove: [] }, LATER);
    const changed = await anew().change(previous, { add: [idOf("u", 0)], remove: [] }, LATER);
    expect(changed.outcome).toBe("changed");
    expect(await anew().find(previous.id)).toMatchObject({ version: 3, memberCount: 1, keys: { name: "team" } });
  });

  test("an edge that is there already, or not there, makes the change stale, and nothing has changed", async () => {
    await makeUsers(users, 3);
    const previous = await makeGroup(groups, 1, ids("u", 1));
    const twice = { add: [idOf("u", 1), idOf("u", 0)], remove: [] };
    expect(await anew().change(previous, twice, LATER)).toEqual({ outcome: "stale" });
    const absent = { add: [idOf("u", 1)], remove: [idOf("u", 2)] };
    expect(await anew().change(previous, absent, LATER)).toEqual({ outcome: "stale" });
    expect(await anew().find(previous.id)).toEqual(previous);
    expect(await memberships.stored(previous.id)).toEqual([idOf("u", 0)]);
  });

  test("a change to a taken name says so, and nothing has changed", async () => {
    await makeUsers(users, 1);
    await makeGroup(groups, 1, [], groupWrite("crew"));
    const previous = await makeGroup(groups, 2, [], groupWrite("team"));
    const refused = await anew().change(
      previous,
      { write: groupWrite("crew"), add: [idOf("u", 0)], remove: [] },
      LATER,
    );
    expect(refused).toEqual({ outcome: "taken", holder: idOf("g", 1) });
    expect(await anew().find(previous.id)).toEqual(previous);
    expect(await memberships.stored(previous.id)).toEqual([]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("attributes change only from the version they were read at", async () => {
    await makeUsers(users, 2);
    const previous = await makeGroup(groups, 1);
    await groups.change(previous, { add: [idOf("u", 0)], remove: [] }, LATER);
    const late = { write: groupWrite("team"), add: [idOf("u", 1)], remove: [] };
    expect(await anew().change(previous, late, LATER)).toEqual({ outcome: "stale" });
    expect(await memberships.stored(previous.id)).toEqual([idOf("u", 0)]);
  });

  test("onlyVersion holds a change of the membership to a version", async () => {
    await makeUsers(users, 2);
    const previous = await makeGroup(groups, 1);
    const first = { add: [idOf("u", 0)], remove: [], onlyVersion: 1 };
    expect((await anew().change(previous, first, LATER)).outcome).toBe("changed");
    const second = { add: [idOf("u", 1)], remove: [], onlyVersion: 1 };
    expect(await anew().change(previous, second, LATER)).toEqual({ outcome: "stale" });
    expect((await anew().change(previous, { ...second, onlyVersion: 2 }, LATER)).outcome).toBe("changed");
    expect((await anew().find(previous.id))?.version).toBe(3);
  });

  test("32 parallel adds to one group lose nothing, and each raises the version", async () => {
    await makeUsers(users, 32);
    const previous = await makeGroup(groups, 1);
    const outcomes = await Promise.all(
      ids("u", 32).map((id) => anew().change(previous, { add: [id], remove: [] }, LATER)),
    );
    expect(outcomes.every(({ outcome }) => outcome === "changed")).toBe(true);
    expect(await memberships.stored(previous.id)).toEqual(ids("u", 32).sort());
    expect(await anew().find(previous.id)).toMatchObject({ version: 33, memberCount: 32 });
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a change or deletion of a group that is gone says missing", async () => {
    await makeUsers(users, 1);
    const previous = await makeGroup(groups, 1);
    expect(await groups.delete(previous, LATER)).toEqual({ outcome: "deleted" });
    expect(await anew().change(previous, { add: [idOf("u", 0)], remove: [] }, LATER)).toEqual({ outcome: "missing" });
    const renamed = { write: groupWrite("team"), add: [], remove: [] };
    expect(await anew().change(previous, renamed, LATER)).toEqual({ outcome: "missing" });
    expect(await anew().delete(previous, LATER)).toEqual({ outcome: "missing" });
    expect(await memberships.stored(previous.id)).toEqual([]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a deletion from an old version is stale", async () => {
    const previous = await makeGroup(groups, 1);
    await groups.change(previous, { write: groupWrite("team"), add: [], remove: [] }, LATER);
    expect(await anew().delete(previous, LATER)).toEqual({ outcome: "stale" });
    expect(await anew().find(previous.id)).toBeDefined();
  });

  test("the name of a deleted group is free at once", async () => {
    const previous = await makeGroup(groups, 1, [], groupWrite("crew"));
    await groups.delete(previous, LATER);
    expect(await anew().idsByName("crew")).toEqual([]);
    await makeGroup(groups, 2, [], groupWrite("crew"));
    expect(await anew().idsByName("crew")).toEqual([idOf("g", 2)]);
    expect((await anew().page(0, 5)).records.map(({ id }) => id)).toEqual([idOf("g", 2)]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a change carries as many edges as it says, and not one more", async () => {
    const previous = await makeGroup(groups, 1);
    const most = groups.membersPerChange(previous, undefined);
    expect(most).toBe(49);
    await makeUsers(users, most + 1);
    await expect(groups.change(previous, { add: ids("u", most + 1), remove: [] }, LATER)).rejects.toThrow(RangeError);
    expect((await groups.change(previous, { add: ids("u", most), remove: [] }, LATER)).outcome).toBe("changed");
    const now = present(await groups.find(previous.id));
    const write = groupWrite("team");
    const fewer = groups.membersPerChange(now, write);
    expect(fewer).toBe(47);
    const change = { write, add: [], remove: ids("u", fewer) };
    expect((await groups.change(now, change, LATER)).outcome).toBe("changed");
    expect(await memberships.stored(previous.id)).toEqual(ids("u", 2, fewer).sort());
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a creation carries as many members as it says, and not one more", async () => {
    await makeUsers(users, 48);
    for (const [n, externalId] of ["ext", undefined].entries()) {
      const write = groupWrite(`crew ${externalId}`, { externalId });
      const most = groups.membersPerCreation(write);
      const tooMany = groups.create(idOf("g", 1), write, ids("u", most + 1), STAMP);
      await expect(tooMany).rejects.toThrow(RangeError);
      const made = await groups.create(idOf("g", n), write, ids("u", most), STAMP);
      expect(made).toMatchObject({ outcome: "created", record: { memberCount: most } });
    }
  });

  test("a group that is being made belongs to whoever makes it, until the last part or until its creation is taken over", async () => {
    await makeUsers(users, 4);
    const creation = { reference: "request-1", until: LATER.at };
    const created = await groups.create(idOf("g", 1), groupWrite("crew"), ids("u", 1), STAMP, creation);
    if (created.outcome !== "created") throw new Error(created.outcome);
    expect((await anew().find(idOf("g", 1)))?.creation).toEqual(creation);
    const { creation: _, ...unaware } = created.record;
    const stranger = { add: [idOf("u", 3)], remove: [] };
    expect(await anew().change(unaware, stranger, LATER)).toEqual({ outcome: "stale" });

    const second = await groups.change(created.record, { add: [idOf("u", 1)], remove: [], creation }, STAMP);
    expect(second).toMatchObject({ outcome: "changed", record: { version: 2, creation } });
    const heir = { reference: "request-2", until: LATER.at };
    const taken = await anew().change(created.record, { add: [idOf("u", 2)], remove: [], creation: heir }, LATER);
    if (taken.outcome !== "changed") throw new Error(taken.outcome);
    expect(await groups.change(created.record, { add: [idOf("u", 3)], remove: [], creation }, STAMP)).toEqual({
      outcome: "stale",
    });
    const last = await anew().change(taken.record, { add: [], remove: [] }, LATER);
    if (last.outcome !== "changed") throw new Error(last.outcome);
    const whole = { version: 4, memberCount: 3, rosterSum: sumOfIds(ids("u", 3)) };
    expect(await anew().find(idOf("g", 1))).toEqual({ ...last.record, ...whole });
    expect((await anew().change(last.record, stranger, LATER)).outcome).toBe("changed");
    expect(await memberships.stored(idOf("g", 1))).toEqual(ids("u", 4).sort());
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a group may have a thousand members", async () => {
    const group = await makeGroup(groups, 1, ids("u", 1000));
    expect(group.memberCount).toBe(1000);
    expect(await memberships.stored(group.id)).toEqual(ids("u", 1000).sort());
    expect(await memberships.groupsOf(idOf("u", 77))).toEqual([group.id]);
    expect(await anew().find(group.id)).toEqual(group);
  });

  test("a group with members whose name is taken leaves no edge behind", async () => {
    await makeGroup(groups, 1, [], groupWrite("crew"));
    const refused = await groups.create(idOf("g", 2), groupWrite("crew"), ids("u", 40), STAMP);
    expect(refused).toEqual({ outcome: "taken", holder: idOf("g", 1) });
    expect(await memberships.stored(idOf("g", 2))).toEqual([]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("groups are listed and scanned in the order of ids, and read many at once", async () => {
    for (let n = 0; n < 12; n++) await makeGroup(groups, n);
    const order = ids("g", 12).sort();
    const page = await anew().page(3, 4);
    expect(page.total).toBe(12);
    expect(page.records.map(({ id }) => id)).toEqual(order.slice(3, 7));
    const scanned: string[] = [];
    for await (const records of groups.scan()) scanned.push(...records.map(({ id }) => id));
    expect(scanned).toEqual(order);
    const many = await groups.findMany([idOf("g", 5), idOf("g", 99), idOf("g", 2)]);
    expect(many.map(({ id }) => id)).toEqual([idOf("g", 5), idOf("g", 2)]);
  });
});
