import type { Page } from "../provisioning/ports.ts";
import type { Item } from "./actions.ts";
import { locate, readCounts } from "./counters.ts";
import type { Key, Kind } from "./keys.ts";
import type { OrgView } from "./view.ts";

/** What a list is made of, and which attributes of each item that takes. */
export interface Listed<T> {
  readonly kind: Kind;
  readonly only: string;
  readonly recordOf: (item: Item) => T;
}

/** Resources from the 0-based `start` in the order of their ids. */
export async function pageOf<T>(view: OrgView, listed: Listed<T>, start: number, limit: number): Promise<Page<T>> {
  // The first page needs no position: it is read beside the counters.
  const first = start === 0 && limit > 0 ? readFrom(view, listed, undefined, limit) : undefined;
  const [counts, firstItems] = await Promise.all([readCounts(view, listed.kind), first]);
  if (firstItems !== undefined) return { total: counts.total, records: firstItems.map(listed.recordOf) };
  const place = limit > 0 ? await locate(view, counts, start) : undefined;
  if (place === undefined) return { total: counts.total, records: [] };
  const items = await readFrom(view, listed, place.from, place.skip + limit);
  return { total: counts.total, records: items.slice(place.skip).map(listed.recordOf) };
}

async function readFrom(
  view: OrgView,
  { kind, only }: Listed<unknown>,
  from: string | undefined,
  count: number,
): Promise<Item[]> {
  const found: Item[] = [];
  let after: Key | undefined;
  do {
    const page = await view.query(view.keys.collection(kind), { from, limit: count - found.length, after, only });
    found.push(...page.items);
    after = page.last;
  } while (after !== undefined && found.length < count);
  return found;
}

/** Every resource once, in the order of ids, a page at a time. */
export async function* scanOf<T>(view: OrgView, { kind, only, recordOf }: Listed<T>): AsyncIterable<readonly T[]> {
  for await (const items of view.pages(view.keys.collection(kind), { only })) yield items.map(recordOf);
}
