import { randomUUID } from "node:crypto";
import { keyItem, putItem } from "./actions.ts";
import type { Stamp } from "./directoryPorts.ts";
import { type Kind, type OrgKeys, openDeletions } from "./keys.ts";
import type { Action, Item } from "./table.ts";

export const TOMBSTONE_DAYS = 30;

/**
 * The last write of a resource, one text: when, by which token, on which request, and a part that is new each time, so
 * that a write is recognised when it is sent twice.
 */
export function writeMark(stamp: Stamp): string {
  return `${stamp.at} ${stamp.tokenId} ${stamp.reference} ${randomUUID().slice(0, 8)}`;
}

export function timeOf(mark: string): string {
  return mark.slice(0, mark.indexOf(" "));
}

interface Deleted {
  readonly id: string;
  readonly version: number;
}

/**
 * What a deletion leaves: a marker that hides the edges of the deleted resource until they are swept, and a tombstone
 * that says for 30 days, without names, who deleted what and when.
 */
export function deletionTraces(keys: OrgKeys, kind: Kind, last: Deleted, stamp: Stamp): Action[] {
  const { id } = last;
  const tombstone: Item = {
    ...keyItem(keys.tombstone(id)),
    kind,
    // As if the deletion were one more change.
    v: last.version + 1,
    at: stamp.at,
    tokenId: stamp.tokenId,
    reference: stamp.reference,
    // Seconds since the epoch: DynamoDB removes the item some time after.
    ttl: Math.floor(Date.parse(stamp.at) / 1000) + TOMBSTONE_DAYS * 86_400,
  };
  const marker: Item = { ...keyItem(keys.marker(id)), at: stamp.at, g1p: openDeletions(id), g1s: stamp.at };
  return [putItem(marker), putItem(tombstone)];
}
