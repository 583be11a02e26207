interface FailureDetails {
  readonly code?: string;
  readonly stale?: boolean;
  readonly cause?: unknown;
}

/** There was no whole answer. It may have been done or not. */
export class ExchangeFailure extends Error {
  /** As the SDK has it for what it gave up, and what nobody waits for. */
  override readonly name: "TimeoutError" | "AbortError" | "ConnectionError" | "BrokenAnswer" | "OversizedAnswer";
  /** Of the operating system or of Node, where it has one. */
  readonly code?: string;
  readonly $fault = "server";
  /** The connection had been used before, and broke before a byte of the answer: it was closed while it lay unused. */
  readonly stale: boolean;

  constructor(name: ExchangeFailure["name"], message: string, { code, stale = false, cause }: FailureDetails = {}) {
    super(message, { cause });
    this.name = name;
    if (code !== undefined) this.code = code;
    this.stale = stale;
  }
}

/** What came is no answer, or one that was damaged on its way. */
export function brokenAnswer(what: string): ExchangeFailure {
  return new ExchangeFailure("BrokenAnswer", `DynamoDB's answer cannot be read: ${what}`);
}

/** What DynamoDB answered instead of a result. Members that begin with a capital are its own. */
export class DynamoFailure extends Error {
  override readonly name: string;
  readonly status: number;
  /** Whose fault it is, as the SDK says it. */
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
