import type { OrgId } from "../store/keys.ts";
import type { ApplicationKeyRecord, ApplicationScope } from "../store/tokenRecords.ts";
import type { RandomBytes } from "./newId.ts";
import { checksum, hashToken, sealed } from "./token.ts";

/**
 * `rollcallapp_<org id>_<256 random bits>_<CRC32 of the text before it>`, without the org id where the key opens every org. The
 * first word differs from an org token's, so that one cannot pass for the other.
 */
const KEY = /^(rollcallapp_(?:([0-9A-Za-z]{8})_)?[0-9A-Za-z]{43})_([0-9A-Za-z]{6})$/;

/** The scopes that each scope includes: writing the directory includes reading it. */
export const SCOPES: Readonly<Record<ApplicationScope, readonly ApplicationScope[]>> = {
  "directory.read": ["directory.read"],
  "directory.write": ["directory.read", "directory.write"],
  admin: ["admin"],
};

/** A new key. This is the only copy: show it once, store its hash. @param orgId absent: the key opens every org */
export function newApplicationKey(orgId: OrgId | undefined, randomBytes: RandomBytes): string {
  return sealed(orgId === undefined ? "rollcallapp" : `rollcallapp_${orgId}`, randomBytes);
}

/** The unverified content of a presented key. */
interface ApplicationKeyClaim {
  /** Absent: the key claims to open every org. */
  readonly orgId: string | undefined;
  /** SHA-256 of the whole key, hex. */
  readonly hash: string;
}

/** Undefined for a text that cannot be a key of ours. Reads nothing from the store. */
export function readApplicationKey(text: string): ApplicationKeyClaim | undefined {
  const [, unsealed, orgId, seal] = KEY.exec(text) ?? [];
  if (unsealed === undefined || seal !== checksum(unsealed)) return undefined;
  return { orgId, hash: hashToken(text) };
}

/** @param now milliseconds since the epoch */
export function keyStatus({ expiresAt, revokedAt }: ApplicationKeyRecord, now: number): "live" | "revoked" | "expired" {
  if (revokedAt !== undefined) return "revoked";
  return Date.parse(expiresAt) <= now ? "expired" : "live";
}
