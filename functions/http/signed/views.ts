import { recordName, recordValue, verifiedDomainsOf } from "../../provisioning/domainNames.ts";
import type { OrgAnswer } from "../../provisioning/orgs.ts";
import { rulesOf } from "../../provisioning/session.ts";
import { fullStatus, type TokenFacts, tokenStatus } from "../../provisioning/token.ts";
import type { NewToken } from "../../provisioning/tokens.ts";
import type { OrgDomain, OrgRecord } from "../../store/records.ts";
import type { TokenRecord } from "../../store/tokenRecords.ts";
import type { TokenMeans } from "./route.ts";
import type { SignedContext } from "./signedHandler.ts";

/** The answers of the admin API. Only the answer with a new token holds a secret. No answer holds a hash. */

export function orgView({ administration: { adoption }, tenantUrlOf }: TokenMeans, { org, warnings }: OrgAnswer) {
  const rules = rulesOf(org);
  return {
    org: org.slug,
    id: org.id,
    displayName: org.displayName,
    tenantUrl: tenantUrlOf(org.slug),
    entitled: org.entitled,
    sso: org.sso ?? null,
    paused: org.paused ?? null,
    deletion: org.deletion ?? null,
    protectedUsers: org.protectedUsers ?? [],
    verifiedDomains: verifiedDomainsOf(org),
    admins: org.admins,
    preset: org.preset,
    changedRules: org.changedRules,
    rules,
    eventRetentionDays: org.eventRetentionDays ?? null,
    created: org.created,
    version: org.version,
    warnings: rules.adoption === "off" || adoption ? warnings : [...warnings, ADOPTION_OFF],
  };
}

/** The deployment's setting was turned off after the org's rule was set. */
const ADOPTION_OFF = "This deployment does not allow adoption (setting adoption): the rule adoption does nothing.";

/** A domain with the DNS record that verifies it. */
export function domainView(domain: OrgDomain) {
  const { name, added, verified = null } = domain;
  return {
    domain: name,
    record: { type: "TXT" as const, name: recordName(domain), value: recordValue(domain) },
    addedAt: added,
    verifiedAt: verified,
  };
}

/** A client secret. @param lastUsed by id; absent for a new one */
export function secretView(
  { administration: { now } }: TokenMeans,
  token: TokenRecord,
  org: OrgRecord,
  lastUsed?: TokenFacts["lastUsed"],
) {
  return {
    id: token.id,
    description: token.description,
    status: tokenStatus(token, org, now),
    createdAt: token.createdAt,
    createdBy: token.createdBy,
    expiresAt: token.expiresAt ?? null,
    revokedAt: token.revokedAt ?? null,
    lastUsedAt: lastUsed?.get(token.id) ?? null,
  };
}

/** @param facts without `activeUsers`, the token is neither retired nor orphaned */
export function tokenView(
  means: TokenMeans,
  token: TokenRecord,
  org: OrgRecord,
  { lastUsed, activeUsers }: Partial<TokenFacts> = {},
) {
  const { now } = means.administration;
  return {
    ...secretView(means, token, org, lastUsed),
    ...(lastUsed && activeUsers && { status: fullStatus(token, org, now, { lastUsed, activeUsers }) }),
    boundTo: token.boundTo ?? null,
    retiredBy: token.retiredBy ?? null,
  };
}

export function newTokenView(means: TokenMeans, { secret, org, token, retiring, lastUsed, warnings }: NewToken) {
  return {
    secretToken: secret,
    tenantUrl: means.tenantUrlOf(org.slug),
    token: tokenView(means, token, org),
    retiring: retiring.map((old) => tokenView(means, old, org, { lastUsed })),
    warnings,
  };
}

/** Absolute, without a trailing slash: the address that an identity provider is configured with. */
export function tenantUrlOf({ stagePath, baseOfAll }: SignedContext, slug: string): string {
  const { origin, pathname } = new URL(baseOfAll);
  return `${origin}${stagePath}${pathname}${slug}`;
}

/** The absolute address of the portal's first page. It replaces `scim/v2/` and keeps the prefix. */
export function portalUrlOf({ stagePath, baseOfAll }: SignedContext): string {
  const { origin, pathname } = new URL(baseOfAll);
  return `${origin}${stagePath}${pathname.slice(0, -"scim/v2/".length)}portal`;
}
