import { ScimError } from "../../scim/error.ts";
import type { Filter } from "../../scim/filter/filter.ts";
import type { Sort } from "../../scim/query.ts";
import type { ResourceType } from "../../scim/schema.ts";
import type { ResourceRecord, Wanted } from "../../store/records.ts";
import { type CountedPage, type IdPage, NAMES_MANY, type QueryDefinition } from "../resources/definition.ts";
import type { ResourceContext } from "../resources/showResources.ts";
import { planOf } from "./planOf.ts";

/** Most resources that a search without an index may examine before it is refused (RFC 7644 section 3.4.2, `tooMany`). */
export const EXAMINED_AT_MOST = 10_000;

export function tooManyExamined(): ScimError {
  return ScimError.tooMany("examined", EXAMINED_AT_MOST);
}

/** The indexes' answer to a filter. */
export interface LookedUp {
  /** Ascending. Includes every match. */
  readonly ids: readonly string[];
  /** True: includes only matches, so resources outside the page need not be read. */
  readonly exact: boolean;
  /** True: found by equalities that few resources share, so the client looked for one resource. */
  readonly byKey: boolean;
}

/** @returns undefined when no index helps, or an index has so many ids that reading the whole list is as good */
export async function lookUp<R extends ResourceRecord>(
  { definition: { indexes }, type, session }: ResourceContext<R>,
  filter: Filter,
  sort: Sort | undefined,
): Promise<LookedUp | undefined> {
  const lookups = planOf(filter, indexes, type.name);
  if (lookups === undefined) return undefined;
  const only = filter.kind === "compare" ? lookups[0]?.index : undefined;
  const limit = sort === undefined && only?.idPage !== undefined ? Number.MAX_SAFE_INTEGER : EXAMINED_AT_MOST;
  const answers = await Promise.all(lookups.map(({ index, value }) => index.ids(session, value, limit)));
  const ids = new Set<string>();
  for (const answer of answers) {
    if (answer === undefined) return undefined;
    for (const id of answer) ids.add(id);
  }
  if (ids.size > limit) return undefined;
  const byKey = lookups.every(({ index }) => index.names < NAMES_MANY);
  return { ids: [...ids].sort(), exact: only?.exact === true, byKey };
}

/** A page from an index that answers the whole filter; undefined where no such index has pages. */
export function idPageOf<R extends ResourceRecord>(
  context: ResourceContext<R>,
  filter: Filter,
  count: number,
  after: string | undefined,
): Promise<IdPage> | undefined {
  const only = onlyLookup(context, filter);
  return only?.index.idPage?.(context.session, only.value, count, after);
}

/** The first page with its total, where the index knows the total without the other pages. */
export function firstPageOf<R extends ResourceRecord>(
  context: ResourceContext<R>,
  filter: Filter,
  count: number,
): Promise<CountedPage | undefined> | undefined {
  const only = onlyLookup(context, filter);
  return only?.index.firstPage?.(context.session, only.value, count);
}

function onlyLookup<R extends ResourceRecord>({ definition: { indexes }, type }: ResourceContext<R>, filter: Filter) {
  return filter.kind === "compare" ? planOf(filter, indexes, type.name)?.[0] : undefined;
}

/** The records that `lookUp` reads first, for the round trip of the token. The filter is not authorized yet. */
export function wantedByFilter(
  { indexes }: Pick<QueryDefinition, "indexes">,
  type: ResourceType,
  filter: Filter,
): Iterable<Wanted> {
  const [lookup, ...more] = planOf(filter, indexes, type.name) ?? [];
  return lookup === undefined || more.length > 0 ? [] : (lookup.index.wanted?.(lookup.value, filter) ?? []);
}
