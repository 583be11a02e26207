const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Milliseconds between the attempts at one message. The eighth attempt is the last. */
const LADDER: readonly number[] = [5 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR];
/** Milliseconds after the first attempt at which a message is given up. */
export const LADDER_MS = 24 * HOUR;
/** Milliseconds between probes of a failing endpoint. */
const PROBES: readonly number[] = [5 * SECOND, MINUTE, 5 * MINUTE];
const JITTER = 0.2;
/** The longest time between two probes. */
export const LONGEST_PROBE_MS = (PROBES.at(-1) ?? 0) * (1 + JITTER);
/** Milliseconds of failure after which an endpoint is disabled. */
const FAILING_MS = 5 * 24 * HOUR;

/** A failed attempt. Times are milliseconds since the epoch. */
interface FailedAttempt {
  /** The message's place on the ladder: 0 at its first attempt. */
  readonly step: number;
  readonly firstTry: number;
  readonly now: number;
  /** Seconds that the receiver asked to wait. */
  readonly retryAfter?: number | undefined;
}

/**
 * When to try a message again. A receiver that asks for a longer wait raises the step, up to the last one.
 * @param random from 0 (inclusive) to 1 (exclusive)
 * @returns undefined: the message is given up
 */
export function nextAttempt(
  { step, firstTry, now, retryAfter = 0 }: FailedAttempt,
  random: number,
): { readonly step: number; readonly due: number } | undefined {
  const end = firstTry + LADDER_MS;
  if (step >= LADDER.length || now >= end) return undefined;
  const wanted = Math.min(retryAfter * SECOND, LADDER.at(-1) ?? 0);
  let raised = step;
  while ((LADDER[raised] ?? wanted) < wanted) raised += 1;
  const delay = Math.max(wanted, jittered(LADDER[raised] ?? 0, random));
  return { step: raised + 1, due: Math.min(now + delay, end) };
}

/** @param failed number of failed probes in a row, including this one @returns milliseconds */
export function nextProbe(failed: number, random: number): number {
  return jittered(PROBES[Math.min(failed, PROBES.length) - 1] ?? 0, random);
}

/** @param since first failure after the last success, in milliseconds since the epoch, as is `now` */
export function hasFailedTooLong(since: number, now: number): boolean {
  return now - since >= FAILING_MS;
}

function jittered(milliseconds: number, random: number): number {
  return Math.round(milliseconds * (1 - JITTER + 2 * JITTER * random));
}
