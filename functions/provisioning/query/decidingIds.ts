import { equalities, type Filter } from "../../scim/filter/filter.ts";

/**
 * Ids of which alone the filter asks whether they are among the values of `attribute`, such as the members of a group:
 * these memberships decide the filter, and the whole list need not be read.
 * @returns undefined when it asks for more of the list, e.g. whether it has any value
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
      // Elements with another value cannot fulfil all of the conditions.
      const [value] = equalities(filter.filter).filter(({ path }) => path === "value");
      return value && [value.value];
    }
  }
}
