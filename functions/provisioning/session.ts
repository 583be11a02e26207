import { type In, ScimError } from "../scim/error.ts";
import type { QuirkMeanings, Quirks } from "../scim/quirks.ts";
import { isMemberId } from "../scim/schema.ts";
import type { HeldRequest } from "../store/holds.ts";
import type { Deletion, OrgRecord, Stamp, TokenKind, TokenRecord, Usage, Wanted } from "../store/records.ts";
import { PRESETS, type Rules } from "../store/rules.ts";
import type { Directory, StoreSession } from "../store/session.ts";
import { readLastUsed } from "../store/settings.ts";
import { isActive } from "../store/storedTypes.ts";
import { newResourceId } from "./newId.ts";
import { readToken, type TokenClaim, tokenStatus } from "./token.ts";

/** What every use case may rely on: a verified org, its rules, its data, and the request's means. */
export interface Session {
  readonly org: OrgRecord;
  readonly rules: Rules;
  readonly tokenId: string;
  /** SHA-256 of what `tokenId` names, hex: nobody makes it who has neither. */
  readonly tokenHash: string;
  /** ISO 8601; undefined for a token that does not expire. */
  readonly tokenExpiresAt: string | undefined;
  /** Settles, and never fails, when the use of the token is remembered: to be awaited before the process may freeze. */
  readonly tokenMarked: Promise<void>;
  readonly directory: Directory;
  /** Present where the sides meet when a user is created: by the rule `adoption`, in a deployment that allows it. */
  readonly otherSide?: OtherSide | undefined;
  /** Present where the org's removals are held beyond the share of a mass change (rule `massChange`). */
  readonly guard?: RemovalGuard | undefined;
  readonly quirks: Quirks;
  readonly effects: Effects;
  /** What the request cost so far: a write that was lost against another one is counted here. */
  readonly usage: Usage;
  readonly reference: string;
  /** Milliseconds since the epoch after which nobody waits for the answer. */
  readonly deadline: number;
  /** Takes over the sweep of what was deleted; without it the request that deletes sweeps. */
  readonly sweepLater?: (id: string) => void;
  now(): number;
  wait(milliseconds: number): Promise<void>;
  randomBytes(length: number): Uint8Array;
}

/** What deletions and removals of members ask before they write. */
export interface RemovalGuard {
  /** For one request about one user or group. */
  begin(session: Session, request: HeldRequest, id: string): CountedRemovals;
}

export interface CountedRemovals {
  /**
   * Lets so many users or memberships go, all or none. A request that plans anew says what it wants from then on.
   * @throws ScimError 503 with what to do where removals are held, 403 where they are refused; StoreBusy
   */
  admit(count: number): Promise<void>;
  /** The request ends with this error, and may have removed less than it was let. Never throws for a busy table. */
  left(error: unknown): Promise<void>;
}

/** The side of the org that the session is not about. */
export interface OtherSide {
  readonly directory: Directory;
  /** By which users of both sides count as one person. */
  readonly key: Exclude<Rules["adoption"], "off">;
}

export function stampOf(session: Session): Stamp {
  return { at: new Date(session.now()).toISOString(), tokenId: session.tokenId, reference: session.reference };
}

export function newIdFor(session: Session, letter: string): string {
  return newResourceId(letter, (length) => session.randomBytes(length));
}

/** The rules in force: the preset's, with those an org changed one by one. */
export function rulesOf({ preset, changedRules }: Pick<OrgRecord, "preset" | "changedRules">): Rules {
  return { ...PRESETS[preset], ...changedRules };
}

/** Ids of members who were left out that a log line holds: enough to look at, and the line stays short. */
const SKIPPED_MOST = 5;

/** What one request really changed of who may do what: for its log line, and for the watch over mass changes. */
export class Effects {
  /** Users whose `active` went from true. */
  deactivated = 0;
  /** Users. */
  deleted = 0;
  /** Users of the application whom a create of the identity provider made managed. */
  adopted = 0;
  membersAdded = 0;
  /** Those of a deleted user or team not counted. */
  membersRemoved = 0;
  readonly #skipped: string[] = [];

  /** @param id of a member that is nobody of the org: text of the client, of which only what has the form of our ids may be logged */
  skip(id: string): void {
    if (isMemberId(id) && this.#skipped.length < SKIPPED_MOST) this.#skipped.push(id);
  }

  /** Only what happened, by name. */
  entries(): Record<string, number | readonly string[]> {
    const fields: Record<string, number | readonly string[]> = {};
    for (const [name, count] of Object.entries(this)) if (count > 0) fields[name] = count;
    if (this.#skipped.length > 0) fields.skippedIds = this.#skipped;
    return fields;
  }
}

export const TOKEN_QUIRKS = {
  bearerSchemeMissing: "the token came without the word Bearer",
} as const satisfies QuirkMeanings;

/** A request as far as it decides who asks, and as its session goes on with it. */
export interface Presented {
  /** As the path names it, unverified. */
  readonly orgName: string;
  /** What precedes the org's name in its Tenant URL. */
  readonly baseOfAll: string;
  /** Filled in once it is clear whose token was presented, though it may count no more: the log shall say whose trouble it is. */
  readonly logFields: { org?: string; orgId?: string; tokenId?: string };
  readonly store: StoreSession;
  readonly quirks: Quirks;
  readonly reference: string;
  readonly deadline: number;
  readonly endpoint: Pick<Session, "now" | "wait" | "randomBytes"> & {
    readonly sweepLater?: (deletion: Deletion) => void;
    readonly adoption?: true | undefined;
    readonly guard?: RemovalGuard | undefined;
  };
}

/**
 * Token, org and whatever the request wants are read in one round trip, as an unverified claim; nothing is used or
 * revealed before token, org id and slug agree, and no acceptance is remembered (product.md 5.4).
 * @throws ScimError 401 for anything that is no live token of the org in the path, 403 with the reason where the token
 * is right and the org may not use SCIM now
 */
export async function openSession(
  presented: Presented,
  claim: TokenClaim,
  wanted: readonly Wanted[],
): Promise<Session> {
  const { store, endpoint, quirks, reference, deadline } = presented;
  const { orgId, hash: tokenHash, secretId } = claim;
  const { token, org, secret } = await store.open({ orgId, tokenHash, secretId }, wanted);
  if (token === undefined || org === undefined || token.orgId !== org.id) throw refused("unknown");
  if ((token.kind ?? "org") !== claim.kind) throw refused("unknown");
  Object.assign(presented.logFields, { org: org.slug, orgId: org.id, tokenId: token.secretId ?? token.id });
  const now = endpoint.now();
  const status = tokenStatus(token, org, now);
  if (status !== "live") throw refused(status);
  // What an identity provider presented in the first place: lists, logs and tombstones name it.
  const first = claim.kind === "access" ? boughtWith(token, org, secret, now) : token;
  const { id: tokenId, hash: secretHash, expiresAt, kind } = first;
  if (token.retiredBy !== undefined || token.boundTo !== undefined) await assertStillWanted(store, org, token);
  if (org.slug !== presented.orgName) {
    // Names only what the token's owner knows anyway, never whether the org in the path exists.
    throw ScimError.unauthorized("otherOrg", org.slug, presented.baseOfAll + org.slug);
  }
  const refusal = provisioningRefusal(org, kind ?? "org");
  if (refusal !== undefined) throw refusal;
  const { now: clock, wait, randomBytes, sweepLater } = endpoint;
  const rules = rulesOf(org);
  const { adoption: key } = rules;
  return {
    org,
    rules,
    tokenId,
    tokenHash: secretHash,
    tokenExpiresAt: expiresAt,
    tokenMarked: store.markUsed(tokenId, now),
    directory: store.directory(org.id),
    ...(endpoint.adoption && key !== "off" && { otherSide: { directory: store.unmanaged(org.id), key } }),
    ...(rules.massChange === "hold" && { guard: endpoint.guard }),
    quirks,
    effects: new Effects(),
    usage: store.usage,
    reference,
    deadline,
    ...(sweepLater && { sweepLater: (id) => sweepLater({ orgId: org.id, managed: true, id }) }),
    now: clock,
    wait,
    randomBytes,
  };
}

const SECRET_ENDED = {
  revoked: "secretRevoked",
  superseded: "secretSuperseded",
  expired: "secretExpired",
} as const;

/** An access token dies with the client secret or the trust that bought it. @throws ScimError 401 */
function boughtWith(token: TokenRecord, org: OrgRecord, secret: TokenRecord | undefined, now: number): TokenRecord {
  if (secret === undefined || secret.id !== token.secretId) throw refused("unknown");
  if (secret.kind !== "client" && secret.kind !== "trust") throw refused("unknown");
  const status = tokenStatus(secret, org, now);
  if (status !== "live") throw refused(SECRET_ENDED[status]);
  return secret;
}

/** One more strongly consistent read, for tokens that something else may end. @throws ScimError 401 */
async function assertStillWanted(store: StoreSession, org: OrgRecord, token: TokenRecord): Promise<void> {
  if (token.retiredBy !== undefined && (await readLastUsed(store.database, [token.retiredBy])).has(token.retiredBy)) {
    throw refused("retired");
  }
  if (token.boundTo === undefined) return;
  const user = await store.directory(org.id).users.find(token.boundTo);
  if (user === undefined || !isActive(user)) throw refused("orphaned");
}

/**
 * What the Authorization header claims: `Bearer`, in any case, one space and the token (RFC 6750 section 2.1), or the token
 * alone: Okta's header mode differs in whether `Bearer` is added. No other spelling, so that a rule that
 * counts requests by this header (the firewall does) counts one token under two values at most.
 * @throws ScimError 401
 */
export function readClaim(authorization: string | undefined, quirks: Quirks): TokenClaim {
  if (authorization === undefined || authorization.trim() === "") throw refused("missing");
  const [first = "", second, ...rest] = authorization.split(" ");
  if (rest.length > 0) throw refused("malformed");
  if (second === undefined) quirks.note<typeof TOKEN_QUIRKS>("bearerSchemeMissing");
  else if (first.toLowerCase() !== "bearer") throw refused("scheme");
  const claim = readToken(second ?? first);
  if (claim === undefined || claim.kind === "client") throw refused("malformed");
  return claim;
}

/** One text for every reason, so that a guess learns nothing; the reason is in the log. */
function refused(reason: Exclude<In<"token">, "otherOrg">): ScimError {
  return ScimError.unauthorized(reason);
}

/** Why the org may not provision now, or not with what was presented in the first place: 403. */
export function provisioningRefusal(org: OrgRecord, presented: TokenKind): ScimError | undefined {
  const { deletion, entitled, paused, sso } = org;
  if (deletion !== undefined) return ScimError.forbidden("org.deletion", deletion.reason);
  if (!entitled) return ScimError.forbidden("org.notEntitled");
  if (sso === undefined) return ScimError.forbidden("org.noSso");
  if (paused !== undefined) return ScimError.forbidden("org.paused", paused.reason);
  const { bearerTokens, clientSecrets } = rulesOf(org);
  if (presented === "org" && bearerTokens === "forbidden") return ScimError.forbidden("org.bearerTokens");
  if (presented === "client" && clientSecrets === "forbidden") return ScimError.forbidden("org.clientSecrets");
  return undefined;
}
