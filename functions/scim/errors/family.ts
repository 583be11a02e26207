/** The `scimType` keywords of RFC 7644 Table 9, plus those of RFC 9865 section 2.1. */
export type ScimType =
  | "invalidFilter"
  | "tooMany"
  | "uniqueness"
  | "mutability"
  | "invalidSyntax"
  | "invalidPath"
  | "noTarget"
  | "invalidValue"
  | "invalidVers"
  | "sensitive"
  | "invalidCursor"
  | "expiredCursor"
  | "invalidCount";

export type Kind = readonly [status: number, scimType?: ScimType];

/**
 * HTTP status and scimType, by the first word of the codes of a family, or by the whole code where a family has several. A
 * code is our stable name of one kind of error, such as `filter.syntax`. It is in the log, in lib/docs/ERRORS.md and in answers of
 * the APIs behind AWS signatures, never in one of SCIM, and never holds a value of the request.
 */
export type Kinds = Readonly<Record<string, Kind>>;

/**
 * Read in the log of an identity provider, by the person who configures it. `{name}` stands for a text that whoever throws
 * gives, `{#name}` for a number: only where the reader needs it to find the place, and never in the log.
 */
export type Texts<F extends string> = Readonly<Partial<Record<F, string>> & Record<`${F}.${string}`, string>>;

/** The values that a text names, in their order. */
export type ValuesIn<T> = T extends `${string}{${infer N}}${infer Rest}`
  ? [N extends `#${string}` ? number : string, ...ValuesIn<Rest>]
  : [];

/** A value's place in a text. */
export const PLACE = /\{#?(\w+)\}/g;

/** @param values as `ValuesIn` has them for this text */
export function filled(text: string, values: readonly unknown[]): string {
  let next = 0;
  return text.replace(PLACE, () => String(values[next++]));
}

/** For every code of a family what a person can do, and a request that gets it: bundlers leave this out of the functions. */
export type Help<C extends string> = { readonly [Code in C]: Advice & (Shown | Unprovoked) };
export type CallerHelp<C extends string> = { readonly [Code in C]: CallerAdvice & Shown };

/** What becomes of the same request when it is sent again. */
export type Again =
  /** It is refused as before until something is changed. */
  | "onceMended"
  /** It gets through, and identity providers send it again by themselves. */
  | "byItself"
  /** What was left out of it gets in when it is sent again once that is there. */
  | "onceThere"
  /** It gets through once that which stands in the way is over; nobody has to send anything. */
  | "onceOver"
  /** Nothing is wrong that has to be repaired. */
  | "notNeeded";

/** What several codes have in common of what to change in each console (bin/rollcall/errors/consoles.ts). */
export type SharedAdvice = "ownClient" | "matching" | "steps" | "mapping" | "query" | "nothing" | "operator" | "gone";
/** These also say what to do elsewhere. */
export type WholeAdvice = "unknownName" | "busy" | "token" | "secret" | "grant" | "address";

/** For a refusal that an identity provider's console can cause. */
export type Advice = {
  /** What happened, for somebody who knows neither the request nor SCIM. */
  readonly happened: string;
  /** The rule of the organization that refuses it. */
  readonly rule?: string;
} & (
  | { readonly console: SharedAdvice | WholeAdvice; readonly elsewhere: string }
  | { readonly console: WholeAdvice }
  | { readonly entra: string; readonly okta: string; readonly elsewhere: string }
);

/** For a refusal of the APIs that operators and the application use: no console is involved. */
export interface CallerAdvice {
  readonly happened: string;
  /** Absent: to send what the error says. */
  readonly caller?: string;
  /** The text in the words of the command line, where it has others: its options, its commands in backticks, ORG. */
  readonly words?: string;
  readonly rule?: string;
}

/** A request that is refused with the code. A test sends it, lib/docs/ERRORS.md and `explain` show it and its answer. */
export interface Shown {
  /** The rules of the organization, where they are not those of a new one. */
  readonly under?: { readonly preset?: string; readonly changed?: Readonly<Record<string, unknown>> };
  readonly after?: readonly Step[] | (() => readonly Step[]);
  readonly example: Sent;
}

/** Why no request can cause it. */
export interface Unprovoked {
  readonly unprovoked: string;
}

/**
 * Method, address, body and headers. An address without a slash at its beginning is below the Tenant URL; null takes a header
 * away that every request has. Of a body, the test adds what every resource or message of the endpoint needs; a function makes
 * what is long. `{org}`, `{user}`, `{group}`, `{stranger}` and members of earlier answers (`{tokens.0.id}`) are filled in.
 */
export type Sent = readonly [
  method: string,
  address: string,
  body?: unknown,
  headers?: Readonly<Record<string, string | null>>,
];

/** What happens before: a request that is carried out, days that pass, or a situation of test/protocol/everyCode. */
export type Step = Sent | number | string;
