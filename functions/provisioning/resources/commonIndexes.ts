import { ScimError } from "../../scim/error.ts";
import type { Filter } from "../../scim/filter/filter.ts";
import type { ResourceRecord, Wanted } from "../../store/records.ts";
import type { StoredResources } from "../../store/resources.ts";
import type { Directory } from "../../store/session.ts";
import { isIdOf, type TypeLayout } from "../../store/storedType.ts";
import type { Index } from "./definition.ts";

/** What is known of resources of every type without reading them all. */
export interface Indexed {
  readonly layout: TypeLayout;
  store(
    directory: Directory,
  ): Pick<StoredResources<ResourceRecord>, "idsByName" | "idsByExternalId" | "idsByNamePrefix">;
  /** @throws ScimError for a name that no key can be made of */
  nameKey(name: string): string;
  /** What the keys of all names that begin so begin with; undefined when no key can. */
  namePrefix(beginning: string): string | undefined;
  /** What is read in the same round trip as the resource with this id. */
  besideId?(id: string, filter: Filter): Iterable<Wanted>;
}

/** The indexes of id, name and externalId, by what they can be asked. */
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

/** A value no key can be made of is nobody's value. */
function keyOrNothing<K>(keyOf: (text: string) => K, value: string): K | undefined {
  try {
    return keyOf(value);
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
}
