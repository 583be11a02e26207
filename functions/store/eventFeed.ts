import type { Database } from "./database.ts";
import { type FeedHead, feedEntry, feedHeadOf, type StoredFeedEntry } from "./eventItems.ts";
import { eventKeys } from "./eventKeys.ts";
import { keyItem } from "./keys.ts";
import { ABSENT, ACTIONS_PER_TRANSACTION, type Condition, type Item, type Key } from "./table.ts";

/** A reader's position in one shard of the feed. */
export interface FeedPlace {
  readonly generation: string;
  readonly number: number;
}

export type FeedPage =
  | {
      readonly outcome: "page";
      readonly entries: readonly StoredFeedEntry[];
      readonly place: FeedPlace;
      /** After the last stored entry. */
      readonly head: FeedPlace;
    }
  /** Unread entries are gone, or the feed was restarted: compare the heads of all orgs. */
  | { readonly outcome: "gone"; readonly place: FeedPlace };

/** The place after the last entry of a shard. */
export async function feedEnd(database: Database, shard: number): Promise<FeedHead> {
  const item = await database.get(eventKeys.feedHead(shard));
  return item === undefined ? FEED_BEGINNING : feedHeadOf(item);
}

/** The place before the first entry of any shard. */
export const FEED_BEGINNING: FeedPlace = { generation: "", number: 0 };

/** The entries after a place in one shard, without a gap. */
export async function readFeed(database: Database, shard: number, place: FeedPlace, limit: number): Promise<FeedPage> {
  return readFeedBehind(database, shard, await feedEnd(database, shard), place, limit);
}

/** The same with a head that was read before. */
export async function readFeedBehind(
  database: Database,
  shard: number,
  head: FeedHead,
  place: FeedPlace,
  limit: number,
): Promise<FeedPage> {
  const isBeginning = place.number === 0 && place.generation === "";
  if (!isBeginning && (place.generation !== head.generation || place.number > head.number))
    return { outcome: "gone", place: head };
  if (place.number === head.number) return { outcome: "page", entries: [], place: head, head };
  const after = eventKeys.feedEntry(shard, head.generation, place.number).sk;
  const { items } = await database.query(eventKeys.feed(shard), { prefix: head.generation, after, limit });
  const entries: StoredFeedEntry[] = [];
  for (const entry of items.map(feedEntry)) {
    // Stop at the head as it was read: the next read of the head may still return it.
    if (entry?.number !== place.number + entries.length + 1 || entry.number > head.number) break;
    entries.push(entry);
  }
  const reached = { generation: head.generation, number: place.number + entries.length };
  if (entries.length > 0) return { outcome: "page", entries, place: reached, head };
  // The entry's transaction shows only in part yet, or TTL removed the entry.
  const next = eventKeys.feedEntry(shard, head.generation, place.number + 1);
  const [item] = await database.getTogether([next]);
  const entry = item && feedEntry(item);
  if (entry === undefined) return { outcome: "gone", place: head };
  return { outcome: "page", entries: [entry], place: { ...reached, number: place.number + 1 }, head };
}

/** A transaction cannot have more entries: each needs an event too. */
const MOST_ENTRIES = ACTIONS_PER_TRANSACTION / 2;

/**
 * Where a reader begins that compares all logs: before the entries of the last transaction. A read may show that
 * transaction only in part, the feed's head before the heads of the logs; the comparison would then miss its events.
 * @param since milliseconds since the epoch: older transactions show in whole
 */
export async function feedBeginning(
  database: Database,
  shard: number,
  head: FeedHead,
  since: number,
): Promise<FeedPlace> {
  const keyOf = (number: number) => eventKeys.feedEntry(shard, head.generation, number);
  const first = Math.max(1, head.number - MOST_ENTRIES + 1);
  const numbers = Array.from({ length: head.number - first + 1 }, (_, index) => first + index);
  if (numbers.length === 0) return head;
  const range = { prefix: head.generation, after: keyOf(first - 1).sk, limit: MOST_ENTRIES };
  const shown = (await database.query(eventKeys.feed(shard), range)).items.map(feedEntry);
  const missing = numbers.filter((number) => !shown.some((entry) => entry?.number === number));
  // TTL removed them, or they do not show yet.
  const together = missing.length === 0 ? [] : await database.getTogether(missing.map(keyOf));
  const found = [...shown, ...together.map((item) => item && feedEntry(item))].filter((entry) => entry !== undefined);
  const recent = new Set(found.filter(({ time }) => time >= since).map(({ number }) => number));
  let { number } = head;
  while (recent.has(number)) number -= 1;
  return { generation: head.generation, number };
}

/** A stored place of a reader, with the lease on it. */
interface KeptPlace {
  readonly place: FeedPlace;
  /** Milliseconds since the epoch; 0: no lease. */
  readonly leasedUntil: number;
}

/** A reader of this deployment, whose places outlive its processes. */
export class FeedReader {
  readonly #database: Database;
  readonly #key: Key;

  constructor(database: Database, shard: number, name: string) {
    this.#database = database;
    this.#key = eventKeys.feedReader(shard, name);
  }

  async place(): Promise<KeptPlace | undefined> {
    const item = await this.#database.get(this.#key);
    return item && { place: feedHeadOf(item), leasedUntil: Number(item.u) };
  }

  /** Stores a first place, unless there is one. */
  async begin(place: FeedPlace): Promise<void> {
    await this.#database.write([{ put: this.#item({ place, leasedUntil: 0 }), condition: ABSENT }]);
  }

  /** From now on only this run works on the shard; undefined where another run was faster. */
  async lease(kept: KeptPlace | undefined, until: number): Promise<KeptPlace | undefined> {
    const lease = { place: kept?.place ?? FEED_BEGINNING, leasedUntil: until };
    const condition = kept === undefined ? ABSENT : stillKept(kept);
    const refusals = await this.#database.write([{ put: this.#item(lease), condition }]);
    return refusals.length === 0 ? lease : undefined;
  }

  /** Ends the lease and moves the place. Writes nothing where another run has got the lease. */
  async release(lease: KeptPlace, place: FeedPlace): Promise<void> {
    await this.#database.write([{ put: this.#item({ place, leasedUntil: 0 }), condition: stillKept(lease) }]);
  }

  /** Deletes the stored place. */
  async forget(): Promise<void> {
    await this.#database.write([{ delete: this.#key }]);
  }

  #item({ place, leasedUntil }: KeptPlace): Item {
    return { ...keyItem(this.#key), h: place.number, g: place.generation, u: leasedUntil };
  }
}

function stillKept({ place, leasedUntil }: KeptPlace): Condition {
  return {
    all: [{ equals: ["h", place.number] }, { equals: ["g", place.generation] }, { equals: ["u", leasedUntil] }],
  };
}
