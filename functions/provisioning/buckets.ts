/** One charge of an org's bucket. Times are milliseconds since the epoch. */
export interface Charge {
  readonly orgId: string;
  readonly now: number;
  /** How much later the bucket is full again: milliseconds. */
  readonly cost: number;
  /** Units that were asked for since this environment's last charge, whether they are paid for or not. */
  readonly asked: number;
  /** A bucket that is not full again until after this time takes no charge. */
  readonly latest: number;
  /** A bucket that is not full again until after this time was written by a clock that was wrong: it counts as full. */
  readonly farthest: number;
  /** A bucket that has been full for less than so many milliseconds may count as full just now, or as it stands. */
  readonly slack: number;
  /** Aborted when nobody waits for it any more. */
  readonly signal?: AbortSignal | undefined;
}

export interface Charged {
  readonly outcome: "charged" | "refused";
  /** When the bucket is full again, milliseconds since the epoch; in the past: it is full. */
  readonly fullAt: number;
  /** The sum of `asked` of all charges, as long as the org is at work. */
  readonly total: number;
  /** Write units that the answer cost. */
  readonly wcu: number;
}

/** The buckets of all orgs, one for all environments. A full bucket and a missing one are the same. */
export interface Buckets {
  /** Atomic. May throw: nobody's request depends on it. */
  charge(charge: Charge): Promise<Charged>;
}
