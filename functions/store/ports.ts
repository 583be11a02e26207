import type { OrgId } from "./keys.ts";
import type { Preset, Rules } from "./rules.ts";
import type { TypeLayout } from "./storedType.ts";

export interface SingleSignOn {
  readonly url?: string;
  readonly entityId?: string;
}

/** What one request cost so far. `trips` counts serial round trips: calls that were under way together count once. */
export interface Usage {
  calls: number;
  trips: number;
  rcu: number;
  wcu: number;
  retries: number;
  conflicts: number;
}

export interface OrgRecord {
  readonly id: OrgId;
  /** The login name in the URL; never changes. */
  readonly slug: string;
  readonly displayName: string;
  readonly version: number;
  readonly created: string;
  /** F10: whether the application lets this org use SCIM at all. */
  readonly entitled: boolean;
  /** P2: absent while SAML SSO is not configured. */
  readonly sso: SingleSignOn | undefined;
  readonly paused: { readonly since: string; readonly reason: string } | undefined;
  /** Scheduled: SCIM is refused at once. `purging` once removal began, and from then on there is no way back. */
  readonly deletion?: { readonly since: string; readonly reason: string; readonly purging?: true };
  /** Ids of users that the identity provider can neither deactivate nor delete. */
  readonly protectedUsers?: readonly string[];
  /** The application's own ids of the org's administrators. */
  readonly admins: readonly string[];
  readonly preset: Preset;
  readonly changedRules: Partial<Rules>;
  /** A token counts only while it carries this number; regenerate raises it. */
  readonly tokenEpoch: number;
}

export interface TokenRecord {
  readonly id: string;
  readonly orgId: OrgId;
  /** SHA-256 of the whole token, hex. */
  readonly hash: string;
  readonly epoch: number;
  readonly description: string;
  readonly createdAt: string;
  /** The actor of the call that made it, as logged. */
  readonly createdBy: string;
  readonly expiresAt: string | undefined;
  readonly revokedAt: string | undefined;
  /** Absent: `org`. A client secret buys access tokens (OAuth 2.0 client credentials) and opens nothing else. */
  readonly kind?: TokenKind;
  /** F5: id of the user without whom the token does not count. */
  readonly boundTo?: string;
  /** Id of the token whose first use ends this one. */
  readonly retiredBy?: string;
  /** Of an access token: id of the client secret it was bought with, and dies with. */
  readonly secretId?: string;
}

export type TokenKind = "org" | "client" | "access";

/** What a request will need, known before its token is verified. Read beside the token, shown to nobody before. */
export type Wanted =
  /** Of any type: the id names it. */
  | { readonly kind: "resource"; readonly id: string }
  | { readonly kind: "name" | "externalId" | "value"; readonly type: TypeLayout; readonly key: string }
  | { readonly kind: "membership"; readonly groupId: string; readonly memberId: string }
  | { readonly kind: "groupsOf"; readonly memberId: string };

/** What a presented token claims, unverified. */
export interface Claim {
  readonly orgId: string;
  readonly tokenHash: string;
  /** Of an access token only: the client secret it says it was bought with. */
  readonly secretId?: string;
}

export interface Opened {
  readonly token: TokenRecord | undefined;
  /** The client secret of the claim, where it names one. */
  readonly secret?: TokenRecord;
  readonly org: OrgRecord | undefined;
}

/** A resource that was deleted, on one side of one org. */
export interface Deletion {
  readonly orgId: OrgId;
  readonly managed: boolean;
  readonly id: string;
}

/** One that is not swept for good. */
export interface WaitingDeletion extends Deletion {
  /** When it was deleted, ISO 8601. */
  readonly at: string;
}

export interface OpenDeletions {
  readonly deletions: readonly WaitingDeletion[];
  /** How many more there are that name no resource: nobody can sweep behind them. */
  readonly unreadable: number;
}

/** How long a session may go on. */
export interface Allowance {
  /** Whether a write that meets others may be tried once more; absent, it gives up within two seconds. */
  hasTime?(): boolean;
  /** Aborted when nobody waits for the session any more: from then on nothing is sent, and what is under way is given up. */
  readonly signal?: AbortSignal;
}

/**
 * `storage`: the store was not reached, did not answer, or answered with a fault of its own. `timeout`: the time of the
 * request is over.
 */
export type BusyCode = "throttled" | "conflict" | "storage" | "timeout";

/** A store that did not do what it was asked, for a reason that passes: the client is to come again. */
export class StoreBusy extends Error {
  readonly code: BusyCode;
  constructor(code: BusyCode, cause?: unknown) {
    super(`the store is busy: ${code}`, { cause });
    this.name = "StoreBusy";
    this.code = code;
  }
}
