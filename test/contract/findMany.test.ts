import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Directory } from "../../functions/store/session.ts";
import { createStore } from "../../functions/store/session.ts";
import type { Table } from "../../functions/store/table.ts";
import { localTable } from "../support/localStore.ts";
import { ACME, groupWrite, ids, makeGroup } from "../support/records.ts";

/** @returns an org with so many groups, whose names are some 300 bytes long, seen by a session that has read nothing */
async function groupsOf(count: number): Promise<() => { readonly directory: Directory; rcu(): number }> {
  const table: Table = localTable();
  const store = createStore(table);
  const { groups } = store.begin().directory(ACME);
  for (let n = 0; n < count; n++) await makeGroup(groups, n, [], groupWrite(`group ${n} ${"x".repeat(60)}`));
  return () => {
    const session = store.begin();
    return { directory: session.directory(ACME), rcu: () => session.usage.rcu };
  };
}

test("finds those of many ids that exist, in their order, for no more than a unit each and a look at the beginning", async () => {
  const count = 200;
  const begin = await groupsOf(count);
  const all = ids("g", count + 100);
  const existing = new Set(all.slice(0, count));
  const law = fc.asyncProperty(fc.subarray(all, { minLength: 41 }), async (wanted) => {
    const { directory, rcu } = begin();
    const found = await directory.groups.findMany(wanted.toReversed());
    expect(found.map(({ id }) => id)).toEqual(wanted.toReversed().filter((id) => existing.has(id)));
    expect(rcu()).toBeLessThanOrEqual(wanted.length + 3 + wanted.length / 100);
  });
  await fc.assert(law, { numRuns: 20 });
});

test("reads who is in most groups of an org for what these weigh, and who is in few of many by asking for each", async () => {
  const begin = await groupsOf(500);
  const rcuOf = async (wanted: readonly string[]): Promise<number> => {
    const { directory, rcu } = begin();
    expect(await directory.groups.findMany(wanted)).toHaveLength(wanted.length);
    return rcu();
  };
  const all = ids("g", 500);
  expect(await rcuOf(all)).toBeLessThanOrEqual(60);
  expect(await rcuOf(all.slice(0, 40))).toBe(40);
  expect(await rcuOf(all.filter((_id, index) => index % 12 === 0))).toBeLessThanOrEqual(45);
});
