import { ScimError } from "../../scim/error.ts";
import type { MEMBER_QUIRKS, MemberPlan } from "../../scim/members.ts";
import { isMemberId } from "../../scim/schema.ts";
import type { Wanted } from "../../store/records.ts";
import type { Session } from "../session.ts";

/** The memberships that really have to be written, after what is there already and what may not be a member were left out. */
export interface MemberChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** Of the ids that one request asked for, whether each is a user or group of the org. */
export type KnownMembers = Map<string, boolean>;

/**
 * Turns a plan into memberships. Reads only the memberships and members the plan names, never the whole roster, unless the
 * plan says what the roster shall be exactly.
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
    // Only newcomers are asked for: of a large roster most are in the group already, and the dead among them are swept.
    const newcomers = plan.add.filter((id) => !present.has(id));
    const add = await livingMembers(session, newcomers, known);
    return { add, remove: [...present].filter((id) => !wanted.has(id)) };
  }
  if (plan.add.length === 0 && plan.remove.length === 0) return { add: [], remove: [] };
  const [present, wanted] = await Promise.all([
    memberships.among(groupId, [...plan.add, ...plan.remove]),
    livingMembers(session, plan.add, known),
  ]);
  return { add: wanted.filter((id) => !present.has(id)), remove: plan.remove.filter((id) => present.has(id)) };
}

/**
 * Those of the ids that are users or groups of the org. What is no member is skipped and counted on the log line: one 400 for one
 * unknown id would fail a whole push for good (P14).
 * @param known so that one request asks for each id once, however often it plans anew
 */
export async function livingMembers(
  session: Session,
  ids: readonly string[],
  known: KnownMembers = new Map(),
): Promise<string[]> {
  const asked: string[] = [];
  for (const id of ids) if (!known.has(id)) asked.push(id);
  const living = asked.length === 0 ? new Set() : await session.directory.memberships.living(asked);
  const missing: string[] = [];
  for (const id of asked) {
    known.set(id, living.has(id));
    if (!living.has(id)) missing.push(id);
  }
  if (missing.length > 0 && session.rules.unknownMembers === "refuse") throw unknownMembers(missing);
  for (const id of missing) {
    session.quirks.note<typeof MEMBER_QUIRKS>("unknownMemberSkipped");
    session.effects.skip(id);
  }
  return ids.filter((id) => known.get(id) === true);
}

/** As many members as fit beside the token: where there are more, all of them are read after it (product.md 5.17). */
const MEMBERS_READ_AHEAD = 2;

/**
 * What decides whether members come in or go, the most telling first.
 * @param asked whether they are there
 * @param joining whether they live, too
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

/** Of one request. More do not fit the body of one either, unless they are bare ids. */
const MEMBERS_PER_REQUEST = 150_000;
/** Seconds until an unfinished change shall be sent again. */
const RETRY_AFTER = 5;

/** @throws ScimError 413 */
export function assertFewEnough(members: number): void {
  if (members <= MEMBERS_PER_REQUEST) return;
  throw ScimError.tooLarge("members", members, MEMBERS_PER_REQUEST);
}

/** The memberships in the order in which they are written, removes before adds, divided into what one transaction carries. */
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
  return ScimError.busy("largeChange", RETRY_AFTER, left);
}

function unknownMembers(ids: readonly string[]): ScimError {
  const shown = ids.slice(0, 5).map((id) => `"${id.slice(0, 64)}"`);
  const more = ids.length > shown.length ? ` and ${ids.length - shown.length} more` : "";
  return ScimError.invalidValue("unknownMembers", shown.join(", "), more);
}
