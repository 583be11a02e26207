import { type In, ScimError } from "../scim/error.ts";
import type { Effort } from "../scim/patch/resolved.ts";
import type { QuirkMeanings, Quirks } from "../scim/quirks.ts";
import { isMemberId } from "../scim/schema.ts";
import type { HeldRequest } from "../store/holds.ts";
import type { Deletion, OrgRecord, Stamp, Usage, Wanted } from "../store/records.ts";
import { isActive } from "../store/resourceItems.ts";
import { PRESETS, type Rules } from "../store/rules.ts";
import type { Directory, StoreSession } from "../store/session.ts";
import { readLastUsed } from "../store/settings.ts";
import type { TokenKind, TokenRecord } from "../store/tokenRecords.ts";
import { newResourceId } from "./newId.ts";
import { readToken, type TokenClaim, tokenStatus } from "./token.ts";

/** What every use case needs: a verified org, its rules, its data, and the request's means. */
export interface Session {
  readonly org: OrgRecord;
  readonly rules: Rules;
  readonly tokenId: string;
  /** SHA-256, hex, of the token or client secret with the id `tokenId`. Only its holder can compute it. */
  readonly tokenHash: string;
  /** ISO 8601; undefined for a token that does not expire. */
  readonly tokenExpiresAt: string | undefined;
  /** Settles when the use of the token is stored. Never rejects. Await it before the process may freeze. */
  readonly tokenMarked: Promise<void>;
  readonly directory: Directory;
  /** Present where users may be adopted: by the rule `adoption`, in a deployment that allows it. */
  readonly otherSide?: OtherSide | undefined;
  /** Present where the rule `massChange` holds removals. */
  readonly guard?: RemovalGuard | undefined;
  readonly quirks: Quirks;
  readonly effects: Effects;
  /** Of all PATCHes of the request, with their repetitions after conflicts. */
  readonly effort: Effort;
  /** The cost of the request so far. Use cases add conflicts. */
  readonly usage: Usage;
  readonly reference: string;
  /** Milliseconds since the epoch. After it nobody waits for the answer. */
  readonly deadline: number;
  /** Sweeps a deletion later. Absent: the request sweeps before its answer. */
  readonly sweepLater?: (id: string) => void;
  now(): number;
  wait(milliseconds: number): Promise<void>;
  randomBytes(length: number): Uint8Array;
}

/** Deletions and removals of members ask it before they write. */
export interface RemovalGuard {
  /** For one request on one user or group. */
  begin(session: Session, request: HeldRequest, id: string): CountedRemovals;
}

export interface CountedRemovals {
  /**
   * Admits the removal of so many users or memberships: all, or none. A request that plans again states its new number.
   * @throws ScimError 503 with what to do where removals are held, 403 where they are refused; StoreBusy
   */
  admit(count: number): Promise<void>;
  /** Call it when the request fails with `error` and may have removed less than admitted. Never throws for a busy table. */
  left(error: unknown): Promise<void>;
}

/** The other side of the org: the managed side for the application, and vice versa. */
export interface OtherSide {
  readonly directory: Directory;
  /** The key by which users of both sides count as one person. */
  readonly key: Exclude<Rules["adoption"], "off">;
}

export function stampOf(session: Session): Stamp {
  return { at: new Date(session.now()).toISOString(), tokenId: session.tokenId, reference: session.reference };
}

export function newIdFor(session: Session, letter: string): string {
  return newResourceId(letter, (length) => session.randomBytes(length));
}

/** The rules in force: the preset's, replaced by the org's changed rules. */
export function rulesOf({ preset, changedRules }: Pick<OrgRecord, "preset" | "changedRules">): Rules {
  return { ...PRESETS[preset], ...changedRules };
}

/** At most so many ids of skipped members on a line: enough to look at, and the line stays short. */
const SKIPPED_MOST = 5;

/** What one request actually changed of people's access: for its log line, and for the watch over mass changes. */
export class Effects {
  /** Users whose `active` was true and is not any more. */
  deactivated = 0;
  /** Users. */
  deleted = 0;
  /** Users of the application whom a create of the identity provider adopted. */
  adopted = 0;
  membersAdded = 0;
  /** Without members of a deleted user or team. */
  membersRemoved = 0;
  readonly #skipped: string[] = [];

  /** @param id of a member that the org does not have: the client's text, logged only in the form of our ids */
  skip(id: string): void {
    if (isMemberId(id) && this.#skipped.length < SKIPPED_MOST) this.#skipped.push(id);
  }

  /** Counts above zero, by name. */
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

/** The part of a request that authentication reads, and that becomes part of the session. */
interface Presented {
  /** From the path, unverified. */
  readonly orgName: string;
  /** The part of the Tenant URL before the org's name. */
  readonly baseOfAll: string;
  /** Filled in once the token is found, even if it is no longer valid: the log names the org. */
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
 * Reads token, org and `wanted` in one round trip, on an unverified claim. Nothing is used or revealed before token, org id and
 * slug agree. No result is cached (product.md 5.4).
 * @throws ScimError 401 for a text that is no live token of the org in the path, 403 with the reason where the org may not use
 * SCIM now
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
  // The token or client secret of the identity provider: lists, logs and tombstones name it.
  const first = claim.kind === "access" ? boughtWith(token, org, secret, now) : token;
  const { id: tokenId, hash: secretHash, expiresAt, kind } = first;
  if (token.retiredBy !== undefined || token.boundTo !== undefined) await assertStillWanted(store, org, token);
  if (org.slug !== presented.orgName) {
    // Tells only what the token's owner knows, and not whether the org in the path exists.
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
    effort: { looks: 0 },
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

/** An access token ends with the client secret or trust it was given for. @throws ScimError 401 */
function boughtWith(token: TokenRecord, org: OrgRecord, secret: TokenRecord | undefined, now: number): TokenRecord {
  const isOther = secret === undefined || secret.id !== token.secretId;
  if (isOther || (secret.kind !== "client" && secret.kind !== "trust")) throw refused("unknown");
  const status = tokenStatus(secret, org, now);
  if (status !== "live") throw refused(SECRET_ENDED[status]);
  return secret;
}

/** One more strongly consistent read, for tokens that another event may end. @throws ScimError 401 */
async function assertStillWanted(store: StoreSession, org: OrgRecord, token: TokenRecord): Promise<void> {
  if (token.retiredBy !== undefined && (await readLastUsed(store.database, [token.retiredBy])).has(token.retiredBy)) {
    throw refused("retired");
  }
  if (token.boundTo === undefined) return;
  const user = await store.directory(org.id).users.find(token.boundTo);
  if (user === undefined || !isActive(user)) throw refused("orphaned");
}

/**
 * Reads the Authorization header: `Bearer` in any case, spaces and the token (RFC 6750 section 2.1), or the token alone,
 * because Okta's header mode may omit `Bearer`. No other spelling is allowed: rules that count requests by this header with its
 * spaces compressed, as the firewall does, then see at most two values per token.
 * @throws ScimError 401
 */
export function readClaim(authorization: string | undefined, quirks: Quirks): TokenClaim {
  if (authorization === undefined || authorization.trim() === "") throw refused("missing");
  const [first = "", second, ...rest] = authorization.split(/ +/);
  if (rest.length > 0) throw refused("malformed");
  if (second === undefined) quirks.note<typeof TOKEN_QUIRKS>("bearerSchemeMissing");
  else if (first.toLowerCase() !== "bearer") throw refused("scheme");
  const claim = readToken(second ?? first);
  if (claim === undefined || claim.kind === "client") throw refused("malformed");
  return claim;
}

/** One text for every reason: a guess shall reveal nothing. The log has the reason. */
function refused(reason: Exclude<In<"token">, "otherOrg">): ScimError {
  return ScimError.unauthorized(reason);
}

/** Why the org may not provision now, or not with this kind of token: 403. */
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
