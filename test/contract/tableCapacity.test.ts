import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Action, Condition, Consumed, Item, Table } from "../../functions/store/table.ts";
import { duringTests } from "../support/duringTests.ts";
import { putMany, TABLE_KINDS } from "../support/tables.ts";

const KEY = { pk: "P#1", sk: "a" };
const MISSING = { pk: "P#2", sk: "a" };
const THERE: Condition = { all: [{ exists: "pk" }] };
/** 11 bytes more than its text: the names pk, sk, d and the key. */
const filled = (bytes: number, more: Item = {}): Item => ({ ...KEY, d: "x".repeat(bytes - 9), ...more });

describe.each(TABLE_KINDS)("what a call of the table on $kind costs", ({ start }) => {
  let table: Table;
  const running = duringTests(start);
  beforeEach(async () => {
    table = await running().fresh();
  });

  const units = async (call: Promise<{ readonly consumed: Consumed }>) => {
    const { rcu, wcu, attempts } = (await call).consumed;
    expect(attempts).toBe(1);
    return { rcu, wcu };
  };
  const put = (...items: Item[]) => putMany(table, items);
  const alone = (action: Action) => units(table.write([action]));
  const transacted = (...actions: Action[]) => units(table.write(actions, randomUUID()));

  test("a read costs a unit for 4 KB, and one where there is no item", async () => {
    await put(filled(4096));
    expect(await units(table.get(KEY))).toEqual({ rcu: 1, wcu: 0 });
    expect(await units(table.get(MISSING))).toEqual({ rcu: 1, wcu: 0 });
    await put(filled(4097));
    expect(await units(table.get(KEY))).toEqual({ rcu: 2, wcu: 0 });
    expect(await units(table.getMany([KEY, MISSING], ["sk"]))).toEqual({ rcu: 3, wcu: 0 });
    expect(await units(table.getTogether([KEY, MISSING]))).toEqual({ rcu: 6, wcu: 0 });
  });

  test("numbers and sets have the sizes that DynamoDB gives them", async () => {
    const numbers: [value: number, bytes: number][] = [
      [0, 1],
      [1, 2],
      [99, 2],
      [100, 2],
      [101, 3],
      [-1, 3],
      [12_345, 4],
      [-12_340_000, 4],
      [Number.MAX_SAFE_INTEGER, 9],
    ];
    for (const [n, bytes] of numbers) {
      await put(filled(4096 - 1 - bytes, { n }));
      expect({ n, ...(await units(table.get(KEY))) }).toEqual({ n, rcu: 1, wcu: 0 });
      await put(filled(4097 - 1 - bytes, { n }));
      expect({ n, ...(await units(table.get(KEY))) }).toEqual({ n, rcu: 2, wcu: 0 });
    }
    const ids = new Set(["é", "bc"]);
    await put(filled(4096 - 7, { ids }));
    expect(await units(table.get(KEY))).toEqual({ rcu: 1, wcu: 0 });
    await put(filled(4096 - 6, { ids }));
    expect(await units(table.get(KEY))).toEqual({ rcu: 2, wcu: 0 });
  });

  test("a query costs what it read together, whatever is left out of the answer", async () => {
    await put(...["a", "b", "c"].map((sk) => filled(3000, { sk })));
    expect(await units(table.query("P#1", {}))).toEqual({ rcu: 3, wcu: 0 });
    expect(await units(table.query("P#1", { only: ["sk"], having: "never" }))).toEqual({ rcu: 3, wcu: 0 });
    expect(await units(table.query("P#1", { limit: 1 }))).toEqual({ rcu: 1, wcu: 0 });
    expect(await units(table.query("P#1", { prefix: "b" }))).toEqual({ rcu: 1, wcu: 0 });
    expect(await units(table.query("P#3", {}))).toEqual({ rcu: 1, wcu: 0 });
  });

  test("a query of the index costs half, by the size of its keys", async () => {
    const sk = "s".repeat(990);
    await put(...["1", "2", "3", "4", "5"].map((pk) => ({ pk, sk, g1p: "R", g1s: pk, d: "x".repeat(9000) })));
    expect(await units(table.queryReverse("R", {}))).toEqual({ rcu: 1, wcu: 0 });
    expect(await units(table.queryReverse("R", { limit: 4 }))).toEqual({ rcu: 0.5, wcu: 0 });
    expect(await units(table.queryReverse("R#0", {}))).toEqual({ rcu: 0.5, wcu: 0 });
  });

  test("a write costs a unit for 1 KB of the larger of before and after", async () => {
    expect(await alone({ put: filled(1024) })).toEqual({ rcu: 0, wcu: 1 });
    expect(await alone({ put: filled(1025) })).toEqual({ rcu: 0, wcu: 2 });
    expect(await alone({ put: { ...KEY } })).toEqual({ rcu: 0, wcu: 2 });
    expect(await alone({ update: KEY, set: { d: "x".repeat(3000) } })).toEqual({ rcu: 0, wcu: 3 });
    expect(await alone({ update: KEY, remove: ["d"], condition: THERE })).toEqual({ rcu: 0, wcu: 3 });
    expect(await alone({ delete: KEY })).toEqual({ rcu: 0, wcu: 1 });
    expect(await alone({ delete: KEY })).toEqual({ rcu: 0, wcu: 1 });
    expect(await alone({ update: KEY, add: { n: 1 } })).toEqual({ rcu: 0, wcu: 1 });
    await put(filled(2000));
    expect(await units(table.deleteMany([KEY, MISSING]))).toEqual({ rcu: 0, wcu: 3 });
  });

  test("a transaction costs twice as much, a check as a write", async () => {
    await put(filled(1500));
    const missing: Action = { check: MISSING, condition: { all: [{ missing: "pk" }] } };
    expect(await transacted({ put: { ...KEY } })).toEqual({ rcu: 0, wcu: 4 });
    await put(filled(1500));
    expect(await transacted({ update: KEY, add: { n: 1 } }, missing)).toEqual({ rcu: 0, wcu: 6 });
    expect(await transacted({ check: KEY, condition: THERE }, { delete: MISSING })).toEqual({ rcu: 0, wcu: 6 });
  });

  test("an entry of the index that comes or goes costs a unit more, in a transaction as well", async () => {
    const [here, there] = [
      { g1p: "R", g1s: "1" },
      { g1p: "R", g1s: "2" },
    ];
    expect(await alone({ put: { ...KEY, ...here } })).toEqual({ rcu: 0, wcu: 2 });
    expect(await alone({ put: { ...KEY, ...here, n: 1 } })).toEqual({ rcu: 0, wcu: 1 });
    expect(await alone({ update: KEY, set: there })).toEqual({ rcu: 0, wcu: 3 });
    expect(await transacted({ update: KEY, set: here })).toEqual({ rcu: 0, wcu: 4 });
    expect(await transacted({ update: KEY, remove: ["g1p"], condition: THERE })).toEqual({ rcu: 0, wcu: 3 });
    expect(await alone({ put: { ...KEY, ...here } })).toEqual({ rcu: 0, wcu: 2 });
    expect(await units(table.deleteMany([KEY]))).toEqual({ rcu: 0, wcu: 2 });
  });

  test("a transaction that comes again with its token costs a read of its items", async () => {
    const token = randomUUID();
    const actions: Action[] = [{ put: filled(5000) }, { delete: MISSING }];
    expect(await units(table.write(actions, token))).toEqual({ rcu: 0, wcu: 12 });
    expect(await units(table.write(actions, token))).toEqual({ rcu: 6, wcu: 0 });
  });
});
