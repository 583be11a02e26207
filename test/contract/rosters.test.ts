import { beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { OrgImport } from "../../functions/store/import.ts";
import { Inspection } from "../../functions/store/inspection/inspection.ts";
import { OrgKeys } from "../../functions/store/keys.ts";
import type { GroupRecord } from "../../functions/store/records.ts";
import { membershipItem, statedSum, sumIn, sumOfIds } from "../../functions/store/resourceItems.ts";
import { Rosters } from "../../functions/store/rosters.ts";
import { createStore, type Directory, type Store } from "../../functions/store/session.ts";
import type { SqliteTable } from "../../functions/store/sqliteTable.ts";
import { localTable } from "../support/localStore.ts";
import { ACME, idOf, ids, LATER, MUCH_LATER, makeGroup, makeUsers, present } from "../support/records.ts";

const CREW = idOf("g", 1);
const MEMBERS = 150;

let table: SqliteTable;
/** One process, which remembers, and another one. */
let process: Store;
let other: Directory;
beforeEach(async () => {
  table = localTable();
  process = createStore(table);
  other = createStore(table).begin().directory(ACME);
  await makeUsers(other.users, MEMBERS + 10);
  await makeGroup(other.groups, 1, ids("u", MEMBERS));
});

/** As a request of the process shows it. */
async function shown(): Promise<{ readonly members: readonly string[]; readonly rcu: number }> {
  const session = process.begin();
  const { groups, memberships } = session.directory(ACME);
  const group = present(await groups.find(CREW));
  const members = (await memberships.rosters([group], 10_000)).get(CREW) ?? [];
  return { members, rcu: session.usage.rcu };
}

/** The group, and the dead set. */
const REMEMBERED = 2;

async function repair(): Promise<void> {
  const wishes = { repair: true, until: Number.POSITIVE_INFINITY, stamp: LATER };
  await new Inspection(process.begin().database, ACME).step(wishes);
}

async function overwrite(set: Readonly<Record<string, number>>): Promise<void> {
  await table.write([{ update: new OrgKeys(ACME).resource(CREW), set }]);
}

test("members are read in ranges as they are read in order, however their ids are spread and whatever their number is said to be", async () => {
  const id = fc
    .tuple(
      fc.constantFrom("g", "u", "u", "u"),
      fc.string({ unit: fc.constantFrom(..."0AUVz"), minLength: 22, maxLength: 22 }),
    )
    .map((parts) => parts.join(""));
  let n = 100;
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(id, { maxLength: 60 }),
      fc.constantFrom(6_501, 13_001, 90_000, 400_000),
      async (members, memberCount) => {
        const group = await makeGroup(other.groups, n++, members);
        const rosters = await other.memberships.rosters([{ ...group, memberCount }], Number.POSITIVE_INFINITY);
        expect(rosters.get(group.id)).toEqual(members.toSorted());
      },
    ),
    { numRuns: 60 },
  );
});

test("a group of two pages is read by two calls at once", async () => {
  const members = ids("u", 7_500);
  const keys = new OrgKeys(ACME);
  for (let start = 0; start < members.length; start += 100) {
    const some = members.slice(start, start + 100);
    await table.write(
      some.map((one) => ({ put: membershipItem(keys, idOf("g", 2), one) })),
      `${start}`,
    );
  }
  const group = { ...(await makeGroup(other.groups, 2)), memberCount: members.length };
  const session = process.begin();
  const rosters = await session.directory(ACME).memberships.rosters([group], 10_000);
  expect(rosters.get(group.id)).toEqual(members.toSorted());
  // And the dead set.
  expect(session.usage).toMatchObject({ calls: 3, trips: 1 });
});

test("a large group's members are read once by a process, and again after each way in which they change", async () => {
  const change = async (add: readonly string[], remove: readonly string[]) =>
    other.groups.change(present(await other.groups.find(CREW)), { add, remove }, LATER);
  const views = { managed: other.view, unmanaged: createStore(table).begin().unmanaged(ACME).view };
  const ways: Readonly<Record<string, () => Promise<unknown>>> = {
    "one comes in": () => change([idOf("u", MEMBERS)], []),
    "one for another": () => change([idOf("u", MEMBERS + 1)], [idOf("u", 0)]),
    "a sweep": async () => {
      await other.users.delete(present(await other.users.find(idOf("u", 1))), LATER);
      await other.memberships.sweepDeletions([idOf("u", 1)], Number.POSITIVE_INFINITY, MUCH_LATER);
    },
    "an import": () => new OrgImport(views).addMembers("managed", CREW, [idOf("u", MEMBERS + 2)], LATER),
    "a repair": async () => {
      await table.write([{ delete: new OrgKeys(ACME).resource(idOf("u", 2)) }]);
      await repair();
    },
  };
  await shown();
  for (const [way, carryOut] of Object.entries(ways)) {
    expect({ way, rcu: (await shown()).rcu }).toEqual({ way, rcu: REMEMBERED });
    await carryOut();
    const { members, rcu } = await shown();
    expect({ way, members }).toEqual({ way, members: await other.memberships.stored(CREW) });
    expect(rcu).toBeGreaterThan(REMEMBERED);
  }
  expect((await shown()).rcu).toBe(REMEMBERED);
});

test("who was deleted is left out of what is remembered at once", async () => {
  await shown();
  await other.users.delete(present(await other.users.find(idOf("u", 1))), LATER);
  const { members, rcu } = await shown();
  expect(rcu).toBe(REMEMBERED);
  expect(members).toEqual((await other.memberships.stored(CREW)).filter((id) => id !== idOf("u", 1)));
});

test("a group of an earlier release, which states no sum, is read each time, until a repair gives it one", async () => {
  // As ADD leaves it where an earlier release made the group.
  await overwrite({ s: 12_345 });
  for (let n = 0; n < 2; n++) expect((await shown()).rcu).toBeGreaterThan(REMEMBERED);
  await repair();
  expect((await shown()).rcu).toBeGreaterThan(REMEMBERED);
  expect((await shown()).rcu).toBe(REMEMBERED);
});

test("a wrong sum is found and repaired; until then the group is read each time", async () => {
  await overwrite({ s: statedSum(1) });
  for (let n = 0; n < 2; n++) expect((await shown()).rcu).toBeGreaterThan(REMEMBERED);
  const wishes = { repair: false, until: Number.POSITIVE_INFINITY, stamp: LATER };
  const step = await new Inspection(process.begin().database, ACME).step(wishes);
  // These records have keys that no attributes give.
  const found = step?.findings.filter(({ code }) => !code.endsWith(".keys"));
  expect(found).toMatchObject([{ code: "group.memberCount", ids: [CREW], repair: "possible" }]);
  await repair();
  await shown();
  expect((await shown()).rcu).toBe(REMEMBERED);
});

describe("what a process remembers", () => {
  const group = (version: number, members: readonly string[]): GroupRecord => ({
    id: CREW,
    version,
    created: LATER.at,
    lastModified: LATER.at,
    attributes: "{}",
    keys: { name: "", externalId: undefined, values: [] },
    memberCount: members.length,
    rosterSum: sumOfIds(members),
  });

  test("is given out for the very state of the group that has these members, and for no other", () => {
    const members = ids("u", 4);
    const rosters = new Rosters(1);
    const swapped = ids("u", 4, 1);
    rosters.keep("p", group(3, swapped), members);
    rosters.keep("p", { ...group(3, members), memberCount: 5 }, members);
    rosters.keep("p", { ...group(3, members), rosterSum: undefined }, members);
    expect(rosters.find("p", group(3, members))).toBeUndefined();
    rosters.keep("p", group(3, members), members);
    expect(rosters.find("p", group(3, members))).toEqual(members);
    const others = [group(4, members), group(3, swapped), { ...group(3, members), rosterSum: undefined }];
    for (const one of others) expect(rosters.find("p", one)).toBeUndefined();
    expect(rosters.find("q", group(3, members))).toBeUndefined();
  });

  test("is bounded: what was asked for longest ago goes first, and small rosters are not kept", () => {
    const of = (n: number) => ids("u", 3, 3 * n);
    const rosters = new Rosters(3, 3 * 3 * 24);
    const keep = (n: number) => rosters.keep(`p${n}`, group(1, of(n)), of(n));
    const kept = () => [0, 1, 2, 3].filter((n) => rosters.find(`p${n}`, group(1, of(n))) !== undefined);
    for (const n of [0, 1, 2]) keep(n);
    expect(kept()).toEqual([0, 1, 2]);
    rosters.find("p0", group(1, of(0)));
    keep(3);
    expect(kept()).toEqual([0, 2, 3]);
    rosters.keep("p4", group(1, ids("u", 2)), ids("u", 2));
    expect(rosters.find("p4", group(1, ids("u", 2)))).toBeUndefined();
  });
});

test("a sum follows who comes and goes, in any order, and is told from one that began without it", () => {
  const some = fc.uniqueArray(fc.nat({ max: 500 }).map((n) => idOf("u", n)));
  fc.assert(
    fc.property(some, some, (first, second) => {
      const sum = sumOfIds([...first, ...second]);
      expect(sum).toBe(sumOfIds(second.toReversed()) + sumOfIds(first));
      expect(sumIn(statedSum(sum))).toBe(sum);
      expect(sumIn(sum)).toBeUndefined();
      expect(sumIn(-sum)).toBeUndefined();
    }),
  );
  // The greatest that two million members may have, and no longer exact beyond.
  expect(statedSum(2_000_000 * (2 ** 30 - 1))).toBeLessThan(Number.MAX_SAFE_INTEGER);
});
