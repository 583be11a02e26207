import { printPath } from "../attributePath.ts";
import type { Filter } from "./filter.ts";

/** `path` has a value equal to `value`, as equality of that attribute goes. */
export interface Equality {
  /** Canonical, e.g. `userName`, `emails.value`, `members.value`. */
  readonly path: string;
  readonly value: string;
}

/**
 * What must hold of every resource that matches: the string equalities joined by `and` at the top, those inside a value
 * path included. A planner may look one of them up and check the filter on what it finds.
 */
export function equalities(filter: Filter): readonly Equality[] {
  switch (filter.kind) {
    case "and":
      return [...equalities(filter.left), ...equalities(filter.right)];
    case "compare":
      return filter.operator === "eq" && typeof filter.value === "string"
        ? [{ path: printPath(filter.path), value: filter.value }]
        : [];
    case "value": {
      const prefix = printPath(filter.path);
      return equalities(filter.filter).map(({ path, value }) => ({ path: `${prefix}.${path}`, value }));
    }
    case "or":
    case "not":
    case "present":
      return [];
  }
}
