import { emailKey, userNameKey, userNamePrefix } from "../scim/comparison.ts";
import { ScimError } from "../scim/error.ts";
import type { Filter } from "../scim/filter/filter.ts";
import { parseFilter } from "../scim/filter/parseFilter.ts";
import { isGroupId, isUserId } from "../scim/identifiers.ts";
import { type GroupOf, resourceObject } from "../scim/render.ts";
import { userType } from "../scim/resourceTypes.ts";
import type { UserRecord } from "../store/directoryPorts.ts";
import type { Wanted } from "../store/ports.ts";
import { decidingIds } from "./edgeFilter.ts";
import { type Lookup, planOf } from "./plan.ts";
import { EXAMINED_AT_MOST, type Found, isLate, type LookedUp, type Search, search } from "./search.ts";
import type { Session } from "./session.ts";
import { type GroupIdsOf, groupOf, groupsOfUsers } from "./views.ts";
import { type Walkable, type Walked, type WalkSearch, walk } from "./walk.ts";

/** What is known of users without reading them all, and about how many users an answer names. */
const INDEXES = {
  "id eq": 1,
  "userName eq": 2,
  "externalId eq": 3,
  "emails.value eq": 4,
  "groups.value eq": 1_000,
  "userName sw": 2_000,
} as const;
type UserLookup = Lookup<keyof typeof INDEXES>;

function plan(filter: Filter): readonly UserLookup[] | undefined {
  return planOf(filter, INDEXES, "User");
}

export interface UserSearch extends Search {
  readonly groupIdsOf: GroupIdsOf;
  /** Whether the answer shows the groups of a user found by key: then they are read beside the user, not after. */
  readonly showsGroups: boolean;
}

/** @throws ScimError 400 invalidFilter, 400 tooMany, 403 sensitive */
export function searchUsers(session: Session, wanted: UserSearch): Promise<Found<UserRecord>> {
  return search(searchedUsers(session, wanted), wanted);
}

export interface UserWalk extends WalkSearch, Pick<UserSearch, "groupIdsOf" | "showsGroups"> {}

/** One page of a walk by cursor. @throws ScimError 400 invalidFilter, 400 tooMany, 403 sensitive */
export async function walkUsers(session: Session, wanted: UserWalk): Promise<Walked<UserRecord>> {
  const { filter, sort } = wanted;
  const parsed = filter === undefined ? undefined : parseFilter(filter, userType(session.rules), wanted.unknownPaths);
  const [only] = parsed?.kind === "compare" && sort === undefined ? (plan(parsed) ?? []) : [];
  if (only?.by === "groups.value eq") return walkRoster(session, only.value, wanted);
  return walk(searchedUsers(session, wanted), wanted);
}

/** In the order of ids the edges of a group are its users: only the page itself is read. */
async function walkRoster(session: Session, groupId: string, { count, after }: UserWalk): Promise<Walked<UserRecord>> {
  const { groups, memberships, users } = session.directory;
  const group = isGroupId(groupId) ? await groups.find(groupId) : undefined;
  if (group === undefined) return { records: [], places: [], more: undefined, total: 0, byKey: false };
  const { ids, next } = await memberships.members(groupId, count, after?.id ?? BEFORE_USERS);
  const records = await users.findMany(ids);
  const places = records.map(({ id }) => ({ key: null, id }));
  return {
    records,
    places,
    more: next === undefined ? undefined : { key: null, id: next },
    total: undefined,
    byKey: false,
  };
}

/** The ids of users begin with it, and those of nested groups come before. */
const BEFORE_USERS = "u";

function searchedUsers(
  session: Session,
  wanted: Pick<UserSearch, "base" | "groupIdsOf" | "showsGroups"> & Pick<Search, "sort">,
): Walkable<UserRecord> {
  const { users } = session.directory;
  return {
    type: userType(session.rules),
    page: (start, limit) => users.page(start, limit),
    list: (limit, after) => users.list(limit, after),
    scan: () => users.scan(),
    isLate: () => isLate(session),
    lookUp: (filter, sort) => lookUp(session, filter, sort === undefined),
    read: async (ids, byKey) => {
      const groupsRead = wanted.showsGroups && byKey ? ids.map(wanted.groupIdsOf) : [];
      const [records] = await Promise.all([users.findMany(ids), groupsRead]);
      return records;
    },
    views: async (records, filter, attributes) => {
      const ids = records.map((record) => record.id);
      const deciding = wanted.sort?.path?.attribute.name === "groups" ? undefined : filter;
      const groups = attributes.has("groups")
        ? await groupsToCompare(session, ids, deciding, wanted.groupIdsOf)
        : undefined;
      return records.map((record) =>
        resourceObject({
          ...record,
          type: "User",
          base: wanted.base,
          location: `${wanted.base}/Users/${record.id}`,
          groups: groups?.get(record.id),
        }),
      );
    },
  };
}

/**
 * The groups a filter can see. Where it only asks whether users are in certain groups, the answer needs those edges,
 * which are read strongly consistent, and no more.
 */
async function groupsToCompare(
  session: Session,
  userIds: readonly string[],
  filter: Filter | undefined,
  groupIdsOf: GroupIdsOf,
): Promise<ReadonlyMap<string, readonly GroupOf[]>> {
  const deciding = filter && decidingIds(filter, "groups");
  if (deciding === undefined) return groupsOfUsers(session, userIds, groupIdsOf);
  const { groups, memberships } = session.directory;
  const living = await groups.findMany([...new Set(deciding)].filter(isGroupId));
  const rosters = await Promise.all(
    living.map(async (record) => ({ ...groupOf(record), members: await memberships.among(record.id, userIds) })),
  );
  return new Map(userIds.map((userId) => [userId, rosters.filter(({ members }) => members.has(userId))]));
}

/** What `lookUp` will read first, for the round trip of the token. Written for a filter nobody has verified yet. */
export function* wantedByUserFilter(filter: Filter): Iterable<Wanted> {
  const [lookup, ...more] = plan(filter) ?? [];
  if (lookup === undefined || more.length > 0) return;
  switch (lookup.by) {
    case "id eq":
      if (!isUserId(lookup.value)) return;
      yield { kind: "user", id: lookup.value };
      yield { kind: "groupsOf", memberId: lookup.value };
      return;
    case "userName eq": {
      const key = keyOrNothing(userNameKey, lookup.value);
      if (key !== undefined) yield { kind: "userName", key };
      return;
    }
    case "externalId eq":
      yield { kind: "userExternalId", value: lookup.value };
      return;
    case "emails.value eq":
      yield { kind: "userEmail", key: emailKey(lookup.value) };
      return;
    case "groups.value eq":
      if (isGroupId(lookup.value)) yield { kind: "group", id: lookup.value };
      return;
    case "userName sw":
      return;
  }
}

async function lookUp(session: Session, filter: Filter, unsorted: boolean): Promise<LookedUp | undefined> {
  const lookups = plan(filter);
  if (lookups === undefined) return undefined;
  const [only] = lookups;
  const exact = filter.kind === "compare" && (only?.by === "groups.value eq" || only?.by === "userName sw");
  // A roster is paged through whatever its size (product.md 5.10): its ids are read, and users of the page only.
  const limit = exact && unsorted && only?.by === "groups.value eq" ? Number.MAX_SAFE_INTEGER : EXAMINED_AT_MOST;
  const answers = await Promise.all(lookups.map((lookup) => idsOf(session, lookup, limit)));
  const ids = new Set<string>();
  for (const answer of answers) {
    if (answer === undefined) return undefined;
    for (const id of answer) ids.add(id);
  }
  if (ids.size > limit) return undefined;
  const byKey = lookups.every(({ by }) => INDEXES[by] < INDEXES["groups.value eq"]);
  return { ids: [...ids].sort(), exact, byKey };
}

/** @returns undefined when there are more than `limit` */
async function idsOf(
  session: Session,
  { by, value }: UserLookup,
  limit: number,
): Promise<readonly string[] | undefined> {
  const { users } = session.directory;
  switch (by) {
    case "id eq":
      return isUserId(value) ? [value] : [];
    case "userName eq": {
      const key = keyOrNothing(userNameKey, value);
      const id = key === undefined ? undefined : await users.idByUserName(key);
      return id === undefined ? [] : [id];
    }
    case "externalId eq":
      return users.idsByExternalId(value);
    case "emails.value eq":
      return users.idsByEmail(emailKey(value));
    case "groups.value eq":
      return rosterOf(session, value, limit);
    case "userName sw": {
      const prefix = userNamePrefix(value);
      return prefix === undefined ? [] : users.idsByUserNamePrefix(prefix, limit);
    }
  }
}

async function rosterOf(session: Session, groupId: string, limit: number): Promise<readonly string[] | undefined> {
  const { groups, memberships } = session.directory;
  const group = isGroupId(groupId) ? await groups.find(groupId) : undefined;
  const ids: string[] = [];
  let after: string | undefined = BEFORE_USERS;
  while (group !== undefined && after !== undefined) {
    const page = await memberships.members(groupId, EXAMINED_AT_MOST, after);
    ids.push(...page.ids);
    if (ids.length > limit) return undefined;
    after = page.next;
  }
  return ids;
}

/** A value no key can be made of is nobody's value. */
function keyOrNothing(keyOf: (text: string) => string, value: string): string | undefined {
  try {
    return keyOf(value);
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
}
