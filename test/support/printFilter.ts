import type { Filter } from "../../functions/scim/filter/filter.ts";
import { printPath } from "../../functions/scim/paths.ts";

/** A filter's text with the fewest parentheses: parsing it gives an equal filter. */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case "or":
      return `${printFilter(filter.left)} or ${operand(filter.right, ["or"])}`;
    case "and":
      return `${operand(filter.left, ["or"])} and ${operand(filter.right, ["or", "and"])}`;
    case "not":
      return `not (${printFilter(filter.filter)})`;
    case "present":
      return `${printPath(filter.path)} pr`;
    case "compare":
      return `${printPath(filter.path)} ${filter.operator} ${JSON.stringify(filter.value)}`;
    case "value":
      return `${printPath(filter.path)}[${printFilter(filter.filter)}]`;
  }
}

function operand(filter: Filter, parenthesised: readonly Filter["kind"][]): string {
  const text = printFilter(filter);
  return parenthesised.includes(filter.kind) ? `(${text})` : text;
}
