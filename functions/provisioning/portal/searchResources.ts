import { isWellFormedText } from "../../scim/json.ts";
import {
  type Beginnings,
  compareEntries,
  firstEntryOf,
  type IndexEntry,
  rangesOf,
  readEntries,
} from "../../store/entryRanges.ts";
import { isIdOf } from "../../store/keys.ts";
import type { Listed, ResourceRecord } from "../../store/records.ts";
import type { StoredResources } from "../../store/resources.ts";
import type { TypeLayout } from "../../store/storedTypes.ts";
import type { OrgView } from "../../store/view.ts";
import { OperatorError } from "../operatorError.ts";
import { hasTimeTo } from "../timeBudget.ts";
import { ShownIds } from "./shownIds.ts";

/** A search text as a person types it: the beginning of a name or address, a whole externalId, or an id. */
interface TextSearch<R extends ResourceRecord> {
  readonly view: OrgView;
  readonly type: TypeLayout;
  readonly store: StoredResources<R>;
  readonly text: string;
  readonly beginnings: Beginnings;
  /** Milliseconds since the epoch. After it nobody waits for the answer. */
  readonly deadline: number;
  now(): number;
}

const LONGEST = 256;

/** @returns undefined for an empty search @throws ScimError 400 */
export function readSearchText(text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  if (isWellFormedText(text) && [...text].length <= LONGEST) return text;
  throw OperatorError.invalidValue("line", "search", LONGEST);
}

/** Most index entries that one answer examines without showing a record: mostly further values of shown records. */
const LOOKED_AT_MOST = 1_000;
/** Milliseconds by which the clocks of two processes may differ. */
const SKEW = 10_000;
/** Precedes every entry. */
const AHEAD: IndexEntry = { rank: 0, sk: "", id: "" };

/**
 * A page of results, in the order of the index entries. A record with several entries is shown at the first. Over all pages no
 * record is shown twice, and every unchanged record is shown. A record that changed since the search began may have been shown
 * under an earlier name, and is left out in that case.
 * Costs a read for each entry: at most one for each userName and e-mail address of the results.
 * A page may be shorter than requested without being the last one.
 * @param after `next` of the earlier page
 * @throws ScimError 400 for a cursor of another search
 */
export async function searchResources<R extends ResourceRecord>(
  search: TextSearch<R>,
  count: number,
  after: string | undefined,
): Promise<Listed<R>> {
  const { view, type, store, text, beginnings, now } = search;
  const ranges = rangesOf(view.keys, type, beginnings);
  const walk =
    after === undefined ? { began: now(), shown: new ShownIds(), place: undefined } : openWalk(search, after);
  // Most people are found by a userName and an equal e-mail address.
  const most = (type.valueName === undefined ? 1 : 2) * (count + 1);
  const hits: { readonly record: R; readonly place: IndexEntry }[] = [];
  const here = new Set<string>();
  const named = isIdOf(type, text) && walk.place === undefined ? await store.find(text) : undefined;
  if (named !== undefined) hits.push({ record: named, place: AHEAD });
  let place = walk.place;
  let looked = 0;
  let isEnd: boolean;
  do {
    const { entries, isLast } = await readEntries(view, ranges, place, most);
    const records = await store.findMany([...new Set(entries.map(({ id }) => id))]);
    const living = new Map(records.map((record) => [record.id, record]));
    for (const entry of entries) {
      const record = living.get(entry.id);
      if (record === undefined || record.id === text || here.has(record.id)) continue;
      const first = firstEntryOf(view.keys, type, record, beginnings);
      if (first === undefined || compareEntries(first, entry) !== 0) continue;
      if (wasChanged(record, walk.began) && walk.shown.mayHold(record.id)) continue;
      here.add(record.id);
      hits.push({ record, place: entry });
    }
    looked += entries.length;
    place = entries.at(-1) ?? place;
    isEnd = isLast;
  } while (!isEnd && hits.length <= count && looked < LOOKED_AT_MOST && hasTimeTo("search", search));
  const shown = hits.slice(0, count);
  // One more result than requested shows that there is a next page.
  const last = hits.length > count ? shown.at(-1)?.place : isEnd ? undefined : place;
  for (const { record } of shown) walk.shown.add(record.id);
  return { records: shown.map(({ record }) => record), next: last && sealWalk(walk, last) };
}

/** Whether the record changed since the search began, so that it may already have been shown. A new record has no earlier name. */
function wasChanged({ version, lastModified }: ResourceRecord, began: number): boolean {
  return version > 1 && Date.parse(lastModified) >= began - SKEW;
}

interface BegunWalk {
  /** Milliseconds since the epoch. */
  readonly began: number;
  readonly shown: ShownIds;
}

/** Opaque to clients, and grants no right. It holds a name, but travels as a query value, which no log has. */
function sealWalk({ began, shown }: BegunWalk, { rank, sk, id }: IndexEntry): string {
  const place = Buffer.from(JSON.stringify([began, rank, sk, id])).toString("base64url");
  return `${Buffer.from(shown.bits).toString("base64url")}.${place}`;
}

/** Most bytes of a sort key. */
const LONGEST_KEY = 1_024;

/** @throws ScimError 400 */
function openWalk(
  { view, type, beginnings }: Pick<TextSearch<ResourceRecord>, "view" | "type" | "beginnings">,
  cursor: string,
): BegunWalk & { readonly place: IndexEntry } {
  const [shown = "", place = ""] = cursor.split(".");
  const bits = Buffer.from(shown, "base64url");
  const [began, rank, sk, id] = partsIn(Buffer.from(place, "base64url").toString("utf8"));
  const isPlace = typeof rank === "number" && typeof sk === "string" && typeof id === "string";
  if (typeof began === "number" && isPlace && ShownIds.fits(bits) && Buffer.byteLength(sk) <= LONGEST_KEY) {
    const isAhead = compareEntries({ rank, sk, id }, AHEAD) === 0;
    const ranges = rangesOf(view.keys, type, beginnings);
    const isWithin = ranges.some((range) => range.rank === rank && sk.startsWith(range.prefix)) && isIdOf(type, id);
    const walk = { began, shown: new ShownIds(bits), place: { rank, sk, id } };
    if ((isAhead || isWithin) && sk.isWellFormed() && sealWalk(walk, walk.place) === cursor) return walk;
  }
  throw OperatorError.invalidValue("after");
}

function partsIn(text: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(text);
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
