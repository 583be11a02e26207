import { DatabaseSync } from "node:sqlite";
import { keyIn } from "./keys.ts";
import { RecentItems } from "./recentItems.ts";
import { SqliteReads } from "./sqliteReads.ts";
import * as rows from "./sqliteRows.ts";
import { changeOf, SqliteWrites } from "./sqliteWrites.ts";
import { type Action, type Key, type Range, type ReverseRange, TABLE_LIMITS, type Table, TableBusy } from "./table.ts";
import * as checks from "./tableChecks.ts";
import * as rules from "./tableRules.ts";
import { takingTurns } from "./takingTurns.ts";
import type { SyncDisk, Unsynced } from "./unsynced.ts";

const EXPIRED_AT_ONCE = 500;

interface SqliteOptions {
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Called before each call; returns a promise where other work must run first. */
  readonly turn?: () => Promise<void> | undefined;
  /** Absent: a commit is on the disk when it ends, or there is no disk. */
  readonly sync?: SyncDisk | undefined;
}

/**
 * A table in memory, or in a file that this process owns. It runs one call at a time, so calls never conflict, and a failed
 * call has written nothing. It remembers the tokens of the last two hundred transactions; a token with other actions is
 * refused, as in DynamoDB (IdempotentParameterMismatchException).
 */
export class SqliteTable implements Table {
  readonly db: DatabaseSync;
  readonly #sql: ReturnType<typeof rows.prepare>;
  readonly #now: () => number;
  readonly #turn: () => Promise<void> | undefined;
  readonly #unsynced: Unsynced | undefined;
  readonly #writes: SqliteWrites;
  readonly #reads: SqliteReads;
  readonly #recent = new RecentItems();

  constructor(db = new DatabaseSync(":memory:"), { now = Date.now, turn = takingTurns(), sync }: SqliteOptions = {}) {
    db.exec(rows.SCHEMA);
    this.db = db;
    this.#sql = rows.prepare(db);
    this.#now = now;
    this.#turn = turn;
    this.#writes = new SqliteWrites({ db, sql: this.#sql, now, sync, recent: this.#recent });
    this.#unsynced = this.#writes.unsynced;
    this.#reads = new SqliteReads({ sql: this.#sql, recent: this.#recent, unsynced: this.#unsynced });
  }

  /** Commits the transaction that concurrent writes share. For direct work on the file. */
  commit(): void {
    this.#writes.commit();
  }

  /** Drops cached items: call this after a direct write to the file. */
  forget(): void {
    this.#recent.clear();
  }

  /** @param listener called after each transaction that added to the change log; one reader serves all */
  watchLog(listener: () => void): void {
    this.#writes.watchLog(listener);
  }

  get(key: Key, signal?: AbortSignal) {
    return this.#call(signal, () => {
      checks.checkKeys([key]);
      const found = this.#reads.item(key);
      return { item: found?.item, consumed: rules.reading([rows.bytesOf(found)]) };
    });
  }

  getMany(keys: readonly Key[], only?: readonly string[], signal?: AbortSignal) {
    return this.#call(signal, () => {
      checks.checkKeys(keys);
      const found = keys.map((key) => this.#reads.item(key));
      const { taken } = rules.takePage(found, rows.bytesOf, { room: TABLE_LIMITS.batchBytes });
      const items = taken.flatMap((stored) => (stored === undefined ? [] : [rules.pick(stored.item, only)]));
      return { items, left: keys.slice(taken.length), consumed: rules.reading(taken.map(rows.bytesOf)) };
    });
  }

  getTogether(keys: readonly Key[], signal?: AbortSignal) {
    return this.#call(signal, () => {
      checks.checkKeys(keys);
      const found = keys.map((key) => this.#reads.item(key));
      const items = found.map((stored) => stored?.item);
      checks.checkTogether(items);
      return { items, consumed: rules.reading(found.map(rows.bytesOf), 2) };
    });
  }

  query(pk: string, range: Range, signal?: AbortSignal) {
    return this.#call(signal, () => {
      checks.checkQuery(pk, range);
      this.#unsynced?.saw(pk);
      const { prefix = "", limit, only, having } = range;
      const isSortKeys = having === undefined && only?.length === 1 && only[0] === "sk";
      const keys = rows.items(rows.sortKeys(this.#sql.sortKeys, pk, range), prefix);
      const inOrder = isSortKeys ? keys : this.#reads.items(pk, keys, prefix);
      const page = rules.takePage(inOrder, rows.bytesOf, { room: TABLE_LIMITS.pageBytes, limit });
      const items = page.taken.flatMap(({ item }) =>
        having === undefined || item[having] !== undefined ? [isSortKeys ? item : rules.pick(item, only)] : [],
      );
      return { items, last: page.last?.sk, consumed: rules.reading([page.bytes]) };
    });
  }

  queryReverse(g1p: string, range: ReverseRange, signal?: AbortSignal) {
    return this.#call(signal, () => {
      checks.checkReverseQuery(g1p, range);
      this.#unsynced?.saw(g1p);
      const { after, before, limit } = range;
      const found = this.#sql.reverse.iterate(g1p, after?.g1s ?? "", after?.pk ?? "", after?.sk ?? "");
      const page = rules.takePage(rows.indexKeys(found, g1p, before), rules.sizeOf, {
        room: TABLE_LIMITS.pageBytes,
        limit,
      });
      return { items: page.taken, last: page.last, consumed: rules.reading([page.bytes], 0.5) };
    });
  }

  write(actions: readonly Action[], token?: string, signal?: AbortSignal) {
    return this.#call(signal, () => {
      checks.checkWrite(actions, token);
      const known = token === undefined ? undefined : this.#writes.actionsOf(token);
      if (known !== undefined) return this.#repeat(actions, known);
      const before = actions.map((action) => this.#reads.item(rules.keyOf(action)));
      const refusals = rules.refusalsOf(actions, (index) => before[index]?.item);
      const price = token === undefined ? 1 : 2;
      // An action that cannot be carried out is a fault, even beside a refusal: DynamoDB reports both.
      const changes = actions.flatMap((action, index) =>
        refusals.some((refusal) => refusal.index === index) ? [] : [changeOf(action, before[index], price)],
      );
      if (refusals.length > 0) return { refusals, consumed: rules.writing([]) };
      const units = this.#writes.change(changes);
      if (token !== undefined) this.#writes.keep(token, actions);
      return { refusals, consumed: rules.writing(units) };
    });
  }

  deleteMany(keys: readonly Key[], signal?: AbortSignal) {
    return this.#call(signal, () => {
      checks.checkDelete(keys);
      return { left: [], consumed: rules.writing(this.#remove(keys)) };
    });
  }

  /** Removes up to 500 expired items; not part of the port. @returns how many; fewer than 500: none are left */
  removeExpired(signal?: AbortSignal): Promise<number> {
    return this.#call(signal, () => {
      const keys = this.#sql.expired.all(Math.floor(this.#now() / 1000), EXPIRED_AT_ONCE).map(keyIn);
      return this.#remove(keys).length;
    });
  }

  async #call<T>(signal: AbortSignal | undefined, work: () => T): Promise<T> {
    const turn = this.#turn();
    if (turn !== undefined) await turn;
    if (signal?.aborted || !this.db.isOpen) throw new TableBusy("closed", signal?.reason);
    try {
      this.#unsynced?.begin();
      const answer = work();
      const synced = this.#unsynced?.wait();
      if (synced !== undefined) await unlessAborted(synced, signal);
      return answer;
    } catch (error) {
      throw rows.fileFailure(error);
    }
  }

  #remove(keys: readonly Key[]): number[] {
    return this.#writes.change(keys.map((key) => changeOf({ delete: key }, this.#reads.item(key), 1)));
  }

  #repeat(actions: readonly Action[], known: readonly Action[]) {
    // Importing `node:util` as a module loads all of it: 3 MB.
    const { isDeepStrictEqual } = process.getBuiltinModule("node:util");
    if (!isDeepStrictEqual(actions, known)) throw new RangeError("a token is reused with other actions");
    const found = actions.map((action) => this.#reads.item(rules.keyOf(action)));
    return { refusals: [], consumed: rules.reading(found.map(rows.bytesOf), 2) };
  }
}

/** @throws TableBusy when nobody waits any more: then nobody knows whether the write reached the disk */
function unlessAborted(synced: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return synced;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new TableBusy("closed", signal.reason));
    signal.addEventListener("abort", abort, { once: true });
    synced.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
