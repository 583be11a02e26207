import { setImmediate } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { RecentItems } from "../../functions/store/recentItems.ts";
import { SqliteTable } from "../../functions/store/sqliteTable.ts";

const stored = (bytes: number) => ({ item: { pk: "p", sk: "s" }, bytes });

test("items that were asked for lately are kept, and what is kept has an end", () => {
  const recent = new RecentItems();
  for (let n = 0; n < 10_000; n++) {
    recent.keep(`item ${n}`, stored(2_000));
    recent.get("item 0");
  }
  expect(recent.get("item 0")).toBeDefined();
  const kept = Array.from({ length: 10_000 }, (_none, n) => recent.get(`item ${n}`)).filter((one) => one !== undefined);
  expect(kept.length).toBeGreaterThan(1_000);
  expect(kept.length).toBeLessThan(3_000);
});

test("an item that is read and written again and again pushes out no others", () => {
  const recent = new RecentItems();
  recent.keep("another", stored(2_000));
  for (let n = 0; n < 10_000; n++) {
    recent.keep("busy", stored(2_000));
    recent.drop("busy");
  }
  expect(recent.get("another")).toBeDefined();
  recent.clear();
  expect(recent.get("another")).toBeUndefined();
});

test("an item that is kept twice counts once, and a very large one is not kept", () => {
  const recent = new RecentItems();
  recent.keep("another", stored(2_000));
  for (let n = 0; n < 10_000; n++) recent.keep("read twice", stored(2_000));
  expect(recent.get("another")).toBeDefined();
  recent.keep("large", stored(300_000));
  expect(recent.get("large")).toBeUndefined();
});

test("nobody can change what another reader gets", async () => {
  const table = new SqliteTable();
  await table.write([{ put: { pk: "p", sk: "s", n: 1 } }]);
  const { item } = await table.get({ pk: "p", sk: "s" });
  expect(() => Object.assign(item ?? {}, { n: 2 })).toThrow(TypeError);
  expect((await table.query("p", {})).items).toEqual([{ pk: "p", sk: "s", n: 1 }]);
});

test("what was read of a transaction that the disk did not take is read anew", async () => {
  let fails = false;
  const sync = async () => {
    if (fails) throw Object.assign(new Error("full"), { errcode: 13 });
  };
  const table = new SqliteTable(undefined, { sync, turn: () => undefined });
  await table.write([{ put: { pk: "p", sk: "s", n: 1 } }]);
  table.db.exec("pragma max_page_count = 1");
  fails = true;
  const key = { pk: "p", sk: "s" };
  const large = "x".repeat(300_000);
  const calls = [
    table.write([{ update: key, set: { n: 2 } }]),
    table.get(key).then(({ item }) => expect(item?.n).toBe(2)),
    table.query("p", {}).then(({ items }) => expect(items[0]?.n).toBe(2)),
    table.write([{ put: { pk: "p", sk: "t", large } }]),
  ];
  expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual(Array(4).fill("rejected"));
  fails = false;
  await setImmediate();
  expect((await table.get(key)).item?.n).toBe(1);
  expect((await table.query("p", {})).items).toEqual([{ ...key, n: 1 }]);
});

test("a page of what is partly known is as one that is read", async () => {
  const table = new SqliteTable();
  const items = Array.from({ length: 20 }, (_none, n) => ({ pk: "p", sk: `s${n + 10}`, n, set: new Set(["b", "a"]) }));
  for (const put of items) await table.write([{ put }]);
  for (const sk of ["s10", "s11", "s13"]) await table.get({ pk: "p", sk });
  for (const range of [{}, { prefix: "s1" }, { after: "s10", limit: 5 }, { from: "s12", limit: 3 }, { only: ["n"] }]) {
    const [first, again] = [await table.query("p", range), await table.query("p", range)];
    table.forget();
    expect([first, again]).toEqual(Array(2).fill(await table.query("p", range)));
  }
});
