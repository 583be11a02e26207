import { type In, ScimError } from "../scim/error.ts";
import type { QuirkMeanings, Quirks } from "../scim/quirks.ts";
import type { Deletion, OrgRecord, TokenRecord, Wanted } from "../store/records.ts";
import type { StoreSession } from "../store/session.ts";
import { readLastUsed } from "../store/settings.ts";
import { isActive } from "./resources/userRules.ts";
import { Effects, rulesOf, type Session } from "./session.ts";
import { readToken, type TokenClaim, tokenStatus } from "./token.ts";

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
  const { id: tokenId, expiresAt } = claim.kind === "access" ? boughtWith(token, org, secret, now) : token;
  if (token.retiredBy !== undefined || token.boundTo !== undefined) await assertStillWanted(store, org, token);
  if (org.slug !== presented.orgName) {
    // Names only what the token's owner knows anyway, never whether the org in the path exists.
    throw ScimError.unauthorized("otherOrg", org.slug, presented.baseOfAll + org.slug);
  }
  const refusal = provisioningRefusal(org);
  if (refusal !== undefined) throw refusal;
  const { now: clock, wait, randomBytes, sweepLater } = endpoint;
  return {
    org,
    rules: rulesOf(org),
    tokenId,
    tokenExpiresAt: expiresAt,
    tokenMarked: store.markUsed(tokenId, now),
    directory: store.directory(org.id),
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

/** An access token dies with its client secret. @throws ScimError 401 */
function boughtWith(token: TokenRecord, org: OrgRecord, secret: TokenRecord | undefined, now: number): TokenRecord {
  if (secret === undefined || secret.kind !== "client" || secret.id !== token.secretId) throw refused("unknown");
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
 * alone: Okta's header mode differs in whether `Bearer` is added (idp-wire.md 1.16). No other spelling, so that a rule that
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

/** Why the org may not provision now: 403. */
export function provisioningRefusal({ deletion, entitled, paused, sso }: OrgRecord): ScimError | undefined {
  if (deletion !== undefined) return ScimError.forbidden("org.deletion", deletion.reason);
  if (!entitled) return ScimError.forbidden("org.notEntitled");
  if (sso === undefined) return ScimError.forbidden("org.noSso");
  return paused && ScimError.forbidden("org.paused", paused.reason);
}
