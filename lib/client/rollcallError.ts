/** What went wrong before or without an answer of Rollcall; other codes are those of lib/docs/ERRORS.md. */
export type ClientCode =
  /** The address is none of a Rollcall API, or something else answers there. */
  | "client.url"
  /** The application key is none, or does not count there. */
  | "client.key"
  /** The AWS credentials are none, or do not count there. */
  | "client.credentials"
  /** This machine's clock is more than five minutes from the server's. */
  | "client.clock"
  /** No connection, or it was lost before the answer. */
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

/** Every refusal and failure of a call. Nothing in it holds a key, a secret or a signature. */
export class RollcallError extends Error {
  override readonly name = "RollcallError";
  /** Of the answer; undefined where none came. */
  readonly status: number | undefined;
  /** Stays the same when texts change: a ClientCode, or one of lib/docs/ERRORS.md, such as `notFound.user`. */
  readonly code: string;
  /** For the person who reads the log: what is wrong and what to do. */
  readonly detail: string;
  /** Finds the line of the request in Rollcall's log. */
  readonly reference: string | undefined;
  /** What stands in ‹ › in the text of `code`, in its order. */
  readonly values: readonly (string | number)[];
  /** Whether the same call may succeed later. */
  readonly isTransient: boolean;
  /** Milliseconds that the server asked to wait. */
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

/** @throws RollcallError always: an argument that no request is made of */
export function refuseArgument(detail: string): never {
  throw new RollcallError({ code: "client.argument" satisfies ClientCode, detail });
}
