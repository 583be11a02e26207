import type { Buckets } from "../store/buckets.ts";

/** How much an org may use. */
export interface BudgetLimits {
  /** Units per second in the long run. A unit is a request, or a portion of its work (`http/authenticate.ts`). */
  readonly rate: number;
  /** Units at once, after a pause that is long enough. */
  readonly burst: number;
}

/** What the bucket cost one request. The log line shows it separately from the request's work. */
interface BudgetUse {
  wcu: number;
  faults: number;
}

/** The request that makes a charge, or whose work runs beside it. */
interface Payer {
  readonly use: BudgetUse;
  readonly signal: AbortSignal | undefined;
}

export interface Admitted {
  readonly outcome: "admitted";
  /** Units counted so far. */
  readonly units: number;
  /**
   * Await it before the answer: Lambda freezes the process afterwards. Never throws.
   * @param more units that the request cost beyond `units`
   */
  settle(more: number): Promise<BudgetUse>;
}

type BudgetAnswer =
  | Admitted
  /** `waitMs`: milliseconds until the next request makes sense. */
  | { readonly outcome: "refused"; readonly waitMs: number; readonly use: BudgetUse };

/** Most units that an environment pays for with one write. */
const LARGEST_BATCH = 14;
/** What each environment may serve uncounted: this many units at once, and a 200th of the rate. */
const LARGEST_CREDIT = 7;
const UNCOUNTED_SHARE = 200;
/** An org that uses less than a tenth of its rate is far from the limit: an environment may then serve twice its pace for a minute. */
const FAR_SHARE = 10;
const FAR_PACE = 2;
const FAR_MS = 60_000;
/** Seconds to watch at least, so that every busy environment has charged once. */
const FAR_SECONDS = 5;
/** The most that one request is charged, and the most that a charge may exceed an empty bucket: in seconds of the org's rate. */
const MOST_SECONDS = 30;
/** How far two clocks may differ. */
const SKEW_MS = 1_000;
const SHORTEST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 10_000;
const SHORTEST_BATCH_MS = 10_000;
const LONGEST_BATCH_MS = 60_000;
/** Without the bucket every request is admitted. The bucket is asked again after this time. */
const AFTER_FAULT_MS = 10_000;
/** More orgs than one environment serves at once. Beyond this number, the longest unused account is dropped. */
const ORGS_AT_MOST = 10_000;

/** One environment's knowledge of one org. */
interface Account {
  /** Units paid but not used; below zero: used but not paid. */
  balance: number;
  /** When `balance` was last updated. */
  seen: number;
  /** Paid units count until then. Later the environment has its free share. */
  countedUntil: number;
  /** Free units per second until `farUntil`. */
  free: number;
  farUntil: number;
  /** The watch on the sum of all environments: its beginning, the sum at that time, and this environment's part since. */
  span: { readonly since: number; readonly total: number; own: number };
  /** Whether the bucket refused the last charge. */
  dry: boolean;
  /** No request is admitted before this time. */
  refusedUntil: number;
  /** After a fault: until then requests are admitted without asking. */
  openUntil: number;
  /** Units requested since the last charge, to measure the pace. */
  asked: number;
  since: number;
  paying: Promise<boolean> | undefined;
}

/**
 * A token bucket per org, shared by all environments, each of which serves one request at a time. An environment pays for a batch
 * of units during the last request of the earlier batch, so that no request waits for it. Only after the bucket was empty, the
 * next request asks first. Below its free share an environment does not ask at all. Only verified requests count; otherwise a
 * stranger could use up an org's budget (ADR 0027).
 */
export class RequestBudget {
  readonly #limits: BudgetLimits;
  readonly #buckets: Buckets;
  readonly #random: () => number;
  /** By org id, in the order of their last use. */
  readonly #accounts = new Map<string, Account>();
  readonly #batch: number;
  readonly #credit: number;

  /** @param random from 0 (inclusive) to 1 (exclusive) */
  constructor(limits: BudgetLimits, buckets: Buckets, random: () => number = Math.random) {
    if (!(limits.rate > 0) || !(limits.burst >= 1)) throw new Error("a budget needs a rate above 0 and a burst of 1");
    this.#limits = limits;
    this.#buckets = buckets;
    this.#random = random;
    this.#batch = Math.min(LARGEST_BATCH, Math.max(1, Math.floor(limits.burst / 10)));
    this.#credit = Math.min(LARGEST_CREDIT, Math.floor(limits.burst / 100));
  }

  /**
   * @param wanted units, at least 1
   * @param now milliseconds since the epoch
   * @param signal aborted when the request ends; then nothing more is charged
   */
  async admit(orgId: string, wanted: number, now: () => number, signal?: AbortSignal): Promise<BudgetAnswer> {
    const use: BudgetUse = { wcu: 0, faults: 0 };
    const payer: Payer = { use, signal };
    const units = Math.min(wanted, this.#limits.rate * MOST_SECONDS);
    const account = this.#accountOf(orgId, now());
    account.asked += units;
    while (!this.#mayUse(account, units, now())) {
      const waitMs = account.refusedUntil - now();
      if (waitMs > 0) return { outcome: "refused", waitMs, use };
      if (account.paying !== undefined) await account.paying;
      // This request may use what it paid for, even if the clock has moved on.
      else if (await this.#pay(orgId, account, units, now(), payer)) break;
    }
    account.balance -= units;
    const beside = this.#mayUse(account, 1, now()) ? undefined : this.#payBeside(orgId, account, now(), payer);
    return {
      outcome: "admitted",
      units,
      settle: async (more) => {
        await beside;
        if (more > 0 && signal?.aborted !== true) await this.#payAfterwards(orgId, account, more, now(), payer);
        return use;
      },
    };
  }

  #accountOf(orgId: string, now: number): Account {
    const found = this.#accounts.get(orgId);
    // After a clock was set back, the account's times would be in the future. Begin a new account.
    const known = found !== undefined && found.since <= now + SKEW_MS ? found : undefined;
    const [longestUnused] = this.#accounts.keys();
    if (found === undefined && longestUnused !== undefined && this.#accounts.size >= ORGS_AT_MOST) {
      this.#accounts.delete(longestUnused);
    }
    const account = known ?? {
      balance: 0,
      seen: now,
      countedUntil: 0,
      free: 0,
      farUntil: 0,
      span: { since: 0, total: 0, own: 0 },
      dry: false,
      refusedUntil: 0,
      openUntil: 0,
      asked: 0,
      since: now,
      paying: undefined,
    };
    this.#accounts.delete(orgId);
    this.#accounts.set(orgId, account);
    return account;
  }

  #mayUse(account: Account, units: number, now: number): boolean {
    if (now < account.openUntil) {
      account.balance = units;
      return true;
    }
    if (now < account.refusedUntil) return false;
    const paid = account.dry || now < account.countedUntil;
    if (!paid) account.balance = Math.min(0, account.balance);
    const far = now < account.farUntil;
    const counted = paid && !far;
    if (!counted && account.balance < 0) {
      const free = far ? account.free : this.#limits.rate / UNCOUNTED_SHARE;
      account.balance = Math.min(0, account.balance + (Math.max(0, now - account.seen) / 1_000) * free);
    }
    account.seen = now;
    return account.balance - units >= (counted ? 0 : -this.#credit);
  }

  /** Pays for the next requests while this one is worked on. */
  #payBeside(orgId: string, account: Account, now: number, payer: Payer): Promise<unknown> | undefined {
    if (account.paying !== undefined || now < account.refusedUntil) return account.paying;
    return this.#pay(orgId, account, 0, now, payer);
  }

  /** Charges the debt and a batch, or more if the request needs more. Never throws. @returns whether the bucket was charged */
  async #pay(orgId: string, account: Account, units: number, now: number, payer: Payer): Promise<boolean> {
    const amount = Math.max(this.#batch, units) - Math.min(0, account.balance);
    const paying = this.#charge(orgId, account, amount, now, now + this.#span - this.#msOf(1), payer);
    account.paying = paying;
    const charged = await paying;
    account.paying = undefined;
    return charged;
  }

  /** Charges extra work even if the bucket is empty: later requests have to wait. */
  async #payAfterwards(orgId: string, account: Account, units: number, now: number, payer: Payer): Promise<void> {
    if (now < account.openUntil) return;
    account.balance -= Math.min(units, this.#limits.rate * MOST_SECONDS);
    if (account.balance > -this.#batch) return;
    await this.#charge(orgId, account, -account.balance, now, now + this.#span + MOST_SECONDS * 1_000, payer);
    // The part that the bucket refuses is forgiven, so that nobody waits longer than a minute for work already done.
    account.balance = Math.max(0, account.balance);
  }

  async #charge(
    orgId: string,
    account: Account,
    amount: number,
    now: number,
    latest: number,
    { use, signal }: Payer,
  ): Promise<boolean> {
    const { asked, since } = account;
    Object.assign(account, { asked: 0, since: now });
    try {
      const slack = this.#span / 10;
      const cost = this.#msOf(amount);
      const farthest = this.#farthest(now);
      const answer = await this.#buckets.charge({ orgId, now, cost, asked, latest, farthest, slack, signal });
      use.wcu += answer.wcu;
      account.dry = answer.outcome === "refused";
      if (account.dry) {
        const room = answer.fullAt - this.#span + this.#msOf(1);
        account.refusedUntil = Math.max(room, now + this.#waitAfter(asked, now - since));
        return false;
      }
      account.balance += amount;
      account.refusedUntil = 0;
      const lasting = (this.#batch / this.#limits.rate) * UNCOUNTED_SHARE * 1_000;
      account.countedUntil = now + Math.min(LONGEST_BATCH_MS, Math.max(SHORTEST_BATCH_MS, lasting));
      this.#judgeDistance(account, answer.total, asked, now);
      return true;
    } catch {
      use.faults += 1;
      Object.assign(account, { balance: 0, dry: false, refusedUntil: 0, openUntil: now + AFTER_FAULT_MS });
      return false;
    }
  }

  /** Between two charges of one environment, the sum grows by the use of the whole org. */
  #judgeDistance(account: Account, total: number, asked: number, now: number): void {
    const { span } = account;
    span.own += asked;
    const seconds = (now - span.since) / 1_000;
    if (seconds < FAR_SECONDS && span.since > 0) return;
    const isFar = span.since > 0 && total - span.total <= (seconds * this.#limits.rate) / FAR_SHARE;
    account.farUntil = isFar ? now + FAR_MS : 0;
    account.free = Math.max(this.#limits.rate / UNCOUNTED_SHARE, (FAR_PACE * span.own) / seconds);
    account.span = { since: now, total, own: 0 };
  }

  /** About the time in which this environment uses a batch, shortened at random so that environments do not ask at the same time. */
  #waitAfter(asked: number, milliseconds: number): number {
    const batchMs = asked === 0 ? LONGEST_WAIT_MS : (milliseconds * this.#batch) / asked;
    const longest = Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, batchMs));
    return longest * (1 - this.#random() * 0.75);
  }

  /** Milliseconds in which an empty bucket fills. */
  get #span(): number {
    return this.#msOf(this.#limits.burst);
  }

  /** The latest time that a correct clock can produce: an empty bucket and a request's debt, twice. */
  #farthest(now: number): number {
    return now + 2 * (this.#span + MOST_SECONDS * 1_000) + SKEW_MS;
  }

  #msOf(units: number): number {
    return (units / this.#limits.rate) * 1_000;
  }
}

/**
 * Reads `RATE/BURST`, e.g. `200/1000`. `off` and undefined mean no budget.
 * @throws Error for any other text
 */
export function readBudget(text: string | undefined, buckets: Buckets): RequestBudget | undefined {
  if (text === undefined || text === "off") return undefined;
  const [, rate, burst] = /^([1-9]\d{0,6})\/([1-9]\d{0,6})$/.exec(text) ?? [];
  if (rate !== undefined && burst !== undefined) {
    return new RequestBudget({ rate: Number(rate), burst: Number(burst) }, buckets);
  }
  throw new Error(`a request budget is RATE/BURST in whole requests, such as 200/1000, or off; not ${text}`);
}
