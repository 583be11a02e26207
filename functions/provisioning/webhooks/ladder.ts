const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Between the attempts at one message, in milliseconds: the eighth is the last one. */
const LADDER: readonly number[] = [5 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR];
/** From the first attempt on: then the message is given up. */
export const LADDER_MS = 24 * HOUR;
/** Between probes of an endpoint where everything fails. */
const PROBES: readonly number[] = [5 * SECOND, MINUTE, 5 * MINUTE];
const JITTER = 0.2;
/** Between two probes at most. */
export const LONGEST_PROBE_MS = (PROBES.at(-1) ?? 0) * (1 + JITTER);
/** An endpoint that has failed for so long is disabled. */
const FAILING_MS = 5 * 24 * HOUR;

/** An attempt that failed. Times are milliseconds since the epoch. */
export interface FailedAttempt {
  /** Where the message stood on the ladder: 0 at its first attempt. */
  readonly step: number;
  readonly firstTry: number;
  readonly now: number;
  /** Seconds for which the receiver asked. */
  readonly retryAfter?: number | undefined;
}

/**
 * When a message is tried again. A receiver that asks for more time than the step has raises the step, up to the last one.
 * @param random from 0 up to 1
 * @returns undefined: it is given up
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

/** @param failed probes in a row, this one included @returns milliseconds */
export function nextProbe(failed: number, random: number): number {
  return jittered(PROBES[Math.min(failed, PROBES.length) - 1] ?? 0, random);
}

/**
 * Whether a time has come that some clock set at most `longest` milliseconds ahead of itself. One that is further ahead than
 * that was set by a clock that was wrong and is not any more: waiting for it would take as long as the clock was wrong.
 */
export function hasCome(time: number, now: number, longest: number): boolean {
  return time <= now || time > now + longest;
}

/** @param since first failure after the last success, in milliseconds as now */
export function hasFailedTooLong(since: number, now: number): boolean {
  return now - since >= FAILING_MS;
}

function jittered(milliseconds: number, random: number): number {
  return Math.round(milliseconds * (1 - JITTER + 2 * JITTER * random));
}
