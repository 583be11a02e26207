import type { OrgId } from "./keys.ts";
import type { PortalPage } from "./portalPages.ts";
import type { OrgRecord } from "./records.ts";

/** What opens an org or an application's API: tokens, client secrets, trusts, application keys and links to the portal. */

export interface TokenRecord {
  readonly id: string;
  readonly orgId: OrgId;
  /** SHA-256 of the whole token, hex. */
  readonly hash: string;
  readonly epoch: number;
  readonly description: string;
  readonly createdAt: string;
  /** The actor of the call that created the token, as logged. */
  readonly createdBy: string;
  readonly expiresAt: string | undefined;
  readonly revokedAt: string | undefined;
  /** Absent: `org`. A client secret buys access tokens (OAuth 2.0 client credentials) and opens nothing else. */
  readonly kind?: TokenKind;
  /** F5: id of a user; the token counts only while this user is active. */
  readonly boundTo?: string;
  /** Id of the token whose first use ends this token. */
  readonly retiredBy?: string;
  /** On an access token: id of the client secret that bought it; the access token ends with that secret. */
  readonly secretId?: string;
  /** On a token of kind `trust`. */
  readonly trust?: Trust;
}

/** A trust (ADR 65) buys access tokens with a signed assertion, as a client secret does. It has no text; its hash is of random bytes. */
export type TokenKind = "org" | "client" | "access" | "trust";

/** Which assertions count; their claims must equal these values exactly (RFC 7523 section 3). */
export type Trust =
  /** Assertions of an issuer about one subject: workload identity federation. They may be used again until they expire. */
  | {
      readonly kind: "federated";
      readonly issuer: string;
      /** `https`, on a host that the deployment allows. */
      readonly keysUrl: string;
      readonly subject: string;
      /** One or two; an assertion must name one of them. */
      readonly audiences: readonly string[];
      /** The required value of the claim `tid`; absent: the claim is not checked. */
      readonly tenant?: string;
    }
  /** Assertions of the client itself: issuer and subject are the client id, the audience is the token endpoint, each `jti` counts once. */
  | { readonly kind: "privateKey"; readonly keys: readonly PublicJwk[] };

/** A public RSA or P-256 key (RFC 7517); assertions name it by `kid`. */
export type PublicJwk =
  | { readonly kid: string; readonly alg: "RS256"; readonly kty: "RSA"; readonly n: string; readonly e: string }
  | {
      readonly kid: string;
      readonly alg: "ES256";
      readonly kty: "EC";
      readonly crv: "P-256";
      readonly x: string;
      readonly y: string;
    };

/** What an application key opens: the directory API read-only, the directory API with changes, or the admin API of one org. */
export type ApplicationScope = "directory.read" | "directory.write" | "admin";

/** The bearer key of an application for `/app/v1/`. */
export interface ApplicationKeyRecord {
  readonly id: string;
  /** Absent: the key opens every org. */
  readonly orgId?: OrgId;
  /** SHA-256 of the whole key, hex. */
  readonly hash: string;
  readonly scope: ApplicationScope;
  readonly description: string;
  readonly createdAt: string;
  /** The actor of the call that created the key, as logged. */
  readonly createdBy: string;
  readonly expiresAt: string;
  readonly revokedAt?: string;
}

/** A link to the portal, or the session of a person in the portal. */
export interface PortalSessionRecord {
  readonly id: string;
  readonly orgId: OrgId;
  readonly kind: "link" | "session";
  /** SHA-256 of the whole text, hex. */
  readonly hash: string;
  /** The application's own id of the person. */
  readonly actor: string;
  readonly intent: PortalPage;
  readonly access: "manage" | "read";
  /** The page that the person came from. */
  readonly returnUrl?: string;
  readonly createdAt: string;
  /** The actor of the call that created the link or session, as logged. */
  readonly createdBy: string;
  readonly expiresAt: string;
  /** On a session: the embedded component presents it as a bearer token, not as a cookie. */
  readonly embedded?: true;
  /** On a session: id of the link that it began with. */
  readonly linkId?: string;
  /** On a link: when its session began. */
  readonly redeemedAt?: string;
  readonly revokedAt?: string;
}

/** The content of a presented token, unverified. */
export interface Claim {
  readonly orgId: string;
  readonly tokenHash: string;
  /** On an access token: the client secret that, by its own text, bought it. */
  readonly secretId?: string;
}

export interface Opened {
  readonly token: TokenRecord | undefined;
  /** The client secret that the claim names, if any. */
  readonly secret?: TokenRecord;
  readonly org: OrgRecord | undefined;
}
