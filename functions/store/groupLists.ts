import { type OrgKeys, typeOf } from "./keys.ts";
import type { Action, Fitting, Item } from "./table.ts";

/**
 * A user's item lists the groups of the user (ADR 0050): `gs` is the set of their ids; `g` is their count and says that the
 * list is complete. A transaction that makes or ends a membership changes both. Without `g` only the index answers: for
 * users written by an earlier release, and for users in more groups than a list takes. Then `gt` is the time of the last
 * membership change.
 */

/** Ids have 23 bytes: a list stays below 1 KB, so each change of it costs the same. */
export const LISTED_AT_MOST = 40;
export const LIST_ATTRIBUTES = ["g", "gs"];

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

/** What changes the users' lists, in the transaction that makes and ends the memberships. */
export function listChanges(
  { keys, listed }: ListsSeen,
  { groupId, add, remove, at }: MembershipsOfGroup,
): readonly Fitting[] {
  const changes: Fitting[] = [];
  for (const [index, id] of [...add, ...remove].entries()) {
    if (!typeOf(keys.types, id)?.listsGroups) continue;
    const leaves = index >= add.length;
    // The look may be old: an adoption may have moved the user to this side meanwhile.
    if (leaves && listed.get(id) === "absent") listed.delete(id);
    // The list of a leaving user lacks the group: an earlier release made the membership.
    let isWrong = false;
    changes.push({
      form: () => {
        const update = keys.resource(id);
        const seen = listed.get(id);
        if (seen === "absent") return undefined;
        // The time, so that a repair that builds a list at the same time does not miss the change.
        if (seen === "unlisted") {
          return { update, set: { gt: at }, condition: { all: [{ exists: "pk" }, { missing: "g" }] } };
        }
        // Without a list, the index answers from now on.
        const isGivenUp = leaves ? isWrong : Number(seen) >= LISTED_AT_MOST;
        if (isGivenUp) return { update, set: { gt: at }, remove: ["g", "gs"], condition: { all: [{ exists: "g" }] } };
        if (leaves) return leaveList(keys, groupId, id);
        // Does not hold for a missing item, so the update creates none.
        const condition = { all: [{ atMost: ["g", LISTED_AT_MOST - 1] as const }] };
        return { update, add: { g: 1 }, include: { gs: groupId }, condition };
      },
      learn: (stored) => {
        listed.set(id, listCountIn(stored));
        isWrong = leaves && !(stored?.gs instanceof Set && stored.gs.has(groupId));
      },
    });
  }
  return changes;
}

export function leaveList(keys: OrgKeys, groupId: string, id: string): Action {
  return {
    update: keys.resource(id),
    add: { g: -1 },
    exclude: { gs: groupId },
    condition: { all: [{ exists: "g" }, { holds: ["gs", groupId] }] },
  };
}
