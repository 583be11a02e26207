import { FEED_SHARDS } from "../../functions/store/eventKeys.ts";
import { pause } from "./terminal.ts";

/** Processes the shards of the feed, independently of the rest of this process. */
export interface ShardFollower {
  /** These shards have news; absent: all may have. */
  wake(shards?: Iterable<number>): void;
  /** Resolves when all news from before the call is processed. @throws the error that prevents it; the work is tried again */
  idle(): Promise<void>;
  /** Processes the shards with news, each tried once, then ends. */
  stop(): Promise<void>;
}

export const SHARDS: readonly number[] = Array.from({ length: FEED_SHARDS }, (_, shard) => shard);
/** Milliseconds. */
export const AFTER_FAILURE_MS = 1_000;

/**
 * @param work processes shards with news; the shards of a call that throws come again a second later
 * @param failed receives the first of several errors in a row
 */
export function followShards(
  work: (shards: readonly number[]) => Promise<void>,
  failed: (error: unknown) => void,
): ShardFollower {
  const stopping = new AbortController();
  const touched = new Set<number>();
  let news = Promise.withResolvers<void>();
  let asking: PromiseWithResolvers<void>[] = [];
  const run = async (): Promise<void> => {
    let failing = false;
    for (;;) {
      // Read before the shards: everything logged before the stop is then processed.
      const last = stopping.signal.aborted;
      const shards = [...touched];
      touched.clear();
      // Likewise: news from before these calls is among the shards.
      const answered = asking;
      asking = [];
      try {
        await work(shards);
        failing = false;
        for (const { resolve } of answered) resolve();
      } catch (error) {
        for (const { reject } of answered) reject(error);
        if (!failing && !last) failed(error);
        failing = true;
        for (const shard of shards) touched.add(shard);
      }
      if (last) return;
      if (failing) await pause(AFTER_FAILURE_MS, stopping.signal);
      else if (touched.size === 0 && asking.length === 0) await news.promise;
      news = Promise.withResolvers();
    }
  };
  const wake = (shards: Iterable<number> = SHARDS): void => {
    for (const shard of shards) touched.add(shard);
    if (touched.size > 0) news.resolve();
  };
  const running = run();
  return {
    wake,
    async idle() {
      if (stopping.signal.aborted) return running;
      const answer = Promise.withResolvers<void>();
      asking.push(answer);
      news.resolve();
      await answer.promise;
    },
    async stop() {
      stopping.abort();
      news.resolve();
      await running;
    },
  };
}

export function failureName(error: unknown): string {
  return error instanceof Error ? (error.name === "Error" ? error.message : error.name) : String(error);
}
