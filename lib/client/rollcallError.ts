/** Failures before or without an answer of Rollcall; other codes are in lib/docs/ERRORS.md. */
export type ClientCode =
  /** The address is not a Rollcall API's, or another server answers there. */
  | "client.url"
  /** The application key is malformed, or not valid there. */
  | "client.key"
  /** The AWS credentials are malformed, or not valid there. */
  | "client.credentials"
  /** This machine's clock is more than five minutes from the server's. */
  | "client.clock"
  /** There is no connection, or it ended before the answer. */
  | "client.connection"
  | "client.timeout"
  /** The server is busy or failed, and repeating did not help. */
  | "client.unavailable"
  /** An argument cannot be sent. */
  | "client.argument";

interface Particulars {
  readonly code: string;
  readonly detail: string;
  readonly status?: number;
  readonly reference?: string;
  readonly values?: readonly (string | number)[];
  readonly isTransient?: boolean;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** Every refusal and failure of a call. It contains no key, secret or signature. */
export class RollcallError extends Error {
  override readonly name = "RollcallError";
  /** HTTP status; undefined without an answer. */
  readonly status: number | undefined;
  /** Stable when texts change: a ClientCode, or a code of lib/docs/ERRORS.md, such as `notFound.user`. */
  readonly code: string;
  /** For readers of logs: what is wrong and what to do. */
  readonly detail: string;
  /** Identifies the request's line in Rollcall's log. */
  readonly reference: string | undefined;
  /** The values for ‹ › in the text of `code`, in order. */
  readonly values: readonly (string | number)[];
  /** Whether the same call may succeed later. */
  readonly isTransient: boolean;
  /** Milliseconds from the server's Retry-After. */
  readonly retryAfterMs: number | undefined;

  constructor({ code, detail, status, reference, values, isTransient, retryAfterMs, cause }: Particulars) {
    super(detail, cause === undefined ? undefined : { cause });
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.reference = reference;
    this.values = values ?? [];
    this.isTransient = isTransient ?? false;
    this.retryAfterMs = retryAfterMs;
  }
}

/** @throws RollcallError always: no request can be made of the argument */
export function refuseArgument(detail: string): never {
  throw new RollcallError({ code: "client.argument" satisfies ClientCode, detail });
}
