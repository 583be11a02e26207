import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "@jest/globals";
import type { Action, Condition, Item, Table, Test, Update } from "../../functions/store/table.ts";
import { duringTests } from "../support/duringTests.ts";
import { putMany, TABLE_KINDS } from "../support/tables.ts";

const KEY = { pk: "P#1", sk: "a" };
const THERE: Condition = { all: [{ exists: "pk" }] };
const NO_CONDITION_HOLDS: Condition = { all: [{ exists: "nothing of this name" }] };

describe.each(TABLE_KINDS)("the table on $kind", ({ start }) => {
  let table: Table;
  const running = duringTests(start);
  beforeEach(async () => {
    table = await running().fresh();
  });

  const put = (...items: Item[]) => putMany(table, items);
  const stored = async (key = KEY) => (await table.get(key)).item;
  const sortKeys = async (...query: Parameters<Table["query"]>) =>
    (await table.query(...query)).items.map(({ sk }) => sk);

  describe("reads", () => {
    test("an item comes back as it was put: texts, negative and large numbers, sets, what is undefined left out", async () => {
      const item = {
        ...KEY,
        text: "Grüße\u0000 😀",
        empty: "",
        zero: 0,
        less: -7,
        most: Number.MAX_SAFE_INTEGER,
        ids: new Set(["b", "a"]),
      };
      await put({ ...item, gone: undefined });
      expect(await stored()).toEqual(item);
      expect(await stored({ ...KEY, sk: "b" })).toBeUndefined();
    });

    test("a put replaces the whole item", async () => {
      await put({ ...KEY, a: 1, b: 2 });
      await table.write([{ put: { ...KEY, b: 3 } }]);
      expect(await stored()).toEqual({ ...KEY, b: 3 });
    });

    test("many keys give the items that there are, with the attributes asked for", async () => {
      await put({ ...KEY, a: 1, b: "x" }, { pk: "P#2", sk: "a", a: 2 });
      const keys = [{ pk: "P#2", sk: "a" }, KEY, { pk: "P#3", sk: "a" }];
      const { items, left } = await table.getMany(keys);
      expect(new Set(items)).toEqual(
        new Set([
          { ...KEY, a: 1, b: "x" },
          { pk: "P#2", sk: "a", a: 2 },
        ]),
      );
      expect(left).toEqual([]);
      const some = await table.getMany(keys, ["pk", "b"]);
      expect(new Set(some.items)).toEqual(new Set([{ pk: KEY.pk, b: "x" }, { pk: "P#2" }]));
    });

    test("keys read together come in their order, missing ones as undefined", async () => {
      await put({ ...KEY, a: 1 }, { pk: "P#2", sk: "a", a: 2 });
      const { items } = await table.getTogether([{ pk: "P#2", sk: "a" }, { pk: "P#3", sk: "a" }, KEY]);
      expect(items).toEqual([{ pk: "P#2", sk: "a", a: 2 }, undefined, { ...KEY, a: 1 }]);
    });

    test("more than sixteen megabytes of items are left for the next call", async () => {
      const keys = Array.from({ length: 50 }, (_, n) => ({ pk: "P#1", sk: `k${n}` }));
      for (const key of keys) await put({ ...key, d: "x".repeat(390_000) });
      const first = await table.getMany(keys, ["sk"]);
      expect(first.left).not.toEqual([]);
      expect(first.items.length + first.left.length).toBe(50);
      const second = await table.getMany(first.left, ["sk"]);
      expect(new Set([...first.items, ...second.items].map(({ sk }) => sk)).size).toBe(50);
    });
  });

  describe("queries", () => {
    /** In the order of their UTF-8 bytes; JavaScript's own order puts the last two the other way round. */
    const ORDERED = ["a", "a\u0000", "a\u0000b", "a#", "aa", "b", "é", "\uE000", "\u{10000}"];

    test("come in the order of the bytes of the sort key, U+0000 and astral characters included", async () => {
      await put(
        ...[...ORDERED].reverse().map((sk) => ({ pk: "P#1", sk })),
        { pk: "P#0", sk: "z" },
        { pk: "P#10", sk: "a" },
      );
      expect(await sortKeys("P#1", {})).toEqual(ORDERED);
      expect(await sortKeys("P#2", {})).toEqual([]);
    });

    test("take a prefix, a start, a key to go on after, and a limit", async () => {
      await put(...ORDERED.map((sk) => ({ pk: "P#1", sk })));
      expect(await sortKeys("P#1", { prefix: "a" })).toEqual(ORDERED.slice(0, 5));
      expect(await sortKeys("P#1", { prefix: "a", after: "a\u0000b" })).toEqual(["a#", "aa"]);
      expect(await sortKeys("P#1", { from: "b" })).toEqual(ORDERED.slice(5));
      expect(await sortKeys("P#1", { from: "ab" })).toEqual(ORDERED.slice(5));
      expect(await sortKeys("P#1", { from: "b", after: "b" })).toEqual(ORDERED.slice(6));
      expect(await sortKeys("P#1", { after: "é", limit: 1 })).toEqual(["\uE000"]);
      expect(await sortKeys("P#1", { from: "é", limit: 2 })).toEqual(["é", "\uE000"]);
    });

    test("tell a value that ends with U+0000 from one that it begins", async () => {
      await put(...["a\u0000u1", "a\u0000u2", "ab\u0000u1", "b\u0000u1"].map((sk) => ({ pk: "P#1", sk })));
      expect(await sortKeys("P#1", { prefix: "a\u0000" })).toEqual(["a\u0000u1", "a\u0000u2"]);
    });

    test("say where to go on wherever the limit was reached, at the end as well", async () => {
      await put(...["a", "b", "c"].map((sk) => ({ pk: "P#1", sk })));
      expect((await table.query("P#1", { limit: 2 })).last).toBe("b");
      expect((await table.query("P#1", { limit: 3 })).last).toBe("c");
      expect((await table.query("P#1", { limit: 4 })).last).toBeUndefined();
      expect((await table.query("P#1", {})).last).toBeUndefined();
      expect(await table.query("P#1", { after: "c", limit: 1 })).toMatchObject({ items: [], last: undefined });
    });

    test("end a page before one megabyte of items read, whatever of them is asked for", async () => {
      // Each 300,008 bytes: three of them fit.
      await put(...["a", "b", "c", "d"].map((sk) => ({ pk: "P#1", sk, d: "x".repeat(300_000) })));
      const page = await table.query("P#1", { only: ["sk"], having: "never" });
      expect(page).toMatchObject({ items: [], last: "c" });
      expect(await table.query("P#1", { after: "c", only: ["sk"] })).toMatchObject({
        items: [{ sk: "d" }],
        last: undefined,
      });
    });

    test("leave out items without an attribute, which count towards the limit", async () => {
      await put(
        { pk: "P#1", sk: "a" },
        { pk: "P#1", sk: "b", w: "" },
        { pk: "P#1", sk: "c" },
        { pk: "P#1", sk: "d", w: 1, v: 2 },
      );
      expect(await table.query("P#1", { having: "w", limit: 3, only: ["sk", "v"] })).toMatchObject({
        items: [{ sk: "b" }],
        last: "c",
      });
      expect(await table.query("P#1", { having: "w", only: ["v"] })).toMatchObject({ items: [{}, { v: 2 }] });
    });
  });

  describe("the reverse index", () => {
    const entry = (pk: string, g1s: string, g1p = "R#1") => ({ pk, sk: "u1", g1p, g1s });

    test("gives keys in the order of its sort key, from a key on and below one", async () => {
      const entries = ["\u{10000}", "c", "b", "a", "\uE000"].map((g1s, n) => entry(`P#${n}`, g1s));
      await put(...entries.map((item) => ({ ...item, d: "more" })), entry("P#9", "a", "R#2"), { pk: "P#8", sk: "u1" });
      const ordered = [3, 2, 1, 4, 0].map((n) => entries[n]);
      expect(await table.queryReverse("R#1", {})).toMatchObject({ items: ordered, last: undefined });
      expect((await table.queryReverse("R#1", { before: "c" })).items).toEqual(ordered.slice(0, 2));
      const page = await table.queryReverse("R#1", { limit: 2 });
      expect(page).toMatchObject({ items: ordered.slice(0, 2), last: ordered[1] });
      expect((await table.queryReverse("R#1", { after: page.last, before: "\uE000" })).items).toEqual([ordered[2]]);
      expect((await table.queryReverse("R#3", {})).items).toEqual([]);
    });

    test("goes on among items with the same key of the index", async () => {
      await put(...["P#1", "P#2", "P#3"].map((pk) => entry(pk, "same")));
      const found: unknown[] = [];
      let after: (typeof page)["last"];
      let page = await table.queryReverse("R#1", { limit: 1 });
      for (; page.last !== undefined; page = await table.queryReverse("R#1", { limit: 1, after })) {
        found.push(...page.items.map(({ pk }) => pk));
        after = page.last;
      }
      expect(found.sort()).toEqual(["P#1", "P#2", "P#3"]);
    });

    test("follows an item that is moved, taken out or deleted", async () => {
      await put(entry("P#1", "a"), entry("P#2", "b"), entry("P#3", "c"));
      const update = { pk: "P#1", sk: "u1" };
      await table.write([{ update, set: { g1p: "R#2", g1s: "z" } }]);
      await table.write([{ update: { pk: "P#2", sk: "u1" }, remove: ["g1p", "g1s"], condition: THERE }]);
      await table.write([{ delete: { pk: "P#3", sk: "u1" } }]);
      expect((await table.queryReverse("R#1", {})).items).toEqual([]);
      expect((await table.queryReverse("R#2", {})).items).toEqual([entry("P#1", "z", "R#2")]);
    });

    test("holds only items with both of its keys", async () => {
      await put({ ...KEY, g1p: "R#1" });
      expect((await table.queryReverse("R#1", {})).items).toEqual([]);
    });
  });

  describe("conditions", () => {
    const ITEM: Item = { ...KEY, v: 3, id: "u\uE000", ids: new Set(["one"]), several: new Set(["one", "two"]) };
    const judged = async (condition: Condition, item?: Item) => {
      if (item !== undefined) await put(item);
      const { refusals } = await table.write([{ check: KEY, condition }], randomUUID());
      if (refusals.length > 0) expect(refusals).toEqual([{ index: 0, stored: item }]);
      return refusals.length === 0;
    };

    test.each<[Test, boolean]>([
      [{ exists: "pk" }, true],
      [{ exists: "v" }, true],
      [{ exists: "w" }, false],
      [{ missing: "pk" }, false],
      [{ missing: "v" }, false],
      [{ missing: "w" }, true],
      [{ equals: ["v", 3] }, true],
      [{ equals: ["v", 4] }, false],
      [{ equals: ["v", "3"] }, false],
      [{ equals: ["id", "u\uE000"] }, true],
      [{ equals: ["w", 3] }, false],
      [{ equals: ["ids", "one"] }, false],
      [{ atMost: ["v", 3] }, true],
      [{ atMost: ["v", 2] }, false],
      [{ atMost: ["v", 4] }, true],
      [{ atMost: ["v", "4"] }, false],
      [{ atMost: ["w", 4] }, false],
      [{ atMost: ["id", "u\uE000"] }, true],
      // As JavaScript compares texts it would be the larger one.
      [{ atMost: ["id", "u\u{10000}"] }, true],
      [{ atMost: ["id", "u"] }, false],
      [{ atMost: ["id", 9] }, false],
      [{ holds: ["ids", "one"] }, true],
      [{ holds: ["ids", "on"] }, false],
      [{ holds: ["w", "one"] }, false],
      [{ size: ["ids", "one"] }, true],
      [{ size: ["ids", "several"] }, false],
      [{ size: ["several", "one"] }, false],
      [{ size: ["several", "several"] }, true],
      [{ size: ["w", "one"] }, false],
      [{ size: ["w", "several"] }, false],
    ])("%j of an item is %s", async (condition, holds) => {
      expect(await judged({ all: [condition] }, ITEM)).toBe(holds);
    });

    test("without an item only what is missing holds", async () => {
      expect(await judged({ all: [{ missing: "pk" }] })).toBe(true);
      expect(await judged({ all: [{ missing: "v" }] })).toBe(true);
      expect(await judged({ all: [{ exists: "pk" }] })).toBe(false);
      expect(await judged({ all: [{ equals: ["v", 3] }] })).toBe(false);
      expect(await judged({ all: [{ size: ["ids", "one"] }] })).toBe(false);
    });

    test("all tests have to hold, or where it says so there is no item", async () => {
      const two: Test[] = [{ holds: ["ids", "one"] }, { size: ["ids", "one"] }];
      expect(await judged({ all: two, orAbsent: true })).toBe(true);
      expect(await judged({ all: two })).toBe(false);
      expect(await judged({ all: two }, ITEM)).toBe(true);
      expect(await judged({ all: two, orAbsent: true }, ITEM)).toBe(true);
      expect(await judged({ all: [...two, { missing: "v" }], orAbsent: true }, ITEM)).toBe(false);
      expect(await judged({ all: [{ missing: "v" }, ...two] }, ITEM)).toBe(false);
    });

    test.each<[string, (condition: Condition) => Action]>([
      ["put", (condition) => ({ put: { ...KEY, v: 9 }, condition })],
      ["deletion", (condition) => ({ delete: KEY, condition })],
      ["update", (condition) => ({ update: KEY, add: { v: 1 }, condition })],
    ])("a %s that is refused writes nothing and says what is stored", async (_, action) => {
      await put(ITEM);
      for (const token of [undefined, randomUUID()]) {
        const { refusals } = await table.write([action({ all: [{ equals: ["v", 1] }] })], token);
        expect(refusals).toEqual([{ index: 0, stored: ITEM }]);
      }
      expect(await stored()).toEqual(ITEM);
      expect((await table.write([action({ all: [{ equals: ["v", 3] }] })])).refusals).toEqual([]);
      expect(await stored()).not.toEqual(ITEM);
    });
  });

  describe("updates", () => {
    const ITEM: Item = { ...KEY, n: 5, d: "text", ids: new Set(["a", "b"]), one: new Set(["a"]) };
    const updated = async (update: Omit<Update, "update">, item?: Item) => {
      if (item !== undefined) await put(item);
      const condition = item && THERE;
      await table.write([{ update: KEY, ...update, condition }]);
      return stored();
    };

    test.each<[Omit<Update, "update">, Item]>([
      [{ set: { d: "other", v: 0 } }, { ...ITEM, d: "other", v: 0 }],
      [{ add: { n: -7, m: 2 } }, { ...ITEM, n: -2, m: 2 }],
      [{ include: { ids: "c", fresh: "a" } }, { ...ITEM, ids: new Set(["a", "b", "c"]), fresh: new Set(["a"]) }],
      [{ include: { ids: "a" } }, ITEM],
      [{ exclude: { ids: "a", none: "a" } }, { ...ITEM, ids: new Set(["b"]) }],
      [{ exclude: { ids: "c" } }, ITEM],
      [{ exclude: { one: "a" } }, { ...ITEM, one: undefined }],
      [{ remove: ["d", "none"] }, { ...ITEM, d: undefined }],
      [
        { set: { d: "" }, add: { n: 1 }, include: { ids: "c" }, exclude: { one: "a" }, remove: ["x"] },
        { ...ITEM, d: "", n: 6, ids: new Set(["a", "b", "c"]), one: undefined },
      ],
    ])("%j", async (update, expected) => {
      expect(await updated(update, ITEM)).toEqual(expected);
    });

    test("make the item where there is none", async () => {
      const update = { set: { d: "x" }, add: { n: -1 }, include: { ids: "a" }, exclude: { none: "a" }, remove: ["w"] };
      expect(await updated(update)).toEqual({ ...KEY, d: "x", n: -1, ids: new Set(["a"]) });
    });

    test.each<Omit<Update, "update">>([{ add: { d: 1 } }, { include: { d: "a" } }, { exclude: { n: "a" } }])(
      "%j of a value of another type is a fault",
      async (update) => {
        await put(ITEM);
        await expect(table.write([{ update: KEY, ...update, condition: THERE }])).rejects.not.toHaveProperty("kind");
        await expect(
          table.write([{ update: KEY, ...update, condition: THERE }], randomUUID()),
        ).rejects.not.toHaveProperty("kind");
        expect(await stored()).toEqual(ITEM);
      },
    );
  });

  describe("transactions", () => {
    let token: string;
    beforeEach(() => {
      token = randomUUID();
    });
    const other = { pk: "P#2", sk: "a" };

    test("write everything", async () => {
      await put({ ...KEY, n: 1 }, { ...other, n: 1 });
      const third = { pk: "P#3", sk: "a" };
      const actions: Action[] = [
        { update: KEY, add: { n: 1 } },
        { delete: other },
        { put: { ...third, d: "x" }, condition: { all: [{ missing: "pk" }] } },
        { check: { pk: "P#4", sk: "a" }, condition: { all: [{ missing: "pk" }] } },
      ];
      expect((await table.write(actions, randomUUID())).refusals).toEqual([]);
      const { items } = await table.getTogether([KEY, other, third]);
      expect(items).toEqual([{ ...KEY, n: 2 }, undefined, { ...third, d: "x" }]);
    });

    test("write nothing where conditions are refused, and name each of them with what is stored", async () => {
      const item = { ...other, n: 1, ids: new Set(["a"]) };
      await put(item);
      const actions: Action[] = [
        { put: { ...KEY } },
        { update: other, add: { n: 1 }, condition: NO_CONDITION_HOLDS },
        { check: { pk: "P#3", sk: "a" }, condition: { all: [{ exists: "pk" }] } },
        { delete: { pk: "P#4", sk: "a" } },
      ];
      const { refusals } = await table.write(actions, randomUUID());
      expect(refusals).toEqual([
        { index: 1, stored: item },
        { index: 2, stored: undefined },
      ]);
      expect((await table.getTogether([KEY, other])).items).toEqual([undefined, item]);
    });

    test("with an action that cannot be carried out are a fault, also where another one is refused", async () => {
      await put({ ...KEY, n: "text" }, { ...KEY, sk: "b" });
      const impossible: Action = { update: KEY, add: { n: 1 } };
      const refused: Action = { check: { ...KEY, sk: "b" }, condition: NO_CONDITION_HOLDS };
      const missing: Action = { ...impossible, condition: NO_CONDITION_HOLDS };
      for (const actions of [
        [impossible, refused],
        [refused, impossible],
      ]) {
        await expect(table.write(actions, randomUUID())).rejects.not.toHaveProperty("kind");
      }
      expect((await table.write([missing, refused], randomUUID())).refusals.map(({ index }) => index)).toEqual([0, 1]);
    });

    test("that come again with their token change nothing more", async () => {
      const actions: Action[] = [
        { update: KEY, add: { n: 1 }, condition: { all: [{ atMost: ["n", 1] }], orAbsent: true } },
      ];
      await table.write(actions, token);
      await table.write([{ update: KEY, add: { n: 1 } }], randomUUID());
      expect((await table.write(actions, token)).refusals).toEqual([]);
      expect(await stored()).toEqual({ ...KEY, n: 2 });
    });

    test("that were refused are judged anew when they come again", async () => {
      const actions: Action[] = [{ update: KEY, add: { n: 1 }, condition: { all: [{ exists: "pk" }] } }];
      expect((await table.write(actions, token)).refusals).toHaveLength(1);
      await put(KEY);
      expect((await table.write(actions, token)).refusals).toEqual([]);
      expect(await stored()).toEqual({ ...KEY, n: 1 });
    });

    test("with the token of other actions are a fault", async () => {
      await table.write([{ update: KEY, add: { n: 1 } }], token);
      await expect(table.write([{ update: KEY, add: { n: 2 } }], token)).rejects.not.toHaveProperty("kind");
      expect(await stored()).toEqual({ ...KEY, n: 1 });
    });
  });

  test("several items are deleted at once, whether they are there or not", async () => {
    const others = [
      { pk: "P#2", sk: "a" },
      { pk: "P#3", sk: "a" },
    ] as const;
    await put({ ...KEY, n: 1 }, { ...others[0], n: 1 });
    expect((await table.deleteMany(others)).left).toEqual([]);
    expect((await table.getTogether([KEY, ...others])).items).toEqual([{ ...KEY, n: 1 }, undefined, undefined]);
  });

  test("a call whose signal was aborted is not carried out", async () => {
    const signal = AbortSignal.abort();
    const closed = { name: "TableBusy", kind: "closed" };
    await expect(table.write([{ put: KEY }], undefined, signal)).rejects.toMatchObject(closed);
    await expect(table.write([{ put: KEY }], randomUUID(), signal)).rejects.toMatchObject(closed);
    await expect(table.deleteMany([KEY], signal)).rejects.toMatchObject(closed);
    await expect(table.get(KEY, signal)).rejects.toMatchObject(closed);
    await expect(table.getMany([KEY], undefined, signal)).rejects.toMatchObject(closed);
    await expect(table.getTogether([KEY], signal)).rejects.toMatchObject(closed);
    await expect(table.query("P#1", {}, signal)).rejects.toMatchObject(closed);
    await expect(table.queryReverse("R#1", {}, signal)).rejects.toMatchObject(closed);
    expect(await stored()).toBeUndefined();
  });
});
