import { setTimeout as sleep } from "node:timers/promises";
import type { Allowance } from "./records.ts";
import { StoreSession } from "./session.ts";
import { UseMarks } from "./settings.ts";
import type { TypeLayout } from "./storedType.ts";
import type { Table } from "./table.ts";

export interface Store {
  begin(allowance?: Allowance): StoreSession;
}

export interface StoreOptions {
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly random?: () => number;
  readonly wait?: (milliseconds: number) => Promise<void>;
  /** Of resources; absent: users and groups. */
  readonly types?: readonly TypeLayout[];
}

/** The store in a table (SCHEMA.md). */
export function createStore(table: Table, { now, random, wait, types }: StoreOptions = {}): Store {
  const options = { table, now: now ?? Date.now, random: random ?? Math.random, wait: wait ?? sleep };
  const marks = new UseMarks();
  return { begin: (allowance) => new StoreSession({ ...options, ...allowance }, marks, types) };
}
