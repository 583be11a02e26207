import { printPath } from "../attributePath.ts";
import type { Filter } from "./filter.ts";

/** One entry for each condition, attribute names and operators only, e.g. `emails[type].value eq`: fit for a log. */
export function describeFilter(filter: Filter): string[] {
  switch (filter.kind) {
    case "and":
    case "or":
      return [...describeFilter(filter.left), ...describeFilter(filter.right)];
    case "not":
      return describeFilter(filter.filter).map((entry) => `not ${entry}`);
    case "present":
      return [`${printPath(filter.path)} pr`];
    case "compare":
      return [`${printPath(filter.path)} ${filter.operator}`];
    case "value": {
      const inner = describeFilter(filter.filter);
      const last = inner.pop() ?? "";
      const selected = inner.map((entry) => entry.replace(/ \w+$/, ""));
      return [`${printPath(filter.path)}${selected.length === 0 ? "" : `[${selected.join(",")}]`}.${last}`];
    }
  }
}

/** The top-level names a resource must have for the filter to be decided: attributes, or the URN of an extension. */
export function filterAttributes(filter: Filter): Set<string> {
  switch (filter.kind) {
    case "and":
    case "or":
      return new Set([...filterAttributes(filter.left), ...filterAttributes(filter.right)]);
    case "not":
      return filterAttributes(filter.filter);
    case "present":
    case "compare":
    case "value":
      return new Set([filter.path.schema ?? filter.path.attribute.name]);
  }
}
