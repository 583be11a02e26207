/** Milliseconds before the deadline, at which something is no longer begun, or ends. */
export const RESERVED = {
  /** The answer is sent, before Lambda ends the process without an answer and a log line. */
  answer: 700,
  /** A request begins no more writes, so that its answer is still sent and nothing is written after it. */
  write: 3_000,
  /** A search examines no more resources: one may be large, and a filter long. */
  search: 4_000,
  /** No operation of a bulk request is begun, since one operation may take long. */
  bulkOperation: 6_000,
  /** A bulk request no longer deletes resources whose references are unresolved. */
  bulkClearing: 3_000,
  /** A request that sweeps its own deletion leaves the rest to others. */
  sweep: 1_000,
  /** A page of an export ends, and an import pauses. */
  transfer: 10_000,
  /** A worker of the stream or the schedule ends, with time for its answer and line. */
  worker: 5_000,
  /** The report of tokens writes its line. */
  report: 2_000,
} as const;

/** The longest time for something, in milliseconds, however much time is left. */
export const LIMITS = {
  /** Authentication: longer than one try of the SDK, shorter than all its tries. */
  identify: 5_000,
  /** Undoing the writes of a request whose authentication ran out of time. */
  undo: 1_000,
  /** The sweep within a request, where no sweeper runs. */
  sweep: 3_000,
  /** An operator's step begins no more work after this. The longest piece of work takes seconds. */
  operatorStep: 10_000,
  /** Publishing events again. */
  republish: 25_000,
} as const;

interface Limited {
  /** Milliseconds since the epoch, as is the deadline. */
  now(): number;
  readonly deadline: number;
}

/** Whether there is still time to begin this. */
export function hasTimeTo(work: keyof typeof RESERVED, { now, deadline }: Limited): boolean {
  return now() <= deadline - RESERVED[work];
}

/** Milliseconds by which the clocks of two processes may differ. */
export const CLOCK_SKEW = 60_000;

/**
 * Whether a time has come that was set at most `longest` milliseconds ahead. A time further in the future comes from a wrong clock
 * and counts as come, because waiting for it could take very long.
 */
export function hasCome(time: number, now: number, longest: number): boolean {
  return time <= now || time > now + longest;
}

/** Milliseconds: the longest run of a Lambda function. */
const LONGEST = 900_000;

/** A delay within a timer's range. Outside of it, Node fires at once and writes a warning into the log. */
export function timerMs(milliseconds: number): number {
  return Math.min(LONGEST, Math.max(0, milliseconds));
}

/** Aborts after so many milliseconds, so that a worker whose calls hang still writes its line. */
export function workerTime(milliseconds: number): AbortSignal {
  return AbortSignal.timeout(timerMs(milliseconds));
}
