import { isObject, type JsonObject, objectIn, own } from "../../scim/json.ts";
import type { PublicJwk } from "../../store/tokenRecords.ts";

/** The first so many keys of a set are kept. */
export const MOST_KEYS = 50;
/** Characters in JSON, which is the stored form: one character may take six. */
const LONGEST_KID = 256;
const BASE64URL = /^[A-Za-z0-9_-]+$/;
/** Bytes of an RSA modulus: 2,048 to 4,096 bits. */
const MODULUS = { least: 256, most: 512 };
const LONGEST_EXPONENT = 4;
const COORDINATE = 32;

/**
 * The keys of a set (RFC 7517 section 5) that may verify an assertion: with a name, for signatures, RSA of 2,048 bits or more, or
 * P-256. Other keys are ignored, as section 5 requires. Only the members of the public key are kept.
 * @param text JSON @returns undefined for a text that is no key set
 */
export function readKeySet(text: string): readonly PublicJwk[] | undefined {
  const set = objectIn(text);
  const listed = set && own(set, "keys");
  if (!Array.isArray(listed)) return undefined;
  const keys: PublicJwk[] = [];
  for (const one of listed) {
    const key = isObject(one) ? readKey(one) : undefined;
    if (key !== undefined && findKey(keys, key) === undefined) keys.push(key);
    if (keys.length === MOST_KEYS) break;
  }
  return keys;
}

/** @param wanted name and algorithm: keys of different kinds may share a name (RFC 7517 section 4.5) */
export function findKey(keys: readonly PublicJwk[], wanted: Pick<PublicJwk, "kid" | "alg">): PublicJwk | undefined {
  return keys.find(({ kid, alg }) => kid === wanted.kid && alg === wanted.alg);
}

/** @returns undefined for a key that cannot verify assertions */
export function readKey(jwk: JsonObject): PublicJwk | undefined {
  const kid = own(jwk, "kid");
  if (typeof kid !== "string" || kid === "" || JSON.stringify(kid).length - 2 > LONGEST_KID || !isForVerifying(jwk))
    return undefined;
  const alg = own(jwk, "alg");
  switch (own(jwk, "kty")) {
    case "RSA": {
      const [n, e] = [bytesIn(jwk, "n"), bytesIn(jwk, "e")];
      if (n === undefined || e === undefined || (alg ?? "RS256") !== "RS256") return undefined;
      const isLong = n.bytes.length >= MODULUS.least && n.bytes.length <= MODULUS.most && (n.bytes[0] ?? 0) >= 0x80;
      // RSA exponents are odd, and with the exponent 1 anybody can sign, also where zeros before it spell it otherwise.
      const isWritten = e.bytes.length <= LONGEST_EXPONENT && (e.bytes[0] ?? 0) > 0;
      const isExponent = isWritten && (e.bytes.at(-1) ?? 0) % 2 === 1 && e.text !== "AQ";
      return isLong && isExponent ? { kid, alg: "RS256", kty: "RSA", n: n.text, e: e.text } : undefined;
    }
    case "EC": {
      const [x, y] = [bytesIn(jwk, "x"), bytesIn(jwk, "y")];
      if (x === undefined || y === undefined || (alg ?? "ES256") !== "ES256" || own(jwk, "crv") !== "P-256")
        return undefined;
      const isPoint = x.bytes.length === COORDINATE && y.bytes.length === COORDINATE;
      return isPoint ? { kid, alg: "ES256", kty: "EC", crv: "P-256", x: x.text, y: y.text } : undefined;
    }
    default:
      return undefined;
  }
}

/** RFC 7517 sections 4.2 and 4.3. A private key must not be in a published set, so it is not used as a public one. */
function isForVerifying(jwk: JsonObject): boolean {
  const operations = own(jwk, "key_ops");
  const isMeant = operations === undefined || (Array.isArray(operations) && operations.includes("verify"));
  return isMeant && (own(jwk, "use") ?? "sig") === "sig" && own(jwk, "d") === undefined;
}

function bytesIn(jwk: JsonObject, name: string): { readonly text: string; readonly bytes: Buffer } | undefined {
  const text = own(jwk, name);
  if (typeof text !== "string" || !BASE64URL.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64url");
  return bytes.toString("base64url") === text ? { text, bytes } : undefined;
}
