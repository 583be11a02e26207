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
