import { setTimeout as wait } from "node:timers/promises";
import { type Envelope, type EventBus, envelopeOf } from "../../functions/provisioning/events/busEvents.ts";
import { followFeed } from "../../functions/provisioning/events/followFeed.ts";
import { type Database, inParallel } from "../../functions/store/database.ts";
import { FeedReader, feedEnd } from "../../functions/store/eventFeed.ts";
import { FEED_SHARDS } from "../../functions/store/eventKeys.ts";
import { createEventPoster, type EventPoster } from "./eventPoster.ts";

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

/** Milliseconds. */
export const AFTER_FAILURE_MS = 1_000;
const READER = "local";
const SHARDS = Array.from({ length: FEED_SHARDS }, (_, shard) => shard);

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
  const stopping = new AbortController();
  const touched = new Set<number>();
  let begun = false;
  let news = Promise.withResolvers<void>();
  const run = async (): Promise<void> => {
    let failing = false;
    for (;;) {
      // Asked before reading: what was logged before the stop is read after it.
      const last = stopping.signal.aborted;
      const shards = [...touched];
      touched.clear();
      try {
        await publish(database, bus, shards);
        failing = false;
      } catch (error) {
        if (!failing && !last) {
          wishes.say(`Events: they cannot be read (${failureName(error)}).`);
          failed(error);
        }
        failing = true;
        for (const shard of shards) touched.add(shard);
      }
      if (last) return;
      if (failing) await pause(AFTER_FAILURE_MS, stopping.signal);
      else if (touched.size === 0) await news.promise;
      news = Promise.withResolvers();
    }
  };
  const wake = (shards: Iterable<number> = SHARDS): void => {
    if (begun) for (const shard of shards) touched.add(shard);
    if (touched.size > 0) news.resolve();
  };
  const running = run();
  return {
    async begin() {
      await beginPlaces(database);
      begun = true;
      wake();
    },
    wake,
    async stop() {
      poster?.hurry();
      stopping.abort();
      wake();
      news.resolve();
      await running;
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

export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  // An abort ends the pause early, which is all it shall do.
  await wait(milliseconds, undefined, { signal }).catch(() => {});
}

export function failureName(error: unknown): string {
  return error instanceof Error ? (error.name === "Error" ? error.message : error.name) : String(error);
}
