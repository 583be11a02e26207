import type { OrgId } from "../store/keys.ts";
import type { ApplicationKeyRecord, ApplicationScope } from "../store/records.ts";
import type { RandomBytes } from "./newId.ts";
import { checksum, hashToken, sealed } from "./token.ts";

/**
 * `rollcallapp_<org id>_<256 random bits>_<CRC32 of all before it>`, without the org id where the key opens every org: the form of
 * an org token with another first word, so that neither passes for the other.
 */
const KEY = /^(rollcallapp_(?:([0-9A-Za-z]{8})_)?[0-9A-Za-z]{43})_([0-9A-Za-z]{6})$/;

/** What each scope opens: who may change the directory may read it. */
export const SCOPES: Readonly<Record<ApplicationScope, readonly ApplicationScope[]>> = {
  "directory.read": ["directory.read"],
  "directory.write": ["directory.read", "directory.write"],
  admin: ["admin"],
};

/** A new key. It is the only copy: show it once, keep its hash. @param orgId absent: it opens every org */
export function newApplicationKey(orgId: OrgId | undefined, randomBytes: RandomBytes): string {
  return sealed(orgId === undefined ? "rollcallapp" : `rollcallapp_${orgId}`, randomBytes);
}

/** What a presented key says of itself, unverified. */
export interface ApplicationKeyClaim {
  /** Absent: it says that it opens every org. */
  readonly orgId: string | undefined;
  /** SHA-256 of the whole key, hex. */
  readonly hash: string;
}

/** Nothing when it cannot be a key of ours, found out without any read. */
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
