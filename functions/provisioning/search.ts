import { ScimError } from "../scim/error.ts";
import { filterAttributes } from "../scim/filter/describeFilter.ts";
import type { Filter } from "../scim/filter/filter.ts";
import { matches } from "../scim/filter/matches.ts";
import { parseFilter, type UnknownPaths } from "../scim/filter/parseFilter.ts";
import type { JsonObject } from "../scim/json.ts";
import type { Paging } from "../scim/paging.ts";
import type { ResourceType } from "../scim/schema.ts";

/** How many resources a filter without an index may look at before it is refused (RFC 7644 section 3.4.2, `tooMany`). */
export const EXAMINED_AT_MOST = 10_000;

export interface Search extends Paging {
  readonly filter: string | undefined;
  /** The tenant URL: filters may compare `meta.location` and `$ref`. */
  readonly base: string;
  /** "unassigned" where more than one type is searched. */
  readonly unknownPaths?: UnknownPaths;
}

export interface Found<T> {
  /** Exact count of all matches. */
  readonly total: number;
  readonly records: readonly T[];
  /** Found by an equality on an indexed attribute: few, and what the client looked for. */
  readonly byKey: boolean;
}

/** What a search needs to know of one kind of resource. */
export interface Searched<T extends { readonly id: string }> {
  readonly type: ResourceType;
  page(start: number, limit: number): Promise<{ readonly total: number; readonly records: readonly T[] }>;
  scan(): AsyncIterable<readonly T[]>;
  /** Candidates by the most selective index that an equality of the filter allows; nothing when none does. */
  candidates(filter: Filter): Promise<readonly T[]> | undefined;
  /** The resources as a filter sees them, with `groups` or `members` where it compares those. */
  views(records: readonly T[], filter: Filter, attributes: ReadonlySet<string>): Promise<readonly JsonObject[]>;
}

/** RFC 7644 section 3.4.2. @throws ScimError 400 invalidFilter, 400 tooMany, 403 sensitive */
export async function search<T extends { readonly id: string }>(of: Searched<T>, wanted: Search): Promise<Found<T>> {
  if (wanted.filter === undefined) {
    const { total, records } = await of.page(wanted.startIndex - 1, wanted.count);
    return { total, records, byKey: false };
  }
  const found = await searchByFilter(of, parseFilter(wanted.filter, of.type, wanted.unknownPaths), wanted);
  const spaced = found.total === 0 && found.byKey ? withPluses(wanted.filter) : undefined;
  // API Gateway decodes a bare `+` to a space: a miss on a value with a space may mean the address with the plus.
  return spaced === undefined ? found : searchByFilter(of, parseFilter(spaced, of.type, wanted.unknownPaths), wanted);
}

async function searchByFilter<T extends { readonly id: string }>(
  of: Searched<T>,
  filter: Filter,
  wanted: Search,
): Promise<Found<T>> {
  const attributes = filterAttributes(filter);
  const candidates = of.candidates(filter);
  const first = wanted.startIndex - 1;
  const records: T[] = [];
  let total = 0;
  const take = async (examined: readonly T[]): Promise<void> => {
    const views = await of.views(examined, filter, attributes);
    for (const [index, record] of examined.entries()) {
      const view = views[index];
      if (view === undefined || !matches(filter, view)) continue;
      if (total >= first && records.length < wanted.count) records.push(record);
      total += 1;
    }
  };
  if (candidates !== undefined) {
    await take(await candidates);
    return { total, records, byKey: true };
  }
  let examined = 0;
  for await (const page of of.scan()) {
    examined += page.length;
    if (examined > EXAMINED_AT_MOST) throw tooManyExamined();
    await take(page);
  }
  return { total, records, byKey: false };
}

/** The filter with `+` for every space inside its quoted values; nothing when there is no such space. */
function withPluses(filter: string): string | undefined {
  const changed = filter.replace(/"(?:[^"\\]|\\.)*"/g, (literal) => literal.replaceAll(" ", "+"));
  return changed === filter ? undefined : changed;
}

export function tooManyExamined(): ScimError {
  return ScimError.tooMany(
    "examined",
    `The filter would have to look at more than ${EXAMINED_AT_MOST} resources. Add an equality on id, userName, externalId, emails.value or displayName, joined by "and".`,
  );
}
