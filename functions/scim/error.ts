import { ACCESS, HOLDS, SERVICE } from "./errors/access.ts";
import { ADDRESSES, DISCOVERY, GROUP_TEXTS, SEARCHING } from "./errors/addresses.ts";
import { filled, KINDS, type Kind, type ScimType, type ValuesIn } from "./errors/family.ts";
import { BULK, FORM, PATHS } from "./errors/form.ts";
import { USER_TEXTS, VALUES } from "./errors/values.ts";
import { ERROR } from "./schema.ts";

/**
 * The texts of SCIM errors that every function may say. Those of some functions only (below), and those of the other APIs
 * (provisioning/errors), are apart, so that cold starts of the others do not load them.
 */
export const SCIM_TEXTS = { ...ACCESS, ...SEARCHING, ...PATHS, ...VALUES, ...FORM, ...ADDRESSES, ...SERVICE };

export type ScimCode = keyof typeof SCIM_TEXTS;
/** With the texts that are apart. */
export type CodeOfScim =
  | ScimCode
  | keyof (typeof BULK & typeof DISCOVERY & typeof GROUP_TEXTS & typeof HOLDS & typeof USER_TEXTS);

/** The part after the point in the codes of one family: `syntax` of `filter.syntax`. */
export type In<F extends string, Codes = ScimCode> = Codes extends `${F}.${infer T}` ? T : never;

/** The types of the values in the text of a code. */
export type Values<C> = C extends ScimCode ? ValuesIn<(typeof SCIM_TEXTS)[C]> : never;

const KIND_OF: ReadonlyMap<string, Kind> = new Map(Object.entries(KINDS));

/** @throws Error for a code of no family, which the type of texts excludes */
export function kindOf(code: string): Kind {
  const kind = KIND_OF.get(code) ?? KIND_OF.get(code.split(".")[0] ?? "");
  if (kind === undefined) throw new Error(`${code} belongs to no family`);
  return kind;
}

type Refuse<F extends string> = <T extends In<F>>(code: T, ...values: Values<`${F}.${T}`>) => ScimError;

type Forbidden = Extract<ScimCode, `org.${string}`>;

type Headers = Readonly<Record<string, string>>;

const CHALLENGE = 'Bearer realm="rollcall"';

/** The header of every 401 (RFC 6750 section 3). Where a token came, its error is added. */
export const BEARER_WANTED: Headers = { "WWW-Authenticate": CHALLENGE };
const OTHER_TOKEN: Headers = { "WWW-Authenticate": `${CHALLENGE}, error="invalid_token"` };
/** Codes of requests without a bearer token: section 3.1 wants no error for them. */
const NO_TOKEN = /\.(missing|scheme)$/;

/**
 * The only error that means "the client is wrong" (RFC 7644 section 3.12). Its code determines status, scimType and text
 * (errors/); a constructor accepts the codes of its family, and the values for the text.
 */
export class ScimError extends Error {
  readonly status: number;
  readonly scimType: ScimType | undefined;
  readonly code: string;
  /** The text of the code, with its places. */
  readonly text: string;
  readonly headers: Headers;
  /** The values in the text of the code, in the order of `Values`; all of them are in the text. */
  readonly values: readonly (string | number)[];
  /** Id of the user or group that has a taken value: for the log line, never in the response. */
  readonly holder: string | undefined;

  private constructor(code: string, text: string, values: readonly unknown[], headers: Headers, holder?: string) {
    super(filled(text, values));
    [this.status, this.scimType] = kindOf(code);
    this.name = "ScimError";
    this.code = code;
    this.text = text;
    this.values = values.map((value) => (typeof value === "number" ? value : String(value)));
    this.headers = headers === BEARER_WANTED && !NO_TOKEN.test(code) ? OTHER_TOKEN : headers;
    this.holder = holder;
  }

  /** A constructor for one family: `ScimError.invalidFilter("syntax", …)`. */
  static #family<F extends string>(family: F): Refuse<F> {
    return (code, ...values) => ScimError.#of(`${family}.${code}`, values);
  }

  static #of(code: string, values: readonly unknown[], headers: Headers = {}): ScimError {
    // The constructors' types exclude other codes; TypeScript does not derive this for the joined text.
    const known = code as ScimCode;
    return new ScimError(known, SCIM_TEXTS[known], values, headers);
  }

  /** An error whose text is apart. @param holder the id of the user or group that has a taken value */
  static withText(
    code: string,
    text: string,
    values: readonly unknown[],
    headers: Headers = {},
    holder?: string,
  ): ScimError {
    return new ScimError(code, text, values, headers, holder);
  }

  static readonly invalidFilter = ScimError.#family("filter");
  static readonly sensitive = ScimError.#family("sensitive");
  static readonly tooMany = ScimError.#family("tooMany");
  static readonly mutability = ScimError.#family("mutability");
  static readonly invalidSyntax = ScimError.#family("syntax");
  static readonly invalidPath = ScimError.#family("path");
  static readonly noTarget = ScimError.#family("noTarget");
  static readonly invalidValue = ScimError.#family("value");
  static readonly cursor = ScimError.#family("cursor");
  static readonly notFound = ScimError.#family("notFound");
  static readonly tooLarge = ScimError.#family("tooLarge");
  static readonly version = ScimError.#family("version");
  static readonly mediaType = ScimError.#family("mediaType");

  static forbidden<C extends Forbidden>(code: C, ...values: Values<C>): ScimError {
    return ScimError.#of(code, values);
  }
  static unauthorized<T extends In<"token">>(code: T, ...values: Values<`token.${T}`>): ScimError {
    return ScimError.#of(`token.${code}`, values, BEARER_WANTED);
  }
  static methodNotAllowed(allow: readonly string[]): ScimError {
    const allowed = allow.join(", ");
    return ScimError.#of("method.notAllowed", [allowed], { Allow: allowed });
  }
  /** RFC 6585 section 4. @param retryAfter whole seconds */
  static tooManyRequests<T extends In<"requests">>(
    code: T,
    retryAfter: number,
    ...values: Values<`requests.${T}`>
  ): ScimError {
    return ScimError.#of(`requests.${code}`, values, { "Retry-After": String(retryAfter) });
  }
  /** The text for every unforeseen error: no internals, and no text from the request. */
  static internal(): ScimError {
    return ScimError.#of("internal", []);
  }
  /** @param retryAfter whole seconds: Okta accepts only an integer */
  static busy<T extends In<"busy">>(code: T, retryAfter: number, ...values: Values<`busy.${T}`>): ScimError {
    return ScimError.#of(`busy.${code}`, values, { "Retry-After": String(retryAfter) });
  }
}

/** A constructor for errors of a table that bundles leave out where nothing says them. */
/* @__NO_SIDE_EFFECTS__ */
function errorsOf<T extends { readonly [Code in keyof T]: string }>(texts: T) {
  return <C extends keyof T & string>(
    code: C,
    values: ValuesIn<T[C]>,
    headers: Headers = {},
    holder?: string,
  ): ScimError => ScimError.withText(code, texts[code], values, headers, holder);
}

export const bulkError = errorsOf(BULK);
export const discoveryError = errorsOf(DISCOVERY);
export const groupError = errorsOf(GROUP_TEXTS);
export const holdError = errorsOf(HOLDS);
export const userError = errorsOf(USER_TEXTS);

/** The error message of RFC 7644 section 3.12 as JSON text. @param reference leads to the request's log line */
export function errorBody(error: ScimError, reference: string): string {
  return JSON.stringify({
    schemas: [ERROR],
    status: String(error.status),
    scimType: error.scimType,
    detail: `${error.message} (ref: ${reference})`,
  });
}
