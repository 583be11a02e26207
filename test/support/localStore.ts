import type { DatabaseOptions } from "../../functions/store/database.ts";
import { createStore, type Store } from "../../functions/store/session.ts";
import { SqliteTable } from "../../functions/store/sqliteTable.ts";
import type { Table } from "../../functions/store/table.ts";

/** A fresh table in memory that never yields to the event loop between two calls: equal requests behave equally. */
export function localTable(): SqliteTable {
  return new SqliteTable(undefined, { turn: () => undefined });
}

/** A store on a table, by default a fresh one in memory. */
export function localStore(table: Table = localTable()): Store {
  return createStore(table);
}

/** Access to the same table beside the store: no waits, nothing random. */
export function accessTo(table: Table = localTable()): DatabaseOptions {
  return { table, now: Date.now, random: () => 0.5, wait: async () => undefined };
}
