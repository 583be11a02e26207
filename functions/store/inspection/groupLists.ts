import { groupIdsIn, LISTED_AT_MOST } from "../groupLists.ts";
import { MARKER_MILLISECONDS } from "../sweep.ts";
import { type Item, type Key, PRESENT, stillIs } from "../table.ts";
import { unchanged } from "./entries.ts";
import type { Contradiction, Inspector } from "./inspector.ts";

/** Compares the groups in a user's item, or the lack of such a list, with the memberships. */

/** Groups read in one snapshot with the user: two items each, the group and the membership. */
const GROUPS_AT_ONCE = 49;

/** @param shown ids of the user's groups in the index */
export async function checkGroupList(inspector: Inspector, item: Item, shown: readonly string[]): Promise<void> {
  const listed = groupIdsIn(item);
  const id = String(item.sk);
  if (listed === undefined) {
    // The missing list is no fault, only more expensive to read. So a repair run adds it without a finding.
    if (!inspector.report.wishes.repair || shown.length > LISTED_AT_MOST) return;
    const missing = await lookAtGroupList(inspector, id, shown);
    if (missing?.repair !== undefined) await inspector.database.transact(missing.repair);
    return;
  }
  if (item.g === listed.length && listed.join() === [...shown].sort().join()) return;
  await inspector.settle(() => lookAtGroupList(inspector, id, shown));
}

/** Reads in one snapshot the user, and every group that its item or the index names. */
async function lookAtGroupList(
  inspector: Inspector,
  id: string,
  shown: readonly string[],
): Promise<Contradiction | undefined> {
  const { keys, report } = inspector;
  const user = keys.resource(id);
  const named = new Set([...(groupIdsIn((await inspector.view.get(user)) ?? {}) ?? []), ...shown]);
  const groupIds = [...named].slice(0, GROUPS_AT_ONCE);
  const wanted: Record<string, Key> = { user };
  for (const groupId of groupIds) {
    wanted[groupId] = keys.resource(groupId);
    wanted[`in ${groupId}`] = keys.membership(groupId, id);
  }
  const found = await inspector.together(wanted);
  const item = found.user;
  if (item === undefined) return undefined;
  const listed = groupIdsIn(item);
  // The index may lag behind a recent change.
  const isYoung = item.gt !== undefined && inspector.ageOf(item.gt) < MARKER_MILLISECONDS;
  if (listed === undefined && isYoung) return undefined;
  // The user joined a group between the two reads.
  if (listed?.some((groupId) => !groupIds.includes(groupId))) return undefined;
  const stored = groupIds.filter((groupId) => found[`in ${groupId}`] !== undefined);
  // A deleted group may be listed until it is swept.
  const living = stored.filter((groupId) => found[groupId] !== undefined);
  const agrees =
    listed?.length === item.g &&
    listed?.every((id) => stored.includes(id)) &&
    living.every((id) => listed.includes(id));
  if (agrees) return undefined;
  const { g: _count, gs: _ids, gt: _since, ...rest } = item;
  const fits = living.length <= LISTED_AT_MOST && named.size <= GROUPS_AT_ONCE && isOurs(item);
  if (!fits && listed === undefined) return undefined;
  const asSeen = ["v", "g", "gs", "gt"].flatMap((name) => stillIs(name, item[name]));
  const condition = { all: [...unchanged(item).all, ...asSeen] };
  const list = { g: living.length, ...(living.length > 0 && { gs: new Set(living) }) };
  const givenUp = { update: user, set: { gt: report.wishes.stamp.at }, remove: ["g", "gs"], condition };
  const checks = living.flatMap((groupId) => [
    { check: keys.membership(groupId, id), condition: PRESENT },
    { check: keys.resource(groupId), condition: PRESENT },
  ]);
  return {
    code: `${keys.typeOf(id)?.kind}.groups`,
    ids: [id],
    repair: fits ? [{ put: { ...rest, ...list }, condition }, ...checks] : [givenUp],
  };
}

/** Whether the table can put the item again: it has no value of a type that only others write. */
function isOurs(item: Item): boolean {
  return Object.values(item).every((value) =>
    value instanceof Set ? [...value].every(isText) : isText(value) || typeof value === "number",
  );
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}
