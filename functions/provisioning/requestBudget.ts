/** How many requests an org may make. */
export interface BudgetLimits {
  /** Requests per second, in the long run. */
  readonly rate: number;
  /** Requests at once, after a pause long enough. */
  readonly burst: number;
}

/** Whole numbers keep a budget exact: in a millisecond `rate` thousandths of a request flow in. */
const WHOLE_REQUEST = 1_000;

interface Bucket {
  /** Thousandths of a request, at the time `at`. */
  level: number;
  readonly at: number;
}

/** More orgs than one process ever serves at once; an org beyond them begins anew with a full budget. */
const ORGS_AT_MOST = 10_000;

/**
 * A token bucket for every org, in the memory of this process: no read, no write, and nothing shared, so that one org in
 * a loop costs the others nothing and a lost process loses nothing. Only verified requests are counted, or a stranger
 * could use up what is somebody else's. The hard fence, across all processes, is the firewall in front of the API.
 */
export class RequestBudget {
  readonly #limits: BudgetLimits;
  /** By org id. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(limits: BudgetLimits) {
    if (!(limits.rate > 0) || !(limits.burst >= 1)) throw new Error("a budget needs a rate above 0 and a burst of 1");
    this.#limits = limits;
  }

  /**
   * Takes one request off the org's budget.
   * @param now milliseconds since the epoch
   * @returns 0 when there was one to take; otherwise the milliseconds until there is
   */
  take(orgId: string, now: number): number {
    const bucket = this.#bucketOf(orgId, now);
    if (bucket.level >= WHOLE_REQUEST) {
      bucket.level -= WHOLE_REQUEST;
      return 0;
    }
    return Math.ceil((WHOLE_REQUEST - bucket.level) / this.#limits.rate);
  }

  /** Buckets stand in the order of their last use: the first one is the likeliest to be full again, and goes first. */
  #bucketOf(orgId: string, now: number): Bucket {
    const known = this.#buckets.get(orgId);
    const [longestUnused] = this.#buckets.keys();
    if (known === undefined && longestUnused !== undefined && this.#buckets.size >= ORGS_AT_MOST) {
      this.#buckets.delete(longestUnused);
    }
    const bucket = { level: known === undefined ? this.#fullLevel : this.#levelAt(known, now), at: now };
    this.#buckets.delete(orgId);
    this.#buckets.set(orgId, bucket);
    return bucket;
  }

  /** A clock that was set back fills nothing up. */
  #levelAt({ level, at }: Bucket, now: number): number {
    return Math.min(this.#fullLevel, level + Math.max(0, now - at) * this.#limits.rate);
  }

  get #fullLevel(): number {
    return this.#limits.burst * WHOLE_REQUEST;
  }
}

/**
 * Reads `RATE/BURST`, e.g. `200/1000`; `off` and nothing at all mean that there is no budget.
 * @throws Error for anything else
 */
export function readBudget(text: string | undefined): RequestBudget | undefined {
  if (text === undefined || text === "off") return undefined;
  const [, rate, burst] = /^([1-9]\d{0,6})\/([1-9]\d{0,6})$/.exec(text) ?? [];
  if (rate !== undefined && burst !== undefined) return new RequestBudget({ rate: Number(rate), burst: Number(burst) });
  throw new Error(`a request budget is RATE/BURST in whole requests, such as 200/1000, or off; not ${text}`);
}
