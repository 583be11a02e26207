import { equalities, type Filter, joinedParts } from "../../scim/filter/filter.ts";

/**
 * The ids of which the filter only asks whether they are values of `attribute`, such as members of a group. These memberships
 * decide the filter, so the whole list need not be read.
 * @returns undefined when the filter asks for more, e.g. whether the list has any value
 */
export function decidingIds(filter: Filter, attribute: string): readonly string[] | undefined {
  const ids: string[] = [];
  for (const part of joinedParts(filter)) {
    if (part.path.attribute.name !== attribute) continue;
    // In a value path, an element with another value cannot meet all conditions.
    const id = equalities(part).find(({ path }) => path === `${attribute}.value`);
    if (id === undefined) return undefined;
    ids.push(id.value);
  }
  return ids;
}
