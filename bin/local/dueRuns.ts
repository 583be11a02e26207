/** Runs of one piece of work, whenever it is woken and whenever more of it is due. */
export interface DueRuns {
  /** There is something to do now. */
  wake(): void;
  /** Resolves when no run is under way, and none was asked for meanwhile. */
  idle(): Promise<void>;
  /** Begins no other run. @returns when those under way have ended, or after so many milliseconds */
  stop(milliseconds: number): Promise<void>;
}

export interface DueWork {
  /** Ends when nothing is due, or others are at work on what is. */
  run(): Promise<unknown>;
  /** When something is due next, milliseconds since the epoch; undefined: nothing is. */
  next(): Promise<number | undefined>;
  now(): number;
  /** Takes what went wrong: it is tried again. */
  failed(error: unknown): void;
}

/** Beside one that waits for a receiver that hangs. */
const AT_ONCE = 4;
/** What is due already, a run under way has: it looks again. */
const LEAST_MS = 250;
/** A clock that was set is noticed after so long. */
const LONGEST_MS = 60_000;
const AFTER_FAILURE_MS = 1_000;

export function startDueRuns({ run, next, now, failed }: DueWork): DueRuns {
  const runs = new Set<Promise<void>>();
  let again = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  const plan = (milliseconds: number): void => {
    clearTimeout(timer);
    // It keeps no process alive.
    if (!stopped) timer = setTimeout(wake, Math.min(LONGEST_MS, Math.max(LEAST_MS, milliseconds))).unref();
  };
  const work = async (): Promise<void> => {
    try {
      await run();
      const due = await next();
      if (due !== undefined) plan(due - now());
    } catch (error) {
      // A store that was closed meanwhile.
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
