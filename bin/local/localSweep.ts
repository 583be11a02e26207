import { randomBytes } from "node:crypto";
import { sweepDeletion, sweepOpenDeletions, sweepStamp } from "../../functions/provisioning/sweeping.ts";
import { type Deletion, StoreBusy } from "../../functions/store/records.ts";
import type { Store } from "../../functions/store/session.ts";

interface LocalSweep {
  /** Sweeps after the answer is sent. */
  readonly later: (deletion: Deletion) => void;
  /** Ends the current slice; the next start finds the rest. */
  stop(): Promise<void>;
}

/** After this time a slice checks whether the server stops. */
const SLICE_MS = 1_000;
const VISITS_MS = 5 * 60_000;

/**
 * The local counterpart of the function `sweep`: each deletion at once; now and every few minutes the work of earlier processes
 * and what needs a second look.
 * @param failed receives the error; the next visit tries again
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
    // The answer is sent first.
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

interface Upkeep {
  /** Waits for the active run. */
  stop(): Promise<void>;
}

const EVERY_MS = 3_600_000;

/**
 * Removes expired items now and every hour, as the time to live does on AWS.
 * @param failed receives the error; the next hour tries again
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
