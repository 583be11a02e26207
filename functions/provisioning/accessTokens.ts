import type { ScimError } from "../scim/error.ts";
import type { OrgRecord, TokenRecord } from "../store/records.ts";
import type { StoreSession } from "../store/session.ts";
import { SettingsStore } from "../store/settings.ts";
import type { RandomBytes } from "./newId.ts";
import { provisioningRefusal } from "./session.ts";
import { newAccessToken, newRecord, readToken, tokenStatus } from "./token.ts";

/** A client as it names itself: the client id is the org's login name, the secret one of the org's client secrets. */
export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What it takes to give an access token to somebody who proves to be a client. */
export interface Grantor {
  readonly store: StoreSession;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly randomBytes: RandomBytes;
  /** Called once the client is known to be who it says, before anything is written; what it throws is thrown on. */
  verified?(org: OrgRecord, secretId: string): Promise<void>;
}

export type Granted =
  | { readonly outcome: "granted"; readonly accessToken: string; readonly org: OrgRecord; readonly secretId: string }
  /**
   * `why` is for the log; the client does not learn it. With the org of the secret that was presented, though it counts no more.
   */
  | { readonly outcome: "unknownClient"; readonly why: string; readonly org?: OrgRecord; readonly secretId?: string }
  /** The client is who it says, and its org may not use SCIM now. `secretId`: of the client secret or the trust. */
  | { readonly outcome: "notNow"; readonly reason: ScimError; readonly org: OrgRecord; readonly secretId: string };

/** Seconds. */
export const ACCESS_TOKEN_LIFE = 3_600;

/**
 * RFC 6749 section 4.4: an access token for a client secret. One read, and one write of an item that DynamoDB forgets by
 * itself. The token carries the org's token epoch and its secret's id: it dies with either.
 * @param orgName as the path names it, unverified
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
  return giveAccess(grantor, org, { id: secret.id, kind: "client" });
}

/**
 * An access token that dies with what it was bought with: one write. The org is asked first whether it may provision now.
 * @param boughtWith a client secret or a trust that counts, of this org
 */
export async function giveAccess(
  { store, now, randomBytes, verified }: Grantor,
  org: OrgRecord,
  boughtWith: Pick<TokenRecord, "id"> & { readonly kind: "client" | "trust" },
): Promise<Exclude<Granted, { readonly outcome: "unknownClient" }>> {
  const secretId = boughtWith.id;
  const reason = provisioningRefusal(org, boughtWith.kind);
  if (reason !== undefined) return { outcome: "notNow", reason, org, secretId };
  await verified?.(org, secretId);
  const accessToken = newAccessToken(org.id, secretId, randomBytes);
  const record = newRecord({ now, randomBytes, actor: secretId }, org, accessToken, "", ACCESS_TOKEN_LIFE);
  await new SettingsStore(store.database).createAccessToken({ ...record, kind: "access", secretId });
  return { outcome: "granted", accessToken, org, secretId };
}
