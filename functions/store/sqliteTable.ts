import { DatabaseSync } from "node:sqlite";
import { isDeepStrictEqual } from "node:util";
import { keyText } from "./keys.ts";
import { DELETING_PARTITION } from "./openDeletions.ts";
import { SharedTransaction } from "./sharedTransaction.ts";
import * as rows from "./sqliteRows.ts";
import { LOGGED_PARTITIONS } from "./steps.ts";
import {
  type Action,
  type Item,
  type Key,
  type Range,
  type ReverseRange,
  TABLE_LIMITS,
  type Table,
  TableBusy,
} from "./table.ts";
import * as checks from "./tableChecks.ts";
import * as rules from "./tableRules.ts";
import { takingTurns } from "./takingTurns.ts";
import { type SyncDisk, Unsynced } from "./unsynced.ts";

/** How the partition keys end or begin whose changes somebody reads. */
const LOGGED_ENDS = [DELETING_PARTITION, ...LOGGED_PARTITIONS.suffixes];
const LOGGED_STARTS = LOGGED_PARTITIONS.prefixes;
/** A repeat comes within the request that wrote: the tokens of its neighbours are enough. */
const TOKENS_KEPT = 200;
const EXPIRED_AT_ONCE = 500;

export interface SqliteOptions {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Asked before each call; gives a promise where other work shall run first. */
  readonly turn?: () => Promise<void> | undefined;
  /** Absent: a commit is on the disk when it ends, or there is no disk. */
  readonly sync?: SyncDisk | undefined;
}

/**
 * A table in memory, or in a file that this process has opened and owns. It works through one call at a time, so that no
 * two of them conflict, and of a call that failed nothing was written. A token is known for the next two hundred
 * transactions; with other actions it is refused, as DynamoDB does (IdempotentParameterMismatchException).
 */
export class SqliteTable implements Table {
  readonly db: DatabaseSync;
  readonly #sql: ReturnType<typeof rows.prepare>;
  readonly #now: () => number;
  readonly #turn: () => Promise<void> | undefined;
  readonly #unsynced: Unsynced | undefined;
  readonly #transaction: SharedTransaction;
  readonly #tokens = new Map<string, readonly Action[]>();
  /** Of what is not committed. */
  readonly #openTokens: string[] = [];
  #onLogged: () => void = () => undefined;
  #logs = false;

  constructor(db = new DatabaseSync(":memory:"), { now = Date.now, turn = takingTurns(), sync }: SqliteOptions = {}) {
    db.exec(rows.SCHEMA);
    this.db = db;
    this.#sql = rows.prepare(db);
    this.#now = now;
    this.#turn = turn;
    this.#transaction = new SharedTransaction({
      db,
      sql: this.#sql,
      sync,
      onCommit: () => this.#committed(),
      onRollback: () => this.#rolledBack(),
    });
    this.#unsynced = sync && new Unsynced(this.#transaction.end);
  }

  /** Ends the transaction that the writes under way share. For work on the file beside this table. */
  commit(): void {
    this.#transaction.commit();
  }

  /** @param listener is called after each transaction that left something in the log of changes, by one reader for all */
  watchLog(listener: () => void): void {
    this.#onLogged = listener;
  }

  get(key: Key, signal?: AbortSignal) {
    return this.#call(signal, () => {
      checks.checkKeys([key]);
      const found = this.#read(key);
      return { item: found?.item, consumed: rules.reading([rows.bytesOf(found)]) };
    });
  }

  getMany(keys: readonly Key[], only?: readonly string[], signal?: AbortSignal) {
    return this.#call(signal, () => {
      checks.checkKeys(keys);
      const found = keys.map((key) => this.#read(key));
      const { taken } = rules.takePage(found, rows.bytesOf, { room: TABLE_LIMITS.batchBytes });
      const items = taken.flatMap((stored) => (stored === undefined ? [] : [rules.pick(stored.item, only)]));
      return { items, left: keys.slice(taken.length), consumed: rules.reading(taken.map(rows.bytesOf)) };
    });
  }

  getTogether(keys: readonly Key[], signal?: AbortSignal) {
    return this.#call(signal, () => {
      checks.checkKeys(keys);
      const found = keys.map((key) => this.#read(key));
      const items = found.map((stored) => stored?.item);
      checks.checkTogether(items);
      return { items, consumed: rules.reading(found.map(rows.bytesOf), 2) };
    });
  }

  query(pk: string, range: Range, signal?: AbortSignal) {
    return this.#call(signal, () => {
      checks.checkQuery(pk, range);
      this.#unsynced?.saw(pk);
      const { prefix = "", from = prefix, after, limit, only, having } = range;
      const isSortKeys = having === undefined && only?.length === 1 && only[0] === "sk";
      const rowsIn = isSortKeys ? this.#sql.sortKeys : this.#sql.whole;
      const found = after === undefined ? rowsIn.from.iterate(pk, from) : rowsIn.after.iterate(pk, after);
      const page = rules.takePage(rows.items(found, prefix), rows.bytesOf, { room: TABLE_LIMITS.pageBytes, limit });
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
      const known = token === undefined ? undefined : this.#tokens.get(token);
      if (known !== undefined) return this.#repeat(actions, known);
      const before = actions.map((action) => this.#read(rules.keyOf(action)));
      const refusals = rules.refusalsOf(actions, (index) => before[index]?.item);
      if (refusals.length > 0) return { refusals, consumed: rules.writing([]) };
      const price = token === undefined ? 1 : 2;
      const units = this.#change(actions.map((action, index) => changeOf(action, before[index], price)));
      if (token !== undefined) this.#keep(token, actions);
      return { refusals, consumed: rules.writing(units) };
    });
  }

  deleteMany(keys: readonly Key[], signal?: AbortSignal) {
    return this.#call(signal, () => {
      checks.checkDelete(keys);
      return { left: [], consumed: rules.writing(this.#remove(keys)) };
    });
  }

  /** Removes up to 500 items whose time to live is over, beside the port. @returns how many; fewer than 500: no more are left */
  removeExpired(signal?: AbortSignal): Promise<number> {
    return this.#call(signal, () => {
      const keys = this.#sql.expired.all(Math.floor(this.#now() / 1000), EXPIRED_AT_ONCE).map(rows.rowKey);
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

  #read(key: Key): rows.Stored | undefined {
    const { pk, sk } = key;
    this.#unsynced?.saw(keyText(key));
    const row = this.#sql.get.get(pk, sk);
    return row === undefined ? undefined : rows.storedOf(row);
  }

  #remove(keys: readonly Key[]): number[] {
    return this.#change(keys.map((key) => changeOf({ delete: key }, this.#read(key), 1)));
  }

  /** @returns the write units of each */
  #change(changes: readonly Change[]): number[] {
    this.#transaction.run(() => {
      for (const change of changes) if (!change.isCheck) this.#carryOut(change);
    });
    return changes.map(({ units }) => units);
  }

  #carryOut({ key, before, item, bytes }: Change): void {
    const { pk, sk } = key;
    const text = item === undefined ? null : rows.encode(item);
    if (item === undefined) this.#sql.remove.run(pk, sk);
    else this.#sql.put.run(pk, sk, ...rows.columnsOf(item), bytes, text);
    this.#unsynced?.wrote(keyText(key));
    this.#unsynced?.wrote(pk);
    for (const one of [before?.item, item]) if (typeof one?.g1p === "string") this.#unsynced?.wrote(one.g1p);
    if (text !== (before?.text ?? null) && isLogged(pk)) {
      this.#sql.log.run(this.#now(), pk, sk, before?.text ?? null, text);
      this.#logs = true;
    }
  }

  #keep(token: string, actions: readonly Action[]): void {
    this.#tokens.set(token, actions);
    if (this.#tokens.size > TOKENS_KEPT) this.#tokens.delete(this.#tokens.keys().next().value ?? "");
    if (this.db.isTransaction) this.#openTokens.push(token);
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
  }

  #repeat(actions: readonly Action[], known: readonly Action[]) {
    if (!isDeepStrictEqual(actions, known)) throw new RangeError("a token comes again with other actions");
    const found = actions.map((action) => this.#read(rules.keyOf(action)));
    return { refusals: [], consumed: rules.reading(found.map(rows.bytesOf), 2) };
  }
}

/** What an action makes of its item. */
interface Change {
  readonly key: Key;
  readonly isCheck: boolean;
  readonly before: rows.Stored | undefined;
  /** As it will be; undefined: it goes. */
  readonly item: Item | undefined;
  readonly bytes: number;
  readonly units: number;
}

/** @throws RangeError for what no table takes, before anything is written */
function changeOf(action: Action, before: rows.Stored | undefined, price: number): Change {
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

/** @throws TableBusy when nobody waits any more: whether it comes on the disk is unknown then */
function unlessAborted(synced: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return synced;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new TableBusy("closed", signal.reason));
    signal.addEventListener("abort", abort, { once: true });
    synced.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function isLogged(pk: string): boolean {
  return LOGGED_ENDS.some((end) => pk.endsWith(end)) || LOGGED_STARTS.some((start) => pk.startsWith(start));
}
