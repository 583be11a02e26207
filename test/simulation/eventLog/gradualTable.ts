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

/** Transactions that are remembered. */
const RECENT = 8;
const FREE = { rcu: 0, wcu: 0, attempts: 1 };

/** All that one transaction writes, when it is decided. */
export type Commit = readonly ItemChange[];

interface Watcher {
  /** Between two items of a transaction: undefined where nobody comes between. */
  pause(): Promise<void> | undefined;
  /** In which order they are written. */
  shuffled(changes: Commit): Commit;
  decided(commit: Commit): void;
  /** As the stream says it: when the item is written, which is not when its transaction is. */
  written(change: ItemChange): void;
}

/**
 * A table whose transactions come true item by item, as DynamoDB's do: reads of single items, pages and batches may show one
 * by halves, and the stream brings its records apart. Only transactions do not: what meets one that is under way is a conflict.
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

  /** What a read finds there, at once. */
  at(key: Key): Item | undefined {
    return this.#plain.at(key);
  }

  /** All items of a partition, in no order. */
  partition(pk: string): Item[] {
    return this.#plain.partition(pk);
  }

  contents(): (Item & Key)[] {
    return this.#plain.contents();
  }

  /** Holds these from now on, and nothing else. */
  replaceAll(items: readonly (Item & Key)[]): void {
    this.#plain.replaceAll(items);
    this.#underWay.clear();
    this.#recent = [];
  }

  /** What was decided and is not written yet. */
  get underWay(): Commit {
    return [...this.#underWay.values()];
  }

  /** The last transactions, the newest first. */
  get recent(): readonly Commit[] {
    return this.#recent;
  }

  /** Items whose time to live is over and that no transaction holds. @param now milliseconds since the epoch */
  expired(now: number): Key[] {
    return this.contents().filter(({ ttl, pk, sk }) => {
      return typeof ttl === "number" && ttl * 1000 <= now && !this.#underWay.has(keyText({ pk, sk }));
    });
  }

  /** As DynamoDB does it at any time after. */
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
    // Whoever logs what the stream brought comes later than the last item of what is logged.
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

  /** Goes on to its end whatever becomes of those who asked for it. */
  async #writeGradually(commit: Commit): Promise<void> {
    const [only, another] = commit;
    if (only !== undefined && another === undefined) return this.#store(only);
    for (const change of commit) this.#underWay.set(keyText(change.key), change);
    for (const change of this.#watcher.shuffled(commit)) {
      const pause = this.#watcher.pause();
      if (pause !== undefined) await pause;
      // Otherwise it is written already, or the table was restored meanwhile.
      const name = keyText(change.key);
      if (this.#underWay.get(name) !== change) continue;
      this.#underWay.delete(name);
      this.#store(change);
    }
  }

  /** What is under way in directories is written. */
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
