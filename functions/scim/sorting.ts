import { type AttributePath, printPath, resolvePath } from "./attributePath.ts";
import { ScimError } from "./error.ts";
import { comparisonKey } from "./filter/comparisonKey.ts";
import type { ComparisonKey } from "./filter/filter.ts";
import type { UnknownPaths } from "./filter/parseFilter.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";
import type { ResourceType } from "./schema.ts";

/** RFC 7644 section 3.4.2.3. */
export interface Sort {
  /** Absent where the type has no such attribute, and others have. */
  readonly path: AttributePath | undefined;
  readonly descending: boolean;
}

/** Where something is in the order: by key, and by id among equals, so that the order is total. */
export interface SortPosition {
  readonly key: ComparisonKey;
  readonly id: string;
}

/** Characters of a text that are compared: what is equal so far is ordered by id. */
const COMPARED = 256;

/**
 * @returns undefined when no order is asked for
 * @throws ScimError 400 invalidValue for an unknown or complex attribute, one that is never returned, or another order
 */
export function readSort(
  type: ResourceType,
  sortBy: string | undefined,
  sortOrder: string | undefined,
  unknown: UnknownPaths = "refuse",
): Sort | undefined {
  const order = sortOrder?.trim().toLowerCase() ?? "";
  if (order !== "" && order !== "ascending" && order !== "descending") {
    throw ScimError.invalidValue("sortOrder");
  }
  const name = sortBy?.trim() ?? "";
  if (name === "") return undefined;
  const path = resolvePath(type, name);
  const descending = order === "descending";
  if (path === undefined) {
    if (unknown === "unassigned") return { path, descending };
    throw ScimError.invalidValue("sortBy");
  }
  const { returned, type: valueType } = path.sub ?? path.attribute;
  if (returned === "never") throw ScimError.invalidValue("sortByHidden", printPath(path));
  if (valueType !== "complex") return { path, descending };
  const value = path.attribute.multiValued
    ? path.attribute.subAttributes?.find((sub) => sub.name === "value")
    : undefined;
  if (value === undefined) {
    throw ScimError.invalidValue("sortByComplex", printPath(path));
  }
  return { path: { ...path, sub: value }, descending };
}

/** What a resource is sorted by: of several values the primary one, else the first. */
export function sortKey({ path }: Sort, resource: JsonObject): ComparisonKey {
  if (path === undefined) return null;
  const container = path.schema === undefined ? resource : resource[path.schema];
  const value = isObject(container) ? container[path.attribute.name] : undefined;
  const one = Array.isArray(value) ? (value.find(isPrimary) ?? value[0]) : value;
  const part = path.sub === undefined || !isObject(one) ? one : one[path.sub.name];
  const key = comparisonKey(path, part);
  if (key === "") return null;
  return typeof key === "string" ? key.slice(0, COMPARED) : key;
}

function isPrimary(element: Json): boolean {
  return isObject(element) && element.primary === true;
}

/** Without a value last, and first when descending. */
export function comparePositions(
  { descending }: Pick<Sort, "descending">,
  left: SortPosition,
  right: SortPosition,
): number {
  const order = compareKeys(left.key, right.key);
  if (order !== 0) return descending ? -order : order;
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}

function compareKeys(left: ComparisonKey, right: ComparisonKey): number {
  if (left === right) return 0;
  if (left === null) return 1;
  if (right === null) return -1;
  if (typeof left === "string" && typeof right === "string") return compareTexts(left, right);
  // One attribute has one type: both are numbers, or both are booleans.
  return Number(left) - Number(right);
}

/** By code points: UTF-16 units would put what is beyond U+FFFF before U+E000. */
function compareTexts(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length);
  for (let index = 0; index < shorter; index += 1) {
    const difference = rank(left.charCodeAt(index)) - rank(right.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
