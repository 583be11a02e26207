import { keyItem, type OrgKeys, openDeletions } from "./keys.ts";
import type { Stamp, Tombstone } from "./records.ts";
import type { TypeLayout } from "./storedTypes.ts";
import type { Action, Item } from "./table.ts";
import type { OrgView } from "./view.ts";

/** The text and help of `notFound.deletion` and the description of `getDeleted` name it too. */
export const TOMBSTONE_DAYS = 30;

interface Deleted {
  readonly id: string;
  readonly version: number;
}

/**
 * The items of a deletion: a marker that hides the memberships of the deleted resource until they are swept, and a
 * tombstone that says for 30 days, without names, who deleted what and when.
 */
export function deletionItems(keys: OrgKeys, { kind }: TypeLayout, { id, version }: Deleted, stamp: Stamp): Action[] {
  const tombstone: Item = {
    ...keyItem(keys.tombstone(id)),
    kind,
    // The deletion counts as one more version.
    v: version + 1,
    at: stamp.at,
    tokenId: stamp.tokenId,
    reference: stamp.reference,
    // Seconds since the epoch: DynamoDB removes the item some time later.
    ttl: Math.floor(Date.parse(stamp.at) / 1000) + TOMBSTONE_DAYS * 86_400,
  };
  const marker: Item = { ...keyItem(keys.marker(id)), at: stamp.at, g1p: openDeletions(id), g1s: stamp.at };
  return [{ put: marker }, { put: tombstone }];
}

/** @param id text of a client */
export async function findTombstone(view: OrgView, id: string): Promise<Tombstone | undefined> {
  if (view.keys.typeOf(id) === undefined) return undefined;
  const item = await view.get(view.keys.tombstone(id));
  if (item === undefined) return undefined;
  return {
    id,
    kind: String(item.kind),
    stamp: { at: String(item.at), tokenId: String(item.tokenId), reference: String(item.reference) },
    expires: Number(item.ttl) * 1000,
  };
}
