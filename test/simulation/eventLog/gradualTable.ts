import { keyText } from "../../../functions/store/keys.ts";
import type { ItemChange } from "../../../functions/store/table.ts";
import {
  ACTIONS_PER_TRANSACTION,
  type Action,
  type Item,
  type Key,
  type Range,
  type ReverseRange,
  type Table,
  TableBusy,
} from "../../../functions/store/table.ts";
import { keyOf, refusalsOf, updated } from "../../../functions/store/tableRules.ts";
import { PlainTable } from "../../support/plainTable.ts";

/** Number of remembered transactions. */
const RECENT = 8;
const FREE = { rcu: 0, wcu: 0, attempts: 1 };

/** All writes of one transaction, when it is decided. */
export type Commit = readonly ItemChange[];

interface Watcher {
  /** A pause between two items of a transaction; undefined: no pause. */
  pause(): Promise<void> | undefined;
  /** The order of writing. */
  shuffled(changes: Commit): Commit;
  decided(commit: Commit): void;
  /** Called when the item is written, later than its transaction: the stream's record. */
  written(change: ItemChange): void;
}

/**
 * A table whose transactions become visible item by item, as in DynamoDB: reads of single items, pages and batches may show
 * half of one, and the stream brings its records separately. Only transactions are isolated: one that meets a pending one
 * conflicts.
 */
export class GradualTable implements Table {
  readonly #plain = new PlainTable();
  readonly #watcher: Watcher;
  readonly #underWay = new Map<string, ItemChange>();
  readonly #tokens = new Set<string>();
  #recent: Commit[] = [];

  constructor(watcher: Watcher) {
    this.#watcher = watcher;
  }

  /** What a read finds now. */
  at(key: Key): Item | undefined {
    return this.#plain.at(key);
  }

  /** All items of a partition, unordered. */
  partition(pk: string): Item[] {
    return this.#plain.partition(pk);
  }

  contents(): (Item & Key)[] {
    return this.#plain.contents();
  }

  /** Replaces the whole content. */
  replaceAll(items: readonly (Item & Key)[]): void {
    this.#plain.replaceAll(items);
    this.#underWay.clear();
    this.#recent = [];
  }

  /** Decided but unwritten changes. */
  get underWay(): Commit {
    return [...this.#underWay.values()];
  }

  /** The last transactions, newest first. */
  get recent(): readonly Commit[] {
    return this.#recent;
  }

  /** Expired items that no transaction holds. @param now milliseconds since the epoch */
  expired(now: number): Key[] {
    return this.contents().filter(({ ttl, pk, sk }) => {
      return typeof ttl === "number" && ttl * 1000 <= now && !this.#underWay.has(keyText({ pk, sk }));
    });
  }

  /** Expires an item, as DynamoDB does at any later time. */
  expire({ pk, sk }: Key): void {
    const key = { pk, sk };
    const before = this.at(key);
    if (before !== undefined && !this.#underWay.has(keyText(key))) this.#store({ key, before, after: undefined });
  }

  get(key: Key) {
    return this.#plain.get(key);
  }

  getMany(keys: readonly Key[], only?: readonly string[]) {
    return this.#plain.getMany(keys, only);
  }

  async getTogether(keys: readonly Key[]) {
    this.#refuseMeeting(keys);
    return this.#plain.getTogether(keys);
  }

  query(pk: string, range: Range) {
    return this.#plain.query(pk, range);
  }

  queryReverse(g1p: string, range: ReverseRange) {
    return this.#plain.queryReverse(g1p, range);
  }

  async write(actions: readonly Action[], token?: string) {
    const keys = actions.map(keyOf);
    if (new Set(keys.map(keyText)).size < keys.length) throw new RangeError("a call names an item twice");
    if (keys.length > ACTIONS_PER_TRANSACTION) throw new RangeError("a transaction of too many actions");
    // A writer of the log comes after the last item of the logged transactions.
    if (keys.some(({ pk }) => pk.endsWith("#L"))) this.#finishAll();
    this.#refuseMeeting(keys);
    if (token !== undefined && this.#tokens.has(token)) return { refusals: [], consumed: FREE };
    const stored = keys.map((key) => this.at(key));
    const refusals = refusalsOf(actions, (index) => stored[index]);
    if (refusals.length > 0) return { refusals, consumed: FREE };
    if (token !== undefined) this.#tokens.add(token);
    const commit = actions.flatMap((action, index): ItemChange[] => {
      if ("check" in action) return [];
      return [{ key: keyOf(action), before: stored[index], after: afterOf(action, stored[index]) }];
    });
    this.#watcher.decided(commit);
    this.#recent = [commit, ...this.#recent].slice(0, RECENT);
    await this.#writeGradually(commit);
    return { refusals, consumed: FREE };
  }

  async deleteMany(keys: readonly Key[]) {
    this.#refuseMeeting(keys);
    for (const key of keys) this.#store({ key, before: this.at(key), after: undefined });
    return { left: [], consumed: FREE };
  }

  /** Continues to its end, even if its callers crash. */
  async #writeGradually(commit: Commit): Promise<void> {
    const [only, another] = commit;
    if (only !== undefined && another === undefined) return this.#store(only);
    for (const change of commit) this.#underWay.set(keyText(change.key), change);
    for (const change of this.#watcher.shuffled(commit)) {
      const pause = this.#watcher.pause();
      if (pause !== undefined) await pause;
      // Otherwise it is already written, or the table was restored meanwhile.
      const name = keyText(change.key);
      if (this.#underWay.get(name) !== change) continue;
      this.#underWay.delete(name);
      this.#store(change);
    }
  }

  /** Writes the pending changes of directories. */
  #finishAll(): void {
    for (const [name, change] of this.#underWay) {
      if (change.key.pk.startsWith("E#") || change.key.pk.startsWith("F#")) continue;
      this.#underWay.delete(name);
      this.#store(change);
    }
  }

  #store(change: ItemChange): void {
    const { key, before, after } = change;
    if (before === undefined && after === undefined) return;
    this.#plain.store(key, after);
    this.#watcher.written(change);
  }

  #refuseMeeting(keys: readonly Key[]): void {
    if (this.#underWay.size > 0 && keys.some((key) => this.#underWay.has(keyText(key))))
      throw new TableBusy("conflict");
  }
}

function afterOf(action: Exclude<Action, { readonly check: Key }>, stored: Item | undefined): Item | undefined {
  if ("delete" in action) return undefined;
  const item = "put" in action ? action.put : updated(stored, action);
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
}
