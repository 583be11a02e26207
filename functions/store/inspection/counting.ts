import { SCHEMA_VERSION } from "../keys.ts";
import type { TypeLayout } from "../storedType.ts";
import type { Action, Condition, Item, Key } from "../table.ts";
import type { Contradiction, InspectedSide, Inspector } from "./inspector.ts";

/** Counters against what is there. Ids are listed in the order of the counters, so each range of ids is counted in passing. */

/** The ids from one place of the order up to another. */
export interface IdRange {
  /** Included. */
  readonly from: string;
  /** Excluded; absent: to the end. */
  readonly before: string | undefined;
}

/** Letter of the type and two random characters: what one number of a counter counts. */
const BUCKET = 3;
/** So often a range that is being written to is counted before it is left alone. */
const COUNTS = 5;

export function bucketOf(id: string): string {
  return id.slice(0, BUCKET);
}

/** @param counted how many ids of each bucket were listed in the range, which holds whole buckets */
export async function checkCounters(
  inspector: Inspector,
  side: InspectedSide,
  { letter }: TypeLayout,
  range: IdRange,
  counted: ReadonlyMap<string, number>,
): Promise<void> {
  const open = new Map(counted);
  for await (const items of side.view.pages(side.keys.counters(), { prefix: `${letter.toUpperCase()}#` })) {
    for (const item of items) {
      inspector.looked(1);
      if (range.from <= letter && sumOf(item) !== item.nn) {
        await inspector.settle(side.side, () => lookAtSum(inspector, keyOf(item)));
      }
      for (const [bucket, size] of bucketsOf(item)) {
        const inRange = bucket >= range.from && (range.before === undefined || bucket < range.before);
        if (!inRange) continue;
        if ((open.get(bucket) ?? 0) !== size) await settleCount(inspector, side, bucket);
        open.delete(bucket);
      }
    }
  }
  // What was listed and has no counter at all.
  for (const bucket of open.keys()) await settleCount(inspector, side, bucket);
}

function settleCount(inspector: Inspector, side: InspectedSide, bucket: string): Promise<void> {
  return inspector.settle(side.side, () => lookAtCount(inspector, side, bucket));
}

/** Counts between two readings of the counter, until both readings and two counts in a row are alike. */
async function lookAtCount(
  inspector: Inspector,
  side: InspectedSide,
  bucket: string,
): Promise<Contradiction | undefined> {
  const key = side.keys.counter(bucket);
  const name = `c${bucket.charAt(2)}`;
  let before: string | undefined;
  for (let counts = 0; counts < COUNTS; counts++) {
    const stated = (await inspector.database.get(key))?.[name];
    const counted = await countIds(side, bucket);
    const after = (await inspector.database.get(key))?.[name];
    if ((stated ?? 0) === counted && stated === after) return undefined;
    const seen = `${stated} ${counted} ${after}`;
    if (stated === after && seen === before) return contradictionOf(key, name, bucket, stated, counted);
    before = seen;
  }
  inspector.unsettled(bucket);
  return undefined;
}

function contradictionOf(key: Key, name: string, bucket: string, stated: unknown, counted: number): Contradiction {
  const found = { code: "counter.wrong", ids: [bucket] } as const;
  if (stated !== undefined && typeof stated !== "number") return found;
  const by = counted - (stated ?? 0);
  const stillStated: Condition =
    stated === undefined ? { all: [{ missing: name }] } : { all: [{ equals: [name, stated] }] };
  return { ...found, repair: [raise(key, { nn: by, [name]: by }, stillStated)] };
}

/** Every write changes the sum and one of its parts by the same: what is missing from the sum stays missing. */
async function lookAtSum(inspector: Inspector, key: Key): Promise<Contradiction | undefined> {
  const item = await inspector.database.get(key);
  const sum = item && sumOf(item);
  if (item === undefined || sum === undefined || sum === item.nn) return undefined;
  const { nn } = item;
  const found = { code: "counter.sum", ids: [beginningOf(String(key.sk))] } as const;
  if (nn !== undefined && typeof nn !== "number") return found;
  const stillStated: Condition = nn === undefined ? { all: [{ missing: "nn" }] } : { all: [{ equals: ["nn", nn] }] };
  return { ...found, repair: [raise(key, { nn: sum - (nn ?? 0) }, stillStated)] };
}

function raise(update: Key, add: Readonly<Record<string, number>>, condition: Condition): Action {
  return { update, set: { sv: SCHEMA_VERSION }, add, condition };
}

async function countIds(side: InspectedSide, bucket: string): Promise<number> {
  let size = 0;
  for await (const items of side.view.pages(side.keys.resource(bucket).pk, { prefix: bucket, only: ["sk"] })) {
    // dynoxide 1.2.1 takes upper and lower case for the same in begins_with; DynamoDB does not.
    size += items.filter(({ sk }) => String(sk).startsWith(bucket)).length;
  }
  return size;
}

function* bucketsOf(item: Item): Iterable<readonly [bucket: string, size: unknown]> {
  const beginning = beginningOf(String(item.sk));
  for (const [name, size] of Object.entries(item)) {
    // No other attribute has a name of this form.
    if (/^c.$/.test(name)) yield [beginning + name.charAt(1), size];
  }
}

/** What the ids begin with that a counter item counts. */
function beginningOf(sk: string): string {
  return sk.charAt(0).toLowerCase() + sk.slice(2);
}

function sumOf(item: Item): number {
  let sum = 0;
  for (const [, size] of bucketsOf(item)) sum += Number(size);
  return sum;
}

function keyOf({ pk, sk }: Item): Key {
  return { pk: String(pk), sk: String(sk) };
}
