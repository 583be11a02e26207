import { setImmediate } from "node:timers/promises";

/** Milliseconds of work after which everything else in this process has its turn. */
const LONGEST_HOLD = 5;

/**
 * For work that holds the event loop, each piece of which asks before it begins: a promise where it has to wait. First come,
 * first served: who asks again stands behind those who wait already.
 */
export function takingTurns(now: () => number = () => performance.now()): () => Promise<void> | undefined {
  const waiting: (() => void)[] = [];
  let serving = false;
  let since = now();
  const isOver = (): boolean => now() - since >= LONGEST_HOLD;

  const serve = async (): Promise<void> => {
    serving = true;
    while (waiting.length > 0) {
      await setImmediate();
      since = now();
      while (waiting.length > 0 && !isOver()) {
        waiting.shift()?.();
        // It works before this line goes on.
        await Promise.resolve();
      }
    }
    serving = false;
  };

  return () => {
    if (!serving && !isOver()) return undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push(resolve);
    if (!serving) void serve();
    return promise;
  };
}
