import type { OrgId } from "./keys.ts";
import type { Preset, Rules } from "./rules.ts";
import type { LookupKeys, TypeLayout } from "./storedTypes.ts";
import type { Refusal } from "./table.ts";

export interface SingleSignOn {
  readonly url?: string;
  readonly entityId?: string;
}

/** The cost of one request so far. `trips` counts serial round trips: calls that overlap in time count once. */
export interface Usage {
  calls: number;
  trips: number;
  rcu: number;
  wcu: number;
  retries: number;
  conflicts: number;
}

/** A mail domain that the org claims as its own. */
export interface OrgDomain {
  /** ASCII, lower case: `example.com`. */
  readonly name: string;
  /** The text that the domain's TXT record must contain; random, for this org alone. */
  readonly challenge: string;
  /** ISO 8601. */
  readonly added: string;
  /** When the TXT record was last read and correct, ISO 8601; absent before the first time. */
  readonly verified?: string;
}

export interface OrgRecord {
  readonly id: OrgId;
  /** The login name in the URL; never changes. */
  readonly slug: string;
  readonly displayName: string;
  readonly version: number;
  readonly created: string;
  /** F10: whether the application allows this org to use SCIM. */
  readonly entitled: boolean;
  /** P2: absent while SAML SSO is not configured. */
  readonly sso: SingleSignOn | undefined;
  readonly paused: { readonly since: string; readonly reason: string } | undefined;
  /** Scheduled deletion: SCIM requests are refused at once. `purging`: removal has begun, and nobody can undo it. */
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
  /** The operator's decision on the latest hold of removals (ADR 66); absent: no hold was decided on yet. */
  readonly hold?: HoldDecision;
  /** Version of the org's mappings of teams to roles (ADR 64); absent: the org has no roles, and no role item is read. */
  readonly roles?: number;
  /**
   * Ids of trusts, at most 5. Contains every live trust, so the trust of an assertion is found by one read of these keys,
   * however many tokens the org ever had. Absent: none.
   */
  readonly trusts?: readonly string[];
  /** A token counts only while its epoch is this number; regenerating the tokens raises it. */
  readonly tokenEpoch: number;
}

/**
 * `number`: the number of the hold. A released hold is over, as is any that began before `until`, ISO 8601; removals before it
 * are not counted. Leaving the rule's `hold` is a release until that moment, with the number of the decision before, or 0.
 */
export type HoldDecision =
  | { readonly decision: "released"; readonly number: number; readonly at: string; readonly until: string }
  | { readonly decision: "refused"; readonly number: number; readonly at: string; readonly reason: string };

/** An item that the request will need, known before the token is verified. Read together with the token; never shown before verification. */
export type Wanted =
  /** Any type: the id names the type. */
  | { readonly kind: "resource"; readonly id: string }
  | { readonly kind: "name" | "externalId" | "value"; readonly type: TypeLayout; readonly key: string }
  | { readonly kind: "membership"; readonly groupId: string; readonly memberId: string };

/** A deleted resource, on one side of one org. */
export interface Deletion {
  readonly orgId: OrgId;
  readonly managed: boolean;
  readonly id: string;
}

/** A deletion whose sweep is not finished. */
export interface WaitingDeletion extends Deletion {
  /** When it was deleted, ISO 8601. */
  readonly at: string;
}

export interface OpenDeletions {
  readonly deletions: readonly WaitingDeletion[];
  /** Count of further entries that name no resource: no sweep can finish them. */
  readonly unreadable: number;
}

/** How much time a session has. */
export interface Allowance {
  /** Whether there is time to repeat a write that conflicts with others; absent: it gives up within two seconds. */
  hasTime?(): boolean;
  /** Aborted when nobody waits for the session any more: nothing further is sent, and running calls are given up. */
  readonly signal?: AbortSignal;
}

/**
 * `storage`: the store was not reached, did not answer, or answered with its own fault. `timeout`: the request's time is
 * over.
 */
type BusyCode = "throttled" | "conflict" | "storage" | "timeout";

/** The store refused or failed for a temporary reason: the client must try again. */
export class StoreBusy extends Error {
  readonly code: BusyCode;
  constructor(code: BusyCode, cause?: unknown) {
    super(`the store is busy: ${code}`, { cause });
    this.name = "StoreBusy";
    this.code = code;
  }
}

/** Who changes something, when, and by which request. Stored on the changed item and in tombstones. */
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
  /** JSON text of the canonical attributes, `schemas` first; without id, meta, groups, members. Responses are built by joining this text. */
  readonly attributes: string;
  readonly keys: LookupKeys;
  /** On a user: ids of its groups on its side, ascending, deleted groups included; undefined where the item lists no groups or they were not read. */
  readonly groupIds?: readonly string[] | undefined;
  /** Only in the write of an adoption: names of the attributes that it changes. */
  readonly adopted?: readonly string[] | undefined;
}

export interface GroupRecord extends ResourceRecord {
  /** Count of stored memberships, including members whose deletion is not swept yet. */
  readonly memberCount: number;
  /** Sum of the ids of those members (`rosters.ts`); undefined where the group item has no sum. */
  readonly rosterSum?: number | undefined;
  /** Present while the creation is not finished; only `find` and `change` return it. */
  readonly creation?: Creation;
}

/**
 * The creation of a group with more members than one change can carry. It takes several changes: until the last, no other
 * request changes the group, unless `until` has passed.
 */
export interface Creation {
  /** Reference of the request that creates the group or continues its creation. */
  readonly reference: string;
  /** ISO 8601: from then on that request writes nothing. */
  readonly until: string;
}

/** The part of a record that a change may set; id, version and created are the store's. */
export interface ResourceWrite {
  readonly attributes: string;
  readonly keys: LookupKeys;
  /** For types that share names: whether the name must be free in the org all the same (rule `groupNameUnique`). */
  readonly nameUnique?: boolean;
  /** For an adoption: names of the attributes that it changes. */
  readonly adopted?: readonly string[];
}

export type Created<R> = { readonly outcome: "created"; readonly record: R } | Taken;
/** The outcome of a creation in one transaction with other actions. `refused`: a condition of the other actions did not hold. */
/** `first`: the refusal of the first action beside the creation, if that one was refused. */
export type CreatedBeside<R> = Created<R> | { readonly outcome: "refused"; readonly first?: Refusal | undefined };
export type Changed<R> =
  | { readonly outcome: "changed"; readonly record: R }
  | Taken
  /** The version, or a membership, differs from the one that the change was planned from: read and plan again. */
  | { readonly outcome: "stale" }
  | { readonly outcome: "missing" };
export type Deleted = { readonly outcome: "deleted" } | { readonly outcome: "stale" } | { readonly outcome: "missing" };
export interface Taken {
  readonly outcome: "taken";
  /** Id of the resource that has the name. */
  readonly holder: string;
}

export interface Page<T> {
  /** Exact count of all records, not only of this page. */
  readonly total: number;
  readonly records: readonly T[];
}

export interface Listed<T> {
  readonly records: readonly T[];
  /** Pass it as `after` to get the next page; absent at the end. */
  readonly next: string | undefined;
}

export interface GroupChange {
  /** Absent when only the membership changes. */
  readonly write?: ResourceWrite | undefined;
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** Fails with `stale` unless the stored version is this one (If-Match). With `write`, the version of `previous` always counts too. */
  readonly onlyVersion?: number | undefined;
  /** The creation continues after this change. Absent: the change is no part of a creation, or its last part. */
  readonly creation?: Creation;
}

export interface MemberPage {
  /** Ids of live members, ascending. */
  readonly ids: readonly string[];
  /** Pass it as `after` to get the next page; absent at the end. */
  readonly next: string | undefined;
}

/** `done`: nothing is left of the deletion. `again`: look at it again once it is five minutes old. `unfinished`: the time was over. */
export type Swept = "done" | "again" | "unfinished";
/** The result for one of several deletions: a fault in one does not stop the others. */
export type SweepOutcome = Swept | { readonly error: unknown };

/** A change of several steps that is running or was interrupted: the next request for the same change finishes it. */
export interface BegunChange {
  /** `birth`: a group is being created. Otherwise the kind of the resource that is being changed. */
  readonly kind: string;
  readonly id: string;
  /** When its last step was written. */
  readonly since: string;
}

/** A deletion whose memberships may not all be removed yet. */
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

/** What stays of a deleted resource: no names. */
export interface Tombstone {
  readonly id: string;
  /** The kind of its type. */
  readonly kind: string;
  readonly stamp: Stamp;
  /** Milliseconds since the epoch, 30 days after the deletion. An expired tombstone does not count, even if it is still stored. */
  readonly expires: number;
}
