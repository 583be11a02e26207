import { randomUUID } from "node:crypto";
import type { Stamp } from "../provisioning/ports.ts";
import { type Action, type Item, keyItem, putItem } from "./actions.ts";
import type { Kind, OrgKeys } from "./keys.ts";

const TOMBSTONE_DAYS = 30;

/** A new name for one write: the request's reference, and what tells several writes of one request apart. */
export function writeId(stamp: Stamp): string {
  return `${stamp.reference} ${randomUUID().slice(0, 8)}`;
}

/**
 * What a deletion leaves: a marker that hides the edges of the deleted resource until they are swept, and a tombstone
 * that says for 30 days, without names, who deleted what and when.
 */
export function deletionTraces(keys: OrgKeys, kind: Kind, id: string, stamp: Stamp): Action[] {
  const tombstone: Item = {
    ...keyItem(keys.tombstone(id)),
    kind,
    at: stamp.at,
    tokenId: stamp.tokenId,
    reference: stamp.reference,
    // Seconds since the epoch: DynamoDB removes the item some time after.
    ttl: Math.floor(Date.parse(stamp.at) / 1000) + TOMBSTONE_DAYS * 86_400,
  };
  return [putItem({ ...keyItem(keys.marker(id)), at: stamp.at }), putItem(tombstone)];
}
