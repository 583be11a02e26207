import { type Administration, addToken } from "./changeOrg.ts";
import { TrustError } from "./errors/trusts.ts";
import { OperatorError } from "./operatorError.ts";
import { checkLine, checkWhole } from "./orgSettings.ts";
import { warningsOf } from "./orgs.ts";
import { rulesOf } from "./session.ts";
import { isLive, newClientSecret, newRecord } from "./token.ts";
import { type NewToken, ofKind, refuseIfUnavailable } from "./tokens.ts";

export interface ClientSecretWishes {
  readonly description?: string;
  /** Whole days from now: one to three years, two by default. */
  readonly expiresInDays?: number;
}

/** Seconds. */
const DAY = 86_400;
const YEAR = 365;
const DEFAULT_DAYS = 2 * YEAR;
const MOST_DAYS = 3 * YEAR;
const MAX_LIVE = 10;

/**
 * Creates a client secret. Earlier secrets stay valid, so that a client can change over without a gap. The client id is the
 * org's login name.
 * @throws ScimError 400 invalidValue, 404, 409: not entitled (F10), no SSO (P2), forbidden by rule, too many live secrets
 */
export async function createClientSecret(
  administration: Administration,
  slug: string,
  { description = "", expiresInDays = DEFAULT_DAYS }: ClientSecretWishes,
): Promise<Omit<NewToken, "retiring" | "lastUsed">> {
  const days = checkWhole("expiresInDays", expiresInDays, YEAR, MOST_DAYS);
  return addToken(administration, slug, (org, listed) => {
    refuseIfUnavailable(org);
    if (rulesOf(org).clientSecrets === "forbidden") throw TrustError.conflict("clientSecrets");
    const live = ofKind(listed, "client").filter((one) => isLive(one, org, administration.now));
    if (live.length >= MAX_LIVE) throw OperatorError.conflict("tooManySecrets", MAX_LIVE);
    const secret = newClientSecret(org.id, administration.randomBytes);
    const text = checkLine("description", description, 200);
    const token = { ...newRecord(administration, org, secret, text, days * DAY), kind: "client" as const };
    return { tokens: [token], answer: (next) => ({ org: next, token, secret, warnings: warningsOf(next) }) };
  });
}
