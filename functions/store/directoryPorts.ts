import type { LookupKeys } from "./storedType.ts";
import type { OrgView } from "./view.ts";

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
}

export interface GroupRecord extends ResourceRecord {
  /** Stored memberships, those of members whose deletion is still being swept included. */
  readonly memberCount: number;
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
export type Changed<R> =
  | { readonly outcome: "changed"; readonly record: R }
  | Taken
  /** The version, or one of the memberships, is not what the change was planned from: read again and plan again. */
  | { readonly outcome: "stale" }
  | { readonly outcome: "missing" };
export type Deleted = { readonly outcome: "deleted" } | { readonly outcome: "stale" } | { readonly outcome: "missing" };
interface Taken {
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

/** What resources of every type have in common. All reads are strongly consistent unless they say otherwise. */
export interface Resources<R extends ResourceRecord> {
  find(id: string): Promise<R | undefined>;
  /** In the order of `ids`; ids without a resource are left out. */
  findMany(ids: readonly string[]): Promise<R[]>;
  /** Ids whose resource may have this name, ascending: of a unique name one at most, which has it. */
  idsByName(key: string): Promise<string[]>;
  /** Ids of all resources whose name key begins so, in no order; undefined when there are more than `limit`. */
  idsByNamePrefix(prefix: string, limit: number): Promise<string[] | undefined>;
  /** Ids whose resource may have this value (candidates: check the record), ascending. */
  idsByExternalId(externalId: string): Promise<string[]>;
  /** The same for the further values of a type: the e-mails of users. */
  idsByValue(key: string): Promise<string[]>;
  /** Succeeds only while the stored version is `previous.version`. */
  replace(previous: R, write: ResourceWrite, stamp: Stamp): Promise<Changed<R>>;
  /** The resource is gone for every reader at once, its names are free, a tombstone stays for 30 days. */
  delete(previous: R, stamp: Stamp): Promise<Deleted>;
  /** Resources in the org's stable order (by id), from the 0-based `start`; cost does not grow with `start`. */
  page(start: number, limit: number): Promise<Page<R>>;
  /** Resources in the org's stable order, beginning behind the id `after`: a page that no change elsewhere shifts. */
  list(limit: number, after?: string): Promise<Listed<R>>;
  /** Every resource once, in stable order, a page at a time. */
  scan(): AsyncIterable<readonly R[]>;
}

export interface Users extends Resources<ResourceRecord> {
  create(id: string, write: ResourceWrite, stamp: Stamp): Promise<Created<ResourceRecord>>;
}

export interface GroupChange {
  /** Absent when only the membership changes. */
  readonly write?: ResourceWrite;
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** Fails with `stale` unless the stored version is this one (If-Match). With `write` the version of `previous` always counts. */
  readonly onlyVersion?: number;
  /** The creation goes on with this change. Absent: the change is no part of one, or its last part. */
  readonly creation?: Creation;
}

export interface Groups extends Resources<GroupRecord> {
  /** How many members `create` can carry beside this write. */
  membersPerCreation(write: ResourceWrite): number;
  /** One transaction. @param creation says that more members follow */
  create(
    id: string,
    write: ResourceWrite,
    members: readonly string[],
    stamp: Stamp,
    creation?: Creation,
  ): Promise<Created<GroupRecord>>;
  /** How many memberships one `change` can carry beside this write: the change is one transaction. */
  membersPerChange(previous: GroupRecord, write: ResourceWrite | undefined): number;
  /**
   * One transaction: attributes, version and memberships change together or not at all. An `add` of one that exists and a
   * `remove` of one that does not are `stale`, and so is a creation that is not the one of `previous`. Without `write`,
   * other writers of the same group do not disturb it.
   */
  change(previous: GroupRecord, change: GroupChange, stamp: Stamp): Promise<Changed<GroupRecord>>;
}

export interface MemberPage {
  /** Ids of living members, ascending. */
  readonly ids: readonly string[];
  /** Give it as `after` to go on; absent at the end. */
  readonly next: string | undefined;
}

export interface Memberships {
  /** Those of `members` that are in the group, deleted ones included until they are swept. */
  among(groupId: string, members: readonly string[]): Promise<Set<string>>;
  /** Those of `groupIds` that the member is in: whether the group lives is another question. */
  holding(memberId: string, groupIds: readonly string[]): Promise<Set<string>>;
  /** Members whose resource lives. Deleted ones are left out at once, before their memberships are swept. */
  members(groupId: string, limit: number, after?: string): Promise<MemberPage>;
  /**
   * The same for several groups at once, by group id: the first `limit` stored memberships of each, without those of the deleted.
   * What was deleted is looked up once for all of them.
   */
  rosters(groupIds: readonly string[], limit: number): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Every stored member, deleted ones included: what a full replacement is compared with. */
  stored(groupId: string): Promise<string[]>;
  /** Those of `ids` whose user or group exists, for which its attributes are not read. */
  living(ids: readonly string[]): Promise<Set<string>>;
  /** Ids of groups that this member is in, ascending; eventually consistent, and a group may be gone by now. */
  groupsOf(memberId: string): Promise<string[]>;
  /**
   * Removes what deletions left behind: memberships of deleted members (raising their groups' versions) and of deleted
   * groups. Never throws for lack of time; what is left stays invisible and is taken up by a later call.
   * @param until milliseconds since the epoch
   */
  sweep(until: number, stamp: Stamp): Promise<void>;
  /**
   * The same for these deletions, in the order of the ids: members of one group leave it together. A second time it is
   * worth while five minutes after: by then no index lags and no request runs that saw the deleted alive. A group that is
   * busy is waited for as long as there is time.
   * @throws StoreBusy where not even the deletions could be read
   */
  sweepDeletions(ids: readonly string[], until: number, stamp: Stamp): Promise<readonly SweepOutcome[]>;
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

/**
 * One side of an org: users and teams that never see the other side. A team of the unmanaged side may have a managed
 * user as member; whether that one lives, only the managed side knows.
 */
export interface Directory {
  readonly view: OrgView;
  readonly users: Users;
  readonly groups: Groups;
  readonly memberships: Memberships;
  readonly cursorKeys: CursorKeys;
}

/** What cursors of the org are sealed with. It is made when the first cursor is, and never changes. */
export interface CursorKeys {
  /** @param fresh 32 random bytes: they are the key if the org has none */
  key(fresh: Uint8Array): Promise<Uint8Array>;
}
