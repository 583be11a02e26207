import { type Filter, filterAttributes, matches, withPluses } from "../../scim/filter/filter.ts";
import { comparePositions, type Sort, type SortPosition, sortKey } from "../../scim/query.ts";
import { includes } from "../../scim/render.ts";
import { chunks } from "../../store/database.ts";
import type { ResourceRecord } from "../../store/records.ts";
import type { ReadableResources } from "../../store/resources.ts";
import { comparedObjects, type ResourceContext } from "../resources/showResources.ts";
import { hasTimeTo } from "../timeBudget.ts";
import { EXAMINED_AT_MOST, firstPageOf, idPageOf, type LookedUp, lookUp, tooManyExamined } from "./lookUp.ts";

const READ_AT_ONCE = 500;
/** Characters of the matches that are kept while a search goes on: then a function with 512 MB has room for its answer. */
const KEPT_AT_MOST = 32_000_000;

/** The beginning of a page among all matches: a 0-based index, or after a position, which is absent on the first page. */
export type PageStart = { readonly index: number } | { readonly after: SortPosition | undefined };

/** A query for one type of resource. */
export interface Query {
  readonly filter: Filter | undefined;
  readonly sort: Sort | undefined;
  readonly start: PageStart;
  readonly count: number;
}

export interface ResultPage<R> {
  readonly hits: readonly Hit<R>[];
  /** Exact number of all matches; absent in a walk where counting would cost extra reads. */
  readonly total: number | undefined;
  /** There may be more after this position; absent at the end of a walk. */
  readonly more: SortPosition | undefined;
  /** As in `LookedUp`. */
  readonly byKey: boolean;
}

interface Hit<R> {
  readonly record: R;
  readonly position: SortPosition;
}

/**
 * One page of the resources of one type (RFC 7644 section 3.4.2), by index or in a walk by cursor (RFC 9865). An unsorted walk
 * follows the ids, which never change: a resource that exists all the time comes exactly once, whatever else is created or
 * deleted. A page may be short where a filter has to examine many resources; the next page begins after the last examined one.
 * @throws ScimError 400 tooMany
 */
export async function runQuery<R extends ResourceRecord>(
  context: ResourceContext<R>,
  query: Query,
): Promise<ResultPage<R>> {
  const page = await runOnce(context, query);
  // A value with a space may be an address whose plus sign was decoded as a space.
  const second = query.filter && page.total === 0 && page.byKey ? withPluses(query.filter) : undefined;
  return second === undefined ? page : runOnce(context, { ...query, filter: second });
}

async function runOnce<R extends ResourceRecord>(context: ResourceContext<R>, query: Query): Promise<ResultPage<R>> {
  const { filter, sort, start, count } = query;
  if (!sort && !filter) return everything(storeFor(context, query), start, count);
  if (!sort && filter) {
    const page =
      "after" in start
        ? await idPageOf(context, filter, count, start.after?.id)
        : start.index === 0
          ? await firstPageOf(context, filter, count)
          : undefined;
    if (page !== undefined) {
      const records = await storeFor(context, query).findMany(page.ids);
      return { hits: records.map(unsorted), total: page.total, more: positionOf(page.next), byKey: false };
    }
  }
  const found = filter && (await lookUp(context, filter, sort));
  if (found?.exact && sort === undefined) return known(context, found, query);
  if (found === undefined && sort === undefined && filter !== undefined && "after" in start) {
    return scanOn(context, query, filter, start.after?.id);
  }
  return examined(context, found, query);
}

/** Reads only the page itself. */
async function everything<R extends ResourceRecord>(
  store: ReadableResources<R>,
  start: PageStart,
  count: number,
): Promise<ResultPage<R>> {
  if ("index" in start) {
    const { total, records } = await store.page(start.index, count);
    return { hits: records.map(unsorted), total, more: undefined, byKey: false };
  }
  const [page, { total }] = await Promise.all([store.list(count, start.after?.id), store.page(0, 0)]);
  return { hits: page.records.map(unsorted), total, more: positionOf(page.next), byKey: false };
}

/** Reads only the page itself, where an index knows all matches. */
async function known<R extends ResourceRecord>(
  context: ResourceContext<R>,
  found: LookedUp,
  query: Query,
): Promise<ResultPage<R>> {
  const all = found.ids.map((id) => ({ record: id, position: { key: null, id } }));
  const { hits, more } = pageOf(all, query);
  const records = await storeFor(context, query).findMany(hits.map(({ record }) => record));
  return { hits: records.map(unsorted), total: all.length, more, byKey: found.byKey };
}

/** Examines all possible matches: those from an index, or all resources. Long matches are not kept: their page is read again. */
async function examined<R extends ResourceRecord>(
  context: ResourceContext<R>,
  found: LookedUp | undefined,
  query: Query,
): Promise<ResultPage<R>> {
  const { filter, sort, start, count } = query;
  const matching: Hit<string>[] = [];
  const kept = new Map<string, Hit<R>>();
  let room = KEPT_AT_MOST;
  const store = storeFor(context, query);
  const all = async (records: readonly R[]) => {
    const [hits, cut] = await hitsIn(context, records, filter, sort);
    if (cut) throw tooManyExamined();
    return hits;
  };
  for await (const records of scanned(store, found?.ids)) {
    for (const hit of await all(records)) {
      const { id, attributes } = hit.record;
      const place = matching.push({ ...hit, record: id });
      // In the order of ids, only the hits of the page have to be kept.
      if (sort === undefined && "index" in start && (place <= start.index || place > start.index + count)) continue;
      kept.set(id, hit);
      room -= attributes.length;
      if (room < 0) kept.clear();
    }
  }
  const { hits, more } = pageOf(matching, query);
  const ids = hits.map(({ record }) => record);
  if (room < 0) {
    for (const hit of await all(await store.findMany(ids))) kept.set(hit.record.id, hit);
  }
  return { hits: ids.flatMap((id) => kept.get(id) ?? []), total: matching.length, more, byKey: found?.byKey === true };
}

/** The page of a complete list. */
function pageOf<R>(all: readonly Hit<R>[], { sort, start, count }: Query): Pick<ResultPage<R>, "hits" | "more"> {
  const order = { descending: sort?.descending === true };
  const sorted = [...all].sort((left, right) => comparePositions(order, left.position, right.position));
  if ("index" in start) return { hits: sorted.slice(start.index, start.index + count), more: undefined };
  const { after } = start;
  const rest = sorted.filter(({ position }) => after === undefined || comparePositions(order, position, after) > 0);
  const hits = rest.slice(0, count);
  return { hits, more: rest.length > count ? hits.at(-1)?.position : undefined };
}

/** Continues after an id until the page is full, or until a search may examine no more resources. */
async function scanOn<R extends ResourceRecord>(
  context: ResourceContext<R>,
  query: Query,
  filter: Filter,
  after: string | undefined,
): Promise<ResultPage<R>> {
  const { count } = query;
  const store = storeFor(context, query);
  const hits: Hit<R>[] = [];
  let looked = 0;
  let last = after;
  do {
    const page = await store.list(READ_AT_ONCE, last);
    const [found, cut] = await hitsIn(context, page.records, filter, undefined);
    hits.push(...found);
    looked += page.records.length;
    last = cut ?? page.next;
  } while (
    last !== undefined &&
    hits.length <= count &&
    looked < EXAMINED_AT_MOST &&
    hasTimeTo("search", context.session)
  );
  const shown = hits.slice(0, count);
  // One match more than requested shows that there is a next page.
  const more = hits.length > count ? shown.at(-1)?.position : positionOf(last);
  return { hits: shown, total: undefined, more, byKey: false };
}

/** These resources, or all if there are few enough. Otherwise the search is refused before the first one is read. */
async function* scanned<R extends ResourceRecord>(
  store: ReadableResources<R>,
  ids?: readonly string[],
): AsyncIterable<readonly R[]> {
  if (ids !== undefined) {
    for (const part of chunks(ids, READ_AT_ONCE)) yield store.findMany(part);
    return;
  }
  const { total } = await store.page(0, 0);
  if (total > EXAMINED_AT_MOST) throw tooManyExamined();
  let looked = 0;
  for await (const page of store.scan()) {
    looked += page.length;
    if (looked > EXAMINED_AT_MOST) throw tooManyExamined();
    yield page;
  }
}

/** The store whose reads include the source of the derived attribute, where the query compares or shows it. */
function storeFor<R extends ResourceRecord>(
  { definition: { derived }, projection, session, store }: ResourceContext<R>,
  { filter, sort }: Query,
): ReadableResources<R> {
  if (derived?.storeWith === undefined) return store;
  return includes(projection, derived.name) || attributesOf(filter, sort).has(derived.name)
    ? derived.storeWith(session.directory)
    : store;
}

/** @returns the matches, and where time is over before the last one the id of the last one examined: values may be large, and a filter long */
async function hitsIn<R extends ResourceRecord>(
  context: ResourceContext<R>,
  records: readonly R[],
  filter: Filter | undefined,
  sort: Sort | undefined,
): Promise<readonly [hits: readonly Hit<R>[], cut?: string | undefined]> {
  const objects = await comparedObjects(context, records, {
    attributes: attributesOf(filter, sort),
    filter,
    sortedBy: sort?.path?.attribute.name,
  });
  const hits: Hit<R>[] = [];
  const end = records.find((record, index) => {
    const object = objects[index];
    if (object && (!filter || matches(filter, object)))
      hits.push({ record, position: { key: sort ? sortKey(sort, object) : null, id: record.id } });
    return records[index + 1] && !hasTimeTo("search", context.session);
  });
  return [hits, end?.id];
}

function attributesOf(filter: Filter | undefined, sort: Sort | undefined): ReadonlySet<string> {
  const attributes = filter ? filterAttributes(filter) : new Set<string>();
  if (sort?.path) attributes.add(sort.path.schema ?? sort.path.attribute.name);
  return attributes;
}

function unsorted<R extends ResourceRecord>(record: R): Hit<R> {
  return { record, position: { key: null, id: record.id } };
}

function positionOf(id: string | undefined): SortPosition | undefined {
  return id === undefined ? undefined : { key: null, id };
}
