import { holdersOf } from "./derivedItems.ts";
import { HASHED, idBehindValue, type OrgKeys, valuePrefix } from "./keys.ts";
import type { LookupKeys, TypeLayout } from "./storedTypes.ts";
import type { Item } from "./table.ts";
import { compareBytes } from "./tableRules.ts";
import type { OrgView } from "./view.ts";

/** The index entries whose sort keys begin with `prefix`. Entries of one rank are merged, and come before those of the next rank. */
interface EntryRange {
  readonly rank: number;
  readonly pk: string;
  readonly prefix: string;
}

/** One entry that leads to a resource. Entries are ordered by rank, then by the bytes of the sort key, then by id. */
export interface IndexEntry {
  readonly rank: number;
  readonly sk: string;
  readonly id: string;
}

/** What the keys of a resource must equal or begin with; undefined where no key can match. */
export interface Beginnings {
  /** The whole value, not a beginning. */
  readonly externalId: string;
  readonly name: string | undefined;
  readonly value: string | undefined;
}

const WHOLE = 0;
const BEGINNING = 1;
/** For values too long for a key: only the resource itself has their beginning. */
const UNKNOWN = 2;

export function rangesOf(keys: OrgKeys, type: TypeLayout, { externalId, name, value }: Beginnings): EntryRange[] {
  const values = keys.values(type);
  const hasValues = type.valueName !== undefined && value !== undefined;
  return [
    { rank: WHOLE, pk: keys.externalIds(type), prefix: valuePrefix(externalId) },
    ...(name === undefined ? [] : [{ rank: BEGINNING, pk: keys.names(type), prefix: name }]),
    ...(hasValues ? [{ rank: BEGINNING, pk: values, prefix: value }] : []),
    ...(hasValues ? [{ rank: UNKNOWN, pk: values, prefix: HASHED }] : []),
  ];
}

/** The first entry that leads to a resource with these keys; undefined where none matches. */
export function firstEntryOf(
  keys: OrgKeys,
  type: TypeLayout,
  { id, keys: its }: { readonly id: string; readonly keys: LookupKeys },
  { externalId, name, value }: Beginnings,
): IndexEntry | undefined {
  if (its.externalId === externalId) return { rank: WHOLE, sk: keys.externalId(type, externalId, id).sk, id };
  const entries = its.values.flatMap((one): IndexEntry[] => {
    if (value === undefined || !one.startsWith(value)) return [];
    const { sk } = keys.value(type, one, id);
    return [{ rank: sk.startsWith(one) ? BEGINNING : UNKNOWN, sk, id }];
  });
  if (name !== undefined && its.name.startsWith(name)) {
    entries.push({ rank: BEGINNING, sk: keys.name(type, its.name).sk, id });
  }
  return entries.sort(compareEntries)[0];
}

export function compareEntries(left: IndexEntry, right: IndexEntry): number {
  if (left.rank !== right.rank) return left.rank - right.rank;
  if (left.sk !== right.sk) return compareBytes(left.sk, right.sk);
  return left.id < right.id ? -1 : Number(left.id > right.id);
}

interface EntryPage {
  readonly entries: readonly IndexEntry[];
  /** Whether no entries follow. */
  readonly isLast: boolean;
}

/**
 * Up to `limit` entries of all ranges in their order, after `after`: strongly consistent, one query per remaining range.
 * Reads `limit` entries of each range, so that no entry is skipped before one that is returned.
 */
export async function readEntries(
  view: OrgView,
  ranges: readonly EntryRange[],
  after: IndexEntry | undefined,
  limit: number,
): Promise<EntryPage> {
  const left = ranges.filter(({ rank }) => after === undefined || rank >= after.rank);
  const parts = await Promise.all(left.map((range) => readRange(view, range, after, limit)));
  const found = parts.flatMap(({ entries }) => entries).sort(compareEntries);
  return { entries: found.slice(0, limit), isLast: found.length <= limit && !parts.some(({ goesOn }) => goesOn) };
}

async function readRange(
  view: OrgView,
  { rank, pk, prefix }: EntryRange,
  after: IndexEntry | undefined,
  limit: number,
): Promise<{ readonly entries: readonly IndexEntry[]; readonly goesOn: boolean }> {
  // Start at the entry itself: it may have holders that were not returned yet.
  const begun = after !== undefined && after.rank === rank && compareBytes(after.sk, prefix) > 0;
  const { items, last } = await view.query(pk, {
    ...(begun ? { from: after.sk } : { prefix }),
    limit: limit + 1,
    only: ["pk", "sk", "id", "ids"],
  });
  const within = items.filter(({ sk }) => String(sk).startsWith(prefix));
  const entries = within.flatMap((item) => idsIn(item).map((id): IndexEntry => ({ rank, sk: String(item.sk), id })));
  return {
    entries: entries.filter((entry) => after === undefined || compareEntries(entry, after) > 0),
    goesOn: last !== undefined && within.length === items.length,
  };
}

function idsIn(item: Item): readonly string[] {
  const holders = holdersOf(item);
  return holders.length > 0 ? holders : [idBehindValue(String(item.sk))];
}
