import type { OrgRecord } from "../../store/records.ts";
import type { TokenRecord, Trust } from "../../store/tokenRecords.ts";
import { type TokenStatus, tokenStatus } from "../token.ts";
import type { Assertion } from "./readAssertion.ts";

/** The token record of a trust. */
export type TrustRecord = TokenRecord & { readonly trust: Trust };

export function isTrust(token: TokenRecord): token is TrustRecord {
  return token.kind === "trust" && token.trust !== undefined;
}

/**
 * Why no trust of the org matches an assertion. `trust`: no trust has its issuer and subject, or, for the client's own keys, its
 * key. The other words concern a trust that has.
 */
export type TrustFault = "trust" | "audience" | "tenant" | Exclude<TokenStatus, "live">;

/** Allowed audiences of an assertion that the client signed itself. */
export interface OwnAudiences {
  readonly tokenEndpoint: string;
  /** RFC 8414: the Tenant URL. */
  readonly issuer: string;
}

type TrustMatch =
  | { readonly outcome: "found"; readonly record: TrustRecord }
  /** `record`: the trust that has at least the assertion's issuer and subject. */
  | { readonly outcome: "refused"; readonly why: TrustFault; readonly record?: TrustRecord };

/**
 * The trust with the assertion's issuer, subject, audience and tenant, compared as exact texts (RFC 7523 section 3, RFC 3986
 * section 6.2.1). Nothing is verified yet: the result only tells whose keys to use.
 * @param now milliseconds since the epoch
 */
export function findTrust(
  trusts: readonly TrustRecord[],
  org: OrgRecord,
  assertion: Assertion,
  own: OwnAudiences,
  now: number,
): TrustMatch {
  const sameParty = trusts.filter(({ trust }) => isAbout(trust, org.slug, assertion));
  const [first] = sameParty;
  if (first === undefined) return { outcome: "refused", why: "trust" };
  const living = sameParty.filter((record) => tokenStatus(record, org, now) === "live");
  const withAudience = living.filter(({ trust }) => audiencesOf(trust, own).includes(assertion.audience));
  const record = withAudience.find(({ trust }) => isOfTenant(trust, assertion));
  if (record !== undefined) return { outcome: "found", record };
  const status = tokenStatus(first, org, now);
  if (living.length === 0 && status !== "live") return { outcome: "refused", why: status, record: first };
  return { outcome: "refused", why: withAudience.length === 0 ? "audience" : "tenant", record: living[0] ?? first };
}

function isAbout(trust: Trust, slug: string, { issuer, subject, kid, alg }: Assertion): boolean {
  if (trust.kind === "federated") return trust.issuer === issuer && trust.subject === subject;
  // The client id is the org's login name for every client of the org, so the key decides.
  return issuer === slug && subject === slug && trust.keys.some((key) => key.kid === kid && key.alg === alg);
}

function audiencesOf(trust: Trust, { tokenEndpoint, issuer }: OwnAudiences): readonly string[] {
  return trust.kind === "federated" ? trust.audiences : [tokenEndpoint, issuer];
}

function isOfTenant(trust: Trust, { tenant }: Assertion): boolean {
  return trust.kind === "privateKey" || trust.tenant === undefined || trust.tenant === tenant;
}
