import { type Database, inParallel } from "./database.ts";
import { OPEN_DELETIONS, type OrgId, typeOf } from "./keys.ts";
import type { Deletion, OpenDeletions, WaitingDeletion } from "./records.ts";
import { LAYOUTS, type TypeLayout } from "./storedTypes.ts";
import type { ItemChange } from "./table.ts";

/** Ending of the partition keys of markers; the stream's filter uses it. */
export const DELETING_PARTITION = "#DEAD";

const DEAD = /^([ON])#([0-9A-Za-z]{8})#DEAD$/;

/**
 * The deletions before a time, and after one: a wrong clock dated these. One page of each index partition, the oldest 1 MB. For
 * more, read again once these are swept.
 */
export async function readOpenDeletions(
  database: Database,
  { before, after = "A" }: { readonly before: string; readonly after?: string },
  types = LAYOUTS,
): Promise<OpenDeletions> {
  const pages = await inParallel(OPEN_DELETIONS, (partition) => database.queryReverse(partition));
  const items = pages.flatMap((page) => page.items).filter(({ g1s }) => g1s < before || g1s > after);
  const oldestFirst = items.toSorted((a, b) => (a.g1s < b.g1s ? -1 : 1));
  // An unreadable marker must not stop the sweep of the others.
  const deletions = oldestFirst.flatMap(({ pk, sk, g1s }): WaitingDeletion[] => {
    const deletion = deletionAt(pk, sk, types);
    return deletion === undefined ? [] : [{ ...deletion, at: g1s }];
  });
  return { deletions, unreadable: oldestFirst.length - deletions.length };
}

/** The deletion whose marker has this key. */
function deletionAt(pk: string, sk: string, types: readonly TypeLayout[]): Deletion | undefined {
  const [, side, orgId] = DEAD.exec(pk) ?? [];
  if (orgId === undefined || typeOf(types, sk) === undefined) return undefined;
  // Only code with an authenticated org id writes such keys.
  return { orgId: orgId as OrgId, managed: side === "O", id: sk };
}

/** @throws Error for a marker of something other than a resource */
export function readDeletion({ key: { pk, sk }, before, after }: ItemChange, types = LAYOUTS): Deletion | undefined {
  if (before !== undefined || after === undefined || !pk.endsWith(DELETING_PARTITION)) return undefined;
  const deletion = deletionAt(pk, sk, types);
  if (deletion === undefined) throw new Error("not the marker of a resource");
  return deletion;
}
