import { createHash, createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { isObject, type Json, type JsonObject } from "../scim/json.ts";
import type { PublicJwk } from "../store/tokenRecords.ts";
import { TrustError } from "./errors/trusts.ts";

/** RFC 7518 sections 6.2.2, 6.3.2 and 6.4: members that only the owner of a key may have. */
const SECRET_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
const MOST_KEYS = 5;
/** Bits. */
const RSA = { least: 2_048, most: 4_096 };
/** FIPS 186-5: smaller exponents make forgery easier. An exponent as long as the modulus makes verification a thousand times slower. */
const EXPONENT = { least: 65_537n, most: 0xffff_ffffn };
const KID = /^[\x21-\x7e]{1,128}$/;

/**
 * The keys of a JSON Web Key Set (RFC 7517). Each has the name that assertions use: its `kid`, or its thumbprint (RFC 7638).
 * Members that do not belong to the public key are dropped.
 * @throws ScimError 400 invalidValue; the check for private and symmetric keys comes before all others
 */
export function readPublicKeys(set: Json): readonly PublicJwk[] {
  const keys = isObject(set) ? set.keys : undefined;
  refuseSecrets(Array.isArray(keys) ? keys : [set]);
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > MOST_KEYS) {
    throw TrustError.invalidValue("jwks", MOST_KEYS);
  }
  const read = keys.map((key: Json, index) => readKey(key, index + 1));
  const distinct = [read.map(({ kid }) => kid), read.map(thumbprint)].map((names) => new Set(names).size);
  if (distinct.some((size) => size < read.length)) throw TrustError.invalidValue("jwkAlike");
  return read;
}

/** RFC 7638 section 3, SHA-256: the same for the same key, whatever its `kid`. */
export function thumbprint(key: PublicJwk): string {
  const { kty } = key;
  const members = key.kty === "RSA" ? { e: key.e, kty, n: key.n } : { crv: key.crv, kty, x: key.x, y: key.y };
  return createHash("sha256").update(JSON.stringify(members)).digest("base64url");
}

function refuseSecrets(keys: readonly Json[]): void {
  keys.forEach((key, index) => {
    const name = isObject(key) ? SECRET_MEMBERS.find((member) => key[member] !== undefined) : undefined;
    if (name !== undefined) throw TrustError.invalidValue("jwkSecret", index + 1, name);
  });
}

function readKey(key: Json, place: number): PublicJwk {
  if (!isObject(key)) throw TrustError.invalidValue("jwkKind", place);
  const named = key.kid;
  if (named !== undefined && !(typeof named === "string" && KID.test(named))) {
    throw TrustError.invalidValue("jwkKid", place);
  }
  const read = withoutName(key, place);
  return { ...read, kid: named ?? thumbprint(read) };
}

function withoutName({ kty, crv, alg, use, n, e, x, y }: JsonObject, place: number): PublicJwk {
  const ours = kty === "RSA" ? "RS256" : kty === "EC" && crv === "P-256" ? "ES256" : undefined;
  if (ours === undefined || (alg ?? ours) !== ours || (use ?? "sig") !== "sig") {
    throw TrustError.invalidValue("jwkKind", place);
  }
  const made = keyOf(ours === "RS256" ? { kty, n, e } : { kty, crv, x, y });
  if (made === undefined) throw TrustError.invalidValue("jwkBroken", place);
  const { modulusLength = 0, publicExponent = 0n } = made.asymmetricKeyDetails ?? {};
  // Node's own spelling of the numbers, since one number has several spellings.
  const { n: modulus = "", e: exponent = "", x: left = "", y: right = "" } = made.export({ format: "jwk" });
  if (ours === "ES256") return { kid: "", alg: ours, kty: "EC", crv: "P-256", x: left, y: right };
  if (modulusLength < RSA.least || modulusLength > RSA.most) {
    throw TrustError.invalidValue("jwkSize", place, modulusLength, RSA.least, RSA.most);
  }
  if (publicExponent < EXPONENT.least || publicExponent > EXPONENT.most)
    throw TrustError.invalidValue("jwkBroken", place);
  return { kid: "", alg: ours, kty: "RSA", n: modulus, e: exponent };
}

/** OpenSSL checks whether the point is on the curve. @returns undefined for an invalid key */
function keyOf(members: Readonly<Record<string, Json | undefined>>): KeyObject | undefined {
  if (!Object.values(members).every((member) => typeof member === "string")) return undefined;
  try {
    return createPublicKey({ key: members as JsonWebKey, format: "jwk" });
  } catch {
    return undefined;
  }
}
