import {
  type Action,
  type Condition,
  type Item,
  type Key,
  type Range,
  type ReverseRange,
  TABLE_LIMITS,
  type Update,
} from "./table.ts";
import { compareBytes, keyOf, keyOfItem, sizeOf } from "./tableRules.ts";

/**
 * Checks that refuse what DynamoDB refuses, or what no table could answer in the same way. Every table uses them, before it
 * reads or writes. Each function throws a RangeError: such a call is a fault of the caller.
 */

export function checkKeys(keys: readonly Key[]): void {
  checkCount(keys, TABLE_LIMITS.keysPerRead);
  keys.forEach(checkKey);
  checkDistinct(keys);
}

export function checkTogether(found: readonly (Item | undefined)[]): void {
  const bytes = found.reduce((sum, item) => sum + (item === undefined ? 0 : sizeOf(item)), 0);
  if (bytes > TABLE_LIMITS.transactionBytes) throw new RangeError("a transaction over 4 MB");
}

export function checkQuery(pk: string, { prefix, from, after, limit }: Range): void {
  checkKeyText(pk, TABLE_LIMITS.partitionKeyBytes);
  for (const sk of [prefix, from, after]) if (sk !== undefined) checkKeyText(sk, TABLE_LIMITS.sortKeyBytes);
  checkLimit(limit);
  if (prefix !== undefined && from !== undefined) throw new RangeError("a query has a prefix or a start, not both");
  const outside =
    after !== undefined &&
    ((prefix !== undefined && !after.startsWith(prefix)) || (from !== undefined && compareBytes(after, from) < 0));
  if (outside) throw new RangeError("a query continues after a key outside of its range");
}

export function checkReverseQuery(g1p: string, { after, before, limit }: ReverseRange): void {
  checkKeyText(g1p, TABLE_LIMITS.partitionKeyBytes);
  if (before !== undefined) checkKeyText(before, TABLE_LIMITS.sortKeyBytes);
  checkLimit(limit);
  if (after === undefined) return;
  checkKey(after);
  checkKey({ pk: after.g1p, sk: after.g1s });
  const outside = after.g1p !== g1p || (before !== undefined && compareBytes(after.g1s, before) >= 0);
  if (outside) throw new RangeError("a query continues after an entry outside of its range");
}

export function checkWrite(actions: readonly Action[], token: string | undefined): void {
  checkCount(actions, token === undefined ? 1 : TABLE_LIMITS.actionsPerTransaction);
  checkDistinct(actions.map(keyOf));
  let bytes = 0;
  for (const action of actions) {
    checkKey(keyOf(action));
    if (action.condition !== undefined) checkCondition(action.condition);
    if ("put" in action) bytes += checkItem(action.put);
    else if ("update" in action) bytes += checkUpdate(action);
    else if ("check" in action && token === undefined) throw new RangeError("a check alone writes nothing");
  }
  if (bytes > TABLE_LIMITS.transactionBytes) throw new RangeError("a transaction over 4 MB");
}

export function checkDelete(keys: readonly Key[]): void {
  checkCount(keys, TABLE_LIMITS.keysPerDelete);
  keys.forEach(checkKey);
  checkDistinct(keys);
}

/** @returns the size of the item in bytes */
export function checkItem(item: Item): number {
  checkKey(keyOfItem(item));
  for (const value of Object.values(item)) {
    if (value !== undefined) checkValue(value);
  }
  checkIndexKeys(item);
  const bytes = sizeOf(item);
  if (bytes > TABLE_LIMITS.itemBytes) throw new RangeError("an item over 400 KB");
  return bytes;
}

/** @returns the bytes of its names and values */
function checkUpdate({ set = {}, add = {}, include = {}, exclude = {}, remove = [], condition }: Update): number {
  const given: Item = { ...set, ...add, ...include, ...exclude };
  const names = [...[set, add, include, exclude].flatMap((values) => Object.keys(values)), ...remove];
  if (names.length === 0) throw new RangeError("an update that changes nothing");
  if (new Set(names).size < names.length) throw new RangeError("an update names an attribute twice");
  if (names.includes("pk") || names.includes("sk")) throw new RangeError("an update of the key");
  Object.values(given).forEach(checkValue);
  Object.values(add).forEach(checkNumber);
  checkIndexKeys(given);
  const gives = [set, add, include].some((values) => Object.keys(values).length > 0);
  if (!gives && !requiresItem(condition)) throw new RangeError("an update that only removes must require an item");
  return sizeOf(given);
}

/** Without an item, DynamoDB would create none, but an emulator would create an empty one. */
function requiresItem(condition: Condition | undefined): boolean {
  return condition?.orAbsent !== true && condition?.all.some((test) => !("missing" in test)) === true;
}

function checkCondition({ all }: Condition): void {
  if (all.length === 0) throw new RangeError("a condition without a test");
  for (const test of all) {
    if ("equals" in test) checkValue(test.equals[1]);
    else if ("atMost" in test) checkValue(test.atMost[1]);
    else if ("holds" in test) checkValue(test.holds[1]);
  }
}

function checkIndexKeys({ g1p, g1s }: Item): void {
  if (g1p !== undefined) checkKeyText(g1p, TABLE_LIMITS.partitionKeyBytes);
  if (g1s !== undefined) checkKeyText(g1s, TABLE_LIMITS.sortKeyBytes);
}

function checkValue(value: Item[string]): void {
  if (typeof value === "string") checkText(value);
  else if (typeof value === "number") checkNumber(value);
  else if (value === undefined || value.size === 0) throw new RangeError("an empty set");
  else value.forEach(checkText);
}

function checkNumber(value: number): void {
  if (!Number.isSafeInteger(value)) throw new RangeError("a number that is no safe integer");
}

/** UTF-8 has no lone surrogates: two different ones would become the same key. */
function checkText(value: string): void {
  if (!value.isWellFormed()) throw new RangeError("a text with a lone surrogate");
}

function checkKey({ pk, sk }: Key): void {
  checkKeyText(pk, TABLE_LIMITS.partitionKeyBytes);
  checkKeyText(sk, TABLE_LIMITS.sortKeyBytes);
}

function checkKeyText(value: Item[string], most: number): void {
  if (typeof value !== "string") throw new RangeError("a key that is no text");
  checkText(value);
  const bytes = Buffer.byteLength(value);
  if (bytes === 0 || bytes > most) throw new RangeError(`a key of ${bytes} bytes: it has 1 to ${most}`);
}

function checkLimit(limit: number | undefined): void {
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0)) throw new RangeError("a limit below 1");
}

function checkCount(entries: readonly unknown[], most: number): void {
  if (entries.length < 1 || entries.length > most) {
    throw new RangeError(`a call names ${entries.length} items: it takes 1 to ${most}`);
  }
}

function checkDistinct(keys: readonly Key[]): void {
  const distinct = new Set(keys.map(({ pk, sk }) => `${pk.length} ${pk}${sk}`));
  if (distinct.size < keys.length) throw new RangeError("a call names an item twice");
}
