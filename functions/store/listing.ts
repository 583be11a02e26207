import type { Page } from "../provisioning/ports.ts";
import type { Item } from "./actions.ts";
import { readCounts } from "./counters.ts";
import type { Key, Kind } from "./keys.ts";
import type { OrgView } from "./view.ts";

/** Resources from the 0-based `start` in the order of their ids. */
export async function pageOf<T>(
  view: OrgView,
  kind: Kind,
  start: number,
  limit: number,
  recordOf: (item: Item) => T,
): Promise<Page<T>> {
  // The first page needs no position: it is read beside the counters.
  const first = start === 0 && limit > 0 ? readFrom(view, kind, undefined, limit) : undefined;
  const [counts, firstItems] = await Promise.all([readCounts(view, kind), first]);
  if (firstItems !== undefined) return { total: counts.total, records: firstItems.map(recordOf) };
  const place = limit > 0 ? counts.locate(start) : undefined;
  if (place === undefined) return { total: counts.total, records: [] };
  const items = await readFrom(view, kind, place.from, place.skip + limit);
  return { total: counts.total, records: items.slice(place.skip).map(recordOf) };
}

async function readFrom(view: OrgView, kind: Kind, from: string | undefined, count: number): Promise<Item[]> {
  const found: Item[] = [];
  let after: Key | undefined;
  do {
    const page = await view.query(view.keys.collection(kind), { from, limit: count - found.length, after });
    found.push(...page.items);
    after = page.last;
  } while (after !== undefined && found.length < count);
  return found;
}

/** Every resource once, in the order of ids, a page at a time. */
export async function* scanOf<T>(view: OrgView, kind: Kind, recordOf: (item: Item) => T): AsyncIterable<readonly T[]> {
  for await (const items of view.pages(view.keys.collection(kind))) yield items.map(recordOf);
}
