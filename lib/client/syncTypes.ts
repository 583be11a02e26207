import type { Team } from "./generated/directory.ts";
import type { ChosenUserOf, UserField } from "./reads.ts";
import type { RollcallError } from "./rollcallError.ts";

/**
 * Where a copy is: one text that its database keeps. Each batch has a new one, so that who finds another text than it expects knows
 * that somebody else went on.
 */
export type CopyCursor = string;

/** What a row of a user has, whatever `fields` says. */
type Needed = "id" | "version" | "linkVersion";
export type SyncedUser<F extends UserField> = ChosenUserOf<Exclude<F, "teams"> | Needed> & {
  /** Of its roles as they were written last. */
  readonly rolesVersion: number;
};

/**
 * One change of a copy: an upsert or a delete, each of which does no harm twice. No versions are to be compared: what a batch has was
 * read after all that is stored under `after`, and by strongly consistent reads. After a restore, versions even go back. `seen` is
 * a column of each row: a mark that it is stored with, which tells those that were not seen again.
 */
export type Change<F extends UserField = UserField> =
  /** Insert, or replace the row of that id. */
  | { readonly type: "user.put"; readonly user: SyncedUser<F>; readonly seen: string }
  | { readonly type: "user.delete"; readonly id: string }
  | { readonly type: "team.put"; readonly team: Team; readonly seen: string }
  /** Delete the team and its memberships. */
  | { readonly type: "team.delete"; readonly id: string }
  /** A pair of ids, without foreign keys: either row may come later, or never. `member` may be a nested team. */
  | { readonly type: "membership.put"; readonly team: string; readonly member: string; readonly seen: string }
  | { readonly type: "membership.delete"; readonly team: string; readonly member: string }
  /** Delete the team's memberships that have another `seen`. */
  | { readonly type: "memberships.deleteUnseen"; readonly team: string; readonly seen: string }
  /** Delete all rows of the organization, in all three tables, that have another `seen`. */
  | { readonly type: "snapshot.end"; readonly seen: string }
  /** Delete all rows of the organization. `notFound`: nobody knows it by this name, and `endIfUnknown` says that it ended. */
  | { readonly type: "org.end"; readonly because: "purging" | "notFound" };

/** Changes that belong into one transaction of the copy's database, with the cursor. */
export interface Batch<F extends UserField = UserField> {
  /** As the options name it. */
  readonly org: string;
  /** In this order. May be empty: then only the cursor goes on. */
  readonly changes: readonly Change<F>[];
  /** What has to be stored before: where it is not, nothing of the batch may be applied. undefined: nothing is stored. */
  readonly after: CopyCursor | undefined;
  /** What is to be stored with the changes. */
  readonly cursor: CopyCursor;
}

export interface SyncOptions<F extends UserField = UserField> {
  /** Login name of the organization, or its id. */
  readonly org: string;
  /** The members of users to keep, beside id, version, linkVersion and rolesVersion; absent: all but `teams`, which come as memberships. */
  readonly fields?: readonly F[];
  /** Reads the cursor that `apply` stored last, or nothing. */
  readonly cursorStore: { read(): CopyCursor | undefined | null | Promise<CopyCursor | undefined | null> };
  /**
   * In one transaction: compare the stored cursor with `after`, make the changes, store `cursor`.
   * @returns false where another cursor is stored: somebody else is at it. Whatever it throws, `sync` throws.
   */
  readonly apply: (batch: Batch<F>) => unknown;
  /**
   * Whether a server that does not know the organization ends the copy. By default that is an error: `url` or `org` may be wrong. Say
   * true where you know of the purge, by a verified webhook `org.ended` or by the feed.
   */
  readonly endIfUnknown?: boolean;
  /** Changes in one batch, about, and most on a page that is asked for; by default 1,000. */
  readonly batchSize?: number;
  /** Go on with what happens later, until this is aborted. */
  readonly follow?: AbortSignal | undefined;
  /** Breaks off: `sync` throws its reason. */
  readonly signal?: AbortSignal | undefined;
  /** While it follows: learns why it waits and tries again. */
  readonly onTrouble?: (error: RollcallError) => void;
}

export interface SyncResult {
  /**
   * `upToDate`: the copy has all that was logged when the last page was read. `overtaken`: another sync of the same copy went on
   * from there. `ended`: the organization is gone. `stopped`: `follow` was aborted.
   */
  readonly outcome: "upToDate" | "overtaken" | "ended" | "stopped";
  readonly batches: number;
  readonly changes: number;
  /** How many snapshots were finished. */
  readonly snapshots: number;
}
