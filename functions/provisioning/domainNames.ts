import type { OrgDomain, OrgRecord } from "../store/records.ts";

/** Names of mail domains, as orgs add them and as addresses have them. */

/** The beginning of the TXT record's name. RFC 8552: no host has a name with an underscore. */
const RECORD_PREFIX = "_rollcall-challenge.";
/** Characters of a name in DNS (RFC 1035 section 2.3.4), dots included. */
const LONGEST_NAME = 253;
/** Characters that would end the name in a URL, or that a URL parser decodes. */
const NO_NAME = /[\s\p{Cc}/\\?#@:%[\]<>^|]/u;
/** Two or more ASCII labels. The last one does not begin with a digit, which excludes IPv4 addresses. */
const NAME = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/**
 * A domain's name in the form for comparison: ASCII (IDNA, as in URLs), lower case.
 * @returns undefined for a text that is no mail domain: a single label, an IP address, or a name that is too long for DNS
 */
export function domainName(text: string): string | undefined {
  if (text.length > LONGEST_NAME || NO_NAME.test(text)) return undefined;
  const name = URL.parse(`https://${text}/`)?.hostname ?? "";
  return name.length <= LONGEST_NAME - RECORD_PREFIX.length && NAME.test(name) ? name : undefined;
}

/** The name of a domain's TXT record. */
export function recordName({ name }: OrgDomain): string {
  return RECORD_PREFIX + name;
}

/** The text of a domain's TXT record. */
export function recordValue({ challenge }: OrgDomain): string {
  return `rollcall-domain=${challenge}`;
}

/**
 * Whether the domain of an address, or of a name with an `@`, is one of the org's verified domains. False for a text with more
 * than one `@`, because its domain is not certain.
 */
export function isWithinVerified(org: Pick<OrgRecord, "domains">, address: string): boolean {
  const at = address.indexOf("@");
  // No domain name has an `@`, so a second `@` gives undefined.
  const domain = at < 0 ? undefined : domainName(address.slice(at + 1));
  return domain !== undefined && verifiedDomainsOf(org).includes(domain);
}

/**
 * Whether a userName may be a key: it is no address, or is within a verified domain. Both the key and the original text must
 * pass, because width and case of letters may hide an `@` or another domain.
 */
export function isBelievedName(org: Pick<OrgRecord, "domains">, key: string, userName: string): boolean {
  return !key.includes("@") || (isWithinVerified(org, key) && isWithinVerified(org, userName));
}

export function verifiedDomainsOf({ domains = [] }: Pick<OrgRecord, "domains">): readonly string[] {
  return domains.flatMap(({ name, verified }) => (verified === undefined ? [] : [name]));
}
