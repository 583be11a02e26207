import { hash } from "node:crypto";
import { crc32 } from "node:zlib";
import { BASE62 } from "../scim/schema.ts";
import type { OrgId } from "../store/keys.ts";
import type { OrgRecord } from "../store/records.ts";
import type { TokenKind, TokenRecord } from "../store/tokenRecords.ts";
import { newTokenId, type RandomBytes } from "./newId.ts";
import { CLOCK_SKEW } from "./timeBudget.ts";

/**
 * `rollcall_<org id>_<256 random bits>_<CRC32 of the text before it>`: secret scanners find this form without false alarms.
 * Client secrets begin with `rollcall_client_`. Access tokens begin with `rollcall_access_` and have the client secret's id after the org id.
 */
const TOKEN =
  /^(rollcall_(?:(client|access)_)?([0-9A-Za-z]{8})_(?:([0-9A-Za-z]{12})_)?[0-9A-Za-z]{43})_([0-9A-Za-z]{6})$/;
const RANDOM_BYTES = 32;
const RANDOM_LENGTH = 43;
const CHECKSUM_LENGTH = 6;

/** Seconds, at most: an access token ends with its secret or trust. */
export const ACCESS_TOKEN_LIFE = 3_600;

/** A new org token. This is the only copy: show it once, store `readToken(token).hash`. */
export function newToken(orgId: OrgId, randomBytes: RandomBytes): string {
  return sealed(`rollcall_${orgId}`, randomBytes);
}

/** A new client secret, with which a client of the org gets access tokens. This is the only copy. */
export function newClientSecret(orgId: OrgId, randomBytes: RandomBytes): string {
  return sealed(`rollcall_client_${orgId}`, randomBytes);
}

/** A new access token. It holds the client secret's id, so that both records are read at once. @param secretId of the client secret */
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
 * The stored record of a token.
 * @param token the token itself: the record has only its hash @param life in seconds; absent: the token does not expire
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

/** The unverified content of a presented token. */
export interface TokenClaim {
  readonly kind: TokenKind;
  readonly orgId: string;
  /** SHA-256 of the whole token, hex. */
  readonly hash: string;
  /** Only of an access token. */
  readonly secretId: string | undefined;
}

/** Undefined for a text that cannot be a token of ours. Reads nothing from the store. */
export function readToken(text: string): TokenClaim | undefined {
  const [, unsealed, word, orgId, secretId, seal] = TOKEN.exec(text) ?? [];
  if (unsealed === undefined || orgId === undefined || seal !== checksum(unsealed)) return undefined;
  // The pattern knows no other word.
  const kind = (word ?? "org") as TokenKind;
  if ((kind === "access") !== (secretId !== undefined)) return undefined;
  return { kind, orgId, hash: hashToken(text), secretId };
}

/** SHA-256, hex. 256 random bits cannot be guessed, so neither salt nor a slow hash is needed. */
export function hashToken(token: string): string {
  return hash("sha256", token);
}

/** Whether a token opens its org, or why not. `superseded`: a later regenerate raised the org's token epoch. */
export type TokenStatus = "live" | "revoked" | "superseded" | "expired";

/** @param now milliseconds since the epoch */
export function tokenStatus(token: TokenRecord, org: OrgRecord, now: number): TokenStatus {
  if (token.revokedAt !== undefined) return "revoked";
  if (token.epoch !== org.tokenEpoch) return "superseded";
  // Without a time it is no number, which is never over.
  const ends = Date.parse(token.expiresAt ?? "");
  // No access token is given that ends later: a clock that was ahead dated it.
  if (ends <= now || (token.kind === "access" && ends > now + ACCESS_TOKEN_LIFE * 1000 + CLOCK_SKEW)) return "expired";
  return "live";
}

/** Whether the token is valid at `now` (milliseconds since the epoch). Does not check the org's own state. */
export function isLive(token: TokenRecord, org: OrgRecord, now: number): boolean {
  return token.orgId === org.id && tokenStatus(token, org, now) === "live";
}

/** Ended credentials that an org keeps, so that people can look them up; each new one removes some of the others. */
const KEPT_ENDED = 200;
/** One transaction has room for these beside everything else. */
const FORGOTTEN_AT_ONCE = 5;

/** The oldest ended credentials beyond those that are kept. @param listed newest first */
export function surplusOf<T>(listed: readonly T[], isLive: (credential: T) => boolean): readonly T[] {
  return listed
    .filter((one) => !isLive(one))
    .slice(KEPT_ENDED)
    .slice(-FORGOTTEN_AT_ONCE);
}

/** Further facts that decide whether a token is valid. */
export interface TokenFacts {
  /** By token id. */
  readonly lastUsed: ReadonlyMap<string, string>;
  /** Active users among those to whom tokens are bound. */
  readonly activeUsers: ReadonlySet<string>;
}

/** `retired`: the replacing token was used. `orphaned`: the bound user was deactivated or deleted. */
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
