import { setTimeout as wait } from "node:timers/promises";
import { type Envelope, type EventBus, envelopeOf } from "../../functions/provisioning/events/busEvents.ts";
import { followFeed } from "../../functions/provisioning/events/followFeed.ts";
import { type Database, inParallel } from "../../functions/store/database.ts";
import { FeedReader, feedEnd } from "../../functions/store/eventFeed.ts";
import { createEventPoster, type EventPoster } from "./eventPoster.ts";
import { failureName, followShards, SHARDS } from "./shardFollower.ts";

export interface EventWishes {
  /** Takes each event. */
  onEvent?(envelope: Envelope): void;
  /** Gets each event by POST. */
  readonly url?: string;
  /** Takes what a person should know. */
  say(text: string): void;
}

/** Hands on what the feed has, beside the writer of the logs: a receiver that is slow, or hangs, holds up no log. */
export interface EventPublisher {
  /** Before anything is logged: a reader that is new begins here, another one goes on. */
  begin(): Promise<void>;
  /** These shards of the feed went on; absent: all may have. Nothing before it began. */
  wake(shards?: Iterable<number>): void;
  /**
   * Hands on what there is, each event tried once, then ends. It ends as well with the first one that the receiver does not
   * take: the next run goes on there.
   */
  stop(): Promise<void>;
}

const READER = "local";

/** @param failed takes what went wrong: it is tried again */
export function startPublisher(
  database: Database,
  wishes: EventWishes,
  failed: (error: unknown) => void,
): EventPublisher {
  // At the end nobody waits for a pause that is left.
  const rest = (milliseconds: number): Promise<void> => wait(milliseconds, undefined, { ref: false });
  const poster = wishes.url === undefined ? undefined : createEventPoster({ ...wishes, url: wishes.url, wait: rest });
  const bus = busTo(wishes, poster);
  let begun = false;
  const follower = followShards(
    (shards) => publish(database, bus, shards),
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

async function publish(database: Database, bus: EventBus, shards: readonly number[]): Promise<void> {
  await followFeed(shards, {
    database,
    reader: READER,
    bus,
    now: Date.now,
    until: Number.POSITIVE_INFINITY,
    // This process owns the data. A lease of one that was killed would hold up what it left.
    leaseMs: 0,
  });
}

async function beginPlaces(database: Database): Promise<void> {
  await inParallel(SHARDS, async (shard) => {
    const reader = new FeedReader(database, shard, READER);
    if ((await reader.place()) === undefined) await reader.begin(await feedEnd(database, shard));
  });
}

/** Nothing is owed to a reader that begins another time. */
export async function forgetPlaces(database: Database): Promise<void> {
  await inParallel(SHARDS, async (shard) => {
    const reader = new FeedReader(database, shard, READER);
    if ((await reader.place()) !== undefined) await reader.forget();
  });
}

/** What is tried in vain is given up (`eventPoster.ts`), and taken. */
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
