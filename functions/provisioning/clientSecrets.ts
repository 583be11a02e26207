import type { OrgRecord, TokenRecord } from "../store/records.ts";
import { type Administration, changeOrg, getOrg } from "./changeOrg.ts";
import { newTokenId } from "./newId.ts";
import { OperatorError } from "./operatorError.ts";
import { checkLine } from "./orgSettings.ts";
import { warningsOf } from "./orgs.ts";
import { hashToken, isLive, newClientSecret } from "./token.ts";
import { checkWhole, refuseIfUnavailable } from "./tokens.ts";

export interface ClientSecretWishes {
  readonly description?: string;
  /** Whole days from now: one to three years, two by default. */
  readonly expiresInDays?: number;
}

export interface NewClientSecret {
  readonly org: OrgRecord;
  readonly token: TokenRecord;
  /** The secret itself: shown this once, kept nowhere. */
  readonly secret: string;
  readonly warnings: readonly string[];
}

export interface ClientSecretList {
  readonly org: OrgRecord;
  /** Newest first, those that no longer count included. */
  readonly secrets: readonly TokenRecord[];
  readonly lastUsed: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

const DAY_MS = 86_400_000;
const YEAR = 365;
const DEFAULT_DAYS = 2 * YEAR;
const MOST_DAYS = 3 * YEAR;
const MAX_LIVE = 10;

/**
 * Another client secret; none of before is touched, so that a client can change over without a gap. The client id is the
 * org's login name.
 * @throws ScimError 400 invalidValue, 404, 409: not entitled (F10), no SSO (P2), too many live ones
 */
export async function createClientSecret(
  administration: Administration,
  slug: string,
  wishes: ClientSecretWishes,
): Promise<NewClientSecret> {
  const { now, randomBytes, actor } = administration;
  const days = checkWhole("expiresInDays", wishes.expiresInDays ?? DEFAULT_DAYS, YEAR, MOST_DAYS);
  return changeOrg(administration, slug, async (org) => {
    refuseIfUnavailable(org);
    const live = (await secretsOf(administration, org)).filter((one) => isLive(one, org, now));
    if (live.length >= MAX_LIVE) {
      throw OperatorError.conflict("tooManySecrets", MAX_LIVE);
    }
    const secret = newClientSecret(org.id, randomBytes);
    const token: TokenRecord = {
      id: newTokenId(randomBytes),
      kind: "client",
      orgId: org.id,
      hash: hashToken(secret),
      epoch: org.tokenEpoch,
      description: checkLine("description", wishes.description ?? "", 200),
      createdAt: new Date(now).toISOString(),
      createdBy: actor,
      expiresAt: new Date(now + days * DAY_MS).toISOString(),
      revokedAt: undefined,
    };
    return { tokens: [token], answer: (next) => ({ org: next, token, secret, warnings: warningsOf(next) }) };
  });
}

/** @throws ScimError 404 */
export async function listClientSecrets({ settings }: Administration, slug: string): Promise<ClientSecretList> {
  const org = await getOrg(settings, slug);
  const secrets = await secretsOf({ settings }, org);
  const lastUsed = await settings.lastUsed(secrets.map(({ id }) => id));
  return { org, secrets, lastUsed, warnings: warningsOf(org) };
}

/**
 * The secret, and every access token bought with it, stop counting from the next request on.
 * @throws ScimError 404 for the org or the secret
 */
export async function revokeClientSecret(
  administration: Administration,
  slug: string,
  secretId: string,
): Promise<{ readonly org: OrgRecord; readonly token: TokenRecord }> {
  return changeOrg(administration, slug, async (org) => {
    const token = (await secretsOf(administration, org)).find(({ id }) => id === secretId);
    if (token === undefined) {
      throw OperatorError.notFound("clientSecret");
    }
    if (!isLive(token, org, administration.now)) return { answer: (unchanged) => ({ org: unchanged, token }) };
    const revoked = { ...token, revokedAt: new Date(administration.now).toISOString() };
    return { tokens: [revoked], answer: (next) => ({ org: next, token: revoked }) };
  });
}

async function secretsOf({ settings }: Pick<Administration, "settings">, org: OrgRecord): Promise<TokenRecord[]> {
  return (await settings.tokens(org.id)).filter(({ kind }) => kind === "client");
}
