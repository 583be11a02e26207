import { equalities, type Filter } from "../../scim/filter/filter.ts";

/**
 * The ids of which the filter only asks whether they are values of `attribute`, such as members of a group. These memberships
 * decide the filter, so the whole list need not be read.
 * @returns undefined when the filter asks for more, e.g. whether the list has any value
 */
export function decidingIds(filter: Filter, attribute: string): readonly string[] | undefined {
  switch (filter.kind) {
    case "and":
    case "or": {
      const left = decidingIds(filter.left, attribute);
      const right = left && decidingIds(filter.right, attribute);
      return left && right && [...left, ...right];
    }
    case "not":
      return decidingIds(filter.filter, attribute);
    case "present":
      return filter.path.attribute.name === attribute ? undefined : [];
    case "compare":
      if (filter.path.attribute.name !== attribute) return [];
      return filter.path.sub?.name === "value" && filter.operator === "eq" && typeof filter.value === "string"
        ? [filter.value]
        : undefined;
    case "value": {
      if (filter.path.attribute.name !== attribute) return [];
      // An element with another value cannot meet all conditions.
      const [value] = equalities(filter.filter).filter(({ path }) => path === "value");
      return value && [value.value];
    }
  }
}
