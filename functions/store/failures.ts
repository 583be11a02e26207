import { type Image, plainItem } from "./streamRecord.ts";
import type { Refusal } from "./table.ts";

/** What a failed write means: conditions that did not hold, a reason to try again, or something else. */
export type Failure =
  | { readonly kind: "refused"; readonly refusals: readonly Refusal[] }
  | { readonly kind: "conflict" }
  | { readonly kind: "throttled" }
  /** Throttled, and the client's own tries are used up. */
  | { readonly kind: "exhausted" }
  /** DynamoDB was not reached, did not answer in time, failed by its own word, or lets the function do nothing. */
  | { readonly kind: "outage" }
  /** Nobody waits for the answer any more. */
  | { readonly kind: "closed" }
  | { readonly kind: "unforeseen" };

/** The client tries these again itself; once they get here its tries are used up. */
const THROTTLED = /^((Throttling|ProvisionedThroughputExceeded|TooManyRequests)Exception|RequestLimitExceeded)$/;

/** Whatever is asked of it: no right, or a customer's key that cannot be used, which has the same name; no such table. */
const SHUT = /^(AccessDenied|ResourceNotFound)Exception$/;

/** DynamoDB was not reached. The SDK gives the other codes of a broken connection the name TimeoutError. */
const UNREACHED = /^E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|NOTFOUND|AI_AGAIN)$/;

/** DynamoDB's error about the condition of a single write, known by its name: one client makes no classes of errors. */
export interface ConditionFailed {
  readonly name: "ConditionalCheckFailedException";
  /** As it was stored. */
  readonly Item?: Image | undefined;
}

export function isConditionFailed(error: unknown): error is ConditionFailed {
  return nameOf(error) === "ConditionalCheckFailedException";
}

interface Cancelled {
  readonly name: "TransactionCanceledException";
  /** One of each action. */
  readonly CancellationReasons?:
    | readonly { readonly Code?: string | undefined; readonly Item?: Image | undefined }[]
    | undefined;
}

function isCancelled(error: unknown): error is Cancelled {
  return nameOf(error) === "TransactionCanceledException";
}

/** Not asked for its class: under Jest, Node's own errors are of another realm. */
function nameOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "name" in error ? error.name : undefined;
}

export function failureOf(error: unknown): Failure {
  if (isConditionFailed(error)) return { kind: "refused", refusals: [{ index: 0, stored: stored(error.Item) }] };
  if (isCancelled(error)) return cancellation(error.CancellationReasons ?? []);
  const name = String(nameOf(error));
  // Another transaction holds the item. No client retries this or a cancelled transaction by itself.
  if (/^Transaction(Conflict|InProgress)Exception$/.test(name)) return { kind: "conflict" };
  if (THROTTLED.test(name)) return { kind: "exhausted" };
  if (name === "AbortError") return { kind: "closed" };
  if (name === "TimeoutError" || SHUT.test(name) || isOutage(error)) return { kind: "outage" };
  return { kind: "unforeseen" };
}

/** Nothing is wrong with the call: it may have been done or not, and can be sent again. */
function isOutage(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  if ("$fault" in error) return error.$fault === "server";
  return "code" in error && UNREACHED.test(String(error.code));
}

function cancellation(reasons: NonNullable<Cancelled["CancellationReasons"]>): Failure {
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
