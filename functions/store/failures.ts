import {
  type CancellationReason,
  ConditionalCheckFailedException,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import { type Image, plainItem } from "./streamRecord.ts";
import type { Refusal } from "./table.ts";

/** What a failed write means: conditions that did not hold, a reason to try again, or something else. */
export type Failure =
  | { readonly kind: "refused"; readonly refusals: readonly Refusal[] }
  | { readonly kind: "conflict" }
  | { readonly kind: "throttled" }
  /** Throttled, and the SDK's own tries are used up. */
  | { readonly kind: "exhausted" }
  /** DynamoDB was not reached, did not answer in time, or failed by its own word. */
  | { readonly kind: "outage" }
  /** Nobody waits for the answer any more. */
  | { readonly kind: "closed" }
  | { readonly kind: "unforeseen" };

/** The SDK tries these again itself; once they get here its tries are used up. */
const THROTTLED = new Set([
  "ThrottlingException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "TooManyRequestsException",
]);

/** DynamoDB was not reached. The SDK gives the other codes of a broken connection the name TimeoutError. */
const UNREACHED = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN"]);

export function failureOf(error: unknown): Failure {
  if (error instanceof ConditionalCheckFailedException) {
    return { kind: "refused", refusals: [{ index: 0, stored: stored(error.Item) }] };
  }
  if (error instanceof TransactionCanceledException) return cancellation(error.CancellationReasons ?? []);
  const name = error instanceof Error ? error.name : "";
  // Another transaction holds the item. The SDK retries neither this nor a cancelled transaction.
  if (name === "TransactionConflictException" || name === "TransactionInProgressException") return { kind: "conflict" };
  if (THROTTLED.has(name)) return { kind: "exhausted" };
  if (name === "AbortError") return { kind: "closed" };
  if (name === "TimeoutError" || isOutage(error)) return { kind: "outage" };
  return { kind: "unforeseen" };
}

/** Nothing is wrong with the call: it may have been done or not, and can be sent again. */
function isOutage(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  if ("$fault" in error) return error.$fault === "server";
  return "code" in error && UNREACHED.has(String(error.code));
}

function cancellation(reasons: readonly CancellationReason[]): Failure {
  const refusals: Refusal[] = [];
  let conflict = false;
  let throttled = false;
  for (const [index, reason] of reasons.entries()) {
    switch (reason.Code) {
      case "None":
      case undefined:
        break;
      case "ConditionalCheckFailed":
        refusals.push({ index, stored: stored(reason.Item) });
        break;
      case "TransactionConflict":
        conflict = true;
        break;
      case "ThrottlingError":
      case "ProvisionedThroughputExceeded":
        throttled = true;
        break;
      default:
        return { kind: "unforeseen" };
    }
  }
  // A condition that does not hold stays decisive when another item was busy: trying again could not help.
  if (refusals.length > 0) return { kind: "refused", refusals };
  if (conflict) return { kind: "conflict" };
  return throttled ? { kind: "throttled" } : { kind: "unforeseen" };
}

function stored(item: Image | undefined): Refusal["stored"] {
  return item && plainItem(item);
}
