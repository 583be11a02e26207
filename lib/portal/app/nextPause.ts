const LONGEST = 60_000;

/** Milliseconds until the next request: doubled with each successive failure, at most a minute. */
export function nextPause(every: number, failures: number): number {
  return failures === 0 ? every : Math.max(every, Math.min(LONGEST, every * 2 ** Math.min(failures, 10)));
}
