import type { DynamoSend } from "./dynamoCalls.ts";
import { isConditionFailed } from "./failures.ts";
import { budgetKey, SCHEMA_VERSION } from "./keys.ts";

/** One charge of an org's bucket. Times are milliseconds since the epoch. */
export interface Charge {
  readonly orgId: string;
  readonly now: number;
  /** How much later the bucket is full again: milliseconds. */
  readonly cost: number;
  /** Units asked for since this environment's last charge, paid or not. */
  readonly asked: number;
  /** A bucket that is full again only after this time refuses the charge. */
  readonly latest: number;
  /** A bucket that is full again only after this time was written by a wrong clock: it counts as full. */
  readonly farthest: number;
  /** A bucket that has been full for less than so many milliseconds may count as full only now, or as stored. */
  readonly slack: number;
  /** Aborted when nobody waits for the charge any more. */
  readonly signal?: AbortSignal | undefined;
}

interface Charged {
  readonly outcome: "charged" | "refused";
  /** When the bucket is full again, milliseconds since the epoch; a past time: it is full. */
  readonly fullAt: number;
  /** The sum of `asked` of all charges while the org is active. */
  readonly total: number;
  /** Write units of the answer. */
  readonly wcu: number;
}

/** The buckets of all orgs, shared by all environments. A missing bucket is a full one. */
export interface Buckets {
  /** Atomic. May throw: no request depends on it. */
  charge(charge: Charge): Promise<Charged>;
}

interface BucketOptions {
  readonly send: DynamoSend;
  readonly tableName: string;
}

/** `full`: starts a new bucket from now. `underWay`: adds to the stored time. Each form is refused where the other fits. */
type Form = "full" | "underWay";

/** What the last charge found. */
interface Known {
  readonly fullAt: number;
  /** The form that fitted after a pause, when the bucket should have been full: `underWay` where other environments charge too. */
  readonly afterPause: Form;
}

/** The longest wait for a bucket: without an answer the request continues. */
const TIME_LIMIT_MS = 1_000;
/** Longer than any bucket takes to fill. */
const KEPT_SECONDS = 86_400;
/** Two environments may overtake each other once or twice; more often is a fault. */
const TRIES = 4;
/** Orgs remembered at most. */
const ORGS_AT_MOST = 10_000;

/** The buckets in the table, one item per org (SCHEMA.md). Does not use `Database`: its units are not the request's. */
export class DynamoBuckets implements Buckets {
  readonly #options: BucketOptions;
  /** By org id. */
  readonly #known = new Map<string, Known>();

  constructor(options: BucketOptions) {
    this.#options = options;
  }

  async charge(charge: Charge): Promise<Charged> {
    const { orgId, latest, farthest, now, slack } = charge;
    const known = this.#known.get(orgId);
    // Other environments only move the time forward: a bucket that was not full is still not full.
    let form = (known?.fullAt ?? 0) >= now - slack ? "underWay" : (known?.afterPause ?? "full");
    const paused = known === undefined || known.fullAt < now - slack;
    for (let tries = 1; tries <= TRIES; tries++) {
      const answer = await this.#send(charge, form);
      // DynamoDB charges for a refused write as for a write of an item of that size.
      if (answer.written) {
        if (this.#known.size >= ORGS_AT_MOST) this.#known.clear();
        const afterPause = paused ? form : known.afterPause;
        this.#known.set(orgId, { fullAt: answer.bucket.fullAt, afterPause });
        return { outcome: "charged", ...answer.bucket, wcu: tries };
      }
      const { bucket } = answer;
      const isFull = bucket.fullAt < now - slack || bucket.fullAt > farthest;
      if (!isFull && bucket.fullAt > latest) return { outcome: "refused", ...bucket, wcu: tries };
      form = isFull ? "full" : "underWay";
    }
    throw new Error("an org's bucket changed between all tries");
  }

  async #send({ orgId, now, cost, asked, latest, farthest, slack, signal }: Charge, form: Form) {
    const { send, tableName } = this.#options;
    const idle = now - slack;
    const full = form === "full";
    const input = {
      TableName: tableName,
      Key: budgetKey(orgId),
      UpdateExpression: `SET sv = :sv, fa = ${full ? ":next" : "fa + :cost"}, un = if_not_exists(un, :none) + :asked, #ttl = :ttl`,
      ConditionExpression: full
        ? "NOT attribute_type(fa, :number) OR fa < :idle OR fa > :farthest"
        : "fa BETWEEN :idle AND :latest",
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: {
        ":sv": SCHEMA_VERSION,
        ":ttl": Math.floor(now / 1_000) + KEPT_SECONDS,
        ":idle": idle,
        ":none": 0,
        ":asked": asked,
        ...(full
          ? { ":next": now + cost, ":number": "N", ":farthest": farthest }
          : { ":cost": cost, ":latest": latest }),
      },
      ReturnValues: "UPDATED_NEW",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    } as const;
    const time = AbortSignal.timeout(TIME_LIMIT_MS);
    const limit = signal === undefined ? time : AbortSignal.any([time, signal]);
    try {
      const { Attributes } = await send("UpdateItem", input, limit);
      return { written: true, bucket: { fullAt: Number(Attributes?.fa), total: Number(Attributes?.un) } };
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
      return {
        written: false,
        bucket: { fullAt: Number(error.Item?.fa?.N ?? 0), total: Number(error.Item?.un?.N ?? 0) },
      };
    }
  }
}

/** The buckets of one process. */
export class ProcessBuckets implements Buckets {
  readonly #items = new Map<string, { readonly fullAt: number; readonly total: number }>();

  async charge({ orgId, now, cost, asked, latest, farthest, slack }: Charge): Promise<Charged> {
    const { fullAt: before, total } = this.#items.get(orgId) ?? { fullAt: 0, total: 0 };
    const isFull = before < now - slack || before > farthest;
    if (!isFull && before > latest) return { outcome: "refused", fullAt: before, total, wcu: 0 };
    const next = { fullAt: (isFull ? now : before) + cost, total: total + asked };
    this.#items.set(orgId, next);
    return { outcome: "charged", ...next, wcu: 0 };
  }
}
