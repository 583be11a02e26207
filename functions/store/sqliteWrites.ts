import type { DatabaseSync } from "node:sqlite";
import { keyText } from "./keys.ts";
import { DELETING_PARTITION } from "./openDeletions.ts";
import type { RecentItems, Stored } from "./recentItems.ts";
import { SharedTransaction } from "./sharedTransaction.ts";
import * as rows from "./sqliteRows.ts";
import { LOGGED_PARTITIONS } from "./steps.ts";
import type { Action, Item, Key } from "./table.ts";
import * as checks from "./tableChecks.ts";
import * as rules from "./tableRules.ts";
import { type SyncDisk, Unsynced } from "./unsynced.ts";

/** Endings and beginnings of the partition keys whose changes are logged. */
const LOGGED_ENDS = [DELETING_PARTITION, ...LOGGED_PARTITIONS.suffixes];
const LOGGED_STARTS = LOGGED_PARTITIONS.prefixes;
/** A repeat comes within the request that wrote, so the tokens of the latest transactions are enough. */
const TOKENS_KEPT = 200;

interface WritesProps {
  readonly db: DatabaseSync;
  readonly sql: ReturnType<typeof rows.prepare>;
  readonly now: () => number;
  readonly sync: SyncDisk | undefined;
  /** Written items are dropped from it. */
  readonly recent: RecentItems;
}

/** The writes of a table in SQLite: items, change log, and the tokens of transactions. */
export class SqliteWrites {
  /** Absent where each commit is on the disk when it ends. */
  readonly unsynced: Unsynced | undefined;
  readonly #sql: WritesProps["sql"];
  readonly #now: () => number;
  readonly #db: DatabaseSync;
  readonly #recent: RecentItems;
  readonly #transaction: SharedTransaction;
  readonly #tokens = new Map<string, readonly Action[]>();
  /** Tokens of the open transaction. */
  readonly #openTokens: string[] = [];
  #onLogged: () => void = () => undefined;
  #logs = false;

  constructor({ db, sql, now, sync, recent }: WritesProps) {
    this.#recent = recent;
    this.#db = db;
    this.#sql = sql;
    this.#now = now;
    this.#transaction = new SharedTransaction({
      db,
      sql,
      sync,
      onCommit: () => this.#committed(),
      onRollback: () => this.#rolledBack(),
    });
    this.unsynced = sync && new Unsynced(this.#transaction.end);
  }

  commit(): void {
    this.#transaction.commit();
  }

  watchLog(listener: () => void): void {
    this.#onLogged = listener;
  }

  actionsOf(token: string): readonly Action[] | undefined {
    return this.#tokens.get(token);
  }

  /** @returns the write units of each change */
  change(changes: readonly Change[]): number[] {
    const written = changes.filter(({ isCheck }) => !isCheck);
    if (written.length > 0) {
      this.#transaction.run(() => {
        for (const change of written) this.#carryOut(change);
      });
    }
    return changes.map(({ units }) => units);
  }

  #carryOut({ key, before, item, bytes }: Change): void {
    const { pk, sk } = key;
    const text = item === undefined ? null : rows.encode(item);
    if (isLogged(pk)) this.#log(key, before === undefined, text);
    this.#recent.drop(keyText(key));
    if (item === undefined) this.#sql.remove.run(pk, sk);
    else this.#sql.put.run(pk, sk, ...rows.columnsOf(item), bytes, text);
    this.unsynced?.wrote(keyText(key));
    this.unsynced?.wrote(pk);
    for (const one of [before?.item, item]) if (typeof one?.g1p === "string") this.unsynced?.wrote(one.g1p);
  }

  /** Call before the item is written: the image before comes from its row. Logs only real changes. */
  #log({ pk, sk }: Key, isNew: boolean, text: string | null): void {
    const { logNew, logNext } = this.#sql;
    if (isNew && text === null) return;
    const { changes } = isNew ? logNew.run(this.#now(), pk, sk, text) : logNext.run(this.#now(), text, pk, sk, text);
    if (changes > 0) this.#logs = true;
  }

  /** Remembers the token for the next two hundred transactions, unless this one is rolled back. */
  keep(token: string, actions: readonly Action[]): void {
    this.#tokens.set(token, actions);
    if (this.#tokens.size > TOKENS_KEPT) this.#tokens.delete(this.#tokens.keys().next().value ?? "");
    if (this.#db.isTransaction) this.#openTokens.push(token);
  }

  #committed(): void {
    this.#openTokens.length = 0;
    const logs = this.#logs;
    this.#logs = false;
    if (logs) this.#onLogged();
  }

  #rolledBack(): void {
    for (const token of this.#openTokens.splice(0)) this.#tokens.delete(token);
    this.#logs = false;
    this.#recent.clear();
  }
}

/** The effect of an action on its item. */
interface Change {
  readonly key: Key;
  readonly isCheck: boolean;
  readonly before: Stored | undefined;
  /** The item afterwards; undefined: it is deleted. */
  readonly item: Item | undefined;
  readonly bytes: number;
  readonly units: number;
}

/** @throws RangeError for an action that no table accepts, before anything is written */
export function changeOf(action: Action, before: Stored | undefined, price: number): Change {
  const key = rules.keyOf(action);
  if ("check" in action) {
    const units = price * rules.writeUnits(rows.bytesOf(before));
    return { key, isCheck: true, before, item: undefined, bytes: 0, units };
  }
  const item = "put" in action ? action.put : "delete" in action ? undefined : rules.updated(before?.item, action);
  const bytes = item === undefined ? 0 : checks.checkItem(item);
  const ofItem = price * rules.writeUnits(Math.max(bytes, rows.bytesOf(before)));
  return { key, isCheck: false, before, item, bytes, units: ofItem + rules.indexUnits(before?.item, item) };
}

function isLogged(pk: string): boolean {
  return LOGGED_ENDS.some((end) => pk.endsWith(end)) || LOGGED_STARTS.some((start) => pk.startsWith(start));
}
