/** How long before the end of its time something is begun no more, or given up. Milliseconds. */
export const RESERVED = {
  /** We answer so long before Lambda ends the process: what Lambda ends has no answer of ours and no line. */
  answer: 700,
  /** A request writes nothing more, so that the answer still gets out and nothing is written after it. */
  write: 3_000,
  /** A search looks at no more resources: those of a page may be large, and a filter long. */
  search: 4_000,
  /** No operation of a bulk request is begun: one may take long. */
  bulkOperation: 6_000,
  /** Resources of a bulk request that wait for others are no longer cleared away. */
  bulkClearing: 3_000,
  /** A request that sweeps what it deleted leaves the rest to others. */
  sweep: 1_000,
  /** A page of an export ends, and an import pauses. */
  transfer: 10_000,
  /** A worker of the stream or the schedule comes to its end, for the answer and the line. */
  worker: 5_000,
  /** The report of tokens has its line to write. */
  report: 2_000,
} as const;

/** How long something may take at most, however much time there is. Milliseconds. */
export const LIMITS = {
  /** To find out who asks: longer than one try of the SDK, shorter than all of them. */
  identify: 5_000,
  /** To take back what a request wrote that could not find out in time who asks. */
  undo: 1_000,
  /** The sweep of a request without a sweeper beside it. */
  sweep: 3_000,
  /** A piece of work for an operator is begun until then; the longest takes seconds. */
  operatorStep: 10_000,
  /** To publish events once more. */
  republish: 25_000,
} as const;

interface Limited {
  /** Milliseconds since the epoch, as is the deadline. */
  now(): number;
  readonly deadline: number;
}

/** Whether this may still begin. */
export function hasTimeTo(work: keyof typeof RESERVED, { now, deadline }: Limited): boolean {
  return now() <= deadline - RESERVED[work];
}

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
