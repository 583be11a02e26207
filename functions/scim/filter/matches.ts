import type { AttributePath } from "../attributePath.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { comparisonKey } from "./comparisonKey.ts";
import type { Comparison, ComparisonKey, Filter } from "./filter.ts";

/**
 * Whether a canonical resource, extensions under their URN, or one element of a multi-valued attribute, matches.
 * A multi-valued attribute matches when any of its values does; `ne` is true of an unassigned attribute, and `eq null`
 * says that it is unassigned.
 */
export function matches(filter: Filter, resource: JsonObject): boolean {
  switch (filter.kind) {
    case "and":
      return matches(filter.left, resource) && matches(filter.right, resource);
    case "or":
      return matches(filter.left, resource) || matches(filter.right, resource);
    case "not":
      return !matches(filter.filter, resource);
    case "present":
      return isPresent(filter.path, resource);
    case "compare":
      return compares(filter, resource);
    case "value": {
      const value = attributeValue(filter.path, resource);
      for (const element of Array.isArray(value) ? value : [value]) {
        if (isObject(element) && matches(filter.filter, element)) return true;
      }
      return false;
    }
  }
}

function attributeValue({ schema, attribute }: AttributePath, resource: JsonObject): Json | undefined {
  const container = schema === undefined ? resource : resource[schema];
  return isObject(container) ? container[attribute.name] : undefined;
}

function isPresent(path: AttributePath, resource: JsonObject): boolean {
  const value = attributeValue(path, resource);
  if (path.sub === undefined) return holdsValue(value);
  for (const element of Array.isArray(value) ? value : [value]) {
    if (isObject(element) && holdsValue(element[path.sub.name])) return true;
  }
  return false;
}

/** Non-empty, or complex with a non-empty part. */
function holdsValue(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === "") return false;
  if (typeof value !== "object") return true;
  return Object.values(value).some(holdsValue);
}

function compares(filter: Extract<Filter, { kind: "compare" }>, resource: JsonObject): boolean {
  const { path, operator, key } = filter;
  if (key === null) return isPresent(path, resource) === (operator === "ne");
  const value = attributeValue(path, resource);
  let unassigned = true;
  for (const element of Array.isArray(value) ? value : [value]) {
    const given = comparisonKey(path, comparedPart(path, element));
    if (given === null) continue;
    unassigned = false;
    if (holds(operator, given, key)) return true;
  }
  return unassigned && operator === "ne";
}

/** RFC 7643 section 2.4: a value without `primary` is not primary. */
function comparedPart({ attribute, sub }: AttributePath, element: Json | undefined): Json | undefined {
  if (sub === undefined) return element === undefined && attribute.name === "primary" ? false : element;
  if (!isObject(element)) return undefined;
  const value = element[sub.name];
  return value === undefined && sub.name === "primary" ? false : value;
}

function holds(operator: Comparison, given: NonNullable<ComparisonKey>, key: NonNullable<ComparisonKey>): boolean {
  switch (operator) {
    case "eq":
      return given === key;
    case "ne":
      return given !== key;
    case "gt":
      return given > key;
    case "ge":
      return given >= key;
    case "lt":
      return given < key;
    case "le":
      return given <= key;
    case "co":
      return String(given).includes(String(key));
    case "sw":
      return String(given).startsWith(String(key));
    case "ew":
      return String(given).endsWith(String(key));
  }
}
