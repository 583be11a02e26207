import { DynamoFailure, ExchangeFailure } from "./failure.ts";

/** Why a call is sent again; undefined where that cannot help. */
export type Reason = "throttled" | "passing" | undefined;

/** The SDK's list. Includes a transaction that is still running: the next try has its token and gets the answer once it is done. */
const THROTTLED: ReadonlySet<string> = new Set([
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
  "LimitExceededException",
  "PriorRequestNotComplete",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "TransactionInProgressException",
]);

/** The SDK's list for a service that stopped waiting for the request. */
const PASSING: ReadonlySet<string> = new Set(["TimeoutError", "RequestTimeout", "RequestTimeoutException"]);

const PASSING_STATUS: ReadonlySet<number> = new Set([500, 502, 503, 504]);

/** Temporary faults of a connection. All other codes of Node, such as an untrusted certificate, are permanent. */
const PASSING_CODES: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** The errors that the SDK's standard mode repeats, and answers that were cut off or damaged. */
export function reasonOf(error: unknown): Reason {
  if (error instanceof DynamoFailure) {
    if (error.status === 429 || THROTTLED.has(error.name)) return "throttled";
    // The process was frozen between signing and sending.
    const isOld = error.name === "InvalidSignatureException" && error.message.includes("Signature expired");
    return isOld || PASSING_STATUS.has(error.status) || PASSING.has(error.name) ? "passing" : undefined;
  }
  if (!(error instanceof ExchangeFailure)) return undefined;
  const { code = "", name } = error;
  if (name !== "ConnectionError") return name === "TimeoutError" || name === "BrokenAnswer" ? "passing" : undefined;
  return PASSING_CODES.has(code) ? "passing" : undefined;
}

/** Most attempts of a call, including the first: the same as the SDK's in `CALLS`. */
export const ATTEMPTS = 4;

const CAPACITY = 500;
const PRICE = { throttled: 5, passing: 14 } as const;
/** Milliseconds, doubled with every try. */
const FIRST_WAIT = { throttled: 1_000, passing: 50 } as const;
const LONGEST_WAIT = 20_000;
/** How much longer than its own wait a call waits at a server's request. */
const HINT_AT_MOST = 5_000;

/**
 * The budget for repeated calls of a process, as in the SDK's standard mode: when every call fails, most calls are sent
 * only once.
 */
export class RetryBudget {
  #left = CAPACITY;

  /** @returns the cost of the try; undefined: too little is left */
  take(reason: NonNullable<Reason>): number | undefined {
    const price = PRICE[reason];
    if (this.#left < price) return undefined;
    this.#left -= price;
    return price;
  }

  /** Call it after an answer. @param paid the cost of its last try; 0: it was the first */
  giveBack(paid: number): void {
    this.#left = Math.min(CAPACITY, this.#left + (paid || 1));
  }
}

/**
 * Full jitter.
 * @param tries so far, from 1 on
 * @param share random, from 0 up to 1
 * @param hint milliseconds that the answer asks to wait
 * @returns milliseconds
 */
export function waitBefore(reason: NonNullable<Reason>, tries: number, share: number, hint = 0): number {
  const own = Math.floor(share * Math.min(LONGEST_WAIT, FIRST_WAIT[reason] * 2 ** (tries - 1)));
  return Math.max(own, Math.min(hint, own + HINT_AT_MOST));
}
