interface FailureDetails {
  readonly code?: string;
  readonly stale?: boolean;
  readonly cause?: unknown;
}

/** There was no complete answer. The call may have been carried out or not. */
export class ExchangeFailure extends Error {
  /** The SDK uses the same names for its own timeouts and for aborted calls. */
  override readonly name: "TimeoutError" | "AbortError" | "ConnectionError" | "BrokenAnswer" | "OversizedAnswer";
  /** Error code of the operating system or Node, if any. */
  readonly code?: string;
  readonly $fault = "server";
  /** The connection had been used before, and broke before the first byte of the answer: the server closed it while it was unused. */
  readonly stale: boolean;

  constructor(name: ExchangeFailure["name"], message: string, { code, stale = false, cause }: FailureDetails = {}) {
    super(message, { cause });
    this.name = name;
    if (code !== undefined) this.code = code;
    this.stale = stale;
  }
}

/** The bytes received are no answer, or were damaged in transit. */
export function brokenAnswer(what: string): ExchangeFailure {
  return new ExchangeFailure("BrokenAnswer", `DynamoDB's answer cannot be read: ${what}`);
}

/** An error answer of DynamoDB. Members that begin with a capital are its own. */
export class DynamoFailure extends Error {
  override readonly name: string;
  readonly status: number;
  /** The faulty side, as in the SDK's errors. */
  readonly $fault: "client" | "server";
  readonly Item?: unknown;
  readonly CancellationReasons?: unknown;

  constructor(name: string, status: number, answer: Readonly<Record<string, unknown>>) {
    super(String(answer.message ?? answer.Message ?? "no message"));
    this.name = name;
    this.status = status;
    this.$fault = status >= 500 ? "server" : "client";
    this.Item = answer.Item;
    this.CancellationReasons = answer.CancellationReasons;
  }
}
