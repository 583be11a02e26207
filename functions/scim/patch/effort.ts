import { ScimError } from "../error.ts";
import type { Filter } from "../filter/filter.ts";

/** How often one PATCH may look at a value or a member: seconds of work on a small machine. */
const MAX_LOOKS = 1_000_000;

/** What a PATCH has cost so far. Values times conditions times operations grow beyond any deadline within one body. */
export interface Effort {
  looks: number;
}

/** @throws ScimError 413 when the request costs more than any real one */
export function spend(effort: Effort, looks: number): void {
  effort.looks += looks;
  if (effort.looks <= MAX_LOOKS) return;
  throw ScimError.tooLarge("effort");
}

/** Comparisons that deciding the filter for one value takes at most. */
export function conditionsIn(filter: Filter): number {
  switch (filter.kind) {
    case "and":
    case "or":
      return conditionsIn(filter.left) + conditionsIn(filter.right);
    case "not":
    case "value":
      return conditionsIn(filter.filter);
    case "present":
    case "compare":
      return 1;
  }
}
