import { ScimError } from "../scim/error.ts";
import { isGroupId, isUserId } from "../scim/schema.ts";
import type { GroupRecord, OrgRecord, ResourceRecord, Tombstone } from "../store/records.ts";
import type { StoredResources } from "../store/resources.ts";
import type { Directory } from "../store/session.ts";
import { findTombstone } from "../store/tombstone.ts";
import type { Application } from "./application.ts";
import {
  type DirectoryMember,
  type DirectoryTeam,
  type DirectoryUser,
  directoryTeam,
  directoryUser,
  memberTeam,
  memberUser,
} from "./directoryViews.ts";
import { OperatorError } from "./operatorError.ts";
import { stampOf } from "./session.ts";

/** What the application reads of both sides of an org. */

/** Where a list goes on: behind an id of one side. */
export interface Position {
  readonly managed: boolean;
  readonly after: string | undefined;
}

export const BEGINNING: Position = { managed: true, after: undefined };

export interface SidesPage<T> {
  readonly views: readonly T[];
  /** Absent at the end. A page may hold fewer than asked for, and the last one may be empty. */
  readonly next: Position | undefined;
}

export interface OfSide<R> {
  readonly managed: boolean;
  readonly record: R;
}

/** Users, or teams, as the application finds and sees them. */
interface Seen<R extends ResourceRecord, V> {
  store(side: Directory): Pick<StoredResources<R>, "list" | "find">;
  isId(text: string): boolean;
  missing(): ScimError;
  view(org: OrgRecord, managed: boolean, record: R): V;
}

export const SEEN_USERS: Seen<ResourceRecord, DirectoryUser> = {
  store: ({ users }) => users,
  isId: isUserId,
  missing: () => ScimError.notFound("user"),
  view: directoryUser,
};

export const SEEN_TEAMS: Seen<GroupRecord, DirectoryTeam> = {
  store: ({ groups }) => groups,
  isId: isGroupId,
  missing: () => OperatorError.notFound("team"),
  view: directoryTeam,
};

/** The managed ones in stable order, then the application's own. */
export async function listSeen<R extends ResourceRecord, V>(
  application: Application,
  { store, view }: Seen<R, V>,
  limit: number,
  from: Position,
): Promise<SidesPage<V>> {
  const views: V[] = [];
  let next: Position | undefined = from;
  while (next !== undefined && views.length < limit) {
    const { managed, after }: Position = next;
    const page = await store(sideOf(application, managed)).list(limit - views.length, after);
    views.push(...page.records.map((record) => view(application.org, managed, record)));
    const other: Position | undefined = managed ? { managed: false, after: undefined } : undefined;
    next = page.next === undefined ? other : { managed, after: page.next };
  }
  return { views, next };
}

/** @throws ScimError 404 */
export async function findSeen<R extends ResourceRecord>(
  { managed, own }: Application,
  { store, isId, missing }: Seen<R, unknown>,
  id: string,
): Promise<OfSide<R>> {
  if (!isId(id)) throw missing();
  const [theirs, ours] = await Promise.all([store(managed).find(id), store(own.directory).find(id)]);
  if (theirs !== undefined) return { managed: true, record: theirs };
  if (ours !== undefined) return { managed: false, record: ours };
  throw missing();
}

/**
 * A page of a team's members in the order of their ids, nested teams among them. Managed users who are not active are
 * left out until they are reactivated (P14), unless `inactive` asks for them.
 * @throws ScimError 404
 */
export async function listMembers(
  application: Application,
  teamId: string,
  limit: number,
  after: string | undefined,
  inactive: "leftOut" | "included",
): Promise<SidesPage<DirectoryMember>> {
  const { org, managed, own } = application;
  const team = await findSeen(application, SEEN_TEAMS, teamId);
  const side = sideOf(application, team.managed);
  const { ids, next } = await side.memberships.members(teamId, limit, after);
  const userIds = ids.filter(isUserId);
  const [theirs, ours, groups] = await Promise.all([
    managed.users.findMany(userIds),
    team.managed ? [] : own.directory.users.findMany(userIds),
    side.groups.findMany(ids.filter(isGroupId)),
  ]);
  const views = new Map<string, DirectoryMember>([
    ...theirs.map((record) => [record.id, memberUser(org, true, record)] as const),
    ...ours.map((record) => [record.id, memberUser(org, false, record)] as const),
    ...groups.map((record) => [record.id, memberTeam(team.managed, record)] as const),
  ]);
  if (!team.managed) await forgetStrangers(application, team.record, userIds, views);
  return {
    views: ids.flatMap((id) => {
      const view = views.get(id);
      if (view === undefined) return [];
      return view.kind === "user" && !view.active && inactive === "leftOut" ? [] : [view];
    }),
    next: next === undefined ? undefined : { managed: team.managed, after: next },
  };
}

/**
 * Memberships of users that exist on neither side any more: the identity provider deleted them and could not reach the
 * membership (ADR 0011). Whether this succeeds changes no answer.
 */
async function forgetStrangers(
  { own }: Application,
  team: GroupRecord,
  userIds: readonly string[],
  views: ReadonlyMap<string, DirectoryMember>,
): Promise<void> {
  const { groups } = own.directory;
  const strangers = userIds.filter((id) => !views.has(id)).slice(0, groups.membersPerChange(team, undefined));
  if (strangers.length > 0) await groups.change(team, { add: [], remove: strangers }, stampOf(own));
}

export interface FoundDeletion {
  readonly managed: boolean;
  readonly tombstone: Tombstone;
}

/** What is left of a deleted user or team, for 30 days. @throws ScimError 404 */
export async function findDeletion({ managed, own }: Application, id: string): Promise<FoundDeletion> {
  const [theirs, ours] = await Promise.all([findTombstone(managed.view, id), findTombstone(own.directory.view, id)]);
  const tombstone = theirs ?? ours;
  // The store removes what has expired some time later.
  if (tombstone !== undefined && own.now() < tombstone.expires) return { managed: theirs !== undefined, tombstone };
  throw OperatorError.notFound("deletion");
}

function sideOf({ managed, own }: Application, isManaged: boolean): Directory {
  return isManaged ? managed : own.directory;
}
