import { ScimError } from "../../scim/error.ts";
import type { Filter } from "../../scim/filter/filter.ts";
import { asksFor, type Projection } from "../../scim/render.ts";
import { ENTERPRISE_SCHEMA, isGroupId, isUserId } from "../../scim/schema.ts";
import { isIdOf } from "../../store/keys.ts";
import type { ResourceRecord, Wanted } from "../../store/records.ts";
import { attributesOf } from "../../store/resourceItems.ts";
import type { StoredResources } from "../../store/resources.ts";
import type { Directory } from "../../store/session.ts";
import type { TypeLayout } from "../../store/storedTypes.ts";
import type { Session } from "../session.ts";
import type { Index } from "./definition.ts";

/** The indexes that resources of every type have. */
interface Indexed {
  readonly layout: TypeLayout;
  store(
    directory: Directory,
  ): Pick<StoredResources<ResourceRecord>, "idsByName" | "idsByExternalId" | "idsByNamePrefix">;
  /** @throws ScimError for a name that cannot have a key */
  nameKey(name: string): string;
  /** The beginning of the keys of all names with this beginning; undefined when no key can begin so. */
  namePrefix(beginning: string): string | undefined;
  /** The records to read in the same round trip as the resource with this id. */
  besideId?(id: string, filter: Filter): Iterable<Wanted>;
}

/** The indexes of id, name and externalId, by the comparison that they answer. */
export function commonIndexes({
  layout,
  store,
  nameKey,
  namePrefix,
  besideId,
}: Indexed): readonly (readonly [string, Index])[] {
  const byId: Index = {
    names: 1,
    ids: async (_session, id) => (isIdOf(layout, id) ? [id] : []),
    *wanted(id, filter) {
      if (!isIdOf(layout, id)) return;
      yield { kind: "resource", id };
      if (besideId !== undefined) yield* besideId(id, filter);
    },
  };
  const byName: Index = {
    names: 2,
    ids: async ({ directory }, name) => {
      const key = keyOrNothing(nameKey, name);
      return key === undefined ? [] : store(directory).idsByName(key);
    },
    *wanted(name) {
      const key = keyOrNothing(nameKey, name);
      if (key !== undefined) yield { kind: "name", type: layout, key };
    },
  };
  const byExternalId: Index = {
    names: 3,
    ids: ({ directory }, value) => store(directory).idsByExternalId(value),
    wanted: (key) => [{ kind: "externalId", type: layout, key }],
  };
  const byBeginning: Index = {
    names: 2_000,
    exact: true,
    ids: async ({ directory }, beginning, limit) => {
      const prefix = namePrefix(beginning);
      return prefix === undefined ? [] : store(directory).idsByNamePrefix(prefix, limit);
    },
  };
  const { nameAttribute } = layout;
  return [
    ["id eq", byId],
    [`${nameAttribute} eq`, byName],
    ["externalId eq", byExternalId],
    [`${nameAttribute} sw`, byBeginning],
  ];
}

/** The key, unless it is refused: no resource has a value that cannot have a key. */
export function keyOrNothing<V, K>(keyOf: (value: V) => K, value: V): K | undefined {
  try {
    return keyOf(value);
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
}

/** Display names by id of a user or group. */
export type Names = ReadonlyMap<string, string>;

/** Resources in memory at once while names are read: 48 MB at most. */
const NAMES_AT_ONCE = 1_000;

/** Whether an answer shows names of other resources: a client has to ask for these by name. */
export function showsNames(projection: Projection | undefined): boolean {
  return asksFor(projection, "members", "display") || asksFor(projection, ENTERPRISE_SCHEMA, "manager", "displayName");
}

/**
 * The displayName of each user and group, or the userName of a user without one. An unknown id has no entry.
 * Costs one read unit for each 4 KB of each resource, in one round trip for about 1,600 ids.
 */
export async function namesOf(session: Session, ids: Iterable<string>): Promise<Names> {
  const { users, groups } = session.directory;
  const distinct = [...new Set(ids)];
  const names = new Map<string, string>();
  for (let start = 0; start < distinct.length; start += NAMES_AT_ONCE) {
    const some = distinct.slice(start, start + NAMES_AT_ONCE);
    const found = await Promise.all([users.findMany(some.filter(isUserId)), groups.findMany(some.filter(isGroupId))]);
    for (const record of found.flat()) {
      const { displayName, userName } = attributesOf(record);
      const name = displayName ?? userName;
      if (typeof name === "string") names.set(record.id, name);
    }
  }
  return names;
}
