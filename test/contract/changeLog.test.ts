import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { ChangeLog } from "../../functions/store/changeLog.ts";
import { SqliteTable } from "../../functions/store/sqliteTable.ts";
import type { Item } from "../../functions/store/table.ts";

const USER = { pk: "O#Ab12Cd34#U", sk: "u1" };
const NOW = Date.parse("2026-01-01T00:00:00.000Z");

let table: SqliteTable;
let log: ChangeLog;
beforeEach(() => {
  table = new SqliteTable(undefined, { now: () => NOW });
  log = new ChangeLog(table.db);
});

const put = (item: Item) => table.write([{ put: item }]);
const logged = () => table.db.prepare("select count(*) as n from changes").get()?.n;

describe("the log of changes", () => {
  test("holds what was written to users, groups, settings and markers, as it was before and after", async () => {
    const reader = log.reader("events");
    await put({ ...USER, v: 1, ids: new Set(["b", "a"]) });
    await table.write([{ update: USER, add: { v: 1 } }], randomUUID());
    await table.deleteMany([USER]);
    for (const pk of ["O#o#G", "N#o#X", "O#o#DEAD", "O#o#UN", "O#o#M#g1", "C#o"]) await put({ pk, sk: "a" });
    const [one, two] = [
      { ...USER, v: 1, ids: new Set(["a", "b"]) },
      { ...USER, v: 2, ids: new Set(["a", "b"]) },
    ];
    const others = ["O#o#G", "O#o#DEAD", "C#o"].map((pk) => ({
      key: { pk, sk: "a" },
      before: undefined,
      after: { pk, sk: "a" },
    }));
    const seqs = [1, 2, 3, 4, 5, 6];
    const changes = [
      { key: USER, before: undefined, after: one },
      { key: USER, before: one, after: two },
      { key: USER, before: two, after: undefined },
      ...others,
    ];
    expect(reader.read()).toEqual(changes.map((change, index) => ({ seq: seqs[index], ...change })));
  });

  test("holds nothing of what changed nothing, or was refused, or failed", async () => {
    await put({ ...USER, v: 1, d: "x" });
    const reader = log.reader("events");
    await put({ ...USER, v: 1, d: "x" });
    await table.write([{ update: USER, set: { v: 1 } }]);
    await table.write([{ update: USER, add: { v: 1 }, condition: { all: [{ missing: "pk" }] } }]);
    const half = table.write(
      [
        { update: USER, add: { v: 1 } },
        { update: { ...USER, sk: "u2" }, include: { ids: "a" } },
        { update: { ...USER, pk: "O#o#G" }, add: { d: 1 } },
        { put: { ...USER, sk: "u3", d: "x".repeat(409_600) } },
      ],
      randomUUID(),
    );
    await expect(half).rejects.toThrow("400 KB");
    const late = table.write([{ put: { ...USER, sk: "u4" } }, { update: USER, add: { d: 1 } }], randomUUID());
    await expect(late).rejects.toThrow("added");
    expect(reader.read()).toEqual([]);
  });

  test("gives a reader again what it has not confirmed, also in another process, and the next after that", async () => {
    const reader = log.reader("events");
    await put({ ...USER, v: 1 });
    await put({ ...USER, v: 2 });
    const [first] = reader.read();
    expect(reader.read()).toHaveLength(2);
    reader.confirm(first?.seq ?? 0);
    const again = new ChangeLog(table.db).reader("events");
    expect(again.read()).toMatchObject([{ after: { v: 2 } }]);
    again.confirm(2);
    expect(again.read()).toEqual([]);
  });

  test("comes in parts of a hundred", async () => {
    const reader = log.reader("events");
    for (let v = 1; v <= 150; v++) await put({ ...USER, v });
    const part = reader.read();
    expect(part).toHaveLength(100);
    reader.confirm(part.at(-1)?.seq ?? 0);
    expect(reader.read().map(({ after }) => after?.v)).toEqual(Array.from({ length: 50 }, (_, n) => n + 101));
  });

  test("begins for a new reader with the next change", async () => {
    await put({ ...USER, v: 1 });
    const reader = log.reader("late");
    expect(reader.read()).toEqual([]);
    await put({ ...USER, v: 2 });
    expect(reader.read()).toMatchObject([{ after: { v: 2 } }]);
  });

  test("loses only what every reader has confirmed, and never gives a number twice", async () => {
    const [one, other] = [log.reader("one"), log.reader("other")];
    for (let v = 1; v <= 3; v++) await put({ ...USER, v });
    one.confirm(3);
    expect(log.trim()).toBe(0);
    other.confirm(2);
    expect(log.trim()).toBe(2);
    expect(other.read()).toMatchObject([{ after: { v: 3 } }]);
    log.forget("other");
    expect(log.trim()).toBe(1);
    await put({ ...USER, v: 4 });
    expect(one.read()).toMatchObject([{ seq: 4, after: { v: 4 } }]);
  });

  test("loses five hundred changes at once, all of them where nobody reads", async () => {
    for (let v = 1; v <= 501; v++) await put({ ...USER, v });
    expect(log.trim()).toBe(500);
    expect(log.trim()).toBe(1);
  });
});

describe("items whose time to live is over", () => {
  test("go in parts of five hundred, with their entries of the index and a line in the log; others stay", async () => {
    const seconds = NOW / 1000;
    const items = Array.from({ length: 501 }, (_, n) => ({
      pk: "O#o#G",
      sk: `u${n}`,
      ttl: seconds,
      g1p: "R",
      g1s: `${n}`,
    }));
    for (const item of items) await put(item);
    await put({ pk: "O#o#G", sk: "later", ttl: seconds + 1 });
    await put({ pk: "O#o#G", sk: "never" });
    const reader = log.reader("events");
    expect(await table.removeExpired()).toBe(500);
    expect(await table.removeExpired()).toBe(1);
    expect(await table.removeExpired()).toBe(0);
    expect((await table.query("O#o#G", { only: ["sk"] })).items).toEqual([{ sk: "later" }, { sk: "never" }]);
    expect((await table.queryReverse("R", {})).items).toEqual([]);
    expect(reader.read()[0]).toMatchObject({ after: undefined });
    expect(logged()).toBe(503 + 501);
  });
});
