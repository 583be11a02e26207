import type { Filter } from "../../scim/filter/filter.ts";
import { comparePositions, type Sort, type SortPosition } from "../../scim/query.ts";
import { isIdOf } from "../../store/keys.ts";
import type { ResourceRecord } from "../../store/records.ts";
import type { ResourceContext } from "../resources/showResources.ts";
import { type PageStart, type ResultPage, runQuery } from "./runQuery.ts";

/** One type in a query. Either all types of a query are sorted, or none. */
export interface QueriedType {
  readonly context: ResourceContext;
  readonly filter: Filter | undefined;
  readonly sort: Sort | undefined;
}

export interface Entry {
  readonly type: QueriedType;
  readonly record: ResourceRecord;
  readonly position: SortPosition;
}

interface PageOfAll {
  readonly entries: readonly Entry[];
  /** As in `ResultPage`. */
  readonly total: number | undefined;
  readonly more: SortPosition | undefined;
}

/**
 * One page of the resources of one or several types, as in `runQuery`. Unsorted, the types follow one another. A type that the
 * filter cannot match, e.g. because it asks for another type, is not read (planOf.ts).
 * @throws ScimError 400 tooMany
 */
export function queryAll(types: readonly QueriedType[], start: PageStart, count: number): Promise<PageOfAll> {
  return "after" in start ? walkAll(types, start.after, count) : pageOfAll(types, start.index, count);
}

async function pageOfAll(types: readonly QueriedType[], index: number, count: number): Promise<PageOfAll> {
  const isSorted = types[0]?.sort !== undefined;
  const entries: Entry[] = [];
  let total = 0;
  for (const type of types) {
    // Sorted, the page lies within the first entries of each type. Unsorted, each type is read as far as the page reaches.
    const [from, most] = isSorted ? [0, index + count] : [Math.max(0, index - total), count - entries.length];
    const page = await runQuery(type.context, { ...type, start: { index: from }, count: most });
    entries.push(...entriesOf(type, page));
    total += page.total ?? 0;
  }
  const shown = isSorted ? inOrder(types, entries).slice(index, index + count) : entries;
  return { entries: shown, total, more: undefined };
}

/** Unsorted, a walk finishes one type before the next. */
async function walkAll(
  types: readonly QueriedType[],
  after: SortPosition | undefined,
  count: number,
): Promise<PageOfAll> {
  const isSorted = types[0]?.sort !== undefined;
  const current = after === undefined ? -1 : placeOf(types, after.id);
  const first = isSorted ? 0 : Math.max(0, current);
  const entries: Entry[] = [];
  const pages: ResultPage<ResourceRecord>[] = [];
  for (const [place, type] of types.entries()) {
    if (place < first) continue;
    const start = { after: isSorted || place === current ? after : undefined };
    const page = await runQuery(type.context, { ...type, start, count });
    pages.push(page);
    entries.push(...entriesOf(type, page));
    if (!isSorted && page.more !== undefined) break;
  }
  const shown = inOrder(types, entries).slice(0, count);
  const isCut = entries.length > count || pages.some(({ more }) => more !== undefined);
  const last = shown.length < entries.length || isSorted ? shown.at(-1)?.position : pages.at(-1)?.more;
  const total = pages.length < types.length ? undefined : sumOf(pages.map((page) => page.total));
  return { entries: shown, total, more: isCut ? last : undefined };
}

function placeOf(types: readonly QueriedType[], id: string): number {
  return types.length === 1 ? 0 : types.findIndex(({ context }) => isIdOf(context.definition, id));
}

function inOrder(types: readonly QueriedType[], entries: Entry[]): Entry[] {
  const sort = types[0]?.sort;
  return sort === undefined
    ? entries
    : entries.sort((left, right) => comparePositions(sort, left.position, right.position));
}

function entriesOf(type: QueriedType, { hits }: ResultPage<ResourceRecord>): Entry[] {
  return hits.map(({ record, position }) => ({ type, record, position }));
}

function sumOf(numbers: readonly (number | undefined)[]): number | undefined {
  return numbers.reduce((sum, number) => (sum === undefined || number === undefined ? undefined : sum + number), 0);
}
