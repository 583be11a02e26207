import { nameKey, namePrefix } from "../scim/comparison.ts";
import { ScimError } from "../scim/error.ts";
import type { Filter } from "../scim/filter/filter.ts";
import { isGroupId, isMemberId, isUserId } from "../scim/identifiers.ts";
import { resourceObject } from "../scim/render.ts";
import { groupType } from "../scim/resourceTypes.ts";
import type { GroupRecord } from "../store/directoryPorts.ts";
import type { Wanted } from "../store/ports.ts";
import { decidingIds } from "./edgeFilter.ts";
import { type Lookup, planOf } from "./plan.ts";
import { EXAMINED_AT_MOST, type Found, isLate, type LookedUp, type Search, search, tooManyExamined } from "./search.ts";
import type { Session } from "./session.ts";
import { membersOfGroups } from "./views.ts";
import { type Walkable, type Walked, type WalkSearch, walk } from "./walk.ts";

/** What is known of groups without reading them all, and about how many groups an answer names. */
const INDEXES = {
  "id eq": 1,
  "displayName eq": 2,
  "externalId eq": 3,
  "members.value eq": 10,
  "displayName sw": 1_000,
} as const;
type GroupLookup = Lookup<keyof typeof INDEXES>;

function plan(filter: Filter): readonly GroupLookup[] | undefined {
  return planOf(filter, INDEXES, "Group");
}

/** @throws ScimError 400 invalidFilter, 400 tooMany, 403 sensitive */
export function searchGroups(session: Session, wanted: Search): Promise<Found<GroupRecord>> {
  return search(searchedGroups(session, wanted), wanted);
}

/** One page of a walk by cursor. @throws ScimError 400 invalidFilter, 400 tooMany, 403 sensitive */
export function walkGroups(session: Session, wanted: WalkSearch): Promise<Walked<GroupRecord>> {
  return walk(searchedGroups(session, wanted), wanted);
}

function searchedGroups(session: Session, { base, sort }: Pick<Search, "base" | "sort">): Walkable<GroupRecord> {
  const { groups } = session.directory;
  const ordered = sort?.path?.attribute.name === "members";
  return {
    type: groupType(session.rules),
    page: (start, limit) => groups.page(start, limit),
    list: (limit, after) => groups.list(limit, after),
    scan: () => groups.scan(),
    isLate: () => isLate(session),
    lookUp: (filter) => lookUp(session, filter),
    read: (ids) => groups.findMany(ids),
    views: async (records, filter, attributes) => {
      const members = attributes.has("members")
        ? await membersToCompare(session, records, ordered ? undefined : filter)
        : undefined;
      return records.map((record) =>
        resourceObject({
          ...record,
          type: "Group",
          base,
          location: `${base}/Groups/${record.id}`,
          members: members?.get(record.id),
        }),
      );
    },
  };
}

/** What `lookUp` will read first, for the round trip of the token. Written for a filter nobody has verified yet. */
export function* wantedByGroupFilter(filter: Filter): Iterable<Wanted> {
  const [lookup, ...more] = plan(filter) ?? [];
  if (lookup === undefined || more.length > 0) return;
  switch (lookup.by) {
    case "id eq": {
      if (!isGroupId(lookup.value)) return;
      yield { kind: "group", id: lookup.value };
      const members = decidingIds(filter, "members") ?? [];
      yield* wantedOfMembers(lookup.value, members, members);
      return;
    }
    case "displayName eq": {
      const key = keyOrNothing(lookup.value);
      if (key !== undefined) yield { kind: "groupName", key };
      return;
    }
    case "externalId eq":
      yield { kind: "groupExternalId", value: lookup.value };
      return;
    case "members.value eq":
      if (isMemberId(lookup.value)) yield { kind: "groupsOf", memberId: lookup.value };
      return;
    case "displayName sw":
      return;
  }
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
  const edges = [...new Set(asked)].filter(isMemberId);
  if (edges.length > MEMBERS_READ_AHEAD) return;
  for (const id of new Set(joining.filter(isMemberId))) yield { kind: isUserId(id) ? "user" : "group", id };
  for (const memberId of edges) yield { kind: "membership", groupId, memberId };
}

async function lookUp(session: Session, filter: Filter): Promise<LookedUp | undefined> {
  const lookups = plan(filter);
  if (lookups === undefined) return undefined;
  const ids = new Set<string>();
  for (const answer of await Promise.all(lookups.map((lookup) => idsOf(session, lookup)))) {
    if (answer === undefined) return undefined;
    for (const id of answer) ids.add(id);
  }
  if (ids.size > EXAMINED_AT_MOST) return undefined;
  const exact = filter.kind === "compare" && lookups[0]?.by === "displayName sw";
  return { ids: [...ids].sort(), exact, byKey: lookups.every(({ by }) => by !== "displayName sw") };
}

/** @returns undefined when there are too many */
async function idsOf(session: Session, { by, value }: GroupLookup): Promise<readonly string[] | undefined> {
  const { groups, memberships } = session.directory;
  switch (by) {
    case "id eq":
      return isGroupId(value) ? [value] : [];
    case "displayName eq": {
      const key = keyOrNothing(value);
      return key === undefined ? [] : groups.idsByName(key);
    }
    case "externalId eq":
      return groups.idsByExternalId(value);
    case "members.value eq":
      return isMemberId(value) ? memberships.groupsOf(value) : [];
    case "displayName sw": {
      const prefix = namePrefix(value);
      return prefix === undefined ? [] : groups.idsByNamePrefix(prefix, EXAMINED_AT_MOST);
    }
  }
}

/**
 * The members a filter can see. Where it only asks whether certain ids are members (`members eq "u"`), the answer
 * needs those edges and not the roster; any other comparison needs the roster, and so does an order.
 */
async function membersToCompare(
  session: Session,
  records: readonly GroupRecord[],
  filter: Filter | undefined,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const deciding = filter && decidingIds(filter, "members");
  if (deciding === undefined) {
    const { members, omitted } = await membersOfGroups(session, records);
    if (omitted) throw tooManyExamined();
    return members;
  }
  const { memberships } = session.directory;
  const [living, present] = await Promise.all([
    memberships.living(deciding),
    Promise.all(records.map((record) => memberships.among(record.id, deciding))),
  ]);
  return new Map(records.map(({ id }, index) => [id, [...(present[index] ?? [])].filter((one) => living.has(one))]));
}

/** A value no key can be made of is nobody's value. */
function keyOrNothing(value: string): string | undefined {
  try {
    return nameKey(value);
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
}
