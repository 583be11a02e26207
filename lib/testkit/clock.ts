/** The time of a Rollcall in a test. Nobody waits for it: who needs it to be later says so. */
export interface KitClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** @param milliseconds 0 or more @throws RangeError where time would run backwards */
  advance(milliseconds: number): void;
}

/** @param start milliseconds since the epoch at which the clock stands until it is advanced; absent: it runs, as the machine's does */
export function kitClock(start: number | undefined): KitClock {
  let ahead = 0;
  return {
    now: () => (start ?? Date.now()) + ahead,
    advance(milliseconds) {
      if (!(milliseconds >= 0)) throw new RangeError("A clock is advanced by 0 milliseconds or more.");
      ahead += milliseconds;
    },
  };
}
