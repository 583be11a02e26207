import type { OrgDomain, OrgRecord } from "../store/records.ts";

/** Names of mail domains, as an org adds them and as they stand in addresses. */

/** The name of the TXT record begins with it. RFC 8552: names with an underscore belong to no host. */
const RECORD_PREFIX = "_rollcall-challenge.";
/** What DNS takes of a name (RFC 1035 section 2.3.4), with the dots in between. */
const LONGEST_NAME = 253;
/** Characters by which a URL would end the name, or decode it. */
const NO_NAME = /[\s\p{Cc}/\\?#@:%[\]<>^|]/u;
/** Of ASCII labels two or more, the last one no number: an IPv4 address is none. */
const NAME = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/**
 * The name in the form in which it is compared: ASCII (IDNA, as URLs have it), lower case.
 * @returns undefined for a text that is no mail domain: a single label, an IP address, anything longer than DNS takes
 */
export function domainName(text: string): string | undefined {
  if (text.length > LONGEST_NAME || NO_NAME.test(text)) return undefined;
  const name = URL.parse(`https://${text}/`)?.hostname ?? "";
  return name.length <= LONGEST_NAME - RECORD_PREFIX.length && NAME.test(name) ? name : undefined;
}

/** Where a domain's TXT record stands. */
export function recordName({ name }: OrgDomain): string {
  return RECORD_PREFIX + name;
}

/** What it says. */
export function recordValue({ challenge }: OrgDomain): string {
  return `rollcall-domain=${challenge}`;
}

/**
 * Whether an address, or a name that holds an `@`, is within one of the org's verified domains. Of a text with more than one
 * `@` nobody can tell which domain it is of.
 */
export function isWithinVerified(org: Pick<OrgRecord, "domains">, address: string): boolean {
  const at = address.indexOf("@");
  // A second one is in no domain's name.
  const domain = at < 0 ? undefined : domainName(address.slice(at + 1));
  return domain !== undefined && verifiedDomainsOf(org).includes(domain);
}

/**
 * Whether a userName may be a key: one that is no address, or is within a verified domain. The key counts as well as what
 * was written: width and case of a letter may hide an `@`, or name another domain.
 */
export function isBelievedName(org: Pick<OrgRecord, "domains">, key: string, userName: string): boolean {
  return !key.includes("@") || (isWithinVerified(org, key) && isWithinVerified(org, userName));
}

export function verifiedDomainsOf({ domains = [] }: Pick<OrgRecord, "domains">): readonly string[] {
  return domains.flatMap(({ name, verified }) => (verified === undefined ? [] : [name]));
}
