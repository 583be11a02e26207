import type { ChosenUserOf, Team, UserField } from "./reads.ts";
import type { RollcallError } from "./rollcallError.ts";

/**
 * The state of a copy: one text in its database. Each batch has a new one, so that a different text shows that another sync
 * continued.
 */
export type CopyCursor = string;

/** In every user row, whatever `fields` names. */
type Needed = "id" | "version" | "linkVersion";
export type SyncedUser<F extends UserField> = ChosenUserOf<Exclude<F, "teams"> | Needed> & {
  /** Version of the last written roles. */
  readonly rolesVersion: number;
};

/**
 * One idempotent change of a copy: an upsert or a delete. Do not compare versions: a batch was read after everything stored
 * under `after`, by strongly consistent reads, and a restore can even lower versions. `seen` is a column of each row: its mark
 * tells rows that were not seen again.
 */
export type Change<F extends UserField = UserField> =
  /** Inserts or replaces the row with this id. */
  | { readonly type: "user.put"; readonly user: SyncedUser<F>; readonly seen: string }
  | { readonly type: "user.delete"; readonly id: string }
  | { readonly type: "team.put"; readonly team: Team; readonly seen: string }
  /** Deletes the team and its memberships. */
  | { readonly type: "team.delete"; readonly id: string }
  /** A pair of ids, without foreign keys: either row may come later or never. `member` may be a nested team. */
  | { readonly type: "membership.put"; readonly team: string; readonly member: string; readonly seen: string }
  | { readonly type: "membership.delete"; readonly team: string; readonly member: string }
  /** Deletes the team's memberships with another `seen`. */
  | { readonly type: "memberships.deleteUnseen"; readonly team: string; readonly seen: string }
  /** Deletes all rows of the organization with another `seen`, in all three tables. */
  | { readonly type: "snapshot.end"; readonly seen: string }
  /** Deletes all rows of the organization. `notFound`: the server does not know this name, and `endIfUnknown` is set. */
  | { readonly type: "org.end"; readonly because: "purging" | "notFound" };

/** Changes for one transaction of the copy's database, with the cursor. */
export interface Batch<F extends UserField = UserField> {
  /** From the options. */
  readonly org: string;
  /** In order. May be empty: then only the cursor moves. */
  readonly changes: readonly Change<F>[];
  /** The cursor that must be stored now; otherwise apply nothing of the batch. undefined: none is stored. */
  readonly after: CopyCursor | undefined;
  /** The cursor to store with the changes. */
  readonly cursor: CopyCursor;
}

export interface SyncOptions<F extends UserField = UserField> {
  /** The organization's login name or id. */
  readonly org: string;
  /**
   * User fields to keep, besides id, version, linkVersion and rolesVersion; absent: all but `teams`, which come as
   * memberships.
   */
  readonly fields?: readonly F[];
  /** Reads the cursor of the last `apply`; undefined or null where there is none. */
  readonly cursorStore: { read(): CopyCursor | undefined | null | Promise<CopyCursor | undefined | null> };
  /**
   * In one transaction: compare the stored cursor with `after`, make the changes, store `cursor`.
   * @returns false where another cursor is stored: another sync is running. `sync` rethrows its errors.
   */
  readonly apply: (batch: Batch<F>) => unknown;
  /**
   * Whether an unknown organization ends the copy. By default it is an error: `url` or `org` may be wrong. Set true where you
   * know of the purge, by a verified webhook `org.ended` or by the feed.
   */
  readonly endIfUnknown?: boolean;
  /** Approximate changes in one batch, and limit of a page; by default 1,000. */
  readonly batchSize?: number;
  /** Continues with later changes, until aborted. */
  readonly follow?: AbortSignal | undefined;
  /** Interrupts: `sync` throws its reason. */
  readonly signal?: AbortSignal | undefined;
  /** While following: receives the reason of each wait. */
  readonly onTrouble?: (error: RollcallError) => void;
}

export interface SyncResult {
  /**
   * `upToDate`: the copy has everything logged when the last page was read. `overtaken`: another sync of the same copy
   * continued. `ended`: the organization is gone. `stopped`: `follow` was aborted.
   */
  readonly outcome: "upToDate" | "overtaken" | "ended" | "stopped";
  readonly batches: number;
  readonly changes: number;
  /** Number of finished snapshots. */
  readonly snapshots: number;
}
