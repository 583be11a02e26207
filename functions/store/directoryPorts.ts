/** Who changes something, when, and on which request: kept on the item that was changed and in tombstones. */
export interface Stamp {
  /** ISO 8601, UTC, milliseconds. */
  readonly at: string;
  readonly tokenId: string;
  readonly reference: string;
}

/** The keys under which a user is found, already normalised for comparison (`scim/comparison.ts`). No two e-mail keys are equal. */
export interface UserKeys {
  readonly userName: string;
  readonly externalId: string | undefined;
  readonly emails: readonly string[];
}

export interface GroupKeys {
  readonly displayName: string;
  readonly externalId: string | undefined;
}

export interface ResourceRecord {
  readonly id: string;
  /** Starts at 1; every change raises it. */
  readonly version: number;
  readonly created: string;
  readonly lastModified: string;
  /** JSON text of the canonical attributes, `schemas` first; without id, meta, groups, members. Answers are joined from it. */
  readonly attributes: string;
}

export interface UserRecord extends ResourceRecord {
  readonly keys: UserKeys;
}

export interface GroupRecord extends ResourceRecord {
  readonly keys: GroupKeys;
  /** Stored edges, those of members whose deletion is still being swept included. */
  readonly memberCount: number;
  /** While its creation is not through; `find` alone tells it. */
  readonly birth?: Birth;
}

/**
 * The creation of a group with more members than one change carries, which takes several: until the last one nobody else
 * changes the group, unless `until` has passed.
 */
export interface Birth {
  /** Of the request that makes the group, or makes it on. */
  readonly reference: string;
  /** ISO 8601: that request writes nothing from then on. */
  readonly until: string;
}

/** The part of a record that a change may set; id, version and created are the store's. */
export interface UserWrite {
  readonly attributes: string;
  readonly keys: UserKeys;
}

export interface GroupWrite {
  readonly attributes: string;
  readonly keys: GroupKeys;
  /** Whether the name must be free in the org (rule `groupNameUnique`). */
  readonly nameUnique: boolean;
}

export type UserCreated = { readonly outcome: "created"; readonly record: UserRecord } | Taken<"userName">;
export type UserReplaced =
  | { readonly outcome: "replaced"; readonly record: UserRecord }
  | Taken<"userName">
  | { readonly outcome: "stale" }
  | { readonly outcome: "missing" };
export type GroupCreated = { readonly outcome: "created"; readonly record: GroupRecord } | Taken<"displayName">;
export type GroupChanged =
  | { readonly outcome: "changed"; readonly record: GroupRecord }
  | Taken<"displayName">
  /** The version, or one of the edges, is not what the plan was made from: read again and plan again. */
  | { readonly outcome: "stale" }
  | { readonly outcome: "missing" };
export type Deleted = { readonly outcome: "deleted" } | { readonly outcome: "stale" } | { readonly outcome: "missing" };
interface Taken<A extends string> {
  readonly outcome: "taken";
  readonly attribute: A;
  /** The id of the resource that holds the value. */
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

/** All reads are strongly consistent unless they say otherwise. A port belongs to one org and names none. */
export interface Users {
  find(id: string): Promise<UserRecord | undefined>;
  /** In the order of `ids`; ids without a user are left out. */
  findMany(ids: readonly string[]): Promise<UserRecord[]>;
  idByUserName(key: string): Promise<string | undefined>;
  /** Ids whose user may have this value (candidates: check the record), ascending. */
  idsByExternalId(externalId: string): Promise<string[]>;
  idsByEmail(key: string): Promise<string[]>;
  /** Ids of all users whose userName key begins so, in no order; undefined when there are more than `limit`. */
  idsByUserNamePrefix(prefix: string, limit: number): Promise<string[] | undefined>;
  create(id: string, write: UserWrite, stamp: Stamp): Promise<UserCreated>;
  /** Succeeds only while the stored version is `previous.version`. */
  replace(previous: UserRecord, write: UserWrite, stamp: Stamp): Promise<UserReplaced>;
  /** The user is gone for every reader at once, its names are free, a tombstone stays for 30 days. */
  delete(previous: UserRecord, stamp: Stamp): Promise<Deleted>;
  /** Users in the org's stable order (by id), from the 0-based `start`; cost does not grow with `start`. */
  page(start: number, limit: number): Promise<Page<UserRecord>>;
  /** Users in the org's stable order, beginning behind the id `after`: a page that no change elsewhere shifts. */
  list(limit: number, after?: string): Promise<Listed<UserRecord>>;
  /** Every user once, in stable order, a page at a time. */
  scan(): AsyncIterable<readonly UserRecord[]>;
}

export interface GroupChange {
  /** Absent when only the membership changes. */
  readonly write?: GroupWrite;
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** Fails with `stale` unless the stored version is this one (If-Match). With `write` the version of `previous` always counts. */
  readonly onlyVersion?: number;
  /** The creation goes on with this change. Absent: the change is no part of one, or its last part. */
  readonly birth?: Birth;
}

export interface Groups {
  find(id: string): Promise<GroupRecord | undefined>;
  findMany(ids: readonly string[]): Promise<GroupRecord[]>;
  /** Ids whose group may have this name, ascending. */
  idsByName(key: string): Promise<string[]>;
  /** Ids of all groups whose name key begins so, in no order; undefined when there are more than `limit`. */
  idsByNamePrefix(prefix: string, limit: number): Promise<string[] | undefined>;
  idsByExternalId(externalId: string): Promise<string[]>;
  /** How many members `create` can carry beside this write. */
  membersPerCreation(write: GroupWrite): number;
  /** One transaction. @param birth says that more members follow */
  create(id: string, write: GroupWrite, members: readonly string[], stamp: Stamp, birth?: Birth): Promise<GroupCreated>;
  /** How many edges one `change` can carry beside this write: the change is one transaction. */
  edgesPerChange(previous: GroupRecord, write: GroupWrite | undefined): number;
  /**
   * One transaction: attributes, version and edges change together or not at all. An `add` of an edge that exists and a
   * `remove` of one that does not are `stale`, and so is a birth that is not the one of `previous`. Without `write`, other
   * writers of the same group do not disturb it.
   */
  change(previous: GroupRecord, change: GroupChange, stamp: Stamp): Promise<GroupChanged>;
  delete(previous: GroupRecord, stamp: Stamp): Promise<Deleted>;
  page(start: number, limit: number): Promise<Page<GroupRecord>>;
  list(limit: number, after?: string): Promise<Listed<GroupRecord>>;
  scan(): AsyncIterable<readonly GroupRecord[]>;
}

export interface MemberPage {
  /** Ids of living members, ascending. */
  readonly ids: readonly string[];
  /** Give it as `after` to go on; absent at the end. */
  readonly next: string | undefined;
}

export interface Memberships {
  /** Those of `members` that have an edge to the group, stored edges of deleted members included. */
  among(groupId: string, members: readonly string[]): Promise<Set<string>>;
  /** Those of `groupIds` that have an edge to the member: whether the group lives is another question. */
  holding(memberId: string, groupIds: readonly string[]): Promise<Set<string>>;
  /** Members whose resource lives. Deleted ones are left out at once, before their edges are swept. */
  members(groupId: string, limit: number, after?: string): Promise<MemberPage>;
  /**
   * The same for several groups at once, by group id: the first `limit` stored edges of each, without those of the deleted.
   * What was deleted is looked up once for all of them.
   */
  rosters(groupIds: readonly string[], limit: number): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Every stored edge, those of deleted members included: what a full replacement is compared with. */
  stored(groupId: string): Promise<string[]>;
  /** Those of `ids` whose user or group exists, for which its attributes are not read. */
  living(ids: readonly string[]): Promise<Set<string>>;
  /** Ids of groups with an edge to this member, ascending; eventually consistent, and a group may be gone by now. */
  groupsOf(memberId: string): Promise<string[]>;
  /**
   * Removes what deletions left behind: edges of deleted members (raising their groups' versions) and edges of deleted
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

/** A change of several steps that is under way, or was broken off: whoever repeats the request finishes it. */
export interface BegunChange {
  readonly kind: "birth" | "user";
  readonly id: string;
  /** When its last step was. */
  readonly since: string;
}

/** A deletion whose edges may not all be gone. */
export interface OpenDeletion {
  readonly id: string;
  /** When it was deleted. */
  readonly at: string;
  /** Whether the first sweep is through. */
  readonly swept: boolean;
}

/** What was begun and is not at its end, for an operator: reads much, and is no part of any request. */
export interface OpenJobs {
  /** By id. @param after the `next` of the page before */
  deletions(after?: string): Promise<JobPage<OpenDeletion>>;
  /** Groups being made, then users between the two steps of a change; a page may be empty and yet not the last. */
  begun(after?: string): Promise<JobPage<BegunChange>>;
}

export interface JobPage<T> {
  readonly jobs: readonly T[];
  readonly next: string | undefined;
}

/** What is left of a deleted user or group: no names. */
export interface Tombstone {
  readonly id: string;
  readonly kind: "user" | "group";
  readonly stamp: Stamp;
  /** Milliseconds since the epoch, 30 days after the deletion. From then on it does not count, though it may still be found. */
  readonly expires: number;
}

export interface Deletions {
  find(id: string): Promise<Tombstone | undefined>;
}

/**
 * One side of an org: users and teams that never see the other side. An edge of the unmanaged side may lead to a managed
 * user; whether that one lives, only the managed side knows.
 */
export interface Directory {
  readonly users: Users;
  readonly groups: Groups;
  readonly memberships: Memberships;
  readonly deletions: Deletions;
  readonly jobs: OpenJobs;
  readonly cursorKeys: CursorKeys;
}

/** What cursors of the org are sealed with. It is made when the first cursor is, and never changes. */
export interface CursorKeys {
  /** @param fresh 32 random bytes: they are the key if the org has none */
  key(fresh: Uint8Array): Promise<Uint8Array>;
}
