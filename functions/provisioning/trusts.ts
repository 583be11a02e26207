import { FEDERATION_HOSTS } from "../store/rules.ts";
import type { Trust } from "../store/tokenRecords.ts";
import { isTrust } from "./assertions/findTrust.ts";
import { type Administration, addToken } from "./changeOrg.ts";
import { TrustError } from "./errors/trusts.ts";
import { checkLine, checkWhole } from "./orgSettings.ts";
import { warningsOf } from "./orgs.ts";
import { thumbprint } from "./publicKeys.ts";
import { isLive, newRecord } from "./token.ts";
import { ofKind, refuseIfUnavailable } from "./tokens.ts";
import { readTrust, type TrustWishes } from "./trustForms.ts";

interface NewTrustWishes extends TrustWishes {
  readonly description?: string;
  /** Whole days from now. For an issuer: no expiry by default, since it has nothing that could leak. For keys: as for a client secret. */
  readonly expiresInDays?: number;
}

/** Seconds. */
const DAY = 86_400;
/** Days. */
const LIVES = {
  federated: { least: 1, most: 3_650, otherwise: undefined },
  privateKey: { least: 365, most: 1_095, otherwise: 730 },
} as const;
/** The token endpoint reads all trusts at once before it verifies anything: so there are few, in one small read. */
const MAX_LIVE = 5;
const RANDOM_BYTES = 32;

/**
 * Creates a trust. Earlier trusts stay as they are. The answer needs no secret, because a trust is public.
 * @throws ScimError 400 invalidValue, 404, 409: not entitled (F10), no SSO (P2), a host that the deployment does not trust, too
 * many live trusts, or a trust that the same assertion would match
 */
export async function createTrust(administration: Administration, slug: string, wishes: NewTrustWishes) {
  const { federationHosts = FEDERATION_HOSTS, now, randomBytes } = administration;
  const trust = readTrust(wishes, federationHosts);
  const { least, most, otherwise } = LIVES[trust.kind];
  const { description = "", expiresInDays = otherwise } = wishes;
  const days = expiresInDays === undefined ? undefined : checkWhole("expiresInDays", expiresInDays, least, most);
  const label = checkLine("description", description, 200);
  return addToken(administration, slug, (org, listed) => {
    refuseIfUnavailable(org);
    const live = ofKind(listed, "trust")
      .filter(isTrust)
      .filter((one) => isLive(one, org, now));
    if (live.length >= MAX_LIVE) throw TrustError.conflict("tooManyTrusts", MAX_LIVE);
    const rival = live.find((one) => mayMatchAlike(one.trust, trust));
    if (rival !== undefined) throw TrustError.conflict("trustExists", rival.id);
    // A token record needs a hash. This one is of random bytes that nobody keeps.
    const nobodys = Buffer.from(randomBytes(RANDOM_BYTES)).toString("hex");
    const record = newRecord(administration, org, nobodys, label, days && days * DAY);
    const token = { ...record, kind: "trust" as const, trust };
    const next = { ...org, trusts: [...live.map(({ id }) => id), token.id] };
    return { next, tokens: [token], answer: (saved) => ({ org: saved, token, warnings: warningsOf(saved) }) };
  });
}

/** Whether one assertion may match both trusts: then it would be unclear which trust admitted it. */
function mayMatchAlike(one: Trust, other: Trust): boolean {
  if (one.kind === "federated") {
    return other.kind === "federated" && one.issuer === other.issuer && one.subject === other.subject;
  }
  if (other.kind === "federated") return false;
  const known = new Set(one.keys.flatMap((key) => [key.kid, thumbprint(key)]));
  return other.keys.some((key) => known.has(key.kid) || known.has(thumbprint(key)));
}
