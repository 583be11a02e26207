import { hash } from "node:crypto";
import { crc32 } from "node:zlib";
import { BASE62 } from "../scim/schema.ts";
import type { OrgId } from "../store/keys.ts";
import type { OrgRecord, TokenKind, TokenRecord } from "../store/records.ts";
import { newTokenId, type RandomBytes } from "./newId.ts";

/**
 * `rollcall_<org id>_<256 random bits>_<CRC32 of all before it>`: a form that secret scanners find without false alarms.
 * Client secrets say `rollcall_client_`; access tokens say `rollcall_access_` and name the client secret behind the org.
 */
const TOKEN =
  /^(rollcall_(?:(client|access)_)?([0-9A-Za-z]{8})_(?:([0-9A-Za-z]{12})_)?[0-9A-Za-z]{43})_([0-9A-Za-z]{6})$/;
const RANDOM_BYTES = 32;
const RANDOM_LENGTH = 43;
const CHECKSUM_LENGTH = 6;

/** A new org token. It is the only copy: show it once, keep `readToken(token).hash`. */
export function newToken(orgId: OrgId, randomBytes: RandomBytes): string {
  return sealed(`rollcall_${orgId}`, randomBytes);
}

/** A new client secret, with which a client of the org gets access tokens. The only copy, as an org token is. */
export function newClientSecret(orgId: OrgId, randomBytes: RandomBytes): string {
  return sealed(`rollcall_client_${orgId}`, randomBytes);
}

/** A new access token. It names the client secret, so that both are read at once. @param secretId of the client secret */
export function newAccessToken(orgId: OrgId, secretId: string, randomBytes: RandomBytes): string {
  return sealed(`rollcall_access_${orgId}_${secretId}`, randomBytes);
}

/** @returns the beginning, 256 random bits and the checksum of both */
export function sealed(beginning: string, randomBytes: RandomBytes): string {
  let number = 0n;
  for (const byte of randomBytes(RANDOM_BYTES)) number = (number << 8n) | BigInt(byte);
  const unsealed = `${beginning}_${base62(number, RANDOM_LENGTH)}`;
  return `${unsealed}_${checksum(unsealed)}`;
}

/**
 * What is kept of a token.
 * @param token itself, of which this has only the hash @param life in seconds; absent: it does not expire
 */
export function newRecord(
  { now, randomBytes, actor }: { readonly now: number; readonly randomBytes: RandomBytes; readonly actor: string },
  org: OrgRecord,
  token: string,
  description: string,
  life?: number,
): TokenRecord {
  return {
    id: newTokenId(randomBytes),
    orgId: org.id,
    hash: hashToken(token),
    epoch: org.tokenEpoch,
    description,
    createdAt: new Date(now).toISOString(),
    createdBy: actor,
    expiresAt: life === undefined ? undefined : new Date(now + life * 1000).toISOString(),
    revokedAt: undefined,
  };
}

/** What a presented token says of itself, unverified. */
export interface TokenClaim {
  readonly kind: TokenKind;
  readonly orgId: string;
  /** SHA-256 of the whole token, hex. */
  readonly hash: string;
  /** Of an access token. */
  readonly secretId: string | undefined;
}

/** Nothing when it cannot be a token of ours, found out without any read. */
export function readToken(text: string): TokenClaim | undefined {
  const [, unsealed, word, orgId, secretId, seal] = TOKEN.exec(text) ?? [];
  if (unsealed === undefined || orgId === undefined || seal !== checksum(unsealed)) return undefined;
  const kind = word === "client" || word === "access" ? word : "org";
  if ((kind === "access") !== (secretId !== undefined)) return undefined;
  return { kind, orgId, hash: hashToken(text), secretId };
}

/** SHA-256, hex. No salt and no slow hash: 256 random bits cannot be tried out. */
export function hashToken(token: string): string {
  return hash("sha256", token);
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

/** What else decides whether a token counts, read where it has to be. */
export interface TokenFacts {
  /** By token id. */
  readonly lastUsed: ReadonlyMap<string, string>;
  /** Of those users that tokens are bound to. */
  readonly activeUsers: ReadonlySet<string>;
}

/** `retired`: the token in its place was used. `orphaned`: the user it is bound to was deactivated or deleted. */
export function fullStatus(
  token: TokenRecord,
  org: OrgRecord,
  now: number,
  { lastUsed, activeUsers }: TokenFacts,
): TokenStatus | "retired" | "orphaned" {
  const status = tokenStatus(token, org, now);
  if (status !== "live") return status;
  if (token.retiredBy !== undefined && lastUsed.has(token.retiredBy)) return "retired";
  if (token.boundTo !== undefined && !activeUsers.has(token.boundTo)) return "orphaned";
  return "live";
}

export function checksum(text: string): string {
  return base62(BigInt(crc32(text)), CHECKSUM_LENGTH);
}

function base62(number: bigint, length: number): string {
  let text = "";
  for (let rest = number; rest > 0n; rest /= 62n) text = BASE62.charAt(Number(rest % 62n)) + text;
  return text.padStart(length, "0");
}
