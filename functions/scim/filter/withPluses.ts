import { comparisonKey } from "./comparisonKey.ts";
import type { Filter } from "./filter.ts";

/**
 * The filter with `+` for every space in the values that it compares with `eq`: API Gateway decodes a bare `+` to a space.
 * What a `not` encloses stays as it is, as does every other operator: a changed value there would let in what the client
 * excluded.
 * @returns undefined when nothing changes
 */
export function withPluses(filter: Filter): Filter | undefined {
  switch (filter.kind) {
    case "and":
    case "or": {
      const left = withPluses(filter.left);
      const right = withPluses(filter.right);
      if (left === undefined && right === undefined) return undefined;
      return { ...filter, left: left ?? filter.left, right: right ?? filter.right };
    }
    case "value": {
      const inner = withPluses(filter.filter);
      return inner && { ...filter, filter: inner };
    }
    case "compare": {
      const { path, operator, value: spaced } = filter;
      if (operator !== "eq" || typeof spaced !== "string" || !spaced.includes(" ")) return undefined;
      const value = spaced.replaceAll(" ", "+");
      return { ...filter, value, key: comparisonKey(path, value) };
    }
    case "not":
    case "present":
      return undefined;
  }
}
