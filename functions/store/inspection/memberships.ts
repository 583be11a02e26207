import { ABSENT, checkItem, deleteItem, PRESENT, stillIs, when } from "../actions.ts";
import { membershipItem } from "../derivedItems.ts";
import { keyText } from "../keys.ts";
import { isIdOf, USER_LAYOUT } from "../storedType.ts";
import type { Item, Key } from "../table.ts";
import { newWriteId } from "../writeId.ts";
import type { Contradiction, InspectedSide, Inspector } from "./inspector.ts";

/** Memberships: between living ends, or hidden by a marker; found from both ends; as many as their group says. */

/** A group whose memberships are walked, perhaps over several steps. */
export interface MembershipWalk {
  readonly groupId: string;
  readonly after?: string;
  /** So far. */
  readonly counted: number;
  /** The group's member count when the walk began; absent where there is no group. */
  readonly stated?: number;
}

const MEMBERSHIPS_AT_ONCE = 500;
const COUNTS = 5;

/** One piece of the walk over the memberships of a group. @returns where it goes on */
export async function checkMemberships(
  inspector: Inspector,
  side: InspectedSide,
  walk: MembershipWalk,
): Promise<MembershipWalk | undefined> {
  const { groupId } = walk;
  const { view, keys } = side;
  const page = await view.query(keys.memberships(groupId), { limit: MEMBERSHIPS_AT_ONCE, after: walk.after });
  inspector.looked(page.items.length);
  const counted = walk.counted + page.items.length;
  for (const membership of await suspectsOf(inspector, side, walk, page.items)) {
    await inspector.settle(side.side, () => lookAtMembership(inspector, side, groupId, String(membership.sk)));
  }
  if (page.last !== undefined) return { ...walk, after: page.last, counted };
  if (walk.stated !== undefined && walk.stated !== counted) {
    await inspector.settle(side.side, () => lookAtMemberCount(inspector, side, groupId));
  }
  return undefined;
}

async function suspectsOf(
  inspector: Inspector,
  side: InspectedSide,
  { groupId, stated }: MembershipWalk,
  memberships: readonly Item[],
): Promise<readonly Item[]> {
  // Memberships without a group are judged by the group's marker, each for itself.
  if (stated === undefined) return memberships;
  const members = memberships.map(({ sk }) => String(sk));
  const living = await livingAmong(inspector, side, members);
  return memberships.filter(
    (membership) => !living.has(String(membership.sk)) || !isFiledUnderItsMember(side, groupId, membership),
  );
}

async function livingAmong(
  inspector: Inspector,
  side: InspectedSide,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = await inspector.database.getMany(
    ids.map((id) => side.keys.resource(id)),
    ["pk", "sk"],
  );
  const living = new Set(found.map(({ sk }) => String(sk)));
  if (side.side === "managed") return living;
  // A user that SCIM made may be in a team of the application.
  const others = ids.filter((id) => isIdOf(USER_LAYOUT, id) && !living.has(id)).map((id) => side.other.resource(id));
  for (const { sk } of await inspector.database.getMany(others, ["pk", "sk"])) living.add(String(sk));
  return living;
}

function isFiledUnderItsMember({ keys }: InspectedSide, groupId: string, { sk, g1p, g1s }: Item): boolean {
  const sound = membershipItem(keys, groupId, String(sk));
  return g1p === sound.g1p && g1s === sound.g1s;
}

/** The memberships that the index shows of a member: their groups must be there. */
export async function checkGroupsOfMember(inspector: Inspector, side: InspectedSide, memberId: string): Promise<void> {
  const { keys } = side;
  let after: string | undefined;
  do {
    const page = await side.view.groupPage(memberId, { after });
    inspector.looked(page.ids.length);
    const groupIds = page.ids.filter((id) => keys.typeOf(id)?.hasMembers === true);
    const found = await inspector.database.getMany(
      groupIds.map((id) => side.keys.resource(id)),
      ["pk", "sk"],
    );
    const living = new Set(found.map(({ sk }) => String(sk)));
    for (const groupId of groupIds.filter((id) => !living.has(id))) {
      await inspector.settle(side.side, () => lookAtMembership(inspector, side, groupId, memberId));
    }
    after = page.last;
  } while (after !== undefined);
}

/** One membership and all that may account for it, at one moment. */
async function lookAtMembership(
  inspector: Inspector,
  side: InspectedSide,
  groupId: string,
  memberId: string,
): Promise<Contradiction | undefined> {
  const { keys, other } = side;
  const wanted = {
    membership: keys.membership(groupId, memberId),
    group: keys.resource(groupId),
    groupMarker: keys.marker(groupId),
    member: side.keys.resource(memberId),
    memberMarker: keys.marker(memberId),
    otherMember: other.resource(memberId),
    otherMarker: other.marker(memberId),
  };
  const distinct = [...new Map(Object.values(wanted).map((key) => [keyText(key), key])).values()];
  const items = await inspector.database.getTogether(distinct);
  const there = new Set(distinct.filter((_, index) => items[index] !== undefined).map(keyText));
  const has = (key: Key): boolean => there.has(keyText(key));
  const membership = items[distinct.findIndex((key) => keyText(key) === keyText(wanted.membership))];
  if (membership === undefined) return undefined;

  const ids = [groupId, memberId];
  const remove = deleteItem(wanted.membership, PRESENT);
  if (!has(wanted.group)) {
    // Being swept, or of a group that is being made.
    if (has(wanted.groupMarker)) return undefined;
    const repair = [remove, checkItem(wanted.group, ABSENT), checkItem(wanted.groupMarker, ABSENT)];
    return { code: "edge.group", ids, repair };
  }
  const mayBeManaged = side.side === "unmanaged" && isIdOf(USER_LAYOUT, memberId);
  const lives = has(wanted.member) || (mayBeManaged && has(wanted.otherMember));
  const hidden = has(wanted.memberMarker) || (mayBeManaged && has(wanted.otherMarker));
  if (!lives && !hidden) {
    const group = { update: wanted.group, set: { lr: newWriteId(inspector.stamp) }, add: { v: 1, n: -1 } };
    const gone = memberId === groupId ? [] : [checkItem(wanted.member, ABSENT)];
    const repair = [remove, { ...group, condition: PRESENT }, ...gone];
    return { code: mayBeManaged ? "edge.stranger" : "edge.member", ids, repair };
  }
  if (isFiledUnderItsMember(side, groupId, membership)) return undefined;
  const { g1p, g1s } = membershipItem(keys, groupId, memberId);
  const refile = { update: wanted.membership, set: { g1p, g1s }, condition: PRESENT };
  return { code: "edge.reverse", ids, repair: [refile] };
}

/** Every change of a group's members raises its version: what is counted while that stands still is true. */
async function lookAtMemberCount(
  inspector: Inspector,
  side: InspectedSide,
  groupId: string,
): Promise<Contradiction | undefined> {
  const key = side.keys.resource(groupId);
  for (let counts = 0; counts < COUNTS; counts++) {
    const before = await inspector.database.get(key);
    if (before === undefined) return undefined;
    let counted = 0;
    for await (const items of side.view.pages(side.keys.memberships(groupId), { only: ["sk"] }))
      counted += items.length;
    const after = await inspector.database.get(key);
    if (after === undefined || after.v !== before.v) continue;
    if (after.n === counted) return undefined;
    const condition = when(...stillIs("v", after.v));
    return {
      code: "group.memberCount",
      ids: [groupId],
      repair: [{ update: key, set: { n: counted }, condition }],
    };
  }
  inspector.unsettled(groupId);
  return undefined;
}
