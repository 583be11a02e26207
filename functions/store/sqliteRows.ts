import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import { keyIn } from "./keys.ts";
import type { Stored } from "./recentItems.ts";
import { type IndexKey, type Item, type Key, type Range, TableBusy } from "./table.ts";
import * as rules from "./tableRules.ts";

/** SQLite's primary result codes for faults of the file, with the names for the log. */
const FILE_FAILURES = new Map([
  [7, "MemoryShort"],
  [8, "FileReadOnly"],
  [10, "DiskFailed"],
  [11, "FileDamaged"],
  [13, "DiskFull"],
  [14, "FileNotOpened"],
  [26, "FileDamaged"],
]);

/** Rows fetched at once. */
const SMALLEST_CHUNK = 16;
const LARGEST_CHUNK = 128;

/**
 * `items` stores each item as JSON, its sets as sorted arrays. Numbers stay inside the JSON, because SQLite binds each
 * number as a real. `changes` is the log that `changeLog.ts` reads; `readers` has the position of each reader.
 */
export const SCHEMA = `
create table if not exists items (pk text not null, sk text not null, g1p text, g1s text, ttl integer,
  bytes integer not null, item text not null, primary key (pk, sk)) without rowid, strict;
create index if not exists reverse on items (g1p, g1s, pk, sk) where g1p is not null;
create index if not exists expiring on items (ttl) where ttl is not null;
create table if not exists changes (seq integer primary key autoincrement, at integer not null, pk text not null,
  sk text not null, before text, after text) strict;
create table if not exists readers (name text primary key, seq integer not null) strict`;

export function prepare(db: DatabaseSync) {
  return {
    begin: db.prepare("begin immediate"),
    commit: db.prepare("commit"),
    rollback: db.prepare("rollback"),
    get: db.prepare("select item, bytes from items where pk = ? and sk = ?"),
    put: db.prepare(
      `insert into items (pk, sk, g1p, g1s, ttl, bytes, item) values (?, ?, ?, ?, ?, ?, ?) on conflict do update set
         g1p = excluded.g1p, g1s = excluded.g1s, ttl = excluded.ttl, bytes = excluded.bytes, item = excluded.item`,
    ),
    remove: db.prepare("delete from items where pk = ? and sk = ?"),
    whole: inArrays(db, "select sk, bytes, item from items where pk = ? and sk >= ? order by sk"),
    sortKeys: {
      from: inArrays(db, "select sk, bytes from items where pk = ? and sk >= ? order by sk limit ?"),
      after: inArrays(db, "select sk, bytes from items where pk = ? and sk > ? order by sk limit ?"),
    },
    reverse: db.prepare(
      "select pk, sk, g1s from items where g1p = ? and (g1s, pk, sk) > (?, ?, ?) order by g1s, pk, sk",
    ),
    expired: db.prepare("select pk, sk from items where ttl <= ? limit ?"),
    logNew: db.prepare("insert into changes (at, pk, sk, after) values (?, ?, ?, ?)"),
    // Run before the item is written.
    logNext: db.prepare(
      "insert into changes (at, pk, sk, before, after) select ?, pk, sk, item, ? from items where pk = ? and sk = ? and item is not ?",
    ),
  };
}

/** A statement whose rows are arrays: they take a third less time than objects. */
function inArrays(db: DatabaseSync, sql: string): StatementSync {
  const statement = db.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}

type Row = Readonly<Record<string, SQLOutputValue>>;

export type InOrder = Stored & Pick<Key, "sk">;

/** Sort keys and sizes, fetched in chunks: one by one they take twice as long. */
export function* sortKeys(
  { from, after }: ReturnType<typeof prepare>["sortKeys"],
  pk: string,
  range: Range,
): Generator<Row> {
  const { prefix = "", limit } = range;
  // Rows that nobody asked for are few in the first chunk.
  let size = Math.min(limit ?? SMALLEST_CHUNK, LARGEST_CHUNK);
  let found = range.after === undefined ? from.all(pk, range.from ?? prefix, size) : after.all(pk, range.after, size);
  for (;;) {
    yield* found;
    const last = found[size - 1];
    if (last === undefined) return;
    size = Math.min(2 * size, LARGEST_CHUNK);
    found = after.all(pk, String(last[0]), size);
  }
}

/** @param rows of sort key, size, and the item's text; without the text the sort keys are the items */
export function* items(rows: Iterable<Row>, prefix: string): Generator<InOrder> {
  for (const { 0: key, 1: bytes, 2: text } of rows) {
    const sk = String(key);
    if (!sk.startsWith(prefix)) return;
    yield { sk, item: text === undefined ? { sk } : decode(String(text)), bytes: Number(bytes) };
  }
}

export function* indexKeys(rows: Iterable<Row>, g1p: string, before: string | undefined): Generator<IndexKey> {
  for (const row of rows) {
    const g1s = String(row.g1s);
    if (before !== undefined && rules.compareBytes(g1s, before) >= 0) return;
    yield { ...keyIn(row), g1p, g1s };
  }
}

export function storedOf(row: Row): Stored {
  return { item: decode(String(row.item)), bytes: Number(row.bytes) };
}

export function loggedChange({ before, after, ...row }: Row) {
  const itemOf = (text: SQLOutputValue | undefined) => (typeof text === "string" ? decode(text) : undefined);
  return { seq: Number(row.seq), key: keyIn(row), before: itemOf(before), after: itemOf(after) };
}

function decode(text: string): Item {
  const item = JSON.parse(text);
  for (const name in item) if (Array.isArray(item[name])) item[name] = new Set(item[name]);
  return item;
}

export function encode(item: Item): string {
  let plain: Readonly<Record<string, unknown>> = item;
  for (const name in item) {
    const value = item[name];
    // Most items have no set.
    if (typeof value === "object") plain = { ...plain, [name]: [...value].sort() };
  }
  return JSON.stringify(plain);
}

export function columnsOf(item: Item) {
  const indexed = rules.isIndexed(item);
  return [
    indexed ? String(item.g1p) : null,
    indexed ? String(item.g1s) : null,
    typeof item.ttl === "number" ? item.ttl : null,
  ];
}

export function bytesOf(stored: Pick<Stored, "bytes"> | undefined): number {
  return stored?.bytes ?? 0;
}

/** SQLite errors carry a result code; its lower byte is the primary code. */
export function fileFailure(error: unknown): unknown {
  const code = typeof error === "object" && error !== null && "errcode" in error ? Number(error.errcode) & 0xff : 0;
  const name = FILE_FAILURES.get(code);
  if (name === undefined) return error;
  return new TableBusy("outage", Object.assign(new Error("the local file failed", { cause: error }), { name }));
}
