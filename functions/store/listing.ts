import { locate, readCounts } from "./counters.ts";
import type { Listed, Page } from "./records.ts";
import type { TypeLayout } from "./storedTypes.ts";
import type { Item, Range } from "./table.ts";
import type { OrgView } from "./view.ts";

/** The type of a list, and the attributes read of each item. */
export interface ListedItems<T> {
  readonly type: TypeLayout;
  readonly only: readonly string[];
  readonly recordOf: (item: Item) => T;
}

/** Resources from the 0-based `start` in the order of their ids. */
export async function pageOf<T>(view: OrgView, listed: ListedItems<T>, start: number, limit: number): Promise<Page<T>> {
  // The first page needs no position: read it together with the counters.
  const first = start === 0 && limit > 0 ? readOn(view, listed, {}, limit) : undefined;
  const [counts, firstItems] = await Promise.all([readCounts(view, listed.type), first]);
  if (firstItems !== undefined) return { total: counts.total, records: firstItems.map(listed.recordOf) };
  const beginning = limit > 0 ? await locate(view, counts, start) : undefined;
  if (beginning === undefined) return { total: counts.total, records: [] };
  const items = await readOn(view, listed, { from: beginning.from }, beginning.skip + limit);
  return { total: counts.total, records: items.slice(beginning.skip).map(listed.recordOf) };
}

/** At most so many items. @param start where they begin: `from` is included, `after` is not */
async function readOn(
  view: OrgView,
  { type, only }: ListedItems<unknown>,
  start: Pick<Range, "from" | "after">,
  count: number,
): Promise<Item[]> {
  const found: Item[] = [];
  let range: Range = { ...start, only };
  do {
    const page = await view.query(view.keys.collection(type), { ...range, limit: count - found.length });
    found.push(...page.items);
    range = { ...range, after: page.last };
  } while (range.after !== undefined && found.length < count);
  return found;
}

/** Resources in the order of their ids, after the id `after`. */
export async function listOf<T>(
  view: OrgView,
  listed: ListedItems<T>,
  limit: number,
  after: string | undefined,
): Promise<Listed<T>> {
  // One more than the limit shows whether there is a next page.
  const found = await readOn(view, listed, { after }, limit + 1);
  const shown = found.slice(0, limit);
  return { records: shown.map(listed.recordOf), next: found.length > limit ? String(shown.at(-1)?.sk) : undefined };
}

/** Up to so many are read by key, in one call. */
const FEW = 40;
/** For more, a sample of one in sixteen decides how the rest is read. */
const SAMPLED = 16;

/**
 * The resources among the ids that exist, in no order. A read by key costs a unit however small the item is; a query adds
 * up bytes. So a query is cheaper where the ids are a large share of all, as for a member of most groups. Its first part
 * shows which is cheaper: the total is at most the cost of reading each by key, plus that first part.
 */
export async function findAmong<T>(
  view: OrgView,
  { type, only, recordOf }: ListedItems<T>,
  ids: readonly string[],
): Promise<T[]> {
  const wanted = new Set(ids);
  const found: T[] = [];
  let left = [...wanted].sort();
  let limit = SAMPLED + Math.ceil(left.length / SAMPLED);
  while (left.length > FEW) {
    const { items, last, consumed } = await view.query(view.keys.collection(type), { from: left[0], limit, only });
    for (const item of items) if (wanted.has(String(item.sk))) found.push(recordOf(item));
    const passed = left.length;
    left = last === undefined ? [] : left.filter((id) => id > last);
    const gained = passed - left.length;
    if (consumed.rcu >= gained) break;
    limit = SAMPLED + Math.ceil((items.length / gained) * left.length);
  }
  const keys = left.map((id) => view.keys.resource(id));
  return [...found, ...(await view.getMany(keys, only)).map(recordOf)];
}

/** Every resource once, in the order of ids, page by page. */
export async function* scanOf<T>(view: OrgView, { type, only, recordOf }: ListedItems<T>): AsyncIterable<readonly T[]> {
  for await (const items of view.pages(view.keys.collection(type), { only })) yield items.map(recordOf);
}
