import { groupIdsIn, leaveList } from "../groupLists.ts";
import { isIdOf } from "../keys.ts";
import { membershipItem, newWriteId, statedSum, sumIn, sumOfIds } from "../resourceItems.ts";
import { USER_LAYOUT } from "../storedTypes.ts";
import { ABSENT, type Condition, type Item, PRESENT, stillIs } from "../table.ts";
import type { Contradiction, Inspector } from "./inspector.ts";

/** Checks memberships: both ends live, or a marker hides them; both ends lead to them; their number is as stated in the group. */

/** A group whose memberships are being checked, perhaps over several steps. */
export interface MembershipWalk {
  readonly groupId: string;
  readonly after?: string;
  /** Memberships so far. */
  readonly counted: number;
  /** The group's member count at the beginning of the walk; absent where there is no group. */
  readonly stated?: number;
  /** The part of the sum stated then (`rosters.ts`) that was not found so far; absent where the group states none. */
  readonly missing?: number | undefined;
}

const MEMBERSHIPS_AT_ONCE = 500;

/** One piece of the walk over the memberships of a group. @returns where it continues */
export async function checkMemberships(
  inspector: Inspector,
  walk: MembershipWalk,
): Promise<MembershipWalk | undefined> {
  const { groupId, after, stated } = walk;
  const { view, keys, sums } = inspector;
  const { items, last } = await view.query(keys.memberships(groupId), { limit: MEMBERSHIPS_AT_ONCE, after });
  inspector.looked(items.length);
  const counted = walk.counted + items.length;
  const found = sumOfIds(items.map(({ sk }) => String(sk)));
  const missing = walk.missing === undefined ? undefined : walk.missing - found;
  for (const membership of items) {
    const id = String(membership.sk);
    // Memberships without a group are checked one by one against the group's marker.
    if (stated === undefined || keys.typeOf(id) === undefined)
      await inspector.settle(() => lookAtMembership(inspector, groupId, id));
    else if (isFiledUnderItsMember(inspector, groupId, membership)) sums.remove(id, membershipText(groupId, id));
    // The member's own list may still name the group; this text always makes a difference.
    else sums.remove(id, `not filed ${groupId}`);
  }
  if (last !== undefined) return { ...walk, after: last, counted, missing };
  if (stated === undefined) return undefined;
  if (stated !== counted || (missing ?? 0) !== 0) await inspector.settle(() => lookAtMemberCount(inspector, groupId));
  else if (missing === undefined && inspector.report.wishes.repair) await giveSum(inspector, groupId);
  return undefined;
}

/** The text of a membership that is the same from the group's and the member's side. */
function membershipText(groupId: string, memberId: string): string {
  return `${groupId}\n${memberId}`;
}

/** For memberships with differing sums: checks whether their members live. */
export async function checkMembers(inspector: Inspector, walk: MembershipWalk): Promise<MembershipWalk | undefined> {
  const { groupId, after } = walk;
  const { view, keys, sums } = inspector;
  const page = await view.query(keys.memberships(groupId), { limit: MEMBERSHIPS_AT_ONCE, after });
  const differing = page.items.filter(({ sk }) => keys.typeOf(String(sk)) !== undefined && sums.differsAt(String(sk)));
  inspector.looked(differing.length);
  const living = await livingAmong(inspector, differing);
  for (const membership of differing) {
    const id = String(membership.sk);
    if (living.has(id) && isFiledUnderItsMember(inspector, groupId, membership)) continue;
    await inspector.settle(() => lookAtMembership(inspector, groupId, id));
  }
  return page.last === undefined ? undefined : { ...walk, after: page.last };
}

/** Adds the sum to a group of an earlier release. If the group changes meanwhile, the next repair adds it. */
async function giveSum(inspector: Inspector, groupId: string): Promise<void> {
  const update = inspector.keys.resource(groupId);
  const group = await inspector.database.get(update);
  if (group === undefined) return;
  const { s } = await countOf(inspector, groupId);
  await inspector.database.write([{ update, set: { s }, condition: stillStates(group) }]);
}

function stillStates({ v, n, s }: Item): Condition {
  return { all: [...stillIs("v", v), ...stillIs("n", n), ...stillIs("s", s)] };
}

async function countOf(inspector: Inspector, groupId: string): Promise<{ readonly n: number; readonly s: number }> {
  const ids: string[] = [];
  for await (const items of inspector.view.pages(inspector.keys.memberships(groupId), { only: ["sk"] })) {
    for (const { sk } of items) ids.push(String(sk));
  }
  return { n: ids.length, s: statedSum(sumOfIds(ids)) };
}

async function livingAmong(inspector: Inspector, memberships: readonly Item[]): Promise<ReadonlySet<string>> {
  const ids = memberships.map(({ sk }) => String(sk));
  const living = await inspector.existing(ids);
  if (inspector.side === "managed") return living;
  // A managed user may be in a team of the application.
  const others = ids.filter((id) => isIdOf(USER_LAYOUT, id) && !living.has(id));
  return new Set([...living, ...(await inspector.existing(others, (id) => inspector.other.resource(id)))]);
}

function isFiledUnderItsMember({ keys }: Inspector, groupId: string, { sk, g1p, g1s }: Item): boolean {
  const sound = membershipItem(keys, groupId, String(sk));
  return g1p === sound.g1p && g1s === sound.g1s;
}

/** The groups that a user's item lists; undefined where the index must be read, because the item has no valid list or on request. */
export function listedGroups({ report }: Inspector, item: Item): readonly string[] | undefined {
  const groupIds = report.wishes.index === true ? undefined : groupIdsIn(item);
  return groupIds?.length === item.g ? groupIds : undefined;
}

/** Adds memberships of one member to the sums. */
export function addGroups({ sums }: Inspector, memberId: string, groupIds: readonly string[]): void {
  for (const groupId of groupIds) sums.add(memberId, membershipText(groupId, memberId));
}

/** Checks that the groups of a member's indexed memberships exist. */
export async function checkGroups(inspector: Inspector, memberId: string, groupIds: readonly string[]): Promise<void> {
  const living = await inspector.existing(groupIds);
  for (const groupId of groupIds) {
    if (!living.has(groupId)) await inspector.settle(() => lookAtMembership(inspector, groupId, memberId));
  }
}

/** Ids of a member's groups in the index. @param look called with each page of them */
export async function groupsShown(
  inspector: Inspector,
  memberId: string,
  look: typeof addGroups | typeof checkGroups,
): Promise<readonly string[]> {
  const shown: string[] = [];
  let after: string | undefined;
  do {
    const page = await inspector.view.groupPage(memberId, { after });
    inspector.looked(page.ids.length);
    const groupIds = page.ids.filter((id) => inspector.keys.typeOf(id)?.hasMembers === true);
    await look(inspector, memberId, groupIds);
    shown.push(...groupIds);
    after = page.last;
  } while (after !== undefined);
  return shown;
}

/** One membership and everything that may justify it, in one snapshot. */
async function lookAtMembership(
  inspector: Inspector,
  groupId: string,
  memberId: string,
): Promise<Contradiction | undefined> {
  const { keys, other, side } = inspector;
  const wanted = {
    membership: keys.membership(groupId, memberId),
    group: keys.resource(groupId),
    groupMarker: keys.marker(groupId),
    member: keys.resource(memberId),
    memberMarker: keys.marker(memberId),
    otherMember: other.resource(memberId),
    otherMarker: other.marker(memberId),
  };
  const found = await inspector.together(wanted);
  if (found.membership === undefined) return undefined;
  const ids = [groupId, memberId];
  const remove = { delete: wanted.membership, condition: PRESENT };
  if (found.group === undefined) {
    // The group is being swept, or is being created.
    if (found.groupMarker !== undefined) return undefined;
    const isListed = groupIdsIn(found.member ?? {})?.includes(groupId) === true;
    const repair = [
      remove,
      ...(isListed ? [leaveList(keys, groupId, memberId)] : []),
      { check: wanted.group, condition: ABSENT },
      { check: wanted.groupMarker, condition: ABSENT },
    ];
    return { code: "edge.group", ids, repair };
  }
  const mayBeManaged = side === "unmanaged" && isIdOf(USER_LAYOUT, memberId);
  const accounts = [found.member, found.memberMarker, ...(mayBeManaged ? [found.otherMember, found.otherMarker] : [])];
  if (accounts.every((item) => item === undefined)) {
    const { stamp } = inspector.report.wishes;
    const group = {
      update: wanted.group,
      set: { lr: newWriteId(stamp) },
      add: { v: 1, n: -1, s: -sumOfIds([memberId]) },
      condition: PRESENT,
    };
    const gone = memberId === groupId ? [] : [{ check: wanted.member, condition: ABSENT }];
    return { code: mayBeManaged ? "edge.stranger" : "edge.member", ids, repair: [remove, group, ...gone] };
  }
  if (isFiledUnderItsMember(inspector, groupId, found.membership)) return undefined;
  const { g1p, g1s } = membershipItem(keys, groupId, memberId);
  return { code: "edge.reverse", ids, repair: [{ update: wanted.membership, set: { g1p, g1s }, condition: PRESENT }] };
}

/** Every change of the members raises the group's version, an import its count: a count taken while both are unchanged is right. */
async function lookAtMemberCount(inspector: Inspector, groupId: string): Promise<Contradiction | undefined> {
  const update = inspector.keys.resource(groupId);
  const found = await inspector.miscount(
    update,
    groupId,
    (item) => [item?.n, item?.s, item?.v],
    () => countOf(inspector, groupId),
    (item, { n, s }) => item?.n === n && (sumIn(item.s) === undefined || item.s === s),
  );
  if (found?.item === undefined) return undefined;
  const code = `${inspector.keys.typeOf(groupId)?.kind}.memberCount` as const;
  return { code, ids: [groupId], repair: [{ update, set: found.counted, condition: stillStates(found.item) }] };
}
