import { plainItem, type WireImage } from "./streamRecord.ts";
import type { Refusal } from "./table.ts";

/** What a failed write means: conditions that did not hold, a reason to try again, or something else. */
export type Failure =
  | { readonly kind: "refused"; readonly refusals: readonly Refusal[] }
  | { readonly kind: "conflict" }
  | { readonly kind: "throttled" }
  /** Throttled, and the client has used up its own tries. */
  | { readonly kind: "exhausted" }
  /** DynamoDB was not reached, did not answer in time, reported its own failure, or refuses the function every call. */
  | { readonly kind: "outage" }
  /** Nobody waits for the answer any more. */
  | { readonly kind: "closed" }
  | { readonly kind: "unforeseen" };

/** The client retries these itself; an error that arrives here has used up its tries. */
const THROTTLED = /^((Throttling|ProvisionedThroughputExceeded|TooManyRequests)Exception|RequestLimitExceeded)$/;

/** Errors of every call: no right, an unusable customer key (which has the same name), or no such table. */
const SHUT = /^(AccessDenied|ResourceNotFound)Exception$/;

/** DynamoDB was not reached. The SDK gives the other codes of a broken connection the name TimeoutError. */
const UNREACHED = /^E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|NOTFOUND|AI_AGAIN)$/;

/** DynamoDB's error for the condition of a single write. Known by name, because one client has no error classes. */
interface ConditionFailed {
  readonly name: "ConditionalCheckFailedException";
  /** The stored item. */
  readonly Item?: WireImage | undefined;
}

export function isConditionFailed(error: unknown): error is ConditionFailed {
  return nameOf(error) === "ConditionalCheckFailedException";
}

interface Cancelled {
  readonly name: "TransactionCanceledException";
  /** One per action. */
  readonly CancellationReasons?:
    | readonly { readonly Code?: string | undefined; readonly Item?: WireImage | undefined }[]
    | undefined;
}

function isCancelled(error: unknown): error is Cancelled {
  return nameOf(error) === "TransactionCanceledException";
}

/** Does not use `instanceof`: under Jest, Node's own errors are of another realm. */
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

/** The call itself is right: it may have been carried out or not, and can be sent again. */
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
  // A failed condition decides even when another item was busy: another try could not help.
  if (refusals.length > 0) return { kind: "refused", refusals };
  if (conflict) return { kind: "conflict" };
  return throttled ? { kind: "throttled" } : { kind: "unforeseen" };
}

function stored(item: WireImage | undefined): Refusal["stored"] {
  return item && plainItem(item);
}
