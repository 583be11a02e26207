import { isGroupId, isUserId } from "../scim/identifiers.ts";
import { type GroupOf, managerIn } from "../scim/render.ts";
import type { GroupRecord, UserRecord } from "../store/directoryPorts.ts";
import type { Session } from "./session.ts";
import { attributesOf } from "./users.ts";

/** Members in one answer, over all its groups (product.md 5.10). */
export const MEMBERS_PER_ANSWER = 10_000;

/** Asks for the ids of a user's groups once, however often they are needed in one request. */
export type GroupIdsOf = (userId: string) => Promise<string[]>;

export function groupIdsOnce(session: Session): GroupIdsOf {
  const asked = new Map<string, Promise<string[]>>();
  return (userId) => {
    const known = asked.get(userId);
    if (known !== undefined) return known;
    const ids = session.directory.memberships.groupsOf(userId);
    // Asked for ahead, and perhaps by nobody again: a failure is then no surprise that ends the process.
    ids.catch(() => undefined);
    asked.set(userId, ids);
    return ids;
  };
}

/** The groups of each user that still exist, by user id. */
export async function groupsOfUsers(
  session: Session,
  userIds: readonly string[],
  groupIdsOf: GroupIdsOf,
): Promise<Map<string, GroupOf[]>> {
  const idsOf = await Promise.all(userIds.map(groupIdsOf));
  const records = await session.directory.groups.findMany([...new Set(idsOf.flat())]);
  const known = new Map(records.map((record) => [record.id, groupOf(record)]));
  return new Map(
    userIds.map((userId, index) => [
      userId,
      (idsOf[index] ?? []).flatMap((groupId) => {
        const group = known.get(groupId);
        return group === undefined ? [] : [group];
      }),
    ]),
  );
}

/** As a user's answer shows it. */
export function groupOf(record: GroupRecord): GroupOf {
  const { displayName } = attributesOf(record);
  return { id: record.id, displayName: typeof displayName === "string" ? displayName : "" };
}

export interface ShownMembers {
  /** By group id; a group that is missing here is shown without `members`. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  readonly omitted: boolean;
}

/** The members of these groups, in order, while the answer holds no more than `MEMBERS_PER_ANSWER`. */
export async function membersOfGroups(session: Session, records: readonly GroupRecord[]): Promise<ShownMembers> {
  let room = MEMBERS_PER_ANSWER;
  const shown = records.filter((record) => {
    if (record.memberCount > room) return false;
    room -= record.memberCount;
    return true;
  });
  const peopled = shown.flatMap(({ id, memberCount }) => (memberCount === 0 ? [] : [id]));
  const rosters = await session.directory.memberships.rosters(peopled, MEMBERS_PER_ANSWER);
  const members = new Map(shown.map(({ id }) => [id, rosters.get(id) ?? []]));
  return { members, omitted: shown.length < records.length };
}

/** By the id of a user or group, what people call it. */
export type Names = ReadonlyMap<string, string>;

/** So many resources are in memory at once while their names are read: 48 MB at most. */
const NAMES_AT_ONCE = 1_000;

/**
 * The displayName of each user and group, or the userName of a user without one; nothing for an id that is neither.
 * Costs one read unit for each 4 KB of each, in one round trip for each 1,600 ids or so.
 */
async function namesOf(session: Session, ids: readonly string[]): Promise<Names> {
  const { users, groups } = session.directory;
  const names = new Map<string, string>();
  for (let start = 0; start < ids.length; start += NAMES_AT_ONCE) {
    const some = ids.slice(start, start + NAMES_AT_ONCE);
    const found = await Promise.all([users.findMany(some.filter(isUserId)), groups.findMany(some.filter(isGroupId))]);
    for (const record of found.flat()) {
      const { displayName, userName } = attributesOf(record);
      const name = displayName ?? userName;
      if (typeof name === "string") names.set(record.id, name);
    }
  }
  return names;
}

/** What `members.display` shows. */
export function namesOfMembers(session: Session, { members }: ShownMembers): Promise<Names> {
  return namesOf(session, [...new Set([...members.values()].flat())]);
}

/** What `manager.displayName` shows. */
export function namesOfManagers(session: Session, records: readonly UserRecord[]): Promise<Names> {
  return namesOf(session, [...new Set(records.flatMap((record) => managerIn(attributesOf(record)) ?? []))]);
}
