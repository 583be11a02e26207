const FIRST_WAIT = 20;
const LONGEST_WAIT = 640;

/**
 * How long to wait before another try. Full jitter: writers that met once should not meet again. Doubling, and shorter
 * again after long waiting: newcomers, who ask more often, would otherwise overtake it every time.
 * @param waits this one included, from 1 on
 * @param share random, from 0 up to 1
 * @returns milliseconds
 */
export function backOff(waits: number, share: number): number {
  return share * longestWait(waits);
}

function longestWait(waits: number): number {
  if (waits <= 12) return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (waits - 1));
  return waits <= 20 ? LONGEST_WAIT / 2 : LONGEST_WAIT / 4;
}
