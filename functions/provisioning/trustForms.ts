import type { Json } from "../scim/json.ts";
import type { Trust } from "../store/tokenRecords.ts";
import { TrustError } from "./errors/trusts.ts";
import { readPublicKeys } from "./publicKeys.ts";

/** A new trust: exactly one of these. */
export interface TrustWishes {
  /** Entra's workload identity: ids of the customer's tenant, of the identity's object and of its application. */
  readonly entra?: EntraWishes;
  /** Any other issuer, by claims. */
  readonly federated?: FederatedWishes;
  /** The client's own JSON Web Key Set. */
  readonly keys?: Json;
}

interface EntraWishes {
  readonly tenant: string;
  readonly objectId: string;
  /** Instead of `audiences`. */
  readonly appId?: string;
  readonly audiences?: readonly string[];
}

interface FederatedWishes {
  readonly issuer: string;
  /** Optional for an issuer of Entra's. */
  readonly keysUrl?: string;
  readonly subject: string;
  readonly audiences: readonly string[];
  readonly tenant?: string;
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ENTRA = "https://login.microsoftonline.com";
/** The issuers of Entra's v2.0 tokens in all its clouds. */
const ENTRA_ISSUER =
  /^(https:\/\/login\.(?:microsoftonline\.com|microsoftonline\.us|partner\.microsoftonline\.cn)\/([0-9a-f-]{36}))\/v2\.0$/;
/** Entra's page shows the audience as a scope with this ending. Its tokens have the audience without the ending. */
const SCOPE_ENDING = /^(api:\/\/.+)\/\.default$/;
const MOST_AUDIENCES = 2;
const LONGEST_URL = 512;
/** A claim as one line of printable ASCII. */
const CLAIM = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/**
 * @param hosts of issuers that the deployment trusts, with the port where it is not 443
 * @throws ScimError 400 invalidValue, 409 for any other host
 */
export function readTrust({ entra, federated, keys }: TrustWishes, hosts: readonly string[]): Trust {
  if ([entra, federated, keys].filter((form) => form !== undefined).length !== 1) {
    throw TrustError.invalidValue("trustForm");
  }
  if (entra !== undefined) return entraTrust(entra, hosts);
  if (federated !== undefined) return issuerTrust(federated, hosts);
  return { kind: "privateKey", keys: readPublicKeys(keys ?? null) };
}

/**
 * Entra's workload identity federation for provisioning (AzureAD/SCIMReferenceCode, Workload-Identity-Federation-for-SCIM-Provisioning):
 * the subject is the workload identity's object id. The audience is its application, without `api://` in the gallery's own test.
 */
function entraTrust({ tenant: directory, objectId, appId, audiences }: EntraWishes, hosts: readonly string[]): Trust {
  const tenant = checkGuid("tenant", directory);
  const subject = checkGuid("objectId", objectId);
  if ((appId === undefined) === (audiences === undefined)) throw TrustError.invalidValue("trustAudience");
  const app = appId === undefined ? undefined : checkGuid("appId", appId);
  return {
    kind: "federated",
    issuer: checkUrl("issuer", `${ENTRA}/${tenant}/v2.0`, hosts),
    keysUrl: `${ENTRA}/${tenant}/discovery/v2.0/keys`,
    subject,
    audiences: app === undefined ? checkAudiences(audiences ?? []) : [`api://${app}`, app],
    tenant,
  };
}

function issuerTrust(
  { issuer: given, keysUrl, subject, audiences, tenant }: FederatedWishes,
  hosts: readonly string[],
): Trust {
  const issuer = checkUrl("issuer", given, hosts);
  const [, entra, entraTenant] = ENTRA_ISSUER.exec(issuer) ?? [];
  const derived = entra === undefined ? undefined : `${entra}/discovery/v2.0/keys`;
  const keys = keysUrl ?? derived;
  if (keys === undefined) throw TrustError.invalidValue("keysUrlMissing");
  if (!CLAIM.test(subject)) throw TrustError.invalidValue("trustClaim", "subject");
  if (tenant !== undefined && !CLAIM.test(tenant)) throw TrustError.invalidValue("trustClaim", "tenant");
  const tid = tenant ?? entraTenant;
  return {
    kind: "federated",
    issuer,
    keysUrl: checkUrl("keysUrl", keys, hosts),
    subject,
    audiences: checkAudiences(audiences),
    ...(tid !== undefined && { tenant: tid }),
  };
}

function checkGuid(name: string, text: string): string {
  if (GUID.test(text)) return text.toLowerCase();
  throw TrustError.invalidValue("guid", name);
}

function checkAudiences(given: readonly string[]): readonly string[] {
  const audiences = [...new Set(given.map((one) => one.replace(SCOPE_ENDING, "$1")))];
  if (audiences.length === 0 || audiences.length > MOST_AUDIENCES || !audiences.every((one) => CLAIM.test(one))) {
    throw TrustError.invalidValue("audiences", MOST_AUDIENCES);
  }
  return audiences;
}

/** The URL unchanged, because it is compared as text. @throws ScimError 400 invalidValue, 409 */
function checkUrl(name: string, text: string, hosts: readonly string[]): string {
  const url = text.length > LONGEST_URL ? null : URL.parse(text);
  const plain = url?.protocol === "https:" && url.username + url.password === "" && !/[?#]/.test(text);
  if (!plain || (url.href !== text && url.href !== `${text}/`)) throw TrustError.invalidValue("trustUrl", name);
  if (!hosts.includes(url.host)) throw TrustError.conflict("federationHost", url.host);
  return text;
}
