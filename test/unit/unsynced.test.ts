import { setImmediate } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { SqliteTable } from "../../functions/store/sqliteTable.ts";
import type { Action } from "../../functions/store/table.ts";

const ADA = { pk: "O#o#U", sk: "ada", g1p: "R#o", g1s: "ada" };
const BOB = { pk: "O#o#G", sk: "bob" };
const ABSENT = { all: [{ missing: "pk" }] } as const;

/** Syncs that were begun, each of which ends as the test says. */
let syncs: PromiseWithResolvers<void>[];
let table: SqliteTable;
beforeEach(() => {
  syncs = [];
  table = new SqliteTable(undefined, {
    turn: () => undefined,
    sync: () => {
      const one = Promise.withResolvers<void>();
      syncs.push(one);
      return one.promise;
    },
  });
});

/** What came of the call: looked at when everything that can happen by itself has happened. */
async function stateOf(call: Promise<unknown>): Promise<string> {
  let state = "waiting";
  call.then(
    () => {
      state = "answered";
    },
    ({ kind }) => {
      state = kind;
    },
  );
  await setImmediate();
  await setImmediate();
  return state;
}

async function statesOf(calls: readonly Promise<unknown>[]): Promise<string[]> {
  return Promise.all(calls.map(stateOf));
}

const put = (item: typeof ADA | typeof BOB) => table.write([{ put: item }]);

test("writes of one turn share a sync, and those that come while it works share the next one", async () => {
  const first = [put(ADA), put(BOB)];
  expect(await statesOf(first)).toEqual(["waiting", "waiting"]);
  expect(syncs).toHaveLength(1);
  const later = [put({ ...ADA, sk: "eve" }), table.deleteMany([BOB]), put(ADA)];
  expect(await statesOf(later)).toEqual(["waiting", "waiting", "waiting"]);
  expect(syncs).toHaveLength(1);
  syncs[0]?.resolve();
  expect(await statesOf([...first, ...later])).toEqual(["answered", "answered", "waiting", "waiting", "waiting"]);
  expect(syncs).toHaveLength(2);
  syncs[1]?.resolve();
  expect(await statesOf(later)).toEqual(["answered", "answered", "answered"]);
  await setImmediate();
  expect(syncs).toHaveLength(2);
});

describe.each([
  ["before its sync begins", 0],
  ["while it is synced", 1],
])("of what is not on the disk, %s,", (_, begun) => {
  test("nothing is answered by any call, and what others see is answered at once", async () => {
    const written = put(ADA);
    if (begun === 1) expect(await stateOf(written)).toBe("waiting");
    expect(syncs).toHaveLength(begun);
    const refused: Action = { put: ADA, condition: ABSENT };
    const seeing = [
      table.get(ADA),
      table.getMany([BOB, ADA], ["pk"]),
      table.getTogether([ADA]),
      table.query(ADA.pk, { from: "x" }),
      table.queryReverse(ADA.g1p, {}),
      table.write([refused]),
      table.write([refused, { check: BOB, condition: ABSENT }], "token"),
    ];
    const others = [table.get(BOB), table.getMany([BOB]), table.query(BOB.pk, {}), table.queryReverse("R#p", {})];
    expect(await statesOf(others)).toEqual(others.map(() => "answered"));
    expect(await statesOf(seeing)).toEqual(seeing.map(() => "waiting"));
    syncs[0]?.resolve();
    expect(await statesOf([written, ...seeing])).toEqual([written, ...seeing].map(() => "answered"));
    expect(syncs).toHaveLength(1);
    expect(await stateOf(table.get(ADA))).toBe("answered");
  });
});

test("a disk that fails is an outage for those who wrote and those who read that, until it syncs again", async () => {
  const written = put(ADA);
  expect(await stateOf(written)).toBe("waiting");
  syncs[0]?.reject(Object.assign(new Error("disk I/O error"), { errcode: 10 }));
  expect(await stateOf(written)).toBe("outage");
  const read = table.get(ADA);
  expect(await statesOf([read, table.get(BOB)])).toEqual(["waiting", "answered"]);
  syncs[1]?.reject(Object.assign(new Error("disk I/O error"), { errcode: 10 }));
  expect(await stateOf(read)).toBe("outage");
  const again = table.get(ADA);
  expect(await stateOf(again)).toBe("waiting");
  syncs[2]?.resolve();
  expect(await again).toMatchObject({ item: ADA });
});

test("too little memory is an outage as well: coming again may help", async () => {
  const written = put(ADA);
  expect(await stateOf(written)).toBe("waiting");
  syncs[0]?.reject(Object.assign(new Error("out of memory"), { errcode: 7 }));
  expect(await stateOf(written)).toBe("outage");
});

test("a caller that nobody waits for any more waits for no disk that hangs", async () => {
  const gone = new AbortController();
  const written = table.write([{ put: ADA }], undefined, gone.signal);
  expect(await stateOf(written)).toBe("waiting");
  gone.abort();
  expect(await stateOf(written)).toBe("closed");
});

describe("a write for which the file has no room", () => {
  const key = { pk: ADA.pk, sk: ADA.sk };
  const counted = () => table.write([{ update: key, add: { v: 1 } }], "token");
  const tooLarge = () => table.write([{ put: { ...BOB, d: "x".repeat(300_000) } }]);
  const limit = (pages: number) => table.db.exec(`pragma max_page_count = ${pages}`);

  test("takes along those of its transaction that nobody was answered, and their tokens come again as new", async () => {
    limit(20);
    const calls = [counted(), tooLarge(), put({ ...BOB, sk: "eve" })];
    expect(await statesOf(calls)).toEqual(["outage", "outage", "outage"]);
    expect(syncs).toHaveLength(0);
    limit(1_000);
    const again = counted();
    expect(await stateOf(again)).toBe("waiting");
    syncs[0]?.resolve();
    await again;
    expect((await table.get(key)).item).toEqual({ ...key, v: 1 });
    expect((await table.query(BOB.pk, {})).items).toEqual([]);
  });

  test("leaves nothing to wait for: who reads later is answered at once, whatever becomes of the next writes", async () => {
    limit(20);
    expect(await statesOf([counted(), tooLarge()])).toEqual(["outage", "outage"]);
    const calls = [table.get(key), counted(), tooLarge()];
    expect(await statesOf(calls)).toEqual(["answered", "outage", "outage"]);
  });

  test("leaves those who read what was committed before it to wait for the disk", async () => {
    const committed = counted();
    table.commit();
    const rolledBack = put({ ...BOB, sk: "eve" });
    limit(20);
    expect(await statesOf([tooLarge()])).toEqual(["outage"]);
    const read = table.get(key);
    expect(await statesOf([committed, rolledBack, read])).toEqual(["outage", "outage", "waiting"]);
    syncs.at(-1)?.resolve();
    expect((await read).item).toEqual({ ...key, v: 1 });
  });

  test("does no harm to others where it is alone, nor to those that were committed before", async () => {
    limit(20);
    await expect(tooLarge()).rejects.toMatchObject({ kind: "outage" });
    const committed = counted();
    table.commit();
    await expect(tooLarge()).rejects.toMatchObject({ kind: "outage" });
    expect(await stateOf(committed)).toBe("waiting");
    syncs[0]?.resolve();
    await committed;
    expect((await table.get(key)).item).toEqual({ ...key, v: 1 });
  });

  test.each([
    ["at the sync", () => []],
    ["by the next write", () => [put({ ...BOB, sk: "eve" })]],
    ["by who wants to see what is committed", () => table.commit()],
  ])("is no other than a statement beside the table that takes the transaction along, noticed %s", async (_, next) => {
    table.db.exec("create table beside (text text)");
    const written = counted();
    limit(20);
    expect(() => table.db.exec("insert into beside values (zeroblob(300000))")).toThrow("full");
    limit(1_000);
    const calls = [written, ...(next() ?? [])];
    expect(await statesOf(calls)).toEqual(calls.map(() => "outage"));
    const again = counted();
    expect(await stateOf(again)).toBe("waiting");
    syncs.at(-1)?.resolve();
    await again;
    expect((await table.get(key)).item).toEqual({ ...key, v: 1 });
  });

  test("is one thing, a fault of the caller another: its neighbours stay as they are", async () => {
    const fine = counted();
    await expect(table.write([{ update: key, include: { v: "text" } }])).rejects.toThrow(RangeError);
    expect(await stateOf(fine)).toBe("waiting");
    syncs[0]?.resolve();
    await fine;
    expect((await table.get(key)).item).toEqual({ ...key, v: 1 });
  });
});
