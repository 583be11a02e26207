import type { OrgKeys } from "./keys.ts";
import type { Action, Item, Refusal } from "./table.ts";

/**
 * A user's item lists the groups of the user (ADR 0050): `gs` is the set of their ids; `g` is their count and says that the
 * list is complete. A transaction that makes or ends a membership changes both. Without `g` only the index answers: for
 * users written by an earlier release, and for users in more groups than a list takes. Then `gt` is the time of the last
 * membership change.
 */

/** Ids have 23 bytes: a list stays below 1 KB, so each change of it costs the same. */
export const LISTED_AT_MOST = 40;
export const LIST_ATTRIBUTES = ["g", "gs"];
/** How often a transaction is sent in other forms, while lists differ from what was seen. */
const FORM_TRIES = 8;

/**
 * How many groups a user's item lists. `unlisted`: no list, the index answers. `absent`: there is no item on this side;
 * such a member gets none later.
 */
export type ListCount = number | "unlisted" | "absent";

export function listCountIn(item: Item | undefined): ListCount {
  if (item === undefined) return "absent";
  return typeof item.g === "number" ? item.g : "unlisted";
}

/** Ids of the groups that an item lists, ascending; undefined where it has no list. */
export function groupIdsIn({ g, gs }: Item): readonly string[] | undefined {
  if (typeof g !== "number") return undefined;
  return gs instanceof Set ? [...gs].map(String).sort() : [];
}

/** What one request has seen of one side of an org. */
interface ListsSeen {
  readonly keys: OrgKeys;
  /** By user id. */
  readonly listed: Map<string, ListCount>;
}

interface MembershipsOfGroup {
  readonly groupId: string;
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** Time of the request, ISO 8601. */
  readonly at: string;
}

/**
 * Sends a transaction that ends with the changes of the users' lists. Each of these actions has the form that fits the list
 * as last seen; where only such forms are refused, the transaction is sent again with forms that fit.
 * @param before count of actions before the list changes
 * @param open index of an action before them that `send` itself tries in several forms
 * @returns undefined when the lists had changed each time
 */
export async function writeListed(
  seen: ListsSeen,
  change: MembershipsOfGroup,
  { before, open }: { readonly before: number; readonly open?: number | undefined },
  send: (lists: readonly Action[]) => Promise<readonly Refusal[] | undefined>,
): Promise<readonly Refusal[] | undefined> {
  /** Leaving members whose list lacks the group: an earlier release made the membership. */
  const wrong = new Set<string>();
  // The look may be old: an adoption may have moved the user to this side meanwhile.
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
    // Does not hold for a missing item, so the update creates none.
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

/** Removes the list: from now on the index answers. */
function unlist(keys: OrgKeys, id: string, at: string): Action {
  return { update: keys.resource(id), set: { gt: at }, remove: ["g", "gs"], condition: { all: [{ exists: "g" }] } };
}

/** Records the membership change, so that a repair that builds a list at the same time does not miss it. */
function stayUnlisted(keys: OrgKeys, id: string, at: string): Action {
  return { update: keys.resource(id), set: { gt: at }, condition: { all: [{ exists: "pk" }, { missing: "g" }] } };
}
