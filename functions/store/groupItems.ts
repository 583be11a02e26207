import { ABSENT, deleteItem, keyItem, putItem } from "./actions.ts";
import type { Birth, GroupKeys, GroupRecord } from "./directoryPorts.ts";
import { type OrgKeys, SCHEMA_VERSION } from "./keys.ts";
import type { Action, Item } from "./table.ts";
import { timeOf } from "./traces.ts";

/**
 * What only a change of the attributes changes stands in one text (ADR 0009): a line of JSON with the time of creation
 * and the index keys, then the SCIM attributes as they are. Version, member count and last write stand beside it,
 * because a change of the membership raises them without knowing the text.
 */
interface Header {
  readonly c: string;
  readonly n: string;
  readonly x?: string;
}

/** What a list has to read of each group. */
export const GROUP_TEXT = ["pk", "sk", "v", "n", "lr", "d"];

/** @param mark the write that makes this state */
export function groupItem(keys: OrgKeys, record: GroupRecord, mark: string): Item {
  return {
    ...keyItem(keys.group(record.id)),
    v: record.version,
    n: record.memberCount,
    lr: mark,
    d: groupText(record.created, record.keys, record.attributes),
    ...(record.birth === undefined ? {} : { b: birthText(record.birth) }),
  };
}

/** `b` of a group that is being made. Each request has a reference of its own: the text tells whose turn it is. */
export function birthText({ until, reference }: Birth): string {
  return `${until} ${reference}`;
}

function birthOf(text: string): Birth {
  const end = text.indexOf(" ");
  return { until: text.slice(0, end), reference: text.slice(end + 1) };
}

export function groupText(created: string, keys: GroupKeys, attributes: string): string {
  const header: Header = { c: created, n: keys.displayName, x: keys.externalId };
  return `${JSON.stringify(header)}\n${attributes}`;
}

export function groupRecord(item: Item): GroupRecord {
  const text = String(item.d);
  const end = text.indexOf("\n");
  // Only groupText writes it; JSON text on one line has no line break.
  const { c, n, x } = JSON.parse(text.slice(0, end)) as Header;
  return {
    id: String(item.sk),
    version: Number(item.v),
    created: c,
    lastModified: timeOf(String(item.lr)),
    attributes: text.slice(end + 1),
    keys: { displayName: n, externalId: x },
    memberCount: Number(item.n),
    ...(item.b === undefined ? {} : { birth: birthOf(String(item.b)) }),
  };
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
    set: { sv: SCHEMA_VERSION },
    include: { ids: id },
  };
}

/** The ids of the groups that bear the name of a name item. */
export function bearersOf({ ids }: Item): string[] {
  return ids instanceof Set ? [...ids].map(String) : [];
}

/** Gives a name up. Whether others bear it too decides the form: the wrong one is refused, then the other one is tried. */
export function releaseName(keys: OrgKeys, id: string, name: string, form: "only" | "oneOfSeveral"): Action {
  const key = keys.groupName(name);
  if (form === "only") return deleteItem(key, { all: [{ holds: ["ids", id] }, { size: ["ids", "one"] }] });
  return {
    update: key,
    exclude: { ids: id },
    condition: { all: [{ holds: ["ids", id] }, { size: ["ids", "several"] }] },
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
