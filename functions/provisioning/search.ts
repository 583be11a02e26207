import { ScimError } from "../scim/error.ts";
import { filterAttributes } from "../scim/filter/describeFilter.ts";
import type { Filter } from "../scim/filter/filter.ts";
import { matches } from "../scim/filter/matches.ts";
import { parseFilter, type UnknownPaths } from "../scim/filter/parseFilter.ts";
import { withPluses } from "../scim/filter/withPluses.ts";
import type { JsonObject } from "../scim/json.ts";
import type { Paging } from "../scim/paging.ts";
import type { ResourceType } from "../scim/schema.ts";
import { comparePlaces, type Place, type Sort, sortKey } from "../scim/sorting.ts";
import type { Session } from "./session.ts";

/** How many resources a search without an index may look at before it is refused (RFC 7644 section 3.4.2, `tooMany`). */
export const EXAMINED_AT_MOST = 10_000;
/** A search stops this long before its deadline, so that the answer still gets out. Milliseconds. */
const RESERVE_MS = 4_000;

/** What an index says of a filter. */
export interface LookedUp {
  /** Ascending. Every match is among them. */
  readonly ids: readonly string[];
  /** Nobody else is among them: who is not shown need not be read. */
  readonly exact: boolean;
  /** Found by equalities that few resources share: what the client looked for. */
  readonly byKey: boolean;
}

export interface Search extends Paging {
  readonly filter: string | undefined;
  readonly sort: Sort | undefined;
  /** The tenant URL: filters may compare `meta.location` and `$ref`. */
  readonly base: string;
  /** "unassigned" where more than one type is searched. */
  readonly unknownPaths?: UnknownPaths;
}

export interface Found<T> {
  /** Exact count of all matches. */
  readonly total: number;
  readonly records: readonly T[];
  /** Of a sorted search: what each of `records` was sorted by. */
  readonly places?: readonly Place[];
  /** As in `LookedUp`. */
  readonly byKey: boolean;
}

/** What a search needs to know of one kind of resource. */
export interface Searched<T extends { readonly id: string }> {
  readonly type: ResourceType;
  page(start: number, limit: number): Promise<{ readonly total: number; readonly records: readonly T[] }>;
  scan(): AsyncIterable<readonly T[]>;
  /** No time is left to look at more: resources may be large, and a filter long. */
  isLate(): boolean;
  /** undefined when no index helps, or when it knows of so many that the whole list is as good. */
  lookUp(filter: Filter, sort: Sort | undefined): Promise<LookedUp | undefined>;
  /** In the order of `ids`; those that are gone are left out. */
  read(ids: readonly string[], byKey: boolean): Promise<readonly T[]>;
  /** The resources as a filter sees them, with `groups` or `members` where it, or the order, compares those. */
  views(
    records: readonly T[],
    filter: Filter | undefined,
    attributes: ReadonlySet<string>,
  ): Promise<readonly JsonObject[]>;
}

/** For `Searched.isLate`. */
export function isLate(session: Session): boolean {
  return session.now() > session.deadline - RESERVE_MS;
}

/** RFC 7644 section 3.4.2. @throws ScimError 400 invalidFilter, 400 tooMany, 403 sensitive */
export async function search<T extends { readonly id: string }>(of: Searched<T>, wanted: Search): Promise<Found<T>> {
  if (wanted.filter === undefined)
    return wanted.sort === undefined ? pageOf(of, wanted) : searchBy(of, undefined, wanted);
  const filter = parseFilter(wanted.filter, of.type, wanted.unknownPaths);
  const found = await searchBy(of, filter, wanted);
  // A miss on a value with a space may mean the address with the plus.
  const second = found.total === 0 && found.byKey ? withPluses(filter) : undefined;
  return second === undefined ? found : searchBy(of, second, wanted);
}

async function pageOf<T extends { readonly id: string }>(of: Searched<T>, wanted: Search): Promise<Found<T>> {
  const { total, records } = await of.page(wanted.startIndex - 1, wanted.count);
  return { total, records, byKey: false };
}

export interface Hit<T> {
  readonly record: T;
  readonly place: Place;
}

async function searchBy<T extends { readonly id: string }>(
  of: Searched<T>,
  filter: Filter | undefined,
  wanted: Search,
): Promise<Found<T>> {
  const { sort, count } = wanted;
  const first = wanted.startIndex - 1;
  const found = filter && (await of.lookUp(filter, sort));
  const byKey = found?.byKey === true;
  if (found?.exact && sort === undefined) {
    const records = await of.read(found.ids.slice(first, first + count), byKey);
    return { total: found.ids.length, records, byKey };
  }
  const hits: Hit<T>[] = [];
  let total = 0;
  for await (const page of found === undefined ? scanned(of) : [await of.read(found.ids, byKey)]) {
    for (const hit of await hitsIn(of, page, filter, sort)) {
      // In the order of ids only the page itself has to be kept.
      if (sort !== undefined || (total >= first && hits.length < count)) hits.push(hit);
      total += 1;
    }
  }
  if (sort === undefined) return { total, records: hits.map(({ record }) => record), byKey };
  const ordered = hits.sort((left, right) => comparePlaces(sort, left.place, right.place));
  const shown = ordered.slice(first, first + count);
  return { total, records: shown.map(({ record }) => record), places: shown.map(({ place }) => place), byKey };
}

/** Every resource, while there are few enough: more are refused before the first one is read. */
async function* scanned<T extends { readonly id: string }>(of: Searched<T>): AsyncIterable<readonly T[]> {
  const { total } = await of.page(0, 0);
  if (total > EXAMINED_AT_MOST) throw tooManyExamined();
  let examined = 0;
  for await (const page of of.scan()) {
    examined += page.length;
    if (examined > EXAMINED_AT_MOST || of.isLate()) throw tooManyExamined();
    yield page;
  }
}

export async function hitsIn<T extends { readonly id: string }>(
  of: Searched<T>,
  records: readonly T[],
  filter: Filter | undefined,
  sort: Sort | undefined,
): Promise<Hit<T>[]> {
  const views = await of.views(records, filter, attributesOf(filter, sort));
  return records.flatMap((record, index) => {
    const view = views[index];
    if (view === undefined || (filter !== undefined && !matches(filter, view))) return [];
    return [{ record, place: { key: sort === undefined ? null : sortKey(sort, view), id: record.id } }];
  });
}

function attributesOf(filter: Filter | undefined, sort: Sort | undefined): ReadonlySet<string> {
  const attributes = filter === undefined ? new Set<string>() : filterAttributes(filter);
  if (sort?.path !== undefined) attributes.add(sort.path.schema ?? sort.path.attribute.name);
  return attributes;
}

export function tooManyExamined(): ScimError {
  return ScimError.tooMany("examined", EXAMINED_AT_MOST);
}
