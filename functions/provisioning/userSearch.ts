import { emailKey, userNameKey } from "../scim/comparison.ts";
import { ScimError } from "../scim/error.ts";
import { equalities } from "../scim/filter/equalities.ts";
import type { Filter } from "../scim/filter/filter.ts";
import { parseFilter } from "../scim/filter/parseFilter.ts";
import { isGroupId, isUserId } from "../scim/identifiers.ts";
import { resourceObject } from "../scim/render.ts";
import { userType } from "../scim/resourceTypes.ts";
import type { UserRecord } from "./directoryPorts.ts";
import type { Wanted } from "./ports.ts";
import { EXAMINED_AT_MOST, type Found, isLate, type Search, search, tooManyExamined } from "./search.ts";
import type { Session } from "./session.ts";
import { type GroupIdsOf, groupsOfUsers } from "./views.ts";
import { pageOf, type Walkable, type Walked, type WalkSearch, walk } from "./walk.ts";

export interface UserSearch extends Search {
  readonly groupIdsOf: GroupIdsOf;
  /** Whether the answer shows the groups of a user found by key: then they are read beside the user, not after. */
  readonly showsGroups: boolean;
}

/** @throws ScimError 400 invalidFilter, 400 tooMany, 403 sensitive */
export async function searchUsers(session: Session, wanted: UserSearch): Promise<Found<UserRecord>> {
  const type = userType(session.rules);
  const groupId =
    wanted.filter === undefined ? undefined : onlyGroupOf(parseFilter(wanted.filter, type, wanted.unknownPaths));
  if (groupId !== undefined && wanted.sort === undefined) return rosterOf(session, groupId, wanted);
  return search(searchedUsers(session, wanted), wanted);
}

export interface UserWalk extends WalkSearch, Pick<UserSearch, "groupIdsOf" | "showsGroups"> {}

/** One page of a walk by cursor. @throws ScimError 400 invalidFilter, 400 tooMany, 403 sensitive */
export async function walkUsers(session: Session, wanted: UserWalk): Promise<Walked<UserRecord>> {
  const { filter, sort } = wanted;
  const groupId =
    filter === undefined || sort !== undefined
      ? undefined
      : onlyGroupOf(parseFilter(filter, userType(session.rules), wanted.unknownPaths));
  if (groupId === undefined) return walk(searchedUsers(session, wanted), wanted);
  const ids = await userIdsOf(session, groupId);
  const { records, ...page } = pageOf(
    ids.map((id) => ({ record: id, place: { key: null, id } })),
    wanted,
    false,
  );
  const found = await session.directory.users.findMany(records);
  return { ...page, records: found, places: found.map(({ id }) => ({ key: null, id })) };
}

function searchedUsers(
  session: Session,
  wanted: Pick<UserSearch, "base" | "groupIdsOf" | "showsGroups">,
): Walkable<UserRecord> {
  const { users } = session.directory;
  return {
    type: userType(session.rules),
    page: (start, limit) => users.page(start, limit),
    list: (limit, after) => users.list(limit, after),
    scan: () => users.scan(),
    isLate: () => isLate(session),
    candidates: (filter) => candidates(session, filter, wanted),
    views: async (records, _filter, attributes) => {
      const ids = records.map((record) => record.id);
      const groups = attributes.has("groups") ? await groupsOfUsers(session, ids, wanted.groupIdsOf) : undefined;
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

/** The group, where the filter asks for its users and nothing else: `groups.value eq "g…"`. */
function onlyGroupOf(filter: Filter): string | undefined {
  const [lookup] = lookupsOf(filter);
  return filter.kind === "compare" && lookup?.path === "groups.value" ? lookup.value : undefined;
}

/**
 * Pages through the users of a group of any size (product.md 5.10): the way to read a roster that is too large for the
 * group's own answer. The edges are walked for the exact count; users are read for the page only.
 */
async function rosterOf(session: Session, groupId: string, wanted: Search): Promise<Found<UserRecord>> {
  const ids = await userIdsOf(session, groupId);
  const first = wanted.startIndex - 1;
  const records = await session.directory.users.findMany(ids.slice(first, first + wanted.count));
  return { total: ids.length, records, byKey: false };
}

async function userIdsOf(session: Session, groupId: string): Promise<readonly string[]> {
  const { groups, memberships } = session.directory;
  const group = isGroupId(groupId) ? await groups.find(groupId) : undefined;
  const ids: string[] = [];
  let after: string | undefined;
  while (group !== undefined) {
    const page = await memberships.members(groupId, EXAMINED_AT_MOST, after);
    ids.push(...page.ids.filter(isUserId));
    after = page.next;
    if (after === undefined) break;
  }
  return ids;
}

/** What `candidates` will read first, for the round trip of the token. Written for a filter nobody has verified yet. */
export function wantedByUserFilter(filter: Filter): readonly Wanted[] {
  for (const lookup of lookupsOf(filter)) {
    switch (lookup.path) {
      case "id":
        return isUserId(lookup.value)
          ? [
              { kind: "user", id: lookup.value },
              { kind: "groupsOf", memberId: lookup.value },
            ]
          : [];
      case "userName": {
        const key = keyOrNothing(userNameKey, lookup.value);
        return key === undefined ? [] : [{ kind: "userName", key }];
      }
      case "externalId":
        return [{ kind: "userExternalId", value: lookup.value }];
      case "emails.value":
        return [{ kind: "userEmail", key: emailKey(lookup.value) }];
      case "groups.value":
        return isGroupId(lookup.value) ? [{ kind: "group", id: lookup.value }] : [];
    }
  }
  return [];
}

const INDEXED = ["id", "userName", "externalId", "emails.value", "groups.value"] as const;

interface Lookup {
  readonly path: (typeof INDEXED)[number];
  readonly value: string;
}

/** Most selective first. */
function lookupsOf(filter: Filter): Lookup[] {
  const conjuncts = equalities(filter);
  return INDEXED.flatMap((path) =>
    conjuncts.filter((conjunct) => conjunct.path === path).map(({ value }) => ({ path, value })),
  );
}

function candidates(
  session: Session,
  filter: Filter,
  wanted: Pick<UserSearch, "groupIdsOf" | "showsGroups">,
): Promise<readonly UserRecord[]> | undefined {
  const [lookup] = lookupsOf(filter);
  if (lookup === undefined) return undefined;
  const { users } = session.directory;
  const find = async (ids: readonly string[]): Promise<readonly UserRecord[]> => {
    const [records] = await Promise.all([users.findMany(ids), wanted.showsGroups ? ids.map(wanted.groupIdsOf) : []]);
    return records;
  };
  switch (lookup.path) {
    case "id":
      return find(isUserId(lookup.value) ? [lookup.value] : []);
    case "userName":
      return idsByUserName(session, lookup.value).then(find);
    case "externalId":
      return users.idsByExternalId(lookup.value).then(find);
    case "emails.value":
      return users.idsByEmail(emailKey(lookup.value)).then(find);
    case "groups.value":
      return byGroup(session, lookup.value);
  }
}

async function idsByUserName(session: Session, userName: string): Promise<readonly string[]> {
  const key = keyOrNothing(userNameKey, userName);
  const id = key === undefined ? undefined : await session.directory.users.idByUserName(key);
  return id === undefined ? [] : [id];
}

async function byGroup(session: Session, groupId: string): Promise<readonly UserRecord[]> {
  const { groups, memberships, users } = session.directory;
  const group = isGroupId(groupId) ? await groups.find(groupId) : undefined;
  if (group === undefined) return [];
  const { ids, next } = await memberships.members(groupId, EXAMINED_AT_MOST);
  if (next !== undefined) throw tooManyExamined();
  return users.findMany(ids.filter(isUserId));
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
