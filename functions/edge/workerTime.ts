/** Milliseconds: no function of Lambda may work longer. */
const LONGEST = 900_000;

/** What a timer takes: Node fires others at once, and writes a line about them that is none of ours. */
export function timerMs(milliseconds: number): number {
  return Math.min(LONGEST, Math.max(0, milliseconds));
}

/** Aborted after so many milliseconds: a worker whose calls get no answer ends with its line, and not with its process. */
export function workerTime(milliseconds: number): AbortSignal {
  return AbortSignal.timeout(timerMs(milliseconds));
}
