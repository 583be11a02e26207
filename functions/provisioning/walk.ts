import type { Filter } from "../scim/filter/filter.ts";
import { parseFilter } from "../scim/filter/parseFilter.ts";
import { withPluses } from "../scim/filter/withPluses.ts";
import { comparePlaces, type Place } from "../scim/sorting.ts";
import type { Listed } from "../store/directoryPorts.ts";
import { EXAMINED_AT_MOST, type Hit, hitsIn, type LookedUp, type Search, type Searched, search } from "./search.ts";

/** A search that goes on behind a place, absent on the first page. */
export interface WalkSearch extends Omit<Search, "startIndex"> {
  readonly after: Place | undefined;
}

export interface Walked<T> {
  readonly records: readonly T[];
  /** Where each of `records` is. */
  readonly places: readonly Place[];
  /** Behind this place there may be more; absent at the end. */
  readonly more: Place | undefined;
  /** All matches, where counting them costs nothing. */
  readonly total: number | undefined;
  readonly byKey: boolean;
}

export interface Walkable<T extends { readonly id: string }> extends Searched<T> {
  /** In the order of ids, behind the id. */
  list(limit: number, after: string | undefined): Promise<Listed<T>>;
}

const READ_AT_ONCE = 500;

/**
 * One page of a walk by cursor (RFC 9865). Unsorted, a walk follows the ids, which never change, so that whatever else is
 * created or deleted meanwhile, what exists all the time comes exactly once. A page may be short where a filter has to
 * look at many resources: the walk goes on behind the last one looked at.
 * @throws ScimError 400 invalidFilter, 400 tooMany (sorted only), 403 sensitive
 */
export async function walk<T extends { readonly id: string }>(of: Walkable<T>, wanted: WalkSearch): Promise<Walked<T>> {
  if (wanted.sort !== undefined) return sorted(of, wanted);
  if (wanted.filter === undefined) return unfiltered(of, wanted);
  return filteredBy(of, parseFilter(wanted.filter, of.type, wanted.unknownPaths), wanted);
}

async function filteredBy<T extends { readonly id: string }>(
  of: Walkable<T>,
  filter: Filter,
  wanted: WalkSearch,
): Promise<Walked<T>> {
  const found = await of.lookUp(filter, undefined);
  if (found === undefined) return scanned(of, filter, wanted);
  if (found.exact) return exactly(of, found, wanted);
  const hits = await hitsIn(of, await of.read(found.ids, found.byKey), filter, undefined);
  const second = hits.length === 0 && found.byKey ? withPluses(filter) : undefined;
  return second !== undefined ? filteredBy(of, second, wanted) : pageOf(hits, wanted, found.byKey);
}

/** Only the page itself is read. */
async function exactly<T extends { readonly id: string }>(
  of: Walkable<T>,
  { ids, byKey }: LookedUp,
  wanted: WalkSearch,
): Promise<Walked<T>> {
  const page = pageOf(
    ids.map((id) => ({ record: id, place: { key: null, id } })),
    wanted,
    byKey,
  );
  const records = await of.read(page.records, byKey);
  return { ...page, records, places: records.map(({ id }) => ({ key: null, id })) };
}

async function sorted<T extends { readonly id: string }>(of: Walkable<T>, wanted: WalkSearch): Promise<Walked<T>> {
  const all = await search(of, { ...wanted, startIndex: 1, count: Number.MAX_SAFE_INTEGER });
  const places = all.places ?? [];
  const hits = all.records.flatMap((record, index) => {
    const place = places[index];
    return place === undefined ? [] : [{ record, place }];
  });
  return pageOf(hits, wanted, all.byKey);
}

/** The page behind the place of what is known completely. */
function pageOf<T>(hits: readonly Hit<T>[], wanted: WalkSearch, byKey: boolean): Walked<T> {
  const { after, count } = wanted;
  const order = { descending: wanted.sort?.descending === true };
  const rest = [...hits]
    .sort((left, right) => comparePlaces(order, left.place, right.place))
    .filter(({ place }) => after === undefined || comparePlaces(order, place, after) > 0);
  const shown = rest.slice(0, count);
  const more = rest.length > count ? shown.at(-1)?.place : undefined;
  return { ...split(shown), more, total: hits.length, byKey };
}

async function unfiltered<T extends { readonly id: string }>(of: Walkable<T>, wanted: WalkSearch): Promise<Walked<T>> {
  const [page, { total }] = await Promise.all([of.list(wanted.count, wanted.after?.id), of.page(0, 0)]);
  const hits = page.records.map((record) => ({ record, place: { key: null, id: record.id } }));
  return { ...split(hits), more: placeOf(page.next), total, byKey: false };
}

async function scanned<T extends { readonly id: string }>(
  of: Walkable<T>,
  filter: Filter,
  { count, after }: WalkSearch,
): Promise<Walked<T>> {
  const hits: Hit<T>[] = [];
  let examined = 0;
  let last = after?.id;
  do {
    const page = await of.list(READ_AT_ONCE, last);
    hits.push(...(await hitsIn(of, page.records, filter, undefined)));
    examined += page.records.length;
    last = page.next;
  } while (last !== undefined && hits.length <= count && examined < EXAMINED_AT_MOST && !of.isLate());
  const shown = hits.slice(0, count);
  // One match more than asked for tells that there is a next page.
  const more = hits.length > count ? shown.at(-1)?.place : placeOf(last);
  return { ...split(shown), more, total: undefined, byKey: false };
}

function placeOf(id: string | undefined): Place | undefined {
  return id === undefined ? undefined : { key: null, id };
}

function split<T>(hits: readonly Hit<T>[]): Pick<Walked<T>, "records" | "places"> {
  return { records: hits.map(({ record }) => record), places: hits.map(({ place }) => place) };
}
