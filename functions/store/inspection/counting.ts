import { bucketsOf } from "../counters.ts";
import { keyIn, SCHEMA_VERSION } from "../keys.ts";
import type { TypeLayout } from "../storedTypes.ts";
import { type Item, type Key, type Range, stillIs } from "../table.ts";
import type { Contradiction, Inspector } from "./inspector.ts";

/** Compares counters with the stored resources. Ids are listed in the order of the counters, so each range is counted during the walk. */

/** The ids between two places in their order. */
interface IdRange {
  /** Included. */
  readonly from: string;
  /** Excluded; absent: to the end. */
  readonly before: string | undefined;
}

/** Letter of the type and two random characters: the ids that one number of a counter counts. */
const BUCKET = 3;

export function bucketOf(id: unknown): string {
  return String(id).slice(0, BUCKET);
}

/** The resources of a bucket, page by page. */
export async function* pagesOfBucket({ view, keys }: Inspector, bucket: string, range: Range) {
  for await (const items of view.pages(keys.resource(bucket).pk, { ...range, prefix: bucket })) {
    // dynoxide 1.2.1 ignores case in begins_with; DynamoDB does not.
    yield items.filter(({ sk }) => bucketOf(sk) === bucket);
  }
}

/** @param listed the resources in the range, which consists of whole buckets */
export async function checkCounters(
  inspector: Inspector,
  { letter }: TypeLayout,
  { from, before }: IdRange,
  listed: readonly Item[],
): Promise<void> {
  const counted = Map.groupBy(listed, ({ sk }) => bucketOf(sk));
  const settle = (bucket: string) => inspector.settle(() => lookAtCount(inspector, bucket));
  for await (const items of inspector.view.pages(inspector.keys.counters(), { prefix: `${letter.toUpperCase()}#` })) {
    inspector.looked(items.length);
    for (const item of items) {
      if (from <= letter && sumOf(item) !== item.nn) await inspector.settle(() => lookAtSum(inspector, item));
      for (const { prefix, size } of bucketsOf(beginningOf(item), item)) {
        if (prefix < from || (before !== undefined && prefix >= before)) continue;
        if ((counted.get(prefix)?.length ?? 0) !== size) await settle(prefix);
        counted.delete(prefix);
      }
    }
  }
  // Listed resources without any counter.
  for (const bucket of counted.keys()) await settle(bucket);
}

async function lookAtCount(inspector: Inspector, bucket: string): Promise<Contradiction | undefined> {
  const key = inspector.keys.counter(bucket);
  const name = `c${bucket.charAt(2)}`;
  const count = async () => {
    let size = 0;
    for await (const items of pagesOfBucket(inspector, bucket, { only: ["sk"] })) size += items.length;
    return size;
  };
  const stated = (item: Item | undefined) => item?.[name] ?? 0;
  const found = await inspector.miscount(key, bucket, stated, count, (item, counted) => stated(item) === counted);
  return (
    found && wrong("counter.wrong", bucket, key, found.item, found.counted - Number(found.item?.[name] ?? 0), name)
  );
}

/** Every write changes the sum and a part by the same number, so an error in the sum stays until it is repaired. */
async function lookAtSum(inspector: Inspector, counter: Item): Promise<Contradiction | undefined> {
  const key = keyIn(counter);
  const item = await inspector.database.get(key);
  if (item === undefined || sumOf(item) === item.nn) return undefined;
  return wrong("counter.sum", beginningOf(item), key, item, sumOf(item) - Number(item.nn ?? 0), "nn");
}

/** @param name the wrong attribute, wrong by `by`; correcting a part also changes the sum */
function wrong(
  code: "counter.wrong" | "counter.sum",
  id: string,
  update: Key,
  item: Item | undefined,
  by: number,
  name: string,
): Contradiction {
  const ids = [id];
  // DynamoDB cannot add to an attribute that is no number.
  if (Number.isNaN(by) || typeof (item?.[name] ?? 0) !== "number") return { code, ids };
  const condition = { all: stillIs(name, item?.[name]) };
  return { code, ids, repair: [{ update, set: { sv: SCHEMA_VERSION }, add: { nn: by, [name]: by }, condition }] };
}

/** The prefix of the ids that a counter item counts. */
function beginningOf({ sk }: Item): string {
  return String(sk).charAt(0).toLowerCase() + String(sk).slice(2);
}

function sumOf(item: Item): number {
  return bucketsOf(beginningOf(item), item).reduce((sum, { size }) => sum + size, 0);
}
