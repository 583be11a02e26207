import { groupError, type ScimError } from "../../scim/error.ts";
import type { MEMBER_QUIRKS, MemberPlan } from "../../scim/members.ts";
import { isMemberId } from "../../scim/schema.ts";
import type { Wanted } from "../../store/records.ts";
import type { Session } from "../session.ts";

/** The memberships to write, without those that already exist and those of ids that may not be members. */
export interface MemberChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** For the ids in one request, whether each is a user or group of the org. */
export type KnownMembers = Map<string, boolean>;

/**
 * Turns a plan into memberships. Reads only the memberships and members that the plan names, and the whole roster only if the
 * plan replaces it.
 * @throws ScimError 400 invalidValue where the org refuses unknown members (rule `unknownMembers`)
 */
export async function memberChangeOf(
  session: Session,
  groupId: string,
  plan: MemberPlan,
  known: KnownMembers,
): Promise<MemberChange> {
  const { memberships } = session.directory;
  if (plan.exact) {
    const present = new Set(await memberships.stored(groupId));
    const wanted = new Set(plan.add);
    // Only new members are checked: most of a large roster is in the group already, and the sweep removes deleted members.
    const add = await livingMembers(session, [...wanted.difference(present)], known);
    return { add, remove: [...present.difference(wanted)] };
  }
  if (plan.add.length === 0 && plan.remove.length === 0) return { add: [], remove: [] };
  const [present, wanted] = await Promise.all([
    memberships.among(groupId, [...plan.add, ...plan.remove]),
    livingMembers(session, plan.add, known),
  ]);
  return { add: [...new Set(wanted).difference(present)], remove: plan.remove.filter((id) => present.has(id)) };
}

/**
 * The ids that are users or groups of the org. Other ids are skipped and counted on the log line: a 400 for one unknown id would
 * make a whole push fail every time (P14).
 * @param known results so far, so that one request checks each id once, however often it plans
 */
export async function livingMembers(
  session: Session,
  ids: readonly string[],
  known: KnownMembers = new Map(),
): Promise<string[]> {
  const asked: string[] = [];
  for (const id of ids) if (!known.has(id)) asked.push(id);
  const found = asked.length === 0 ? new Set() : await session.directory.memberships.living(asked);
  const living: string[] = [];
  const missing: string[] = [];
  for (const id of ids) {
    const before = known.get(id);
    const isLiving = before ?? found.has(id);
    if (isLiving) living.push(id);
    else if (before === undefined) missing.push(id);
    known.set(id, isLiving);
  }
  if (missing.length > 0 && session.rules.unknownMembers === "refuse") throw unknownMembers(missing);
  for (const id of missing) {
    session.quirks.note<typeof MEMBER_QUIRKS>("unknownMemberSkipped");
    session.effects.skip(id);
  }
  return living;
}

/** Members that fit into the token's round trip. If there are more, all of them are read after it (product.md 5.17). */
const MEMBERS_READ_AHEAD = 2;

/**
 * The records that decide whether members are added or removed, the most important first.
 * @param asked members whose memberships are read
 * @param joining members that are read themselves
 */
export function* wantedOfMembers(
  groupId: string,
  asked: readonly string[],
  joining: readonly string[],
): Iterable<Wanted> {
  const members = [...new Set(asked)].filter(isMemberId);
  if (members.length > MEMBERS_READ_AHEAD) return;
  for (const id of new Set(joining.filter(isMemberId))) yield { kind: "resource", id };
  for (const memberId of members) yield { kind: "membership", groupId, memberId };
}

/** Per request. More members would fit into one body only as bare ids. */
export const MEMBERS_PER_REQUEST = 150_000;
/** Seconds after which the client shall repeat an unfinished change. */
const RETRY_AFTER = 5;

export function tooManyMembers(members: number): ScimError {
  return groupError("tooLarge.members", [members, MEMBERS_PER_REQUEST]);
}

/** The memberships in the order of writing, removes before adds, in parts that fit one transaction. */
export function* partsOf({ remove, add }: MemberChange, fits: number): Generator<MemberChange & { left: number }> {
  const count = remove.length + add.length;
  for (let start = 0; start < count; ) {
    const end = Math.min(count, start + fits);
    yield {
      remove: remove.slice(start, end),
      add: add.slice(Math.max(0, start - remove.length), Math.max(0, end - remove.length)),
      left: count - end,
    };
    start = end;
  }
}

export function unfinished(left: number): ScimError {
  return groupError("busy.largeChange", [left], { "Retry-After": String(RETRY_AFTER) });
}

function unknownMembers(ids: readonly string[]): ScimError {
  const shown = ids.slice(0, 5).map((id) => `"${id.slice(0, 64)}"`);
  const more = ids.length > shown.length ? ` and ${ids.length - shown.length} more` : "";
  return groupError("value.unknownMembers", [shown.join(", "), more]);
}
