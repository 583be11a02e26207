import type { OrgRecord, TokenRecord, Trust } from "../../store/records.ts";
import { type TokenStatus, tokenStatus } from "../token.ts";
import type { Assertion } from "./readAssertion.ts";

/** A token record of a trust. */
export type ListedTrust = TokenRecord & { readonly trust: Trust };

/**
 * Why no trust of the org speaks for an assertion. `trust`: none has its issuer and subject, or, of the client's own keys, its
 * key. The others are said of one that has.
 */
export type TrustFault = "trust" | "audience" | "tenant" | Exclude<TokenStatus, "live">;

/** Where an assertion has to be meant for, if the client signed it itself. */
export interface OwnAudiences {
  readonly tokenEndpoint: string;
  /** RFC 8414: the Tenant URL. */
  readonly issuer: string;
}

export type SpokenFor =
  | { readonly outcome: "found"; readonly record: ListedTrust }
  /** `record`: of whose trust the assertion at least has the issuer and the subject. */
  | { readonly outcome: "refused"; readonly why: TrustFault; readonly record?: ListedTrust };

/**
 * The trust whose issuer, subject, audience and tenant an assertion has, all compared as they stand (RFC 7523 section 3, RFC
 * 3986 section 6.2.1). Nothing is verified yet: what is found only says whose keys to look for.
 * @param now milliseconds since the epoch
 */
export function findTrust(
  trusts: readonly ListedTrust[],
  org: OrgRecord,
  assertion: Assertion,
  own: OwnAudiences,
  now: number,
): SpokenFor {
  const meant = trusts.filter(({ trust }) => isAbout(trust, org.slug, assertion));
  const [first] = meant;
  if (first === undefined) return { outcome: "refused", why: "trust" };
  const living = meant.filter((record) => tokenStatus(record, org, now) === "live");
  const heard = living.filter(({ trust }) => audiencesOf(trust, own).includes(assertion.audience));
  const record = heard.find(({ trust }) => isOfTenant(trust, assertion));
  if (record !== undefined) return { outcome: "found", record };
  const status = tokenStatus(first, org, now);
  if (living.length === 0 && status !== "live") return { outcome: "refused", why: status, record: first };
  return { outcome: "refused", why: heard.length === 0 ? "audience" : "tenant", record: living[0] ?? first };
}

function isAbout(trust: Trust, slug: string, { issuer, subject, kid, alg }: Assertion): boolean {
  if (trust.kind === "federated") return trust.issuer === issuer && trust.subject === subject;
  // The client id of every client of an org is its login name: whose it is, the key says.
  return issuer === slug && subject === slug && trust.keys.some((key) => key.kid === kid && key.alg === alg);
}

function audiencesOf(trust: Trust, { tokenEndpoint, issuer }: OwnAudiences): readonly string[] {
  return trust.kind === "federated" ? trust.audiences : [tokenEndpoint, issuer];
}

function isOfTenant(trust: Trust, { tenant }: Assertion): boolean {
  return trust.kind === "privateKey" || trust.tenant === undefined || trust.tenant === tenant;
}
