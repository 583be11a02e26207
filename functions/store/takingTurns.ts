import { setImmediate } from "node:timers/promises";

/** Milliseconds of work after which other work of this process gets its turn. */
const LONGEST_HOLD = 5;

/**
 * For work that blocks the event loop in pieces. Each piece calls the result before it begins, and waits for the promise,
 * if any. First come, first served: a later call queues after those that wait.
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
        // Lets the piece run before this loop continues.
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
