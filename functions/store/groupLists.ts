import type { OrgKeys } from "./keys.ts";
import type { Action, Item, Refusal } from "./table.ts";

/**
 * The groups of a user stand on its own item (ADR 0050): `gs` is the set of their ids, and `g` says how many there are and
 * that none is missing. A transaction that makes or ends a membership changes both. Without `g` the index answers alone: so
 * it is with users whom an earlier release wrote, and with those in more groups than a list takes; `gt` says then when their
 * memberships last changed.
 */

/** Ids of 23 bytes: a list stays below 1 KB, so that a change of it costs the same however many there are. */
export const LISTED_AT_MOST = 40;
export const LIST_ATTRIBUTES = ["g", "gs"];
/** How often a transaction is sent in other forms, while lists are not what they were seen as. */
const FORM_TRIES = 8;

/**
 * How many groups the item of a user lists. `unlisted`: none, the index answers. `absent`: there is no item on this side, and who is
 * in a group of this side without one gets none later.
 */
export type ListCount = number | "unlisted" | "absent";

export function listCountIn(item: Item | undefined): ListCount {
  if (item === undefined) return "absent";
  return typeof item.g === "number" ? item.g : "unlisted";
}

/** Ids of the groups that an item lists, ascending; undefined where it says nothing of them. */
export function groupIdsIn({ g, gs }: Item): readonly string[] | undefined {
  if (typeof g !== "number") return undefined;
  return gs instanceof Set ? [...gs].map(String).sort() : [];
}

/** One request's sight of one side of an org. */
interface ListsSeen {
  readonly keys: OrgKeys;
  /** By user id. */
  readonly listed: Map<string, ListCount>;
}

interface MembershipsOfGroup {
  readonly groupId: string;
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** Of the request, ISO 8601. */
  readonly at: string;
}

/**
 * Sends a transaction that ends with what the change does to the lists of its users. Each action of these takes the form that
 * fits the list as this request saw it last; where only forms are refused, it is sent again in those that fit.
 * @param before how many actions come first in the transaction
 * @param open the place among them of one that `send` itself sends in several forms
 * @returns undefined when the lists were others each time
 */
export async function writeListed(
  seen: ListsSeen,
  change: MembershipsOfGroup,
  { before, open }: { readonly before: number; readonly open?: number | undefined },
  send: (lists: readonly Action[]) => Promise<readonly Refusal[] | undefined>,
): Promise<readonly Refusal[] | undefined> {
  /** Those who leave a group that their list does not name: an earlier release made the membership. */
  const wrong = new Set<string>();
  // Seen long ago: an adoption may have brought the user to this side meanwhile.
  for (const id of change.remove) if (seen.listed.get(id) === "absent") seen.listed.delete(id);
  for (let tries = 0; tries < FORM_TRIES; tries++) {
    const lists = listActions(seen, change, wrong);
    const refusals = await send(lists.map(({ action }) => action));
    if (refusals === undefined) return undefined;
    let decided = true;
    for (const { index, stored } of refusals) {
      const list = lists[index - before];
      if (list === undefined) continue;
      decided = false;
      seen.listed.set(list.id, listCountIn(stored));
      if (list.leaves && !holdsGroup(stored, change.groupId)) wrong.add(list.id);
    }
    if (decided || refusals.some(({ index }) => index < before && index !== open)) return refusals;
  }
  return undefined;
}

function listActions(
  { keys, listed }: ListsSeen,
  { groupId, add, remove, at }: MembershipsOfGroup,
  wrong: ReadonlySet<string>,
) {
  const listing = (ids: readonly string[]) => ids.filter((id) => hasList(keys, id) && listed.get(id) !== "absent");
  const isFull = (id: string): boolean => Number(listed.get(id)) >= LISTED_AT_MOST;
  const fitting = (id: string, whole: Action): Action =>
    listed.get(id) === "unlisted" ? stayUnlisted(keys, id, at) : whole;
  const joining = (id: string) => (isFull(id) ? unlist(keys, id, at) : join(keys, groupId, id));
  const leaving = (id: string) => (wrong.has(id) ? unlist(keys, id, at) : leaveList(keys, groupId, id));
  return [
    ...listing(add).map((id) => ({ id, leaves: false, action: fitting(id, joining(id)) })),
    ...listing(remove).map((id) => ({ id, leaves: true, action: fitting(id, leaving(id)) })),
  ];
}

export function hasList(keys: OrgKeys, id: string): boolean {
  return keys.typeOf(id)?.listsGroups === true;
}

function holdsGroup(stored: Item | undefined, groupId: string): boolean {
  return stored?.gs instanceof Set && stored.gs.has(groupId);
}

function join(keys: OrgKeys, groupId: string, id: string): Action {
  return {
    update: keys.resource(id),
    add: { g: 1 },
    include: { gs: groupId },
    // Holds for no item without `g`, and so makes none.
    condition: { all: [{ atMost: ["g", LISTED_AT_MOST - 1] }] },
  };
}

export function leaveList(keys: OrgKeys, groupId: string, id: string): Action {
  return {
    update: keys.resource(id),
    add: { g: -1 },
    exclude: { gs: groupId },
    condition: { all: [{ exists: "g" }, { holds: ["gs", groupId] }] },
  };
}

/** The index answers from now on. */
function unlist(keys: OrgKeys, id: string, at: string): Action {
  return { update: keys.resource(id), set: { gt: at }, remove: ["g", "gs"], condition: { all: [{ exists: "g" }] } };
}

/** Says that the memberships changed, so that a repair that makes a list meanwhile does not miss it. */
function stayUnlisted(keys: OrgKeys, id: string, at: string): Action {
  return { update: keys.resource(id), set: { gt: at }, condition: { all: [{ exists: "pk" }, { missing: "g" }] } };
}
