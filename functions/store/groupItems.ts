import type { GroupKeys, GroupRecord, Stamp } from "../provisioning/ports.ts";
import { ABSENT, type Action, deleteItem, type Item, keyItem, putItem } from "./actions.ts";
import { type OrgKeys, SCHEMA_VERSION } from "./keys.ts";

/** @param write the write that makes this state, kept so that it is recognised when it is sent twice */
export function groupItem(keys: OrgKeys, record: GroupRecord, write: string, stamp: Stamp): Item {
  return {
    ...keyItem(keys.group(record.id)),
    v: record.version,
    c: record.created,
    m: record.lastModified,
    n: record.memberCount,
    d: record.attributes,
    k: groupKeysText(record.keys),
    lr: write,
    t: stamp.tokenId,
  };
}

export function groupRecord(item: Item): GroupRecord {
  // Only groupKeysText writes it.
  const { n, x } = JSON.parse(String(item.k)) as { n: string; x?: string };
  return {
    id: String(item.sk),
    version: Number(item.v),
    created: String(item.c),
    lastModified: String(item.m),
    attributes: String(item.d),
    keys: { displayName: n, externalId: x },
    memberCount: Number(item.n),
  };
}

export function groupKeysText(keys: GroupKeys): string {
  return JSON.stringify({ n: keys.displayName, x: keys.externalId });
}

export function edgeItem(keys: OrgKeys, groupId: string, memberId: string): Item {
  return { ...keyItem(keys.edge(groupId, memberId)), g1p: keys.reverse(memberId), g1s: groupId };
}

/**
 * A name has one item with the set of the groups that bear it; where names need not be unique there may be several.
 * The item exists exactly while the set has a member, so that "nobody has this name" is a condition on one item.
 */
export function claimName(keys: OrgKeys, id: string, name: string, unique: boolean): Action {
  const key = keys.groupName(name);
  if (unique) return putItem({ ...keyItem(key), ids: new Set([id]) }, ABSENT);
  return {
    update: key,
    expression: "SET sv = :sv ADD ids :own",
    values: { ":sv": SCHEMA_VERSION, ":own": new Set([id]) },
  };
}

/** Gives a name up. Whether others bear it too decides the form: the wrong one is refused, then the other one is tried. */
export function releaseName(keys: OrgKeys, id: string, name: string, form: "only" | "oneOfSeveral"): Action {
  const key = keys.groupName(name);
  const values = { ":id": id, ":one": 1 };
  if (form === "only") return deleteItem(key, { expression: "contains(ids, :id) AND size(ids) = :one", values });
  return {
    update: key,
    expression: "DELETE ids :own",
    values: { ":own": new Set([id]) },
    condition: { expression: "contains(ids, :id) AND size(ids) > :one", values },
  };
}

/** The move of the externalId item; none where the value stays. */
export function externalIdMoves(keys: OrgKeys, id: string, before?: string, after?: string): Action[] {
  if (before === after) return [];
  const moves: Action[] = [];
  if (before !== undefined) moves.push(deleteItem(keys.groupExternalId(before, id)));
  if (after !== undefined) moves.push(putItem(keyItem(keys.groupExternalId(after, id))));
  return moves;
}
