import type { OrgDomain, OrgRecord } from "../store/records.ts";
import { type Administration, changeOrg, getOrg } from "./changeOrg.ts";
import { domainName, recordName, recordValue } from "./domainNames.ts";
import { newChallenge } from "./newId.ts";
import { OperatorError } from "./operatorError.ts";

/** The mail domains of an org. A TXT record proves that a domain belongs to the org (ADR 0041). */

/** Every request reads the settings, which hold these domains. */
const MOST_DOMAINS = 20;

/**
 * The texts of all TXT records of a name, each with its chunks joined. `missing`: no such name or record. `servers`: its name
 * servers failed or refused. `timeout`: its name servers did not answer.
 */
export type TxtAnswer =
  | { readonly records: readonly string[] }
  | { readonly failure: "missing" | "servers" | "timeout" };

/** Never throws. */
export type ResolveTxt = (name: string) => Promise<TxtAnswer>;

/**
 * Adds a domain with a challenge to publish. A known domain keeps its challenge. Several orgs may add the same domain: each has
 * its own challenge, and verification has no effect outside the org.
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
 * Reads the domain's TXT record. A wrong record changes nothing: a verified domain stays verified.
 * @throws ScimError 400, 404, 409 with what the DNS lacks
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
    // The domain was removed and added again meanwhile: nobody has published its new challenge.
    if (stored.challenge !== domain.challenge) throw missingRecord(stored);
    const next = { ...stored, verified };
    const domains = (org.domains ?? []).map((one) => (one.name === name ? next : one));
    return { next: { ...org, domains }, answer: () => next };
  });
}

/** @returns the remaining domains @throws ScimError 400, 404 */
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

/** A trailing dot is the root in DNS notation and is dropped. @throws ScimError 400 */
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
