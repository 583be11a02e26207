import { GROUP_SCHEMA } from "../schema.ts";

/** The `scimType` keywords of RFC 7644 Table 9, plus those of RFC 9865 section 2.1. */
export const SCIM_TYPES = [
  "invalidFilter",
  "tooMany",
  "uniqueness",
  "mutability",
  "invalidSyntax",
  "invalidPath",
  "noTarget",
  "invalidValue",
  "invalidVers",
  "sensitive",
  "invalidCursor",
  "expiredCursor",
  "invalidCount",
] as const;
export type ScimType = (typeof SCIM_TYPES)[number];

export type Kind = readonly [status: number, scimType?: ScimType];

/**
 * HTTP status and scimType by the first word of a code, or by a full code where a word has several. A code such as
 * `filter.syntax` is our stable name for one kind of error. It appears in the log, in lib/docs/ERRORS.md and in responses
 * of the APIs with AWS signatures, never in a SCIM response. It never contains a value of the request.
 */
export const KINDS = {
  filter: [400, "invalidFilter"],
  syntax: [400, "invalidSyntax"],
  path: [400, "invalidPath"],
  noTarget: [400, "noTarget"],
  value: [400, "invalidValue"],
  mutability: [400, "mutability"],
  tooMany: [400, "tooMany"],
  version: [400, "invalidVers"],
  cursor: [400, "invalidCount"],
  "cursor.invalid": [400, "invalidCursor"],
  "cursor.expired": [400, "expiredCursor"],
  token: [401],
  appKey: [401],
  session: [401],
  sensitive: [403, "sensitive"],
  signature: [403],
  scope: [403],
  portal: [403],
  org: [403],
  user: [403],
  discovery: [403],
  notFound: [404],
  method: [405],
  conflict: [409],
  gone: [410],
  uniqueness: [409, "uniqueness"],
  "version.mismatch": [412],
  tooLarge: [413],
  mediaType: [415],
  requests: [429],
  internal: [500],
  notImplemented: [501],
  busy: [503],
} as const satisfies Readonly<Record<string, Kind>>;

/**
 * By code: the text in the identity provider's log, for the person who configures it. `{name}` is a text from the thrower,
 * `{#name}` a number. Use them only where the reader needs them to find the place; they never appear in our log.
 */
export type Texts = Readonly<Partial<Record<keyof typeof KINDS | `${keyof typeof KINDS}.${string}`, string>>>;

/** The types of the placeholders in a text, in their order. */
export type ValuesIn<T> = T extends `${string}{${infer N}}${infer Rest}`
  ? [N extends `#${string}` ? number : string, ...ValuesIn<Rest>]
  : [];

/** A placeholder in a text. */
export const PLACE = /\{#?(\w+)\}/g;

/** @param values of the types in `ValuesIn` */
export function filled(text: string, values: readonly unknown[]): string {
  let next = 0;
  return text.replace(PLACE, () => String(values[next++]));
}

/**
 * For every code of a family: advice, and a request that causes the code. Each family builds it in a function that the
 * service never calls, so that bundlers leave it out.
 */
export type Help<C extends string> = { readonly [Code in C]: Advice & (Shown | Unprovoked) };
export type CallerHelp<C extends string> = { readonly [Code in C]: CallerAdvice & Shown };

/** Advice that several codes share for each console (bin/rollcall/errors/consoles.ts). */
export type SharedAdvice = "ownClient" | "matching" | "steps" | "mapping" | "query" | "nothing" | "operator" | "gone";
/** Shared advice that also covers other clients (`elsewhere`). */
export type WholeAdvice = "unknownName" | "busy" | "token" | "secret" | "grant" | "address";

/** Advice for a refusal that an identity provider's console can cause. */
export type Advice = {
  /** What happened, for a reader who knows neither the request nor SCIM. */
  readonly happened: string;
} & (
  | { readonly console: SharedAdvice | WholeAdvice; readonly elsewhere: string }
  | { readonly console: WholeAdvice }
  | { readonly entra: string; readonly okta: string; readonly elsewhere: string }
);

/** Advice for a refusal of the APIs for operators and the application: no console is involved. */
interface CallerAdvice {
  readonly happened: string;
  /** Absent: the error itself says what to send. */
  readonly caller?: string;
  /** The text for the command line, where it differs: options, commands in backticks, ORG. */
  readonly words?: string;
}

/** A request that is refused with the code. A test sends it; lib/docs/ERRORS.md and `explain` show it with its response. */
interface Shown {
  /** The org's rule that refuses it. */
  readonly rule?: string;
  /** The org's rules, where they differ from those of a new org. */
  readonly under?: { readonly preset?: string; readonly changed?: Readonly<Record<string, unknown>> };
  readonly after?: readonly Step[];
  readonly example: Sent;
}

/** The reason why no request can cause the code. */
interface Unprovoked {
  readonly rule?: undefined;
  readonly unprovoked: string;
}

/**
 * Method, address, body and headers. An address without a leading slash is below the Tenant URL; a header with null is
 * removed from the request. The test adds to a body what every resource or message of the endpoint needs; a function makes
 * a long body. `{org}`, `{user}`, `{group}`, `{stranger}` and members of earlier responses (`{tokens.0.id}`) are replaced.
 */
export type Sent = readonly [
  method: string,
  address: string,
  body?: unknown,
  headers?: Readonly<Record<string, string | null>>,
];

/** A step before the request: another request, days that pass, or a situation of test/protocol/everyCode. */
export type Step = Sent | number | string;

/** The codes share the advice for consoles; `elsewhere` is their own. */
/* @__NO_SIDE_EFFECTS__ */
function sharing<C extends SharedAdvice>(console: C) {
  return (happened: string, elsewhere: string, shown: Shown) => ({ console, happened, elsewhere, ...shown });
}

/** The codes share all advice; a code may have its own `elsewhere`. */
/* @__NO_SIDE_EFFECTS__ */
function sharingAll<C extends WholeAdvice>(console: C) {
  return (happened: string, shown: Shown & { readonly elsewhere?: string }) => ({ console, happened, ...shown });
}

export const ownClient = sharing("ownClient");
export const matching = sharing("matching");
export const steps = sharing("steps");
export const mapping = sharing("mapping");
export const query = sharing("query");
export const nothing = sharing("nothing");
export const operator = sharing("operator");
export const gone = sharing("gone");
export const unknownName = sharingAll("unknownName");
export const busy = sharingAll("busy");
export const token = sharingAll("token");
export const secret = sharingAll("secret");
export const grant = sharingAll("grant");
export const address = sharingAll("address");

type CallerShown = Shown & Pick<CallerAdvice, "words">;

export function caller(happened: string, caller: string, shown: CallerShown): CallerAdvice & Shown {
  return { happened, caller, ...shown };
}

/** For errors that themselves say what to send. */
export function wrong(what: string, shown: CallerShown): CallerAdvice & Shown {
  return { happened: `A call of the API has a wrong ${what}.`, ...shown };
}

export function many<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_none, n) => make(n));
}

export const DELETION: Step = ["POST", "/admin/v1/orgs/{org}/deletion", { reason: "left" }];
export const NOT_ENTITLED: Step = ["PATCH", "/admin/v1/orgs/{org}", { entitled: false }];
export const NO_SSO: Step = ["PATCH", "/admin/v1/orgs/{org}", { sso: null }];
export const CLIENT_SECRET: Step = ["POST", "/admin/v1/orgs/{org}/clients", { description: "c", expiresInDays: 365 }];
export const TOKEN_REVOKED: readonly Step[] = [
  ["GET", "/admin/v1/orgs/{org}/tokens"],
  ["DELETE", "/admin/v1/orgs/{org}/tokens/{tokens.0.id}"],
];

/** The hash of the imported file. */
export const FILE = "0000000000000000000000000000000000000000000000000000000000000000";
export const NOTHING = { users: 0, groups: 0, memberships: 0 };
export const PAUSE: Step = ["POST", "/admin/v1/orgs/{org}/pause", { reason: "import" }];
/** Begins an import that is never finished. */
export const IMPORT: readonly Step[] = [
  PAUSE,
  ["POST", "/admin/v1/orgs/{org}/data/import", { file: FILE, counts: { managed: NOTHING, unmanaged: NOTHING } }],
];

/** A bulk operation that creates a group with one member. */
export function bulkGroup(name: string, member: string) {
  const data = { schemas: [GROUP_SCHEMA], displayName: name, members: [{ value: member }] };
  return { method: "POST", path: "/Groups", bulkId: name, data };
}
