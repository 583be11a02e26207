import { type Database, inParallel } from "../../store/database.ts";
import { type FeedPlace, FeedReader, feedEnd, readFeed } from "../../store/eventFeed.ts";
import type { FeedEntry } from "../../store/eventItems.ts";
import { eventKeys } from "../../store/eventKeys.ts";
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
  /** Keys of events that somebody damaged, and that are passed over. */
  readonly unreadable: readonly string[];
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
    unreadable: all.flatMap(({ unreadable }) => unreadable),
    ...(cause !== undefined && { cause }),
  };
}

async function followShard(shard: number, following: Following) {
  const { database, now, until, leaseMs } = following;
  const reader = new FeedReader(database, shard, following.reader);
  let [published, missed] = [0, false];
  const unreadable: string[] = [];
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
    unreadable.push(...outcome.unreadable);
    ({ cause } = outcome);
    await reader.release(lease, outcome.place);
  }
  return { published, missed, unreadable, cause };
}

function isSame(a: FeedPlace, b: FeedPlace): boolean {
  return a.generation === b.generation && a.number === b.number;
}

/** One page of a shard's entries. */
async function publishEntries(shard: number, from: FeedPlace, { database, bus, now, until }: Following) {
  const page = await readFeed(database, shard, from, ENTRIES_AT_ONCE);
  const done = { published: 0, missed: false, unreadable: [] as string[], cause: undefined, place: from };
  if (page.outcome === "gone") return { ...done, missed: true, place: page.place };
  const { generation } = page.place;
  for (const entry of page.entries) {
    if (now() >= until) return { ...done, cause: OUT_OF_TIME };
    const { events, unreadable } = await eventsOf(database, entry);
    const outcome = await publishAll(bus, events, until);
    done.published += outcome.taken;
    if (outcome.taken < events.length) return { ...done, cause: outcome.cause ?? "Unknown" };
    done.unreadable.push(...unreadable);
    done.place = { generation, number: entry.number };
  }
  return done;
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
async function eventsOf(database: Database, { orgId, slug, range }: FeedEntry) {
  if (range === undefined) return { events: [], unreadable: [] };
  const { events, unreadable } = await readRange(database, orgId, range);
  return {
    events: events.flatMap((event) => {
      const placed: PlacedEvent = { orgId, slug, seq: event.seq, subject: event.subject, event: loggedEvent(event) };
      return busEventsOf(placed);
    }),
    unreadable: unreadable.map((sk) => `${eventKeys.events(orgId)} ${sk}`),
  };
}
