/** Milliseconds: no function of Lambda may work longer. */
const LONGEST = 900_000;

/** Aborted after so many milliseconds: a worker whose calls get no answer ends with its line, and not with its process. */
export function workerTime(milliseconds: number): AbortSignal {
  return AbortSignal.timeout(Math.min(LONGEST, Math.max(0, milliseconds)));
}
