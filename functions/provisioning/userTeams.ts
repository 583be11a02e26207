import { inParallel } from "../store/database.ts";
import type { ResourceRecord } from "../store/records.ts";
import type { Directory } from "../store/session.ts";
import type { Application } from "./application.ts";
import type { OfSide } from "./bothSides.ts";
import { type TeamOfUser, teamNameOf } from "./directoryViews.ts";

/** Ids of groups that a user may be in. A managed user can be in teams of both sides, an unmanaged user only in unmanaged teams. */
interface GroupIds {
  readonly managed: readonly string[];
  readonly unmanaged: readonly string[];
}

export const NO_GROUPS: GroupIds = { managed: [], unmanaged: [] };

/**
 * For the user's own side, ids come from the user's item if it lists them; otherwise from the index, which may lag.
 * @param ownTeams reads a user's unmanaged teams from the index
 */
export async function groupIdsOf(
  { managed, own: { directory } }: Application,
  user: OfSide<ResourceRecord>,
  ownTeams = (id: string): Promise<readonly string[]> => directory.memberships.groupsOf(id),
): Promise<GroupIds> {
  const { record } = user;
  if (!user.managed) return { managed: [], unmanaged: record.groupIds ?? (await ownTeams(record.id)) };
  const [theirs, ours] = await Promise.all([managed.memberships.groupsOfUser(record), ownTeams(record.id)]);
  return { managed: theirs, unmanaged: ours };
}

/**
 * For each user, the existing teams with that membership: both are read strongly consistent, in one round trip for all users.
 * @param groupIds by user id
 */
export async function teamsHolding(
  { managed, own }: Application,
  groupIds: ReadonlyMap<string, GroupIds>,
): Promise<ReadonlyMap<string, readonly TeamOfUser[]>> {
  const [theirs, ours] = await Promise.all([
    teamsOfSide(managed, true, new Map([...groupIds].map(([id, ids]) => [id, ids.managed]))),
    teamsOfSide(own.directory, false, new Map([...groupIds].map(([id, ids]) => [id, ids.unmanaged]))),
  ]);
  return new Map([...groupIds.keys()].map((id) => [id, [...(theirs.get(id) ?? []), ...(ours.get(id) ?? [])]]));
}

async function teamsOfSide(
  { groups, memberships }: Directory,
  managed: boolean,
  groupIds: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlyMap<string, readonly TeamOfUser[]>> {
  const asked = [...new Set([...groupIds.values()].flat())];
  if (asked.length === 0) return new Map();
  const [records, holding] = await Promise.all([groups.findMany(asked), memberships.holding(groupIds)]);
  const teams = new Map(records.map((team) => [team.id, { id: team.id, displayName: teamNameOf(team), managed }]));
  return new Map(
    [...groupIds].map(([id, ids]) => [
      id,
      ids.flatMap((teamId) => (holding.get(id)?.has(teamId) === true ? (teams.get(teamId) ?? []) : [])),
    ]),
  );
}

/** The direct memberships of users who count as members of the org. */
export async function teamsOfUsers(
  application: Application,
  users: readonly OfSide<ResourceRecord>[],
): Promise<ReadonlyMap<string, readonly TeamOfUser[]>> {
  const found = await inParallel(users, async (user): Promise<[string, GroupIds]> => {
    return [user.record.id, await groupIdsOf(application, user)];
  });
  return teamsHolding(application, new Map(found));
}
