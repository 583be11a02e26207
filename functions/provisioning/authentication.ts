import { type In, ScimError } from "../scim/error.ts";
import type { QuirkMeanings, Quirks } from "../scim/quirks.ts";
import type { Deletion, OrgRecord, TokenRecord, Wanted } from "../store/records.ts";
import { rulesOf } from "../store/rules.ts";
import type { StoreSession } from "../store/session.ts";
import { readLastUsed } from "../store/settings.ts";
import { Effects } from "./effects.ts";
import { isActive } from "./resources/userRules.ts";
import type { Session } from "./session.ts";
import { readToken, tokenStatus } from "./token.ts";

export const TOKEN_QUIRKS = {
  bearerSchemeMissing: "the token came without the word Bearer",
} as const satisfies QuirkMeanings;

export interface Presented {
  /** The whole header value. */
  readonly authorization: string | undefined;
  /** As the path names it, unverified. */
  readonly orgName: string;
  tenantUrlOf(slug: string): string;
  /** Asked only for a token that is one by its form: reading a large body for it is no work to do for everybody. */
  wanted(): readonly Wanted[];
  /** Told once it is clear whose token was presented, though it may count no more: the log shall say whose trouble it is. */
  identified(org: OrgRecord, tokenId: string): void;
  readonly store: StoreSession;
  readonly quirks: Quirks;
  readonly reference: string;
  readonly deadline: number;
  now(): number;
  wait(milliseconds: number): Promise<void>;
  randomBytes(length: number): Uint8Array;
  readonly sweepLater?: (deletion: Deletion) => void;
}

/**
 * Token, org and whatever the request wants are read in one round trip, as an unverified claim; nothing is used or
 * revealed before token, org id and slug agree, and no acceptance is remembered (product.md 5.4).
 * @throws ScimError 401 for anything that is no live token of the org in the path, 403 with the reason where the token
 * is right and the org may not use SCIM now
 */
export async function authenticate(presented: Presented): Promise<Session> {
  const { store } = presented;
  const claim = readToken(bearerToken(presented));
  if (claim === undefined || claim.kind === "client") throw refused("malformed");
  const { token, org, secret } = await store.open(
    { orgId: claim.orgId, tokenHash: claim.hash, secretId: claim.secretId },
    presented.wanted(),
  );
  if (token === undefined || org === undefined || token.orgId !== org.id) throw refused("unknown");
  if ((token.kind ?? "org") !== claim.kind) throw refused("unknown");
  presented.identified(org, token.secretId ?? token.id);
  const status = tokenStatus(token, org, presented.now());
  if (status !== "live") throw refused(status);
  // What an identity provider presented in the first place: lists, logs and tombstones name it.
  const credential = claim.kind === "access" ? boughtWith(presented, token, org, secret) : token;
  await assertStillWanted(store, org, token);
  if (org.slug !== presented.orgName) throw otherOrg(presented, org);
  assertMayUseScim(org);
  return openSession(presented, org, credential);
}

const SECRET_ENDED = {
  revoked: "secretRevoked",
  superseded: "secretSuperseded",
  expired: "secretExpired",
} as const;

/** An access token dies with its client secret. @throws ScimError 401 */
function boughtWith(
  presented: Presented,
  token: TokenRecord,
  org: OrgRecord,
  secret: TokenRecord | undefined,
): TokenRecord {
  if (secret === undefined || secret.kind !== "client" || secret.id !== token.secretId) throw refused("unknown");
  const status = tokenStatus(secret, org, presented.now());
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
 * `Bearer`, in any case, one space and the token (RFC 6750 section 2.1), or the token alone: Okta's header mode differs in
 * whether `Bearer` is added (idp-wire.md 1.16). No other spelling, so that a rule that counts requests by this header (the
 * firewall does) counts one token under two values at most.
 */
function bearerToken({ authorization, quirks }: Presented): string {
  if (authorization === undefined || authorization.trim() === "") throw refused("missing");
  const [first = "", second, ...rest] = authorization.split(" ");
  if (rest.length > 0) throw refused("malformed");
  if (second === undefined) {
    quirks.note<typeof TOKEN_QUIRKS>("bearerSchemeMissing");
    return first;
  }
  if (first.toLowerCase() !== "bearer") throw refused("scheme");
  return second;
}

/** One text for every reason, so that a guess learns nothing; the reason is in the log. */
function refused(reason: Exclude<In<"token">, "otherOrg">): ScimError {
  return ScimError.unauthorized(reason);
}

/** Names only what the token's owner knows anyway, never whether the org in the path exists. */
function otherOrg(presented: Presented, org: OrgRecord): ScimError {
  return ScimError.unauthorized("otherOrg", org.slug, presented.tenantUrlOf(org.slug));
}

/** @throws ScimError 403 with the reason */
export function assertMayUseScim(org: OrgRecord): void {
  if (org.deletion !== undefined) {
    throw ScimError.forbidden("org.deletion", org.deletion.reason);
  }
  if (!org.entitled) {
    throw ScimError.forbidden("org.notEntitled");
  }
  if (org.sso === undefined) {
    throw ScimError.forbidden("org.noSso");
  }
  if (org.paused !== undefined) {
    throw ScimError.forbidden("org.paused", org.paused.reason);
  }
}

function openSession(presented: Presented, org: OrgRecord, token: TokenRecord): Session {
  const { sweepLater } = presented;
  return {
    org,
    rules: rulesOf(org.preset, org.changedRules),
    tokenId: token.id,
    tokenExpiresAt: token.expiresAt,
    tokenMarked: presented.store.markUsed(token.id, presented.now()),
    directory: presented.store.directory(org.id),
    quirks: presented.quirks,
    effects: new Effects(),
    usage: presented.store.usage,
    reference: presented.reference,
    deadline: presented.deadline,
    ...(sweepLater && { sweepLater: (id) => sweepLater({ orgId: org.id, managed: true, id }) }),
    now: () => presented.now(),
    wait: (milliseconds) => presented.wait(milliseconds),
    randomBytes: (length) => presented.randomBytes(length),
  };
}
