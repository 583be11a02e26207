import { afterAll, beforeAll } from "@jest/globals";

/** Starts it before the tests of the `describe` or file that calls this, and stops it behind them. @returns it, in tests and hooks */
export function duringTests<T extends { stop(): Promise<void> }>(start: () => Promise<T>): () => T {
  let running: T | undefined;
  beforeAll(async () => {
    running = await start();
  });
  afterAll(() => running?.stop());
  return () => {
    if (running === undefined) throw new Error("it runs in tests and hooks only");
    return running;
  };
}
