import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { type DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Buckets, Charge, Charged } from "../provisioning/buckets.ts";
import { budgetKey, SCHEMA_VERSION } from "./keys.ts";

export interface BucketOptions {
  readonly client: Pick<DynamoDBDocumentClient, "send">;
  readonly tableName: string;
}

/** `full` begins anew from now; `under way` adds to what is stored. Each is refused where the other one fits. */
type Form = "full" | "underWay";

/** Nobody waits longer for a bucket: without an answer the request goes on. */
const TIME_LIMIT_MS = 1_000;
/** Longer than a bucket can take to fill. */
const KEPT_SECONDS = 86_400;
/** Two environments may pass each other once or twice; more often, something is wrong. */
const TRIES = 4;
/** Orgs whose form is remembered. */
const ORGS_AT_MOST = 10_000;

/** The buckets in the table, an item for each org (SCHEMA.md). Apart from `Database`: its units are not the request's. */
export class DynamoBuckets implements Buckets {
  readonly #options: BucketOptions;
  /** Org id → the form that fitted last, for it is the likelier one to fit again. */
  readonly #fitted = new Map<string, Form>();

  constructor(options: BucketOptions) {
    this.#options = options;
  }

  async charge(charge: Charge): Promise<Charged> {
    const { orgId, latest, now, slack } = charge;
    let form = this.#fitted.get(orgId) ?? "full";
    for (let tries = 1; tries <= TRIES; tries++) {
      const answer = await this.#send(charge, form);
      // DynamoDB charges a write that its condition refuses like one of an item of that size.
      if (answer.written) {
        if (this.#fitted.size >= ORGS_AT_MOST) this.#fitted.clear();
        this.#fitted.set(orgId, form);
        return { outcome: "charged", ...answer.bucket, wcu: tries };
      }
      const { bucket } = answer;
      if (bucket.fullAt > latest) return { outcome: "refused", ...bucket, wcu: tries };
      form = bucket.fullAt < now - slack ? "full" : "underWay";
    }
    throw new Error("an org's bucket was never as it had just been read");
  }

  async #send({ orgId, now, cost, asked, latest, slack }: Charge, form: Form) {
    const { client, tableName } = this.#options;
    const idle = now - slack;
    const full = form === "full";
    const command = new UpdateCommand({
      TableName: tableName,
      Key: budgetKey(orgId),
      UpdateExpression: `SET sv = :sv, fa = ${full ? ":next" : "fa + :cost"}, un = if_not_exists(un, :none) + :asked, #ttl = :ttl`,
      ConditionExpression: full ? "attribute_not_exists(pk) OR fa < :idle" : "fa BETWEEN :idle AND :latest",
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: {
        ":sv": SCHEMA_VERSION,
        ":ttl": Math.floor(now / 1_000) + KEPT_SECONDS,
        ":idle": idle,
        ":none": 0,
        ":asked": asked,
        ...(full ? { ":next": now + cost } : { ":cost": cost, ":latest": latest }),
      },
      ReturnValues: "UPDATED_NEW",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    try {
      const { Attributes } = await client.send(command, { abortSignal: AbortSignal.timeout(TIME_LIMIT_MS) });
      return { written: true, bucket: { fullAt: Number(Attributes?.fa), total: Number(Attributes?.un) } };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return {
        written: false,
        bucket: { fullAt: Number(error.Item?.fa?.N ?? 0), total: Number(error.Item?.un?.N ?? 0) },
      };
    }
  }
}
