import type { Filter } from "../filter/filter.ts";
import { matches } from "../filter/matches.ts";
import { isGroupId } from "../identifiers.ts";
import type { JsonObject } from "../json.ts";
import { idOfReference } from "../readResource.ts";

export interface MemberSelection {
  /** The only ids that can be selected, already checked; undefined when the filter does not name its members. */
  readonly ids: readonly string[] | undefined;
  /** Whether a member with this id is selected. */
  readonly includes: (id: string) => boolean;
}

/** What the filter of `members[…]` selects. A member has a value, a type, and a `$ref` whose end is known. */
export function memberSelection(filter: Filter): MemberSelection {
  const byId = referencesAsIds(filter);
  const includes = (id: string) => matches(byId, memberOf(id));
  return { ids: candidates(byId)?.filter(includes), includes };
}

function memberOf(id: string): JsonObject {
  const type = isGroupId(id) ? "Group" : "User";
  return { value: id, type, $ref: `/${type}s/${id}` };
}

/** `$ref eq "…/Users/<id>"` names the id, whatever the URL before it. */
function referencesAsIds(filter: Filter): Filter {
  switch (filter.kind) {
    case "and":
    case "or":
      return { ...filter, left: referencesAsIds(filter.left), right: referencesAsIds(filter.right) };
    case "not":
      return { kind: "not", filter: referencesAsIds(filter.filter) };
    case "compare": {
      const { path, operator, value } = filter;
      const equality = operator === "eq" || operator === "ne";
      if (path.attribute.name !== "$ref" || !equality || typeof value !== "string") return filter;
      const id = idOfReference(value);
      return { ...filter, path: { ...path, attribute: { ...path.attribute, name: "value" } }, value: id, key: id };
    }
    case "present":
    case "value":
      return filter;
  }
}

/** Ids outside of which nothing matches. */
function candidates(filter: Filter): string[] | undefined {
  switch (filter.kind) {
    case "compare":
      return filter.path.attribute.name === "value" && filter.operator === "eq" && typeof filter.value === "string"
        ? [filter.value]
        : undefined;
    case "and":
      return candidates(filter.left) ?? candidates(filter.right);
    case "or": {
      const left = candidates(filter.left);
      const right = candidates(filter.right);
      return left === undefined || right === undefined ? undefined : [...new Set([...left, ...right])];
    }
    case "not":
    case "present":
    case "value":
      return undefined;
  }
}
