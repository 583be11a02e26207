import { own } from "../json.ts";
import type { OPERATOR_TEXTS } from "./operatorTexts.ts";
import { REQUEST_TEXTS } from "./requestTexts.ts";
import { RESOURCE_TEXTS, TOKEN_TEXTS } from "./resourceTexts.ts";

/** What SCIM requests are told. The texts of the other APIs are apart (operatorError.ts): cold starts do not load them. */
export const SCIM_TEXTS = { ...REQUEST_TEXTS, ...RESOURCE_TEXTS, ...TOKEN_TEXTS };

export type ScimCode = keyof typeof SCIM_TEXTS;
export type OperatorCode = keyof typeof OPERATOR_TEXTS;
type Texts = typeof SCIM_TEXTS & typeof OPERATOR_TEXTS;

/**
 * Our stable name of one kind of error: `filter.syntax`. It is in the log, in lib/ERRORS.md and in answers of the APIs
 * behind AWS signatures, never in one of SCIM, and never holds a value of the request.
 */
export type DetailCode = keyof Texts;

/** What follows the point in the codes of one family: `syntax` of `filter.syntax`. */
export type In<F extends string, Codes = ScimCode> = Codes extends `${F}.${infer T}` ? T : never;

/** The values that the text of a code names. */
export type Values<C> = C extends DetailCode ? (Texts[C] extends (...values: infer V) => string ? V : []) : never;

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

/** By family, or by code where a family has several: HTTP status and scimType. */
const KINDS = {
  filter: [400, "invalidFilter"],
  sensitive: [403, "sensitive"],
  tooMany: [400, "tooMany"],
  syntax: [400, "invalidSyntax"],
  path: [400, "invalidPath"],
  noTarget: [400, "noTarget"],
  value: [400, "invalidValue"],
  mutability: [400, "mutability"],
  "cursor.invalid": [400, "invalidCursor"],
  "cursor.expired": [400, "expiredCursor"],
  cursor: [400, "invalidCount"],
  "version.unsupported": [400, "invalidVers"],
  token: [401],
  signature: [403],
  org: [403],
  user: [403],
  discovery: [403],
  notFound: [404],
  method: [405],
  conflict: [409],
  uniqueness: [409, "uniqueness"],
  "version.mismatch": [412],
  tooLarge: [413],
  mediaType: [415],
  requests: [429],
  internal: [500],
  notImplemented: [501],
  busy: [503],
} as const satisfies Readonly<Record<string, readonly [status: number, scimType?: ScimType]>>;

/** @throws Error for a family that KINDS lacks: a test asks for every code */
export function kindOf(code: DetailCode): { readonly status: number; readonly scimType: ScimType | undefined } {
  const kind = own(KINDS, code) ?? own(KINDS, code.split(".")[0] ?? "");
  if (kind === undefined) throw new Error(`${code} belongs to no family`);
  const [status, scimType] = kind;
  return { status, scimType };
}

/** A text with its values. @param values as `Values` has them for the code of the text */
export function filled(text: unknown, values: readonly unknown[]): string {
  return typeof text === "function" ? String(text(...values)) : String(text);
}
