import { isDeepStrictEqual } from "node:util";
import {
  type Action,
  type Condition,
  type IndexKey,
  type Item,
  type Key,
  type Range,
  type ReverseRange,
  type Table,
  TableBusy,
  type Test,
} from "../../functions/store/table.ts";

const FREE = { rcu: 0, wcu: 0, attempts: 1 };

/**
 * The table's port in the simplest form, over maps, without limits and prices: laws compare with it, and the simulation runs on
 * it, because it takes a quarter of SQLite's time.
 */
export class PlainTable implements Table {
  /** By partition, then sort key. */
  #partitions = new Map<string, Map<string, Item>>();
  /** By index partition: the index key of each of its items. */
  #index = new Map<string, Map<Item, IndexKey>>();
  readonly #tokens = new Map<string, readonly Action[]>();

  /** All items; an unwritten item stays the same object. */
  contents(): (Item & Key)[] {
    // Stored items include their keys.
    return [...this.#partitions.values()].flatMap((items) => [...items.values()]) as (Item & Key)[];
  }

  /** All items of a partition, unordered. */
  partition(pk: string): Item[] {
    return [...(this.#partitions.get(pk)?.values() ?? [])];
  }

  /** Replaces the whole content. */
  replaceAll(items: readonly (Item & Key)[]): void {
    this.#partitions = new Map();
    this.#index = new Map();
    for (const item of items) this.store(item, item);
  }

  async get(key: Key, signal?: AbortSignal) {
    refuseAborted(signal);
    return { item: this.at(key), consumed: FREE };
  }

  async getMany(keys: readonly Key[], only?: readonly string[], signal?: AbortSignal) {
    refuseAborted(signal);
    const items = keys.map((key) => this.at(key)).filter((item) => item !== undefined);
    return { items: items.map((item) => part(item, only)), left: [], consumed: FREE };
  }

  async getTogether(keys: readonly Key[], signal?: AbortSignal) {
    refuseAborted(signal);
    return { items: keys.map((key) => this.at(key)), consumed: FREE };
  }

  async query(pk: string, { prefix = "", from = "", after, limit = 1000, only, having }: Range, signal?: AbortSignal) {
    refuseAborted(signal);
    const inRange = (sk: string) =>
      sk.startsWith(prefix) && order(sk, from) >= 0 && (after === undefined || order(sk, after) > 0);
    const read = [...(this.#partitions.get(pk) ?? [])]
      .filter(([sk]) => inRange(sk))
      .sort(([one], [other]) => order(one, other))
      .slice(0, limit);
    const items = read.filter(([, item]) => having === undefined || item[having] !== undefined);
    const last = read.length === limit ? read.at(-1)?.[0] : undefined;
    return { items: items.map(([, item]) => part(item, only)), last, consumed: FREE };
  }

  async queryReverse(wanted: string, { after, before, limit = 1000 }: ReverseRange, signal?: AbortSignal) {
    refuseAborted(signal);
    const found = [...(this.#index.get(wanted)?.values() ?? [])];
    const rest = found
      .filter((entry) => before === undefined || order(entry.g1s, before) < 0)
      .filter((entry) => after === undefined || byIndex(entry, after) > 0)
      .sort(byIndex)
      .slice(0, limit);
    return { items: rest, last: rest.length === limit ? rest.at(-1) : undefined, consumed: FREE };
  }

  async write(actions: readonly Action[], token?: string, signal?: AbortSignal) {
    refuseAborted(signal);
    const known = token === undefined ? undefined : this.#tokens.get(token);
    if (known !== undefined && !isDeepStrictEqual(known, actions)) throw new RangeError("the token of other actions");
    if (known !== undefined) return { refusals: [], consumed: FREE };
    const stored = actions.map((action) => this.at(keyIn(action)));
    const refusals = actions.flatMap(({ condition }, index) =>
      condition === undefined || isMet(condition, stored[index]) ? [] : [{ index, stored: stored[index] }],
    );
    const isRefused = (index: number) => refusals.some((refusal) => refusal.index === index);
    // Computes all items before storing any: a fault writes nothing, and precedes a refusal.
    const after = actions.map((action, index) => (isRefused(index) ? undefined : changed(action, stored[index])));
    if (refusals.length > 0) return { refusals, consumed: FREE };
    for (const [index, action] of actions.entries()) this.store(keyIn(action), after[index]);
    if (token !== undefined) this.#tokens.set(token, actions);
    return { refusals, consumed: FREE };
  }

  async deleteMany(keys: readonly Key[], signal?: AbortSignal) {
    refuseAborted(signal);
    for (const key of keys) this.store(key, undefined);
    return { left: [], consumed: FREE };
  }

  /** What a read finds now. */
  at({ pk, sk }: Key): Item | undefined {
    return this.#partitions.get(pk)?.get(sk);
  }

  /** @param item undefined: removes it */
  store({ pk, sk }: Key, item: Item | undefined): void {
    const partition = this.#partitions.get(pk) ?? new Map<string, Item>();
    this.#partitions.set(pk, partition);
    const before = partition.get(sk);
    if (before !== undefined) this.#index.get(String(before.g1p))?.delete(before);
    if (item?.g1p !== undefined && item.g1s !== undefined) {
      const indexed = this.#index.get(String(item.g1p)) ?? new Map<Item, IndexKey>();
      this.#index.set(String(item.g1p), indexed);
      indexed.set(item, { pk, sk, g1p: String(item.g1p), g1s: String(item.g1s) });
    }
    if (item === undefined) partition.delete(sk);
    else partition.set(sk, item);
  }
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new TableBusy("closed", signal.reason);
}

/** The item after an action; undefined: none. */
function changed(action: Action, before: Item | undefined): Item | undefined {
  if ("check" in action) return before;
  if ("delete" in action) return undefined;
  if ("put" in action) return defined(action.put);
  const item: Record<string, Item[string]> = { ...(before ?? action.update), ...action.set };
  for (const name in action.add) item[name] = numberIn(item, name) + (action.add[name] ?? 0);
  for (const name in action.include) item[name] = new Set([...setIn(item, name), action.include[name] ?? ""]);
  for (const name in action.exclude) {
    const rest = [...setIn(item, name)].filter((one) => one !== action.exclude?.[name]);
    item[name] = rest.length > 0 ? new Set(rest) : undefined;
  }
  for (const name of action.remove ?? []) item[name] = undefined;
  return defined(item);
}

/** Without undefined attributes, which are not stored. */
function defined(item: Item): Item {
  const whole: Record<string, Item[string]> = {};
  for (const name in item) if (item[name] !== undefined) whole[name] = item[name];
  return whole;
}

function isMet({ all, orAbsent }: Condition, item: Item | undefined): boolean {
  if (orAbsent === true && item === undefined) return true;
  return all.every((test) => holds(test, item ?? {}));
}

function holds(test: Test, item: Item): boolean {
  if ("exists" in test) return test.exists in item;
  if ("missing" in test) return !(test.missing in item);
  if ("equals" in test) return item[test.equals[0]] === test.equals[1];
  if ("atMost" in test) {
    const value = item[test.atMost[0]];
    return typeof value === typeof test.atMost[1] && order(value, test.atMost[1]) <= 0;
  }
  if ("holds" in test) return [...setIn(item, test.holds[0])].includes(test.holds[1]);
  const members = [...setIn(item, test.size[0])].length;
  return test.size[1] === "one" ? members === 1 : members >= 2;
}

/** @throws Error as in every table */
function numberIn(item: Item, name: string): number {
  const value = item[name] ?? 0;
  if (typeof value !== "number") throw new Error("no number");
  return value;
}

function setIn(item: Item, name: string): ReadonlySet<string> {
  const value = item[name] ?? new Set();
  if (typeof value !== "object") throw new Error("no set");
  return value;
}

function byIndex(one: IndexKey, other: IndexKey): number {
  return order(one.g1s, other.g1s) || order(one.pk, other.pk) || order(one.sk, other.sk);
}

/** Code points sort like their UTF-8 bytes. */
function order(left: Item[string], right: Item[string]): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  const [one, other] = [String(left), String(right)];
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return (one.codePointAt(at) ?? -1) - (other.codePointAt(at) ?? -1);
}

function part(item: Item, only: readonly string[] | undefined): Item {
  if (only === undefined) return item;
  return Object.fromEntries(Object.entries(item).filter(([name]) => only.includes(name)));
}

function keyIn(action: Action): Key {
  if ("put" in action) return { pk: String(action.put.pk), sk: String(action.put.sk) };
  if ("delete" in action) return action.delete;
  return "check" in action ? action.check : action.update;
}
