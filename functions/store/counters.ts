import { keyText, type OrgKeys, SCHEMA_VERSION } from "./keys.ts";
import type { TypeLayout } from "./storedTypes.ts";
import type { Action, Item } from "./table.ts";
import type { OrgView } from "./view.ts";

/**
 * Counts of resources by the leading random characters of their ids: the exact total, and an index of positions, because
 * lists are in the order of ids. One item per first character has its sum (`nn`) and a number per second character, named
 * `c` and this character: DynamoDB uses names of one letter for types, and an emulator took `M` for one.
 */
export interface Counts {
  readonly total: number;
  readonly sums: readonly Bucket[];
}

/** The count of ids that begin with `prefix`. */
interface Bucket {
  readonly prefix: string;
  readonly size: number;
}

/** Where to begin reading ids, and how many of them to skip. */
interface Beginning {
  readonly from: string;
  readonly skip: number;
}

/** Reading and skipping up to so many resources is faster than a lookup one level deeper. */
const MOST_SKIPPED = 25;

/** Counts one resource more or less. */
export function counted(keys: OrgKeys, id: string, by: 1 | -1): Action {
  return {
    update: keys.counter(id),
    set: { sv: SCHEMA_VERSION },
    add: { nn: by, [`c${id.charAt(2)}`]: by },
  };
}

/** Counts new resources, with one update per counter item. */
export function countedTogether(keys: OrgKeys, ids: readonly string[]): Action[] {
  return Array.from(Map.groupBy(ids, (id) => keyText(keys.counter(id))).values(), (alike): Action => {
    const seconds = [...Map.groupBy(alike, (id) => id.charAt(2))];
    return {
      update: keys.counter(alike[0] ?? ""),
      set: { sv: SCHEMA_VERSION },
      add: { nn: alike.length, ...Object.fromEntries(seconds.map(([second, of]) => [`c${second}`, of.length])) },
    };
  });
}

export async function readCounts(view: OrgView, { letter }: TypeLayout): Promise<Counts> {
  const sums: Bucket[] = [];
  // Ascending in byte order, like the ids: base62 is ASCII.
  for await (const items of view.pages(view.keys.counters(), {
    prefix: `${letter.toUpperCase()}#`,
    only: ["sk", "nn"],
  })) {
    for (const { sk, nn } of items) sums.push({ prefix: letter + String(sk).slice(2), size: Number(nn) });
  }
  return { total: sums.reduce((total, { size }) => total + size, 0), sums };
}

/** The totals of all types, by the letter of their ids. */
export async function readTotals(view: OrgView): Promise<ReadonlyMap<string, number>> {
  const totals = new Map<string, number>();
  for await (const items of view.pages(view.keys.counters(), { only: ["sk", "nn"] })) {
    for (const { sk, nn } of items) {
      const letter = String(sk).charAt(0).toLowerCase();
      totals.set(letter, (totals.get(letter) ?? 0) + Number(nn));
    }
  }
  return totals;
}

/** Finds the 0-based position; undefined beyond the end. */
export async function locate(view: OrgView, counts: Counts, position: number): Promise<Beginning | undefined> {
  const rough = beginningIn(counts.sums, position);
  if (rough === undefined || rough.skip <= MOST_SKIPPED) return rough;
  const item = await view.get(view.keys.counter(rough.from));
  const buckets = bucketsOf(rough.from, item ?? {}).sort((a, b) => (a.prefix < b.prefix ? -1 : 1));
  // The counts may have changed since the sums were read.
  return beginningIn(buckets, rough.skip) ?? rough;
}

/** The numbers of a counter item. @param beginning of the ids that it counts */
export function bucketsOf(beginning: string, item: Item): Bucket[] {
  // No other attribute has a name of this form.
  const names = Object.keys(item).filter((name) => /^c.$/.test(name));
  return names.map((name) => ({ prefix: beginning + name.charAt(1), size: Number(item[name]) }));
}

function beginningIn(buckets: readonly Bucket[], position: number): Beginning | undefined {
  let before = 0;
  for (const { prefix, size } of buckets) {
    if (position < before + size) return { from: prefix, skip: position - before };
    before += size;
  }
  return undefined;
}
