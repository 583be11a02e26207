import type { Action, Condition, Consumed, IndexKey, Item, Key, Refusal, Scalar, Test, Update } from "./table.ts";

/** The DynamoDB rules for conditions, updates, bytes and units, for tables that apply them in their own code. */

/** Compares UTF-8 bytes, as sort keys do: JavaScript's `<` would put U+E000 after U+10000. */
export function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

export function keyOf(action: Action): Key {
  if ("put" in action) return keyOfItem(action.put);
  if ("delete" in action) return action.delete;
  return "check" in action ? action.check : action.update;
}

/** @throws RangeError for an item without its key */
export function keyOfItem({ pk, sk }: Item): Key {
  if (typeof pk !== "string" || typeof sk !== "string") throw new RangeError("an item without its key");
  return { pk, sk };
}

export function isMet({ all, orAbsent }: Condition, stored: Item | undefined): boolean {
  if (stored === undefined && orAbsent === true) return true;
  return all.every((test) => holds(test, stored ?? {}));
}

function holds(test: Test, item: Item): boolean {
  if ("exists" in test) return item[test.exists] !== undefined;
  if ("missing" in test) return item[test.missing] === undefined;
  if ("equals" in test) return item[test.equals[0]] === test.equals[1];
  if ("atMost" in test) return isAtMost(item[test.atMost[0]], test.atMost[1]);
  const set = item["holds" in test ? test.holds[0] : test.size[0]];
  if (typeof set !== "object") return false;
  if ("holds" in test) return set.has(test.holds[1]);
  return test.size[1] === "one" ? set.size === 1 : set.size > 1;
}

function isAtMost(stored: Item[string], most: Scalar): boolean {
  if (typeof most === "number") return typeof stored === "number" && stored <= most;
  return typeof stored === "string" && compareBytes(stored, most) <= 0;
}

export function updated(stored: Item | undefined, action: Update): Item {
  const { update, set = {}, add = {}, include = {}, exclude = {}, remove = [] } = action;
  const next: Record<string, Item[string]> = { ...(stored ?? { pk: update.pk, sk: update.sk }), ...set };
  for (const [name, by] of Object.entries(add)) next[name] = added(next[name] ?? 0, by);
  for (const [name, member] of Object.entries(include)) next[name] = new Set(setOf(next, name)).add(member);
  for (const [name, member] of Object.entries(exclude)) {
    const rest = new Set(setOf(next, name));
    rest.delete(member);
    next[name] = rest.size > 0 ? rest : undefined;
  }
  for (const name of remove) next[name] = undefined;
  return next;
}

function added(stored: Item[string], by: number): number {
  if (typeof stored !== "number") throw new RangeError("a number is added to a non-number");
  if (!Number.isSafeInteger(stored + by)) throw new RangeError("a sum that is no safe integer");
  return stored + by;
}

function setOf(item: Item, name: string): ReadonlySet<string> {
  const value = item[name];
  if (value === undefined) return new Set();
  if (typeof value === "object") return value;
  throw new RangeError(`${name} holds no set`);
}

export function pick(item: Item, only: readonly string[] | undefined): Item {
  if (only === undefined) return item;
  const picked: Record<string, Item[string]> = {};
  for (const name of only) if (item[name] !== undefined) picked[name] = item[name];
  return picked;
}

/** Size of an item in bytes: names, texts and set members in UTF-8, numbers as DynamoDB packs them. */
export function sizeOf(item: Item | IndexKey): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) {
    if (value === undefined) continue;
    bytes += Buffer.byteLength(name);
    if (typeof value === "string") bytes += Buffer.byteLength(value);
    else if (typeof value === "number") bytes += numberSize(value);
    else for (const member of value) bytes += Buffer.byteLength(member);
  }
  return bytes;
}

/** One byte per two digits, without trailing zeros, plus one; one more for a sign. */
function numberSize(value: number): number {
  const digits = String(Math.abs(value)).replace(/0+$/, "").length;
  return Math.ceil(digits / 2) + 1 + (value < 0 ? 1 : 0);
}

/** Units of a strongly consistent read; an eventually consistent read costs half, a transactional read twice. */
export function readUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 4096));
}

/** Units of a single write, by the larger size of the item before and after; a transactional write costs twice. */
export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 1024));
}

/** Index units of a write, never doubled: 1 for a removed entry, 1 for an added entry. */
export function indexUnits(before: Item | undefined, after: Item | undefined): number {
  if (before?.g1p === after?.g1p && before?.g1s === after?.g1s) return 0;
  return (isIndexed(before) ? 1 : 0) + (isIndexed(after) ? 1 : 0);
}

/** An item is in the index where it has both index keys. */
export function isIndexed(item: Item | undefined): boolean {
  return item?.g1p !== undefined && item.g1s !== undefined;
}

/** @returns the conditions that do not hold for the stored items */
export function refusalsOf(actions: readonly Action[], stored: (index: number) => Item | undefined): Refusal[] {
  return actions.flatMap(({ condition }, index) =>
    condition === undefined || isMet(condition, stored(index)) ? [] : [{ index, stored: stored(index) }],
  );
}

interface Page<R> {
  readonly taken: readonly R[];
  readonly bytes: number;
  /** Where the next page continues. Set where this page was full, even if no rows follow. */
  readonly last: R | undefined;
}

/** The rows that fit into `room` bytes, at least one row, up to `limit` rows. */
export function takePage<R>(
  rows: Iterable<R>,
  bytesOf: (row: R) => number,
  { room, limit }: { readonly room: number; readonly limit?: number | undefined },
): Page<R> {
  const taken: R[] = [];
  let bytes = 0;
  for (const row of rows) {
    const more = bytesOf(row);
    if (taken.length > 0 && bytes + more > room) return { taken, bytes, last: taken.at(-1) };
    taken.push(row);
    bytes += more;
    if (taken.length === limit) return { taken, bytes, last: row };
  }
  return { taken, bytes, last: undefined };
}

/** The cost of reading these items. @param price per unit: 2 in a transaction, ½ for an eventually consistent read */
export function reading(bytes: readonly number[], price = 1): Consumed {
  return { rcu: price * bytes.reduce((sum, one) => sum + readUnits(one), 0), wcu: 0, attempts: 1 };
}

export function writing(units: readonly number[]): Consumed {
  return { rcu: 0, wcu: units.reduce((sum, one) => sum + one, 0), attempts: 1 };
}
