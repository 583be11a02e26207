import { nameKey } from "../scim/comparison.ts";
import { ScimError } from "../scim/error.ts";
import { equalities } from "../scim/filter/equalities.ts";
import type { Filter } from "../scim/filter/filter.ts";
import { isGroupId, isUserId } from "../scim/identifiers.ts";
import { resourceObject } from "../scim/render.ts";
import { groupType } from "../scim/resourceTypes.ts";
import type { GroupRecord } from "./directoryPorts.ts";
import type { Wanted } from "./ports.ts";
import { type Found, isLate, type Search, search, tooManyExamined } from "./search.ts";
import type { Session } from "./session.ts";
import { membersOfGroups } from "./views.ts";
import { type Walkable, type Walked, type WalkSearch, walk } from "./walk.ts";

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
    candidates: (filter) => candidates(session, filter),
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

/** What `candidates` will read first, for the round trip of the token. Written for a filter nobody has verified yet. */
export function wantedByGroupFilter(filter: Filter): readonly Wanted[] {
  for (const lookup of lookupsOf(filter)) {
    switch (lookup.path) {
      case "id":
        return isGroupId(lookup.value)
          ? [{ kind: "group", id: lookup.value }, ...comparedMembers(filter).flatMap(membershipOf(lookup.value))]
          : [];
      case "displayName": {
        const key = keyOrNothing(lookup.value);
        return key === undefined ? [] : [{ kind: "groupName", key }];
      }
      case "externalId":
        return [{ kind: "groupExternalId", value: lookup.value }];
      case "members.value":
        return isMemberId(lookup.value) ? [{ kind: "groupsOf", memberId: lookup.value }] : [];
    }
  }
  return [];
}

const INDEXED = ["id", "displayName", "externalId", "members.value"] as const;

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

function candidates(session: Session, filter: Filter): Promise<readonly GroupRecord[]> | undefined {
  const [lookup] = lookupsOf(filter);
  if (lookup === undefined) return undefined;
  const { groups, memberships } = session.directory;
  switch (lookup.path) {
    case "id":
      return isGroupId(lookup.value) ? groups.findMany([lookup.value]) : Promise.resolve([]);
    case "displayName": {
      const key = keyOrNothing(lookup.value);
      return key === undefined ? Promise.resolve([]) : groups.idsByName(key).then((ids) => groups.findMany(ids));
    }
    case "externalId":
      return groups.idsByExternalId(lookup.value).then((ids) => groups.findMany(ids));
    case "members.value":
      return isMemberId(lookup.value)
        ? memberships.groupsOf(lookup.value).then((ids) => groups.findMany(ids))
        : Promise.resolve([]);
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
  const compared = filter === undefined ? [] : comparedMembers(filter);
  if (filter === undefined || compared.length < conditionsOnMembers(filter)) {
    const { members, omitted } = await membersOfGroups(session, records);
    if (omitted) throw tooManyExamined();
    return members;
  }
  const { memberships } = session.directory;
  const living = [...(await memberships.living(compared))];
  const present = await Promise.all(records.map((record) => memberships.among(record.id, living)));
  return new Map(records.map((record, index) => [record.id, [...(present[index] ?? [])]]));
}

function comparedMembers(filter: Filter): string[] {
  return equalities(filter).flatMap(({ path, value }) => (path === "members.value" ? [value] : []));
}

/** How many conditions of the filter look at members in any way. */
function conditionsOnMembers(filter: Filter): number {
  switch (filter.kind) {
    case "and":
    case "or":
      return conditionsOnMembers(filter.left) + conditionsOnMembers(filter.right);
    case "not":
      return conditionsOnMembers(filter.filter);
    case "present":
    case "compare":
      return filter.path.attribute.name === "members" ? 1 : 0;
    case "value":
      return filter.path.attribute.name === "members" ? conditions(filter.filter) : 0;
  }
}

function conditions(filter: Filter): number {
  switch (filter.kind) {
    case "and":
    case "or":
      return conditions(filter.left) + conditions(filter.right);
    case "not":
    case "value":
      return conditions(filter.filter);
    case "present":
    case "compare":
      return 1;
  }
}

function membershipOf(groupId: string): (memberId: string) => Wanted[] {
  return (memberId) => {
    if (!isMemberId(memberId)) return [];
    const member: Wanted = isUserId(memberId) ? { kind: "user", id: memberId } : { kind: "group", id: memberId };
    return [member, { kind: "membership", groupId, memberId }];
  };
}

function isMemberId(id: string): boolean {
  return isUserId(id) || isGroupId(id);
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
