import type { ScimError } from "../scim/error.ts";
import type { OrgRecord } from "../store/records.ts";
import type { StoreSession } from "../store/session.ts";
import { createAccessToken } from "../store/settings.ts";
import type { TokenRecord } from "../store/tokenRecords.ts";
import type { RandomBytes } from "./newId.ts";
import { provisioningRefusal } from "./session.ts";
import { ACCESS_TOKEN_LIFE, newAccessToken, newRecord, readToken, tokenStatus } from "./token.ts";

/** The client's id, which is the org's login name, and one of the org's client secrets. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What giving an access token needs. */
export interface Grantor {
  readonly store: StoreSession;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly randomBytes: RandomBytes;
  /** Called once the client is authenticated, before any write. Its errors are not caught. */
  verified?(org: OrgRecord, secretId: string): Promise<void>;
}

export type Granted =
  | {
      readonly outcome: "granted";
      readonly accessToken: string;
      /** Seconds. */
      readonly life: number;
      readonly org: OrgRecord;
      readonly secretId: string;
    }
  /** `why` is for the log, not for the client. `org` is present where the secret belongs to an org, even if it is no longer valid. */
  | { readonly outcome: "unknownClient"; readonly why: string; readonly org?: OrgRecord; readonly secretId?: string }
  /** The client is authenticated, but its org may not use SCIM now. `secretId`: of the client secret or the trust. */
  | { readonly outcome: "notNow"; readonly reason: ScimError; readonly org: OrgRecord; readonly secretId: string };

/**
 * RFC 6749 section 4.4: an access token for a client secret. One read, and one write of an item that expires in DynamoDB. The
 * token has the org's token epoch and its secret's id, and ends with either.
 * @param orgName from the path, unverified
 */
export async function grantAccess(
  grantor: Grantor,
  orgName: string,
  { clientId, clientSecret }: ClientCredentials,
): Promise<Granted> {
  const { store, now } = grantor;
  const claim = readToken(clientSecret);
  if (claim?.kind !== "client") return { outcome: "unknownClient", why: "malformed" };
  const { token: secret, org } = await store.open({ orgId: claim.orgId, tokenHash: claim.hash }, []);
  if (secret === undefined || org === undefined || secret.orgId !== org.id || secret.kind !== "client") {
    return { outcome: "unknownClient", why: "unknown" };
  }
  const status = tokenStatus(secret, org, now);
  const presented = { org, secretId: secret.id };
  if (status !== "live") return { outcome: "unknownClient", why: status, ...presented };
  if (org.slug !== orgName || org.slug !== clientId) return { outcome: "unknownClient", why: "otherOrg", ...presented };
  return giveAccess(grantor, org, { id: secret.id, expiresAt: secret.expiresAt, kind: "client" });
}

/**
 * An access token that ends with the secret or trust it was given for: one write. Checks first whether the org may provision.
 * @param boughtWith a valid client secret or trust of this org
 */
export async function giveAccess(
  { store, now, randomBytes, verified }: Grantor,
  org: OrgRecord,
  boughtWith: Pick<TokenRecord, "id" | "expiresAt"> & { readonly kind: "client" | "trust" },
): Promise<Exclude<Granted, { readonly outcome: "unknownClient" }>> {
  const secretId = boughtWith.id;
  const reason = provisioningRefusal(org, boughtWith.kind);
  if (reason !== undefined) return { outcome: "notNow", reason, org, secretId };
  await verified?.(org, secretId);
  const life = Math.min(ACCESS_TOKEN_LIFE, secondsUntil(boughtWith.expiresAt, now));
  const accessToken = newAccessToken(org.id, secretId, randomBytes);
  // Not `life`: a refusal shall name the secret that has ended, which somebody has to renew.
  const record = newRecord({ now, randomBytes, actor: secretId }, org, accessToken, "", ACCESS_TOKEN_LIFE);
  await createAccessToken(store.database, { ...record, kind: "access", secretId });
  return { outcome: "granted", accessToken, life, org, secretId };
}

function secondsUntil(time: string | undefined, now: number): number {
  return time === undefined ? Number.POSITIVE_INFINITY : Math.ceil((Date.parse(time) - now) / 1_000);
}
