import { type ScimError, userError } from "../scim/error.ts";
import { type Filter, filterAttributes } from "../scim/filter/filter.ts";
import { parseFilter } from "../scim/filter/parseFilter.ts";
import { isGroupId, isUserId } from "../scim/schema.ts";
import type { GroupRecord, Listed, ResourceRecord } from "../store/records.ts";
import { isActive } from "../store/resourceItems.ts";
import type { Directory } from "../store/session.ts";
import { findTombstone } from "../store/tombstone.ts";
import { type Application, OWN_RULES } from "./application.ts";
import { type DirectoryMember, memberTeam, memberUser } from "./directoryViews.ts";
import { OperatorError } from "./operatorError.ts";
import { runQuery } from "./query/runQuery.ts";
import type { QueryDefinition } from "./resources/definition.ts";
import { GROUP_QUERIES } from "./resources/groupQueries.ts";
import { contextOf } from "./resources/showResources.ts";
import { USER_QUERIES } from "./resources/userQueries.ts";
import { stampOf } from "./session.ts";

/** The application's reads of both sides of an org. */

/** Where a list continues: after an id of one side. */
export interface Position {
  readonly managed: boolean;
  readonly after: string | undefined;
}

export interface SidesPage<T> {
  readonly found: readonly T[];
  /** Absent at the end. A page may be shorter than requested, and the last page empty. */
  readonly next: Position | undefined;
}

export interface OfSide<R> {
  readonly managed: boolean;
  readonly record: R;
}

/** Everybody but a user whom the identity provider deactivated. */
export function isMemberOfOrg({ managed, record }: OfSide<ResourceRecord>): boolean {
  return !managed || isActive(record);
}

/** Users, or teams, as the application reads them. */
export interface Seen<R extends ResourceRecord> {
  readonly definition: QueryDefinition<R>;
  isId(text: string): boolean;
  missing(): ScimError;
}

export const SEEN_USERS: Seen<ResourceRecord> = {
  // The application's answers show a user's teams too.
  definition: { ...USER_QUERIES, store: ({ users }) => users.withGroups },
  isId: isUserId,
  missing: () => userError("notFound.user", []),
};

export const SEEN_TEAMS: Seen<GroupRecord> = {
  definition: GROUP_QUERIES,
  isId: isGroupId,
  missing: () => OperatorError.notFound("team"),
};

/**
 * @returns undefined for an empty filter
 * @throws ScimError 400 invalidFilter, 400 for a filter by memberships; 403 sensitive
 */
export function readSeenFilter<R extends ResourceRecord>(
  { definition }: Seen<R>,
  text: string | undefined,
): Filter | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  const filter = parseFilter(text, definition.type(OWN_RULES));
  // Memberships can cross the sides, but a search reads one side only.
  const derived = definition.derived?.name ?? "";
  if (filterAttributes(filter).has(derived)) throw OperatorError.invalidValue("filterElsewhere", derived);
  return filter;
}

interface Listing {
  readonly limit: number;
  readonly from: Position;
  readonly filter?: Filter | undefined;
}

/** Managed resources in a stable order, then the application's own. @throws ScimError 400 tooMany */
export async function listSeen<R extends ResourceRecord>(
  application: Application,
  seen: Seen<R>,
  { limit, from, filter }: Listing,
): Promise<SidesPage<OfSide<R>>> {
  const found: OfSide<R>[] = [];
  let next: Position | undefined = from;
  while (next !== undefined && found.length < limit) {
    const { managed, after }: Position = next;
    const room = limit - found.length;
    const page = await (filter === undefined
      ? seen.definition.store(sideOf(application, managed)).list(room, after)
      : search(application, seen, managed, { filter, after, count: room }));
    found.push(...page.records.map((record) => ({ managed, record })));
    if (page.next !== undefined) {
      next = { managed, after: page.next };
      // A search that ends early has reached its limit of examined resources.
      break;
    }
    next = managed ? { managed: false, after: undefined } : undefined;
  }
  return { found, next };
}

interface Search {
  readonly filter: Filter;
  readonly after: string | undefined;
  readonly count: number;
}

async function search<R extends ResourceRecord>(
  application: Application,
  { definition }: Seen<R>,
  managed: boolean,
  { filter, after, count }: Search,
): Promise<Listed<R>> {
  const session = { ...application.own, directory: sideOf(application, managed) };
  const context = contextOf(definition, { session, base: application.base, projection: undefined });
  const start = { after: after === undefined ? undefined : { key: null, id: after } };
  const { hits, more } = await runQuery(context, { filter, sort: undefined, start, count });
  return { records: hits.map(({ record }) => record), next: more?.id };
}

/**
 * Reads both sides. With adoption, a user may move between the two reads, but only to the managed side: read that side again.
 * @throws ScimError 404
 */
export async function findSeen<R extends ResourceRecord>(
  { managed, own: { directory, otherSide } }: Application,
  { definition: { store }, isId, missing }: Seen<R>,
  id: string,
): Promise<OfSide<R>> {
  if (!isId(id)) throw missing();
  const [theirs, ours] = await Promise.all([store(managed).find(id), store(directory).find(id)]);
  if (theirs !== undefined) return { managed: true, record: theirs };
  if (ours !== undefined) return { managed: false, record: ours };
  const adopted = otherSide && (await store(managed).find(id));
  if (adopted !== undefined) return { managed: true, record: adopted };
  throw missing();
}

/**
 * A page of a team's members, nested teams included, in the order of their ids. Inactive managed users are left out until they
 * are reactivated (P14), unless `inactive` includes them.
 * @throws ScimError 404
 */
export async function listMembers(
  application: Application,
  teamId: string,
  limit: number,
  after: string | undefined,
  inactive: "leftOut" | "included",
): Promise<SidesPage<DirectoryMember>> {
  const { managed, own: mine, links } = application;
  const team = await findSeen(application, SEEN_TEAMS, teamId);
  const side = sideOf(application, team.managed);
  const { ids, next } = await side.memberships.members(teamId, limit, after);
  const userIds = ids.filter(isUserId);
  const [theirs, ours, groups, linked] = await Promise.all([
    managed.users.findMany(userIds),
    team.managed ? [] : mine.directory.users.findMany(userIds),
    side.groups.findMany(ids.filter(isGroupId)),
    links.ofUsers(userIds),
  ]);
  const found = new Set([...theirs, ...ours].map(({ id }) => id));
  const adopted = mine.otherSide && (await managed.users.findMany(userIds.filter((id) => !found.has(id))));
  const views = new Map<string, DirectoryMember>([
    ...ours.map((record) => [record.id, memberUser(false, record, linked.get(record.id))] as const),
    ...[...theirs, ...(adopted ?? [])].map(
      (record) => [record.id, memberUser(true, record, linked.get(record.id))] as const,
    ),
    ...groups.map((record) => [record.id, memberTeam(team.managed, record)] as const),
  ]);
  if (!team.managed && application.mayTidy) await removeLeftovers(application, team.record, userIds, views);
  return {
    found: ids.flatMap((id) => {
      const view = views.get(id);
      if (view === undefined) return [];
      return view.kind === "user" && !view.active && inactive === "leftOut" ? [] : [view];
    }),
    next: next === undefined ? undefined : { managed: team.managed, after: next },
  };
}

/**
 * Removes memberships of users who exist on neither side: the identity provider deleted them and could not reach the membership
 * (ADR 0011). The result does not affect the answer.
 */
async function removeLeftovers(
  { own: mine }: Application,
  team: GroupRecord,
  userIds: readonly string[],
  views: ReadonlyMap<string, DirectoryMember>,
): Promise<void> {
  const { groups } = mine.directory;
  const strangers = userIds.filter((id) => !views.has(id)).slice(0, groups.membersPerChange(team, undefined));
  if (strangers.length > 0) await groups.change(team, { add: [], remove: strangers }, stampOf(mine));
}

/** The tombstone of a deleted user or team, kept for 30 days. @throws ScimError 404 */
export async function findDeletion({ managed, own: mine }: Application, id: string) {
  const [theirs, ours] = await Promise.all([findTombstone(managed.view, id), findTombstone(mine.directory.view, id)]);
  const tombstone = theirs ?? ours;
  // The store removes expired items with some delay.
  if (tombstone !== undefined && mine.now() < tombstone.expires) return { managed: theirs !== undefined, tombstone };
  throw OperatorError.notFound("deletion");
}

function sideOf({ managed, own: { directory } }: Application, isManaged: boolean): Directory {
  return isManaged ? managed : directory;
}
