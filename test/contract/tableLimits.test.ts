import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { type Action, TABLE_LIMITS, type Table } from "../../functions/store/table.ts";
import { duringTests } from "../support/duringTests.ts";
import { putMany, TABLE_KINDS } from "../support/tables.ts";

const KEY = { pk: "P#1", sk: "a" };
const keys = (count: number) => Array.from({ length: count }, (_, n) => ({ pk: "P#1", sk: `k${n}` }));
/** An item of so many bytes, its names among them. */
const sized = (bytes: number, key = KEY) => ({
  ...key,
  d: "x".repeat(bytes - "pk".length - key.pk.length - "sk".length - key.sk.length - "d".length),
});

describe.each(TABLE_KINDS)("the limits of the table on $kind", ({ start }) => {
  let table: Table;
  const running = duringTests(start);
  beforeEach(async () => {
    table = await running().fresh();
  });

  /** Refused for good: coming again would not help. */
  const faulty = async (call: Promise<unknown>) => {
    const error = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeDefined();
    expect(error).not.toHaveProperty("kind");
  };
  const transaction = (actions: readonly Action[]) => table.write(actions, randomUUID());

  test("a read takes 1 to 100 distinct keys", async () => {
    expect((await table.getMany(keys(100))).items).toEqual([]);
    expect((await table.getTogether(keys(100))).items).toHaveLength(100);
    for (const some of [keys(101), [], [KEY, KEY]]) {
      await faulty(table.getMany(some));
      await faulty(table.getTogether(some));
    }
  });

  test("a transaction takes 1 to 100 actions on distinct items", async () => {
    expect((await transaction(keys(100).map((key) => ({ put: { ...key } })))).refusals).toEqual([]);
    await faulty(transaction(keys(101).map((key) => ({ put: { ...key } }))));
    await faulty(transaction([]));
    await faulty(transaction([{ put: { ...KEY } }, { delete: KEY }]));
    await faulty(
      transaction([
        { update: KEY, add: { n: 1 } },
        { check: KEY, condition: { all: [{ missing: "pk" }] } },
      ]),
    );
    expect((await table.get(KEY)).item).toBeUndefined();
  });

  test("a transaction takes four megabytes together", async () => {
    const items = (bytes: number) => keys(11).map((key) => sized(bytes, key));
    const actions = (bytes: number) => items(bytes).map((put) => ({ put }));
    expect((await transaction(actions(380_000))).refusals).toEqual([]);
    await faulty(transaction(actions(390_000)));
    expect((await table.getTogether(keys(11))).items).toHaveLength(11);
    await putMany(table, items(390_000));
    await faulty(table.getTogether(keys(11)));
  });

  test("without a token a write takes one action that is no check", async () => {
    await faulty(table.write(keys(2).map((key) => ({ put: { ...key } }))));
    await faulty(table.write([]));
    await faulty(table.write([{ check: KEY, condition: { all: [{ missing: "pk" }] } }]));
  });

  test("a deletion takes 1 to 25 distinct keys", async () => {
    await table.deleteMany(keys(25));
    await faulty(table.deleteMany(keys(26)));
    await faulty(table.deleteMany([]));
    await faulty(table.deleteMany([KEY, KEY]));
  });

  test("an item has 400 KB with the names of its attributes, however it is written", async () => {
    await table.write([{ put: sized(TABLE_LIMITS.itemBytes) }]);
    for (const put of [sized(TABLE_LIMITS.itemBytes + 1), { ...sized(TABLE_LIMITS.itemBytes), e: "" }]) {
      await faulty(table.write([{ put }]));
      await faulty(transaction([{ put }]));
    }
    await faulty(table.write([{ update: KEY, set: { e: "" } }]));
    await faulty(transaction([{ update: KEY, add: { e: 1 } }]));
    expect((await table.get(KEY)).item).toEqual(sized(TABLE_LIMITS.itemBytes));
  });

  test.each([
    { part: "pk", most: 2048 },
    { part: "sk", most: 1024 },
    { part: "g1p", most: 2048 },
    { part: "g1s", most: 1024 },
  ])("$part has 1 to $most bytes of UTF-8", async ({ part, most }) => {
    const item = (value: string) => ({ ...KEY, g1p: "R#1", g1s: "a", [part]: value });
    await table.write([{ put: item("é".repeat(most / 2)) }]);
    for (const value of [`${"é".repeat(most / 2)}x`, ""]) {
      await faulty(table.write([{ put: item(value) }]));
      await faulty(transaction([{ put: item(value) }]));
      if (part.startsWith("g1")) await faulty(table.write([{ update: KEY, set: { [part]: value } }]));
      else {
        await faulty(table.get({ ...KEY, [part]: value }));
        await faulty(table.write([{ delete: { ...KEY, [part]: value } }]));
        await faulty(table.write([{ update: { ...KEY, [part]: value }, add: { n: 1 } }]));
        await faulty(table.getMany([{ ...KEY, [part]: value }]));
        await faulty(table.getTogether([{ ...KEY, [part]: value }]));
        await faulty(table.deleteMany([{ ...KEY, [part]: value }]));
      }
    }
  });

  test("a key of the index is a text", async () => {
    await faulty(table.write([{ put: { ...KEY, g1p: 1, g1s: "a" } }]));
    await faulty(table.write([{ update: KEY, set: { g1s: 1 } }]));
  });

  const LONE = "\ud800";
  test.each<[string, (table: Table) => Promise<unknown>]>([
    ["a partition key", (on) => on.get({ ...KEY, pk: LONE })],
    ["a sort key", (on) => on.getMany([{ ...KEY, sk: LONE }])],
    ["a key of a query", (on) => on.query("P#1", { prefix: LONE })],
    ["a value", (on) => on.write([{ put: { ...KEY, d: LONE } }])],
    ["a member of a set", (on) => on.write([{ put: { ...KEY, ids: new Set([LONE]) } }])],
    ["an update", (on) => on.write([{ update: KEY, set: { d: LONE } }])],
    ["a member to include", (on) => on.write([{ update: KEY, include: { ids: LONE } }])],
    [
      "a condition",
      (on) => on.write([{ put: { ...KEY }, condition: { all: [{ equals: ["d", LONE] }], orAbsent: true } }]),
    ],
    ["a key to delete", (on) => on.deleteMany([{ ...KEY, sk: LONE }])],
  ])("%s is well-formed Unicode", async (_, call) => {
    await faulty(call(table));
    expect((await table.get(KEY)).item).toBeUndefined();
  });

  test.each([0.5, Number.MAX_SAFE_INTEGER + 1, Number.NaN, Number.POSITIVE_INFINITY])(
    "%d is no number to store",
    async (n) => {
      await faulty(table.write([{ put: { ...KEY, n } }]));
      await faulty(table.write([{ update: KEY, set: { n } }]));
      await faulty(table.write([{ update: KEY, add: { n } }]));
      await faulty(table.write([{ put: { ...KEY }, condition: { all: [{ atMost: ["n", n] }], orAbsent: true } }]));
      expect((await table.get(KEY)).item).toBeUndefined();
    },
  );

  test("a set has a member", async () => {
    const put = { ...KEY, ids: new Set<string>() };
    await faulty(table.write([{ put }]));
    await faulty(transaction([{ put }]));
  });

  test("an update changes something, names an attribute once, and none of the key", async () => {
    await faulty(table.write([{ update: KEY }]));
    await faulty(table.write([{ update: KEY, set: { n: 1 }, remove: ["n"] }]));
    await faulty(table.write([{ update: KEY, include: { ids: "a" }, exclude: { ids: "b" } }]));
    await faulty(table.write([{ update: KEY, set: { sk: "b" } }]));
  });

  test("an update that only takes away asks for the item, which it would make here and there not", async () => {
    for (const update of [{ remove: ["w"] }, { exclude: { ids: "a" } }]) {
      await faulty(table.write([{ update: KEY, ...update }]));
      await faulty(table.write([{ update: KEY, ...update, condition: { all: [{ missing: "v" }] } }]));
      await faulty(table.write([{ update: KEY, ...update, condition: { all: [{ exists: "v" }], orAbsent: true } }]));
      const { refusals } = await table.write([{ update: KEY, ...update, condition: { all: [{ exists: "pk" }] } }]);
      expect(refusals).toHaveLength(1);
    }
    expect((await table.get(KEY)).item).toBeUndefined();
  });

  test("a condition has a test", async () => {
    await faulty(table.write([{ put: { ...KEY }, condition: { all: [] } }]));
    await faulty(table.write([{ put: { ...KEY }, condition: { all: [], orAbsent: true } }]));
  });

  test("a query has one beginning, goes on within its range, and takes a limit of at least 1", async () => {
    await faulty(table.query("P#1", { prefix: "a", from: "a" }));
    await faulty(table.query("P#1", { prefix: "" }));
    await faulty(table.query("P#1", { prefix: "a", after: "b" }));
    await faulty(table.query("P#1", { from: "b", after: "a" }));
    await faulty(table.query("P#1", { limit: 0 }));
    await faulty(table.queryReverse("R#1", { limit: 0 }));
    await faulty(table.queryReverse("R#1", { after: { ...KEY, g1p: "R#2", g1s: "a" } }));
    await faulty(table.queryReverse("R#1", { after: { ...KEY, g1p: "R#1", g1s: "b" }, before: "b" }));
  });
});
