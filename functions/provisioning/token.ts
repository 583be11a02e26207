import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { BASE62, type RandomBytes } from "./newId.ts";
import type { OrgId, OrgRecord, TokenRecord } from "./ports.ts";

/** `rollcall_<org id>_<256 random bits>_<CRC32 of all before it>`: a form that secret scanners find without false alarms. */
const TOKEN = /^(rollcall_([0-9A-Za-z]{8})_[0-9A-Za-z]{43})_([0-9A-Za-z]{6})$/;
const RANDOM_BYTES = 32;
const RANDOM_LENGTH = 43;
const CHECKSUM_LENGTH = 6;

/** A new org token. It is the only copy: show it once, keep `readToken(token).hash`. */
export function newToken(orgId: OrgId, randomBytes: RandomBytes): string {
  let number = 0n;
  for (const byte of randomBytes(RANDOM_BYTES)) number = (number << 8n) | BigInt(byte);
  const unsealed = `rollcall_${orgId}_${base62(number, RANDOM_LENGTH)}`;
  return `${unsealed}_${checksum(unsealed)}`;
}

/**
 * What a presented token claims, unverified; nothing when it cannot be a token of ours, found out without any read.
 * `hash` is the SHA-256 of the whole token, hex.
 */
export function readToken(text: string): { readonly orgId: string; readonly hash: string } | undefined {
  const [, unsealed, orgId, seal] = TOKEN.exec(text) ?? [];
  if (unsealed === undefined || orgId === undefined || seal !== checksum(unsealed)) return undefined;
  return { orgId, hash: hashToken(text) };
}

/** SHA-256, hex. No salt and no slow hash: 256 random bits cannot be tried out. */
export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Why a token does or does not open its org. `superseded`: a later regenerate raised the org's token epoch. */
export type TokenStatus = "live" | "revoked" | "superseded" | "expired";

/** @param now milliseconds since the epoch */
export function tokenStatus(token: TokenRecord, org: OrgRecord, now: number): TokenStatus {
  if (token.revokedAt !== undefined) return "revoked";
  if (token.epoch !== org.tokenEpoch) return "superseded";
  if (token.expiresAt !== undefined && Date.parse(token.expiresAt) <= now) return "expired";
  return "live";
}

/** Whether the token counts on a request at `now` (milliseconds since the epoch). Says nothing about the org's own state. */
export function isLive(token: TokenRecord, org: OrgRecord, now: number): boolean {
  return token.orgId === org.id && tokenStatus(token, org, now) === "live";
}

function checksum(text: string): string {
  return base62(BigInt(crc32(text)), CHECKSUM_LENGTH);
}

function base62(number: bigint, length: number): string {
  let text = "";
  for (let rest = number; rest > 0n; rest /= 62n) text = BASE62.charAt(Number(rest % 62n)) + text;
  return text.padStart(length, "0");
}
