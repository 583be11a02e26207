import type { OrgId } from "./keys.ts";
import type { PortalPage } from "./portalPages.ts";
import type { Preset, Rules } from "./rules.ts";
import type { LookupKeys, TypeLayout } from "./storedType.ts";

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

/** A mail domain that the org says is its own. */
export interface OrgDomain {
  /** ASCII, lower case: `example.com`. */
  readonly name: string;
  /** What the domain's TXT record has to say; random, for this org alone. */
  readonly challenge: string;
  /** ISO 8601. */
  readonly added: string;
  /** When its record was last read and was right, ISO 8601; absent until then. */
  readonly verified?: string;
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
  /** In the order in which they were added. */
  readonly domains?: readonly OrgDomain[];
  /** The application's own ids of the org's administrators. */
  readonly admins: readonly string[];
  readonly preset: Preset;
  readonly changedRules: Partial<Rules>;
  /** Days for which events are kept, where the org wants fewer than the deployment. */
  readonly eventRetentionDays?: number;
  /** What an operator decided of the latest hold of removals (ADR 66); absent: of none yet. */
  readonly hold?: HoldDecision;
  /** Version of the org's mappings of teams to roles (ADR 64); absent: it has no roles, and nothing is read of any. */
  readonly roles?: number;
  /**
   * Ids of trusts, at most 5: every live one is among them, so that the one an assertion speaks of is found by one read of
   * these keys, however many tokens the org ever had. Absent: none.
   */
  readonly trusts?: readonly string[];
  /** A token counts only while it carries this number; regenerate raises it. */
  readonly tokenEpoch: number;
}

/** `number`: of the hold. It is over with its release; removals pass uncounted `until` then, ISO 8601. */
export type HoldDecision =
  | { readonly decision: "released"; readonly number: number; readonly at: string; readonly until: string }
  | { readonly decision: "refused"; readonly number: number; readonly at: string; readonly reason: string };

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
  /** Of a trust. */
  readonly trust?: Trust;
}

/** A trust (ADR 65) buys access tokens as a client secret does, with a signed assertion; it has no text, and its hash is of random bytes. */
export type TokenKind = "org" | "client" | "access" | "trust";

/** Whose assertions count, held exactly as they stand here (RFC 7523 section 3). */
export type Trust =
  /** An issuer's, about one subject: workload identity federation. Its assertions may repeat until they expire. */
  | {
      readonly kind: "federated";
      readonly issuer: string;
      /** `https`, on a host that the deployment allows. */
      readonly keysUrl: string;
      readonly subject: string;
      /** One or two, of which an assertion names one. */
      readonly audiences: readonly string[];
      /** What the claim `tid` must be; absent: it is not looked at. */
      readonly tenant?: string;
    }
  /** The client's own: issuer and subject are the client id, the audience is the token endpoint, and each `jti` counts once. */
  | { readonly kind: "privateKey"; readonly keys: readonly PublicJwk[] };

/** A public RSA or P-256 key (RFC 7517), with what an assertion names it by. */
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

/** What an application key opens: the directory API to read, or also to change it; the admin API, of one org. */
export type ApplicationScope = "directory.read" | "directory.write" | "admin";

/** The bearer key of an application, which it presents at `/app/v1/`. */
export interface ApplicationKeyRecord {
  readonly id: string;
  /** Absent: it opens every org. */
  readonly orgId?: OrgId;
  /** SHA-256 of the whole key, hex. */
  readonly hash: string;
  readonly scope: ApplicationScope;
  readonly description: string;
  readonly createdAt: string;
  /** The actor of the call that made it, as logged. */
  readonly createdBy: string;
  readonly expiresAt: string;
  readonly revokedAt?: string;
}

/** A link to the portal, or the session of somebody in it. */
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
  /** Where the person came from. */
  readonly returnUrl?: string;
  readonly createdAt: string;
  /** The actor of the call that made it, as logged. */
  readonly createdBy: string;
  readonly expiresAt: string;
  /** Of a session: it is presented as a bearer, by the embedded component, and not by cookie. */
  readonly embedded?: true;
  /** Of a session: id of the link that it began with. */
  readonly linkId?: string;
  /** Of a link: when its session began. */
  readonly redeemedAt?: string;
  readonly revokedAt?: string;
}

/** What a request will need, known before its token is verified. Read beside the token, shown to nobody before. */
export type Wanted =
  /** Of any type: the id names it. */
  | { readonly kind: "resource"; readonly id: string }
  | { readonly kind: "name" | "externalId" | "value"; readonly type: TypeLayout; readonly key: string }
  | { readonly kind: "membership"; readonly groupId: string; readonly memberId: string };

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

/** Who changes something, when, and on which request: kept on the item that was changed and in tombstones. */
export interface Stamp {
  /** ISO 8601, UTC, milliseconds. */
  readonly at: string;
  readonly tokenId: string;
  readonly reference: string;
}

export interface ResourceRecord {
  readonly id: string;
  /** Starts at 1; every change raises it. */
  readonly version: number;
  readonly created: string;
  readonly lastModified: string;
  /** JSON text of the canonical attributes, `schemas` first; without id, meta, groups, members. Answers are joined from it. */
  readonly attributes: string;
  readonly keys: LookupKeys;
  /** Of a user: ids of its groups of its side, ascending, deleted ones among them; undefined where its item does not say, or was not asked. */
  readonly groupIds?: readonly string[] | undefined;
}

export interface GroupRecord extends ResourceRecord {
  /** Stored memberships, those of members whose deletion is still being swept included. */
  readonly memberCount: number;
  /** Of the ids of those (`rosters.ts`); undefined where the group does not know it. */
  readonly rosterSum?: number | undefined;
  /** While its creation is not finished; only `find` and `change` give it. */
  readonly creation?: Creation;
}

/**
 * The creation of a group with more members than one change carries, which takes several: until the last one nobody else
 * changes the group, unless `until` has passed.
 */
export interface Creation {
  /** Of the request that makes the group, or goes on with it. */
  readonly reference: string;
  /** ISO 8601: that request writes nothing from then on. */
  readonly until: string;
}

/** The part of a record that a change may set; id, version and created are the store's. */
export interface ResourceWrite {
  readonly attributes: string;
  readonly keys: LookupKeys;
  /** Of a type that shares names: whether this one must be free in the org all the same (rule `groupNameUnique`). */
  readonly nameUnique?: boolean;
}

export type Created<R> = { readonly outcome: "created"; readonly record: R } | Taken;
/** Of what was made in one transaction with something else. `refused`: a condition of that did not hold. */
export type CreatedBeside<R> = Created<R> | { readonly outcome: "refused" };
export type Changed<R> =
  | { readonly outcome: "changed"; readonly record: R }
  | Taken
  /** The version, or one of the memberships, is not what the change was planned from: read again and plan again. */
  | { readonly outcome: "stale" }
  | { readonly outcome: "missing" };
export type Deleted = { readonly outcome: "deleted" } | { readonly outcome: "stale" } | { readonly outcome: "missing" };
export interface Taken {
  readonly outcome: "taken";
  /** The id of the resource that has the name. */
  readonly holder: string;
}

export interface Page<T> {
  /** Exact count of all, not of this page. */
  readonly total: number;
  readonly records: readonly T[];
}

export interface Listed<T> {
  readonly records: readonly T[];
  /** Give it as `after` to go on; absent at the end. */
  readonly next: string | undefined;
}

export interface GroupChange {
  /** Absent when only the membership changes. */
  readonly write?: ResourceWrite | undefined;
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** Fails with `stale` unless the stored version is this one (If-Match). With `write` the version of `previous` always counts. */
  readonly onlyVersion?: number | undefined;
  /** The creation goes on with this change. Absent: the change is no part of one, or its last part. */
  readonly creation?: Creation;
}

export interface MemberPage {
  /** Ids of living members, ascending. */
  readonly ids: readonly string[];
  /** Give it as `after` to go on; absent at the end. */
  readonly next: string | undefined;
}

/** `done`: nothing is left of it. `again`: to be looked at once more when it is five minutes old. `unfinished`: time was over. */
export type Swept = "done" | "again" | "unfinished";
/** What became of one deletion of several: a fault in it keeps no other from being swept. */
export type SweepOutcome = Swept | { readonly error: unknown };

/** A change of several steps that is under way, or was broken off: the next such request finishes it. */
export interface BegunChange {
  /** `birth`: a group is being made. Otherwise the kind of the resource that is being changed. */
  readonly kind: string;
  readonly id: string;
  /** When its last step was. */
  readonly since: string;
}

/** A deletion whose memberships may not all be gone. */
export interface OpenDeletion {
  readonly id: string;
  /** When it was deleted. */
  readonly at: string;
  /** Whether the first sweep is done. */
  readonly swept: boolean;
}

export interface JobPage<T> {
  readonly jobs: readonly T[];
  readonly next: string | undefined;
}

/** What is left of a deleted resource: no names. */
export interface Tombstone {
  readonly id: string;
  /** The kind of its type. */
  readonly kind: string;
  readonly stamp: Stamp;
  /** Milliseconds since the epoch, 30 days after the deletion. From then on it does not count, though it may still be found. */
  readonly expires: number;
}
