/** The time of a Rollcall in a test. Nothing waits for it; a test advances it. */
export interface KitClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** @param milliseconds 0 or more @throws RangeError for less */
  advance(milliseconds: number): void;
}

/** @param start milliseconds since the epoch; the clock stands there until it is advanced. Absent: it runs with the machine's */
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
