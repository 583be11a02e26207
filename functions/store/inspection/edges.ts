import { isGroupId, isUserId } from "../../scim/schema.ts";
import { ABSENT, checkItem, deleteItem, PRESENT, stillIs, when } from "../actions.ts";
import { keyText } from "../keys.ts";
import type { Item, Key } from "../table.ts";
import { writeMark } from "../traces.ts";
import type { InspectedSide, Inspector, Verdict } from "./inspector.ts";

/** Memberships: between living ends, or hidden by a marker; found from both ends; as many as their group says. */

/** A group whose edges are walked, perhaps over several steps. */
export interface EdgeWalk {
  readonly groupId: string;
  readonly after?: string;
  /** So far. */
  readonly counted: number;
  /** The group's member count when the walk began; absent where there is no group. */
  readonly stated?: number;
}

const EDGES_AT_ONCE = 500;
const COUNTS = 5;

/** One piece of the walk over the edges of a group. @returns where it goes on */
export async function checkEdges(
  inspector: Inspector,
  side: InspectedSide,
  walk: EdgeWalk,
): Promise<EdgeWalk | undefined> {
  const { groupId } = walk;
  const { view, keys } = side;
  const page = await view.query(keys.edges(groupId), { limit: EDGES_AT_ONCE, after: walk.after });
  inspector.looked(page.items.length);
  const counted = walk.counted + page.items.length;
  for (const edge of await suspectsOf(inspector, side, walk, page.items)) {
    await inspector.settle(side.side, () => lookAtEdge(inspector, side, groupId, String(edge.sk)));
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
  { groupId, stated }: EdgeWalk,
  edges: readonly Item[],
): Promise<readonly Item[]> {
  // Edges without a group are judged by the group's marker, each for itself.
  if (stated === undefined) return edges;
  const members = edges.map(({ sk }) => String(sk));
  const living = await livingAmong(inspector, side, members);
  return edges.filter((edge) => !living.has(String(edge.sk)) || !isFiledUnderItsMember(side, groupId, edge));
}

async function livingAmong(
  inspector: Inspector,
  side: InspectedSide,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = await inspector.database.getMany(
    ids.map((id) => side.resource(id)),
    ["pk", "sk"],
  );
  const living = new Set(found.map(({ sk }) => String(sk)));
  if (side.side === "managed") return living;
  // A user that SCIM made may be in a team of the application.
  const others = ids.filter((id) => isUserId(id) && !living.has(id)).map((id) => side.other.user(id));
  for (const { sk } of await inspector.database.getMany(others, ["pk", "sk"])) living.add(String(sk));
  return living;
}

function isFiledUnderItsMember({ keys }: InspectedSide, groupId: string, edge: Item): boolean {
  return edge.g1p === keys.reverse(String(edge.sk)) && edge.g1s === groupId;
}

/** The edges that the index shows of a member: their groups must be there. */
export async function checkEdgesOfMember(inspector: Inspector, side: InspectedSide, memberId: string): Promise<void> {
  let after: string | undefined;
  do {
    const page = await side.view.groupPage(memberId, { after });
    inspector.looked(page.ids.length);
    const groupIds = page.ids.filter(isGroupId);
    const found = await inspector.database.getMany(
      groupIds.map((id) => side.keys.group(id)),
      ["pk", "sk"],
    );
    const living = new Set(found.map(({ sk }) => String(sk)));
    for (const groupId of groupIds.filter((id) => !living.has(id))) {
      await inspector.settle(side.side, () => lookAtEdge(inspector, side, groupId, memberId));
    }
    after = page.last;
  } while (after !== undefined);
}

/** One edge and all that may account for it, at one moment. */
async function lookAtEdge(
  inspector: Inspector,
  side: InspectedSide,
  groupId: string,
  memberId: string,
): Promise<Verdict | undefined> {
  const { keys, other } = side;
  const wanted = {
    edge: keys.edge(groupId, memberId),
    group: keys.group(groupId),
    groupMarker: keys.marker(groupId),
    member: side.resource(memberId),
    memberMarker: keys.marker(memberId),
    otherMember: other.user(memberId),
    otherMarker: other.marker(memberId),
  };
  const distinct = [...new Map(Object.values(wanted).map((key) => [keyText(key), key])).values()];
  const items = await inspector.database.getTogether(distinct);
  const there = new Set(distinct.filter((_, index) => items[index] !== undefined).map(keyText));
  const has = (key: Key): boolean => there.has(keyText(key));
  const edge = items[distinct.findIndex((key) => keyText(key) === keyText(wanted.edge))];
  if (edge === undefined) return undefined;

  const ids = [groupId, memberId];
  const remove = deleteItem(wanted.edge, PRESENT);
  if (!has(wanted.group)) {
    // Being swept, or of a group that is being made.
    if (has(wanted.groupMarker)) return undefined;
    const mend = [remove, checkItem(wanted.group, ABSENT), checkItem(wanted.groupMarker, ABSENT)];
    return { code: "edge.group", ids, mend };
  }
  const mayBeManaged = side.side === "unmanaged" && isUserId(memberId);
  const lives = has(wanted.member) || (mayBeManaged && has(wanted.otherMember));
  const hidden = has(wanted.memberMarker) || (mayBeManaged && has(wanted.otherMarker));
  if (!lives && !hidden) {
    const group = { update: wanted.group, set: { lr: writeMark(inspector.stamp) }, add: { v: 1, n: -1 } };
    const gone = memberId === groupId ? [] : [checkItem(wanted.member, ABSENT)];
    const mend = [remove, { ...group, condition: PRESENT }, ...gone];
    return { code: mayBeManaged ? "edge.stranger" : "edge.member", ids, mend };
  }
  if (isFiledUnderItsMember(side, groupId, edge)) return undefined;
  const set = { g1p: keys.reverse(memberId), g1s: groupId };
  const refile = { update: wanted.edge, set, condition: PRESENT };
  return { code: "edge.reverse", ids, mend: [refile] };
}

/** Every change of a group's edges raises its version: what is counted while that stands still is true. */
async function lookAtMemberCount(
  inspector: Inspector,
  side: InspectedSide,
  groupId: string,
): Promise<Verdict | undefined> {
  const key = side.keys.group(groupId);
  for (let counts = 0; counts < COUNTS; counts++) {
    const before = await inspector.database.get(key);
    if (before === undefined) return undefined;
    let counted = 0;
    for await (const edges of side.view.pages(side.keys.edges(groupId), { only: ["sk"] })) counted += edges.length;
    const after = await inspector.database.get(key);
    if (after === undefined || after.v !== before.v) continue;
    if (after.n === counted) return undefined;
    const condition = when(...stillIs("v", after.v));
    return {
      code: "group.memberCount",
      ids: [groupId],
      mend: [{ update: key, set: { n: counted }, condition }],
    };
  }
  inspector.unsettled(groupId);
  return undefined;
}
