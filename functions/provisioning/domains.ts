import type { OrgDomain, OrgRecord } from "../store/records.ts";
import { type Administration, changeOrg, getOrg } from "./changeOrg.ts";
import { domainName, recordName, recordValue } from "./domainNames.ts";
import { newChallenge } from "./newId.ts";
import { OperatorError } from "./operatorError.ts";

/** The mail domains of an org: it publishes a TXT record to show that one is its own (ADR 0041). */

/** They travel with the settings that every request reads. */
const MOST_DOMAINS = 20;

/**
 * The texts of all TXT records of a name, the chunks of each joined. `missing`: there is no such name or no such record.
 * `servers`: its name servers failed or refused. `timeout`: they did not answer.
 */
export type TxtAnswer =
  | { readonly records: readonly string[] }
  | { readonly failure: "missing" | "servers" | "timeout" };

/** Never throws. */
export type ResolveTxt = (name: string) => Promise<TxtAnswer>;

/**
 * A domain that the org says is its own, with the challenge that has to be published; one that was added before keeps its
 * challenge. Another org may add the same one: each has a challenge of its own, and verification opens nothing outside the org.
 * @throws ScimError 400, 404, 409
 */
export async function addDomain(administration: Administration, slug: string, text: string): Promise<OrgDomain> {
  const name = readName(text);
  const { now, randomBytes } = administration;
  const added: OrgDomain = { name, challenge: newChallenge(randomBytes), added: new Date(now).toISOString() };
  return changeOrg<OrgDomain>(administration, slug, (org) => {
    const { domains = [] } = org;
    const known = domains.find((one) => one.name === name);
    if (known !== undefined) return { answer: () => known };
    if (domains.length >= MOST_DOMAINS) throw OperatorError.conflict("tooManyDomains", MOST_DOMAINS);
    return { next: { ...org, domains: [...domains, added] }, answer: () => added };
  });
}

/**
 * Reads the domain's TXT record. Where it is not right nothing changes: a domain that was verified before stays so.
 * @throws ScimError 400, 404, 409 saying what the DNS lacks
 */
export async function verifyDomain(
  administration: Administration,
  resolveTxt: ResolveTxt,
  slug: string,
  text: string,
): Promise<OrgDomain> {
  const name = readName(text);
  const domain = findDomain(await getOrg(administration.settings, slug), name);
  assertPublished(domain, await resolveTxt(recordName(domain)));
  const verified = new Date(administration.now).toISOString();
  return changeOrg<OrgDomain>(administration, slug, (org) => {
    const stored = findDomain(org, name);
    // Removed and added again meanwhile: that one has another challenge, which nobody has seen published.
    if (stored.challenge !== domain.challenge) throw missingRecord(stored);
    const next = { ...stored, verified };
    const domains = (org.domains ?? []).map((one) => (one.name === name ? next : one));
    return { next: { ...org, domains }, answer: () => next };
  });
}

/** @returns the domains that are left @throws ScimError 400, 404 */
export async function removeDomain(
  administration: Administration,
  slug: string,
  text: string,
): Promise<readonly OrgDomain[]> {
  const name = readName(text);
  return changeOrg<readonly OrgDomain[]>(administration, slug, (org) => {
    findDomain(org, name);
    const domains = (org.domains ?? []).filter((one) => one.name !== name);
    return { next: { ...org, domains }, answer: () => domains };
  });
}

/** The dot at the end says in DNS that nothing follows. @throws ScimError 400 */
function readName(text: string): string {
  const name = domainName(text.trim().replace(/\.$/, ""));
  if (name === undefined) throw OperatorError.invalidValue("domain");
  return name;
}

/** @throws ScimError 404 */
function findDomain({ domains = [] }: OrgRecord, name: string): OrgDomain {
  const domain = domains.find((one) => one.name === name);
  if (domain === undefined) throw OperatorError.notFound("domain");
  return domain;
}

/** @throws ScimError 409 */
function assertPublished(domain: OrgDomain, answer: TxtAnswer): void {
  if ("records" in answer) {
    if (answer.records.length === 0) throw missingRecord(domain);
    const value = recordValue(domain);
    if (answer.records.some((record) => record.trim() === value)) return;
    throw OperatorError.conflict("domainRecordOther", recordName(domain), value);
  }
  switch (answer.failure) {
    case "missing":
      throw missingRecord(domain);
    case "servers":
      throw OperatorError.conflict("domainServersFail", domain.name);
    case "timeout":
      throw OperatorError.conflict("domainServersSilent", domain.name);
  }
}

function missingRecord(domain: OrgDomain): Error {
  return OperatorError.conflict("domainRecordMissing", recordName(domain), recordValue(domain));
}
