import { randomBytes } from "node:crypto";
import { sweepDeletion, sweepOpenDeletions, sweepStamp } from "../../functions/provisioning/sweeping.ts";
import { type Deletion, StoreBusy } from "../../functions/store/records.ts";
import type { Store } from "../../functions/store/session.ts";

export interface LocalSweep {
  /** Sweeps once the answer is out. */
  readonly later: (deletion: Deletion) => void;
  /** Ends what is under way; what is left is found by the next start. */
  stop(): Promise<void>;
}

/** One piece of work lasts so long before it looks whether the server is to stop. */
const SLICE_MS = 1_000;
const VISITS_MS = 5 * 60_000;

/**
 * What the function `sweep` does on AWS, here, in this process: each deletion at once, and every few minutes, beginning now,
 * what an earlier process left or what has to be looked at a second time.
 * @param failed takes what went wrong: the next visit tries again
 */
export function startSweep(store: Store, failed: (error: unknown) => void, now: () => number = Date.now): LocalSweep {
  const waiting: Deletion[] = [];
  let visit = true;
  let stopped = false;
  let running: Promise<void> | undefined;

  const means = () => ({
    now,
    until: now() + SLICE_MS,
    reference: randomBytes(6).toString("hex"),
  });

  /** @returns whether there is more to do */
  async function slice(): Promise<boolean> {
    const [deletion] = waiting;
    if (deletion !== undefined) {
      const { until, ...stamp } = means();
      if ((await sweepDeletion(store.begin(), deletion, until, sweepStamp(stamp))) !== "unfinished") waiting.shift();
      return true;
    }
    if (!visit) return false;
    const { done, open } = await sweepOpenDeletions(store.begin(), means());
    visit = open > 0 && done > 0;
    return visit;
  }

  async function run(): Promise<void> {
    // The answer goes out first.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      while (!stopped && (await slice()));
    } catch (error) {
      waiting.shift();
      visit = false;
      if (!(error instanceof StoreBusy)) failed(error);
    } finally {
      running = undefined;
    }
    if (waiting.length > 0) wake();
  }

  function wake(): void {
    if (!stopped) running ??= run();
  }

  const timer = setInterval(() => {
    visit = true;
    wake();
  }, VISITS_MS);
  timer.unref();
  wake();
  return {
    later: (deletion) => {
      waiting.push(deletion);
      wake();
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}

export interface Upkeep {
  /** Ends what is under way. */
  stop(): Promise<void>;
}

const EVERY_MS = 3_600_000;

/**
 * Removes what is over, now and every hour: what the time to live does on AWS.
 * @param failed takes what went wrong: the next hour tries again
 */
export function startUpkeep(clean: () => Promise<void>, failed: (error: unknown) => void): Upkeep {
  let running: Promise<void> | undefined;
  const run = (): void => {
    running ??= clean()
      .catch(failed)
      .finally(() => {
        running = undefined;
      });
  };
  const timer = setInterval(run, EVERY_MS).unref();
  run();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
