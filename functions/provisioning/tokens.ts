import { isUserId } from "../scim/schema.ts";
import type { OrgRecord } from "../store/records.ts";
import { isActive } from "../store/resourceItems.ts";
import type { TokenKind, TokenRecord } from "../store/tokenRecords.ts";
import { type Administration, addToken, changeOrg, getOrg } from "./changeOrg.ts";
import { TrustError } from "./errors/trusts.ts";
import { OperatorError } from "./operatorError.ts";
import { checkLine, checkWhole } from "./orgSettings.ts";
import { warningsOf } from "./orgs.ts";
import { rulesOf } from "./session.ts";
import { fullStatus, isLive, newRecord, newToken, type TokenFacts } from "./token.ts";

export interface TokenWishes {
  readonly description?: string;
  /** Whole days from now; without it the token does not expire. */
  readonly expiresInDays?: number;
  /** F5: id of a user. The token ends when that user is deactivated or deleted. */
  readonly boundTo?: string;
}

export interface RotationWishes extends TokenWishes {
  /** How long earlier tokens stay valid; a day by default, at most 30. */
  readonly overlapSeconds?: number;
  /** Earlier tokens end at the first use of the new token, if that comes before the overlap's end. */
  readonly onFirstUse?: boolean;
}

export interface NewToken {
  readonly org: OrgRecord;
  readonly token: TokenRecord;
  /** The token itself: shown once, never stored. */
  readonly secret: string;
  /** Earlier tokens that are still valid, each until its `expiresAt`. */
  readonly retiring: readonly TokenRecord[];
  /** Of `retiring`, by token id. */
  readonly lastUsed: TokenFacts["lastUsed"];
  readonly warnings: readonly string[];
}

export interface TokenList {
  readonly org: OrgRecord;
  /** Newest first, including tokens that are no longer valid. */
  readonly tokens: readonly TokenRecord[];
  readonly facts: TokenFacts;
  readonly warnings: readonly string[];
}

/** Access tokens are never listed. */
type ListedKind = Exclude<TokenKind, "access">;

const NOT_FOUND = {
  org: () => OperatorError.notFound("token"),
  client: () => OperatorError.notFound("clientSecret"),
  trust: () => TrustError.notFound("trust"),
} as const;

const DAY = 86_400;
const MAX_OVERLAP = 30 * DAY;
const MAX_DAYS = 3650;
/** Limit for `liveTokens: many`. A rotation writes all of them in one transaction. */
const MAX_LIVE = 20;

/**
 * Creates a token. Earlier tokens stay as they are.
 * @throws ScimError 400 invalidValue, 404, 409: not entitled (F10), no SSO (P2), forbidden by rule, a token lives and the rule is one (P3)
 */
export async function generateToken(
  administration: Administration,
  slug: string,
  wishes: TokenWishes,
): Promise<NewToken> {
  return addToken(administration, slug, async (org, listed) => {
    refuseUnlessAllowed(org);
    const live = await liveAmong(administration, org, ofKind(listed, "org"), administration.now);
    if (live.length > 0 && rulesOf(org).liveTokens === "one") {
      throw OperatorError.conflict("tokenLives");
    }
    refuseIfTooMany(live);
    await refuseUnlessActive(administration, org, wishes.boundTo);
    return withNewToken(administration, org, wishes);
  });
}

/**
 * Creates a token that replaces all others: every earlier token, client secret and trust ends with the next request (P3). The
 * same transaction raises the org's token epoch, so that none is missed.
 * @throws ScimError 400 invalidValue, 404, 409: not entitled (F10), no SSO (P2), forbidden by rule
 */
export async function regenerateToken(
  administration: Administration,
  slug: string,
  wishes: TokenWishes,
): Promise<NewToken> {
  return addToken(administration, slug, async (org) => {
    refuseUnlessAllowed(org);
    await refuseUnlessActive(administration, org, wishes.boundTo);
    const { trusts: _ended, ...others } = org;
    return withNewToken(administration, { ...others, tokenEpoch: org.tokenEpoch + 1 }, wishes);
  });
}

/**
 * Creates a second token. Earlier tokens end after the overlap.
 * @throws ScimError 400 invalidValue, 404, 409: as `generateToken`, no live token, or with the rule one an overlap under way
 */
export async function rotateToken(
  administration: Administration,
  slug: string,
  wishes: RotationWishes,
): Promise<NewToken> {
  const overlap = checkWhole("overlapSeconds", wishes.overlapSeconds ?? DAY, 0, MAX_OVERLAP);
  const end = new Date(administration.now + overlap * 1000).toISOString();
  return addToken(administration, slug, async (org, listed) => {
    refuseUnlessAllowed(org);
    const live = await liveAmong(administration, org, ofKind(listed, "org"), administration.now);
    const [newest] = live;
    if (newest === undefined) throw OperatorError.conflict("noTokenLives");
    if (live.length > 1 && rulesOf(org).liveTokens === "one") {
      throw OperatorError.conflict("rotationUnderWay");
    }
    refuseIfTooMany(live);
    const inherited = { description: newest.description, boundTo: newest.boundTo };
    const boundTo = wishes.boundTo ?? inherited.boundTo;
    // Read before the write: the answer has the only copy of the new token.
    const [lastUsed] = await Promise.all([
      administration.settings.lastUsed(live.map(({ id }) => id)),
      refuseUnlessActive(administration, org, boundTo),
    ]);
    // An overlap never extends a token's life. ISO 8601 texts of one form sort by time.
    const retire = (made: TokenRecord) =>
      live.map((token) => ({
        ...token,
        expiresAt: token.expiresAt !== undefined && token.expiresAt < end ? token.expiresAt : end,
        ...(wishes.onFirstUse === true ? { retiredBy: made.id } : {}),
      }));
    return withNewToken(administration, org, { ...inherited, ...wishes }, retire, lastUsed);
  });
}

/** @throws ScimError 404 */
export async function listTokens(
  administration: Pick<Administration, "settings" | "directory">,
  slug: string,
): Promise<TokenList> {
  const org = await getOrg(administration.settings, slug);
  const tokens = await tokensOf(administration, org, "org");
  return { org, tokens, facts: await factsOf(administration, org, tokens), warnings: warningsOf(org) };
}

/** Client secrets or trusts: newest first, including those that are no longer valid. @throws ScimError 404 */
export async function listOfKind(
  { settings }: Pick<Administration, "settings">,
  slug: string,
  kind: Exclude<ListedKind, "org">,
): Promise<Omit<TokenList, "facts"> & Pick<TokenFacts, "lastUsed">> {
  const org = await getOrg(settings, slug);
  const tokens = await tokensOf({ settings }, org, kind);
  return { org, tokens, lastUsed: await settings.lastUsed(tokens.map(({ id }) => id)), warnings: warningsOf(org) };
}

/**
 * Ends a token with the next request; a client secret or trust ends together with all access tokens given for it. For a token
 * that is no longer valid, nothing changes.
 * @throws ScimError 404 for the org or the token
 */
export async function revokeToken(
  administration: Administration,
  slug: string,
  tokenId: string,
  kind: ListedKind = "org",
): Promise<{ readonly org: OrgRecord; readonly token: TokenRecord } & Pick<TokenFacts, "lastUsed">> {
  return changeOrg(administration, slug, async (org) => {
    const token = (await tokensOf(administration, org, kind)).find(({ id }) => id === tokenId);
    if (token === undefined) throw NOT_FOUND[kind]();
    const lastUsed = await administration.settings.lastUsed([token.id]);
    if (!isLive(token, org, administration.now))
      return { answer: (unchanged) => ({ org: unchanged, token, lastUsed }) };
    const revoked = { ...token, revokedAt: new Date(administration.now).toISOString() };
    const next = withoutTrust(org, token.id);
    return { next, tokens: [revoked], answer: (saved) => ({ org: saved, token: revoked, lastUsed }) };
  });
}

function withoutTrust({ trusts = [], ...org }: OrgRecord, trustId: string): OrgRecord {
  const left = trusts.filter((id) => id !== trustId);
  return left.length === 0 ? org : { ...org, trusts: left };
}

/** @throws ScimError 409: scheduled for deletion, not entitled (F10), no SSO (P2) */
export function refuseIfUnavailable(org: OrgRecord): void {
  if (org.deletion !== undefined) throw OperatorError.conflict("tokenOfDeletion");
  if (!org.entitled) throw OperatorError.conflict("notEntitled");
  if (org.sso === undefined) throw OperatorError.conflict("ssoMissing");
}

/** @throws ScimError 409: as `refuseIfUnavailable`, or the rules forbid tokens */
export function refuseUnlessAllowed(org: OrgRecord): void {
  refuseIfUnavailable(org);
  if (rulesOf(org).bearerTokens === "forbidden") throw TrustError.conflict("bearerTokens");
}

function refuseIfTooMany(live: readonly TokenRecord[]): void {
  if (live.length >= MAX_LIVE) throw OperatorError.conflict("tooManyTokens", MAX_LIVE);
}

/** The valid tokens. Further facts are read only for tokens that depend on them. @param now milliseconds since the epoch */
export async function liveAmong(
  administration: Pick<Administration, "settings" | "directory">,
  org: OrgRecord,
  tokens: readonly TokenRecord[],
  now: number,
): Promise<TokenRecord[]> {
  const depending = tokens.filter(({ retiredBy, boundTo }) => (retiredBy ?? boundTo) !== undefined);
  const successors = depending.flatMap(({ retiredBy }) => retiredBy ?? []);
  const facts = await factsOf(administration, org, depending, successors);
  return tokens.filter((token) => fullStatus(token, org, now, facts) === "live");
}

/** All org tokens, client secrets or trusts: newest first, including those that are no longer valid. */
export async function tokensOf(
  { settings }: Pick<Administration, "settings">,
  org: OrgRecord,
  kind: ListedKind,
): Promise<TokenRecord[]> {
  return ofKind(await settings.tokens(org.id), kind);
}

export function ofKind(tokens: readonly TokenRecord[], kind: ListedKind): TokenRecord[] {
  return tokens.filter((token) => (token.kind ?? "org") === kind);
}

async function factsOf(
  { settings, directory }: Pick<Administration, "settings" | "directory">,
  org: OrgRecord,
  tokens: readonly TokenRecord[],
  used = tokens.map(({ id }) => id),
): Promise<TokenFacts> {
  const userIds = [...new Set(tokens.flatMap(({ boundTo }) => boundTo ?? []))];
  const lastUsed = await settings.lastUsed(used);
  const users = userIds.length === 0 ? [] : await directory(org.id).users.findMany(userIds);
  return { lastUsed, activeUsers: new Set(users.filter(isActive).map(({ id }) => id)) };
}

/** @throws ScimError 400 */
async function refuseUnlessActive(
  { directory }: Administration,
  org: OrgRecord,
  userId: string | undefined,
): Promise<void> {
  if (userId === undefined) return;
  const user = isUserId(userId) ? await directory(org.id).users.find(userId) : undefined;
  if (user !== undefined && isActive(user)) return;
  throw OperatorError.invalidValue("boundTo");
}

function withNewToken(
  { now, randomBytes, actor }: Administration,
  next: OrgRecord,
  wishes: TokenWishes,
  retire: (made: TokenRecord) => readonly TokenRecord[] = () => [],
  lastUsed: TokenFacts["lastUsed"] = new Map(),
) {
  const secret = newToken(next.id, randomBytes);
  const { description = "", expiresInDays: days, boundTo } = wishes;
  const text = checkLine("description", description, 200);
  const life = days === undefined ? undefined : checkWhole("expiresInDays", days, 1, MAX_DAYS) * DAY;
  const token: TokenRecord = {
    ...newRecord({ now, randomBytes, actor }, next, secret, text, life),
    ...(boundTo === undefined ? {} : { boundTo }),
  };
  const retiring = retire(token);
  return {
    next,
    tokens: [token, ...retiring],
    answer: (org: OrgRecord): NewToken => ({
      org,
      token,
      secret,
      retiring: retiring.filter((old) => isLive(old, org, now)),
      lastUsed,
      warnings: warningsOf(org),
    }),
  };
}
