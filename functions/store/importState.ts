import { keyItem } from "./actions.ts";
import type { OrgKeys, Side } from "./keys.ts";
import type { Item } from "./table.ts";
import type { OrgView } from "./view.ts";

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

export async function readImportState(managed: OrgView): Promise<ImportState | undefined> {
  const item = await managed.get(managed.keys.importState());
  // Only importStateItem writes it.
  return item && (JSON.parse(String(item.d)) as ImportState);
}

export function importStateItem(keys: OrgKeys, state: ImportState): Item {
  return { ...keyItem(keys.importState()), d: JSON.stringify(state) };
}
