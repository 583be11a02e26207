import { ScimError } from "../../../functions/scim/error.ts";
import { ERROR } from "../../../functions/scim/schema.ts";
import { Missing, Refused, Unreachable, UsageError } from "../refused.ts";

/** By code: the status, and the sentence where it never varies. */
const CONSOLE_ERRORS = {
  gate: [403, "The console answers only its own page, under the address that the terminal shows."],
  bearer: [401, "This page is not signed in to the console: press Enter in its terminal for a new address."],
  token: [
    401,
    "The address was used, or is older than two minutes: press Enter in the terminal of the console for a new one.",
  ],
  notFound: [404, "The console has nothing at this address."],
  notListed: [404, "The console passes on only listed operations, and this is not one of them."],
  method: [405, "The console does not take this method here."],
  tooLarge: [413, "The request is larger than the console takes."],
  body: [400, "The request is no JSON object."],
  confirm: [400, "Nothing was done: type the login name of the organization to confirm."],
  value: [400, ""],
  noLog: [400, ""],
  refused: [502, ""],
  missing: [404, ""],
  unreachable: [502, ""],
  noPortal: [
    501,
    "This deployment has no portal, so these pages have nothing to read: set portal in rollcall.json and deploy. The pages of organizations work without it.",
  ],
  answer: [502, "The deployment answered with something that is not JSON."],
  fault: [500, "The console failed: its terminal says why."],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

type ConsoleCode = keyof typeof CONSOLE_ERRORS;

/** A refusal by the console itself. */
export class ConsoleError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(code: ConsoleCode, sentence: string = CONSOLE_ERRORS[code][1]) {
    super(sentence);
    this.status = CONSOLE_ERRORS[code][0];
    this.code = `console.${code}`;
  }
}

interface ErrorAnswer {
  readonly schemas: readonly string[];
  /** A string, as in every SCIM error. */
  readonly status: string;
  readonly detail: string;
  readonly code: string;
}

/** The page's answer for a foreseen error; undefined for a surprise. */
export function errorAnswerOf(error: unknown): ErrorAnswer | undefined {
  const known = consoleErrorOf(error);
  return known === undefined ? undefined : rendered(known);
}

/** The page's answer for a surprise; the terminal shows its message. */
export function faultAnswer(): ErrorAnswer {
  return rendered(new ConsoleError("fault"));
}

function rendered({ code, message, status }: Pick<ConsoleError, "status" | "code" | "message">): ErrorAnswer {
  return { schemas: [ERROR], status: String(status), detail: message, code };
}

function consoleErrorOf(error: unknown): Pick<ConsoleError, "status" | "code" | "message"> | undefined {
  if (error instanceof ConsoleError || error instanceof ScimError) return error;
  if (error instanceof Unreachable) return new ConsoleError("unreachable", error.message);
  if (error instanceof Missing) return new ConsoleError("missing", error.message);
  if (error instanceof Refused) return new ConsoleError("refused", error.message);
  // Query parameters have the names of the commands' options.
  if (error instanceof UsageError) return new ConsoleError("value", error.message.replaceAll(/--(?=[a-z])/g, ""));
  return undefined;
}
