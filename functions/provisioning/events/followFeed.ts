import { type Database, inParallel } from "../../store/database.ts";
import { type FeedPlace, FeedReader, feedEnd, readFeed } from "../../store/eventFeed.ts";
import type { FeedEntry, StoredEvent } from "../../store/eventItems.ts";
import { readRange } from "../../store/eventRange.ts";
import { busEventsOf, type DirectoryEvent, type EventBus, OUT_OF_TIME, type PlacedEvent } from "./busEvents.ts";
import { loggedEvent } from "./loggedEvent.ts";

export interface Following {
  readonly database: Database;
  /** Whose places these are. */
  readonly reader: string;
  readonly bus: EventBus;
  now(): number;
  /** Milliseconds since the epoch: nothing is begun later. */
  readonly until: number;
  /** A run that dies holds up its shards for so long. Milliseconds; 0 where no other run can be at work. */
  readonly leaseMs: number;
}

export interface Followed {
  /** How many events the bus took. */
  readonly published: number;
  /** Entries that the reader was too late for, by shard. */
  readonly missed: readonly number[];
  /** Why the bus took no more: the name of an error. */
  readonly cause?: string;
}

const ENTRIES_AT_ONCE = 50;

/**
 * Hands everything that the shards have behind the reader's places to its bus, and moves the places on. One run at a time
 * works on a shard. A run that finds another one there leaves the work to it: the other looks for news once more after it
 * let the shard go. What is published may be published again, never passed over, unless the feed has forgotten it.
 * A reader that has no place yet begins with what the feed still has.
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

interface ShardOutcome {
  readonly published: number;
  readonly missed: boolean;
  readonly cause: string | undefined;
}

async function followShard(shard: number, following: Following): Promise<ShardOutcome> {
  const { database, now, until, leaseMs } = following;
  const reader = new FeedReader(database, shard, following.reader);
  let [published, missed] = [0, false];
  let cause: string | undefined;
  while (cause === undefined && now() < until) {
    const end = await feedEnd(database, shard);
    const kept = await reader.place();
    if (kept !== undefined && (isSame(kept.place, end) || kept.leasedUntil > now())) break;
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
async function publishEntries(
  shard: number,
  from: FeedPlace,
  { database, bus, now, until }: Following,
): Promise<ShardOutcome & { readonly place: FeedPlace }> {
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

/** A surprise of the bus is a failure like any other: thrown, it would end the others' work too. */
async function publishAll(bus: EventBus, events: readonly DirectoryEvent[], until: number) {
  if (events.length === 0) return { taken: 0 };
  try {
    return await bus.publish(events, until);
  } catch (error) {
    return { taken: 0, cause: error instanceof Error ? error.name : typeof error };
  }
}

/** None of an org that ended, or whose log began anew meanwhile. */
async function eventsOf(database: Database, { orgId, slug, range }: FeedEntry): Promise<DirectoryEvent[]> {
  if (range === undefined) return [];
  const events = await readRange(database, orgId, range);
  return events.flatMap((event: StoredEvent) => {
    const placed: PlacedEvent = { orgId, slug, seq: event.seq, subject: event.subject, event: loggedEvent(event) };
    return busEventsOf(placed);
  });
}
