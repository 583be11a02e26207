import { type Database, inParallel } from "../../store/database.ts";
import { type FeedPlace, FeedReader, feedEnd, readFeed } from "../../store/eventFeed.ts";
import type { FeedEntry, StoredEvent } from "../../store/eventItems.ts";
import { readRange } from "../../store/eventRange.ts";
import { CLOCK_SKEW, hasCome } from "../timeBudget.ts";
import { busEventsOf, type DirectoryEvent, type EventBus, OUT_OF_TIME, type PlacedEvent } from "./busEvents.ts";
import { loggedEvent } from "./loggedEvent.ts";

interface Following {
  readonly database: Database;
  /** The owner of the places. */
  readonly reader: string;
  readonly bus: EventBus;
  now(): number;
  /** Milliseconds since the epoch. No work is begun after it. */
  readonly until: number;
  /** Milliseconds for which a run that dies blocks its shards; 0 where no other run can be at work. */
  readonly leaseMs: number;
}

export interface Followed {
  /** Number of events that the bus accepted. */
  readonly published: number;
  /** Shards with entries that expired before the reader came. */
  readonly missed: readonly number[];
  /** Why the bus accepted no more events: an error's name. */
  readonly cause?: string;
}

const ENTRIES_AT_ONCE = 50;

/**
 * Publishes all entries of the shards after the reader's places, and moves the places. One run at a time works on a shard. A run
 * that finds another run at work leaves the shard to it: the other run checks for new entries again after it releases the
 * shard. Events may be published twice, but are never skipped, unless their entries have expired. A new reader begins with the
 * oldest entry.
 */
export async function followFeed(shards: readonly number[], following: Following): Promise<Followed> {
  const all = await inParallel(shards, (shard) => followShard(shard, following));
  const cause = all.map((one) => one.cause).find((one) => one !== undefined);
  return {
    published: all.reduce((sum, { published }) => sum + published, 0),
    missed: shards.filter((_, index) => all[index]?.missed),
    ...(cause !== undefined && { cause }),
  };
}

async function followShard(shard: number, following: Following) {
  const { database, now, until, leaseMs } = following;
  const reader = new FeedReader(database, shard, following.reader);
  let [published, missed] = [0, false];
  let cause: string | undefined;
  while (cause === undefined && now() < until) {
    const end = await feedEnd(database, shard);
    const kept = await reader.place();
    if (kept !== undefined && (isSame(kept.place, end) || !hasCome(kept.leasedUntil, now(), leaseMs + CLOCK_SKEW)))
      break;
    const lease = await reader.lease(kept, now() + leaseMs);
    if (lease === undefined) break;
    const outcome = await publishEntries(shard, lease.place, following);
    published += outcome.published;
    missed ||= outcome.missed;
    ({ cause } = outcome);
    await reader.release(lease, outcome.place);
  }
  return { published, missed, cause };
}

function isSame(a: FeedPlace, b: FeedPlace): boolean {
  return a.generation === b.generation && a.number === b.number;
}

/** One page of a shard's entries. */
async function publishEntries(shard: number, from: FeedPlace, { database, bus, now, until }: Following) {
  const page = await readFeed(database, shard, from, ENTRIES_AT_ONCE);
  if (page.outcome === "gone") return { published: 0, missed: true, cause: undefined, place: page.place };
  const { generation } = page.place;
  let place = from;
  let published = 0;
  for (const entry of page.entries) {
    if (now() >= until) return { published, missed: false, cause: OUT_OF_TIME, place };
    const events = await eventsOf(database, entry);
    const outcome = await publishAll(bus, events, until);
    published += outcome.taken;
    if (outcome.taken < events.length) return { published, missed: false, cause: outcome.cause ?? "Unknown", place };
    place = { generation, number: entry.number };
  }
  return { published, missed: false, cause: undefined, place };
}

/** Turns an unexpected error of the bus into a failure. If it were thrown, it would end the work on other shards too. */
async function publishAll(bus: EventBus, events: readonly DirectoryEvent[], until: number) {
  if (events.length === 0) return { taken: 0 };
  try {
    return await bus.publish(events, until);
  } catch (error) {
    return { taken: 0, cause: error instanceof Error ? error.name : typeof error };
  }
}

/** Empty for an org that ended, or whose log began again meanwhile. */
async function eventsOf(database: Database, { orgId, slug, range }: FeedEntry): Promise<DirectoryEvent[]> {
  if (range === undefined) return [];
  const events = await readRange(database, orgId, range);
  return events.flatMap((event: StoredEvent) => {
    const placed: PlacedEvent = { orgId, slug, seq: event.seq, subject: event.subject, event: loggedEvent(event) };
    return busEventsOf(placed);
  });
}
