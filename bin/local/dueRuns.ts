/** Runs one piece of work when it is woken and when more work is due. */
interface DueRuns {
  /** Work is due now. */
  wake(): void;
  /** Resolves when no run is active or requested. */
  idle(): Promise<void>;
  /** Starts no further run. @returns when the active runs have ended, at the latest after `milliseconds` */
  stop(milliseconds: number): Promise<void>;
}

interface DueWork {
  /** Ends when nothing is due, or when others already work on it. */
  run(): Promise<unknown>;
  /** When the next work is due, milliseconds since the epoch; undefined: never. */
  next(): Promise<number | undefined>;
  now(): number;
  /** Receives the error; the work is tried again. */
  failed(error: unknown): void;
}

/** Most runs at once: one may wait for a receiver that hangs. */
const AT_ONCE = 4;
/** Shortest pause: an active run takes work that is already due. */
const LEAST_MS = 250;
/** Longest pause, after which a changed clock is noticed. */
const LONGEST_MS = 60_000;
const AFTER_FAILURE_MS = 1_000;

export function startDueRuns({ run, next, now, failed }: DueWork): DueRuns {
  const runs = new Set<Promise<void>>();
  let again = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const plan = (milliseconds: number): void => {
    clearTimeout(timer);
    // The timer keeps no process alive.
    if (!stopped) timer = setTimeout(wake, Math.min(LONGEST_MS, Math.max(LEAST_MS, milliseconds))).unref();
  };
  const work = async (): Promise<void> => {
    try {
      await run();
      const due = await next();
      if (due !== undefined) plan(due - now());
    } catch (error) {
      // After `stop` the store may be closed.
      if (!stopped) failed(error);
      plan(AFTER_FAILURE_MS);
    }
  };
  const wake = (): void => {
    if (stopped) return;
    if (runs.size >= AT_ONCE) {
      again = true;
      return;
    }
    const one: Promise<void> = work().finally(() => {
      runs.delete(one);
      if (again) {
        again = false;
        wake();
      }
    });
    runs.add(one);
  };

  return {
    wake,
    async idle() {
      while (runs.size > 0) await Promise.all(runs);
    },
    async stop(milliseconds) {
      stopped = true;
      clearTimeout(timer);
      const late = Promise.withResolvers<void>();
      const limit = setTimeout(late.resolve, milliseconds);
      await Promise.race([Promise.all(runs), late.promise]);
      clearTimeout(limit);
    },
  };
}
