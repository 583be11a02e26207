import type { AttributePath } from "../attributePath.ts";
import { foldCase, mapUserName } from "../comparison.ts";
import { instantOf } from "../dateTime.ts";
import type { Json } from "../json.ts";
import type { ComparisonKey } from "./filter.ts";

/**
 * What a value is compared by: strings folded unless caseExact, userName as its uniqueness is decided, dateTime as an
 * instant. null for anything that cannot be compared.
 */
export function comparisonKey({ schema, attribute, sub }: AttributePath, value: Json | undefined): ComparisonKey {
  if (typeof value === "boolean" || typeof value === "number") return value;
  if (typeof value !== "string") return null;
  const compared = sub ?? attribute;
  if (compared.type === "dateTime") return instantOf(value) ?? null;
  if (compared.caseExact) return value;
  return schema === undefined && attribute.name === "userName" ? mapUserName(value) : foldCase(value);
}
