import { isObject, type Json, type JsonObject, own } from "../../scim/json.ts";
import type { PublicJwk } from "../../store/tokenRecords.ts";

/** The unverified content of a client's assertion (RFC 7515, 7519, 7523). */
export interface Assertion {
  /** The compact form: the signed text, and the signature. */
  readonly text: string;
  readonly alg: PublicJwk["alg"];
  readonly kid: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
  /** Entra's `tid`. */
  readonly tenant: string | undefined;
  readonly jti: string | undefined;
  /** Seconds since the epoch, as the next two members. */
  readonly expires: number;
  readonly notBefore: number | undefined;
  readonly issuedAt: number | undefined;
}

/**
 * `malformed`: not three parts of base64url with JSON objects whose names are unique. `header`: it names no key, has another type,
 * or requires an extension (`crit`). `claims`: a claim is missing or has another type.
 */
export type AssertionFault = "malformed" | "header" | "algorithm" | "claims";

const PART = /^[A-Za-z0-9_-]+$/;
const ALGORITHMS: readonly string[] = ["RS256", "ES256"] satisfies PublicJwk["alg"][];
/** RFC 7519 section 5.1, and the type for client authentication of draft-ietf-oauth-rfc7523bis. */
const TYPES = ["jwt", "client-authentication+jwt"];
/** Characters of a claim, or of a key's name: more than any issuer uses. */
const LONGEST_TEXT = 1_024;
/** The year 9999, in seconds. */
const LAST_SECOND = 253_402_300_799;

/**
 * Reads an assertion without verifying it. Keys in the header (`jwk`, `jku`, `x5c`, `x5u`) are ignored.
 * @param text at most as long as the longest form
 */
export function readAssertion(text: string): Assertion | AssertionFault {
  const parts = text.split(".", 4);
  const [head = "", body = "", signature = ""] = parts;
  if (parts.length !== 3 || decoded(signature) === undefined) return "malformed";
  const header = objectOf(head);
  const claims = objectOf(body);
  if (header === undefined || claims === undefined) return "malformed";
  const alg = own(header, "alg");
  if (!isAlgorithm(alg)) return "algorithm";
  const [kid, type = "JWT"] = [own(header, "kid"), own(header, "typ")];
  const isOfType = typeof type === "string" && TYPES.includes(type.toLowerCase());
  if (!isText(kid) || !isOfType || own(header, "crit") !== undefined) return "header";
  return withClaims(claims, { text, alg, kid }) ?? "claims";
}

function withClaims(claims: JsonObject, signed: Pick<Assertion, "text" | "alg" | "kid">): Assertion | undefined {
  const [issuer, subject, audience] = [own(claims, "iss"), own(claims, "sub"), soleOf(own(claims, "aud"))];
  const [tenant, jti] = [own(claims, "tid"), own(claims, "jti")];
  const [expires, notBefore, issuedAt] = [own(claims, "exp"), own(claims, "nbf"), own(claims, "iat")];
  if (!isText(issuer) || !isText(subject) || !isText(audience) || !isTime(expires)) return undefined;
  if (!isTextOrNone(tenant) || !isTextOrNone(jti) || !isTimeOrNone(notBefore) || !isTimeOrNone(issuedAt))
    return undefined;
  return { ...signed, issuer, subject, audience, tenant, jti, expires, notBefore, issuedAt };
}

/** A list counts only with one audience: another audience of the assertion could present it here. */
function soleOf(audience: Json | undefined): Json | undefined {
  return Array.isArray(audience) && audience.length === 1 ? audience[0] : audience;
}

function isAlgorithm(alg: unknown): alg is PublicJwk["alg"] {
  return typeof alg === "string" && ALGORITHMS.includes(alg);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= LONGEST_TEXT;
}

function isTextOrNone(value: unknown): value is string | undefined {
  return value === undefined || isText(value);
}

/** RFC 7519 section 2, NumericDate: it may have a fraction. */
function isTime(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= LAST_SECOND;
}

function isTimeOrNone(value: unknown): value is number | undefined {
  return value === undefined || isTime(value);
}

/** Accepts only the spelling that encoding gives again. */
function decoded(part: string): Buffer | undefined {
  if (!PART.test(part)) return undefined;
  const bytes = Buffer.from(part, "base64url");
  return bytes.toString("base64url") === part ? bytes : undefined;
}

function objectOf(part: string): JsonObject | undefined {
  const bytes = decoded(part);
  if (bytes === undefined) return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const json: Json = JSON.parse(text);
    return isObject(json) && !hasRepeatedName(text) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** In a JSON text: strings, including names, and brackets. */
const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g;

/** RFC 7519 section 4: names are unique. Readers might take different values of a repeated name. @param text a JSON object */
function hasRepeatedName(text: string): boolean {
  const names = new Set<unknown>();
  let depth = 0;
  let repeated = false;
  for (const [token, string, colon] of text.matchAll(TOKENS)) {
    if (string === undefined) depth += token === "{" || token === "[" ? 1 : -1;
    else if (colon !== undefined && depth === 1) {
      // Two spellings with different escapes are the same name.
      const name: unknown = JSON.parse(string);
      repeated ||= names.has(name);
      names.add(name);
    }
  }
  return repeated;
}
