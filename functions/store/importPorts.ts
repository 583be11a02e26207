import type { ResourceRecord, Stamp } from "./directoryPorts.ts";
import type { Side } from "./keys.ts";
import type { TypeLayout } from "./storedType.ts";

export interface SideCounts {
  readonly users: number;
  readonly groups: number;
  readonly memberships: number;
}
export type FileCounts = Readonly<Record<Side, SideCounts>>;

/** The one import that an org can have, from its first step on. */
export interface ImportState {
  /** SHA-256 of the file, hex: only the same file may go on. */
  readonly file: string;
  readonly begun: string;
  /** What the file holds. */
  readonly counts: FileCounts;
  /** Absent while it is under way. */
  readonly finished?: string;
}

/**
 * Puts resources into an org as they were in another one, with their ids, versions and times. Every step is all or
 * nothing and can be repeated: what is there already stays, so an import that broke off goes on where it was.
 */
export interface OrgImport {
  state(): Promise<ImportState | undefined>;
  /** Whether neither side ever had a resource, or so long ago that no trace is left. */
  isUntouched(): Promise<boolean>;
  /** @returns `exists` when there is a state already */
  begin(state: ImportState): Promise<"begun" | "exists">;
  finish(at: string): Promise<void>;
  /**
   * Without members: those come afterwards.
   * @param nameUnique whether names that may be shared must be free on this side
   * @returns ids of those that were left out, because something else has their id or name
   */
  addResources(
    side: Side,
    type: TypeLayout,
    records: readonly ResourceRecord[],
    nameUnique: boolean,
    stamp: Stamp,
  ): Promise<readonly string[]>;
  /** Neither version nor last modification of the group change. `missing` when there is no such group. */
  addMembers(side: Side, groupId: string, ids: readonly string[], stamp: Stamp): Promise<"added" | "missing">;
}
