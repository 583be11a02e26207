/** What a command could not do, for a foreseen reason, in one sentence for the person who typed it: exit code 1. */
export class Refused extends Error {
  /** Of the refusal in the answer of an API (lib/docs/ERRORS.md). */
  readonly code: string | undefined;

  constructor(sentence: string, code?: string) {
    super(sentence);
    this.name = "Refused";
    this.code = code;
  }
}

/** Nobody answered: the request may be sent again where it can be repeated. */
export class Unreachable extends Refused {}

/** The server knows nothing of that name (404). */
export class Missing extends Refused {}

/** The local Rollcall does not start, for a reason the person at the keyboard can change: one line. */
export class StartRefused extends Refused {}

/** The command was not understood: exit code 2. */
export class UsageError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = "UsageError";
  }
}

/** The code of an error of Node, such as ENOENT. Not asked for its class: under Jest, Node's own errors are of another realm. */
export function codeOf(error: unknown): string | undefined {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : undefined;
}
