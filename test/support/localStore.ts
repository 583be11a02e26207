import type { DatabaseOptions } from "../../functions/store/database.ts";
import { createStore, type Store } from "../../functions/store/session.ts";
import { SqliteTable } from "../../functions/store/sqliteTable.ts";
import type { Table } from "../../functions/store/table.ts";

/** A fresh table in memory that never lets the event loop go on between two calls: the same requests do the same each time. */
export function localTable(): SqliteTable {
  return new SqliteTable(undefined, { turn: () => undefined });
}

/** A store on a table, by itself on a fresh one in memory. */
export function localStore(table: Table = localTable()): Store {
  return createStore(table);
}

/** The same table for what does not go through the store: nobody waits and nothing is random. */
export function accessTo(table: Table = localTable()): DatabaseOptions {
  return { table, now: Date.now, random: () => 0.5, wait: async () => undefined };
}
