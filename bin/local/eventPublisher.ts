import { setTimeout as wait } from "node:timers/promises";
import { type Envelope, type EventBus, envelopeOf } from "../../functions/provisioning/events/busEvents.ts";
import { type Followed, followFeed } from "../../functions/provisioning/events/followFeed.ts";
import { type Database, inParallel } from "../../functions/store/database.ts";
import { FeedReader, feedEnd } from "../../functions/store/eventFeed.ts";
import { createEventPoster, type EventPoster } from "./eventPoster.ts";
import { failureName, followShards, SHARDS } from "./shardFollower.ts";

export interface EventWishes {
  /** Receives each event. */
  onEvent?(envelope: Envelope): void;
  /** Each event is POSTed to it. */
  readonly url?: string;
  /** Receives messages for a person. */
  say(text: string): void;
}

/** Publishes the events of the feed independently of the log writer: a slow or hanging receiver delays no log. */
interface EventPublisher {
  /** Before anything is logged: a new reader starts here, a known one where it stopped. */
  begin(): Promise<void>;
  /** These shards of the feed have news; absent: all may have. Nothing happens before `begin`. */
  wake(shards?: Iterable<number>): void;
  /**
   * Publishes what is there, each event tried once, and stops at the first event that the receiver does not take. The next
   * process continues there.
   */
  stop(): Promise<void>;
}

const READER = "local";

/** @param failed receives the error; the work is tried again */
export function startPublisher(
  database: Database,
  wishes: EventWishes,
  failed: (error: unknown) => void,
): EventPublisher {
  // Pauses keep no process alive.
  const rest = (milliseconds: number): Promise<void> => wait(milliseconds, undefined, { ref: false });
  const poster = wishes.url === undefined ? undefined : createEventPoster({ ...wishes, url: wishes.url, wait: rest });
  const bus = busTo(wishes, poster);
  let begun = false;
  const follower = followShards(
    async (shards) => {
      const { unreadable } = await publish(database, bus, shards);
      for (const key of unreadable) wishes.say(`Events: ${key} is damaged, and was skipped.`);
    },
    (error) => {
      wishes.say(`Events: they cannot be read (${failureName(error)}).`);
      failed(error);
    },
  );
  const wake = (shards?: Iterable<number>): void => {
    if (begun) follower.wake(shards);
  };
  return {
    async begin() {
      await beginPlaces(database);
      begun = true;
      wake();
    },
    wake,
    async stop() {
      poster?.hurry();
      wake();
      await follower.stop();
    },
  };
}

function publish(database: Database, bus: EventBus, shards: readonly number[]): Promise<Followed> {
  return followFeed(shards, {
    database,
    reader: READER,
    bus,
    now: Date.now,
    until: Number.POSITIVE_INFINITY,
    // This process owns the data. The lease of a killed process would only delay its events.
    leaseMs: 0,
  });
}

async function beginPlaces(database: Database): Promise<void> {
  await inParallel(SHARDS, async (shard) => {
    const reader = new FeedReader(database, shard, READER);
    if ((await reader.place()) === undefined) await reader.begin(await feedEnd(database, shard));
  });
}

/** A reader that begins again gets no earlier events. */
export async function forgetPlaces(database: Database): Promise<void> {
  await inParallel(SHARDS, async (shard) => {
    const reader = new FeedReader(database, shard, READER);
    if ((await reader.place()) !== undefined) await reader.forget();
  });
}

/** The poster gives up events that fail (`eventPoster.ts`); they count as taken. */
function busTo({ onEvent }: EventWishes, poster: EventPoster | undefined): EventBus {
  return {
    async publish(events) {
      const envelopes = events.map(envelopeOf);
      for (const envelope of envelopes) onEvent?.(envelope);
      const isOver = (await poster?.deliver(envelopes)) === "brokenOff";
      return isOver ? { taken: 0, cause: "Stopping" } : { taken: events.length };
    },
  };
}
