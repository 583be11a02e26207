/** A foreseen failure of a command, in one sentence for the person: exit code 1. */
export class Refused extends Error {
  /** From the API's answer (lib/docs/ERRORS.md). */
  readonly code: string | undefined;

  constructor(sentence: string, code?: string) {
    super(sentence);
    this.name = "Refused";
    this.code = code;
  }
}

/** There was no answer: a repeatable request may be sent again. */
export class Unreachable extends Refused {}

/** The server does not know the name (404). */
export class Missing extends Refused {}

/** The local Rollcall does not start, for a reason that the person can change: one line. */
export class StartRefused extends Refused {}

/** The command was not understood: exit code 2. */
export class UsageError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = "UsageError";
  }
}

/** The code of a Node error, such as ENOENT. No check of its class: under Jest, Node's errors are of another realm. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  // A parser's error has the member without a value.
  return error.code === undefined ? undefined : String(error.code);
}
