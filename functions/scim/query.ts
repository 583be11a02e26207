import { ScimError } from "./error.ts";
import type { UnknownPaths } from "./filter/parseFilter.ts";
import { checkMessage, isObject, type Json, type JsonObject, presentMembers } from "./json.ts";
import { type AttributePath, type ComparisonKey, comparisonKey, printPath, resolvePath, valueAt } from "./paths.ts";
import type { QuirkMeanings, Quirks } from "./quirks.ts";
import { isPrimary } from "./readValue.ts";
import { isDerived, type ResourceType, SEARCH_REQUEST } from "./schema.ts";

export const LIST_QUIRKS = {
  commaList: "a list of names came as one text with commas",
  emptyFilter: "the filter was empty and was read as none",
  stringNumber: 'a number came as a text ("10")',
} as const satisfies QuirkMeanings;

/**
 * A query: the parameters of a GET, or the message of a POST to /.search (RFC 7644 sections 3.4.2 and 3.4.3, RFC 9865
 * section 2). Numbers are still texts.
 */
export interface ListRequest {
  readonly filter: string | undefined;
  readonly attributes: string | readonly string[] | undefined;
  readonly excludedAttributes: string | readonly string[] | undefined;
  readonly sortBy: string | undefined;
  readonly sortOrder: string | undefined;
  readonly startIndex: string | undefined;
  readonly count: string | undefined;
  /** An empty text asks for the first page of a walk by cursor. */
  readonly cursor: string | undefined;
}

/** @param query by name in lower case */
export function listRequestOfQuery(query: ReadonlyMap<string, string>): ListRequest {
  return {
    filter: query.get("filter"),
    attributes: query.get("attributes"),
    excludedAttributes: query.get("excludedattributes"),
    sortBy: query.get("sortby"),
    sortOrder: query.get("sortorder"),
    startIndex: query.get("startindex"),
    count: query.get("count"),
    cursor: query.get("cursor"),
  };
}

const NAMES = [
  "schemas",
  "filter",
  "attributes",
  "excludedAttributes",
  "sortBy",
  "sortOrder",
  "startIndex",
  "count",
  "cursor",
];

/**
 * Reads a SearchRequest message; null means absent. A number may be a text, a list of names a text with commas.
 * @throws ScimError 400 invalidSyntax, 400 invalidValue
 */
export function readSearchRequest(body: Json, schemasRequired: boolean, quirks: Quirks): ListRequest {
  if (!isObject(body)) throw ScimError.invalidSyntax("notObject");
  const message = presentMembers(NAMES, body);
  checkMessage(message.schemas ?? null, ["search request", SEARCH_REQUEST], schemasRequired, quirks);
  return {
    filter: filterIn(message, quirks),
    attributes: namesIn(message, "attributes", quirks),
    excludedAttributes: namesIn(message, "excludedAttributes", quirks),
    sortBy: textIn(message, "sortBy"),
    sortOrder: textIn(message, "sortOrder"),
    startIndex: numberIn(message, "startIndex", quirks),
    count: numberIn(message, "count", quirks),
    cursor: textIn(message, "cursor"),
  };
}

function textIn(message: JsonObject, name: string): string | undefined {
  const value = message[name];
  if (value === undefined || typeof value === "string") return value;
  throw ScimError.invalidValue("search", name, "a string");
}

function filterIn(message: JsonObject, quirks: Quirks): string | undefined {
  const filter = textIn(message, "filter");
  if (filter?.trim() !== "") return filter;
  quirks.note<typeof LIST_QUIRKS>("emptyFilter");
  return undefined;
}

/** Numbers beyond the safe integers are refused later, where the text is read. */
function numberIn(message: JsonObject, name: string, quirks: Quirks): string | undefined {
  const value = message[name];
  if (value === undefined) return undefined;
  if (typeof value === "string" && /^-?\d{1,15}$/.test(value)) {
    quirks.note<typeof LIST_QUIRKS>("stringNumber", name);
    return value;
  }
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value).toString();
  throw ScimError.invalidValue("search", name, "an integer");
}

function namesIn(message: JsonObject, name: string, quirks: Quirks): string | readonly string[] | undefined {
  const value = message[name];
  if (value === undefined) return undefined;
  if (typeof value === "string") {
    quirks.note<typeof LIST_QUIRKS>("commaList", name);
    return value;
  }
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  throw ScimError.invalidValue("search", name, "a list of strings");
}

export const DEFAULT_PAGE_SIZE = 100;
/** Also `filter.maxResults`. A larger count is reduced, not refused. */
export const MAX_PAGE_SIZE = 200;

/** Lifetime of a cursor in seconds. */
export const CURSOR_TIMEOUT = 3_600;

export interface Paging {
  /** 1-based. */
  readonly startIndex: number;
  /** 0 asks for `totalResults` only. */
  readonly count: number;
}

/** RFC 7644 section 3.4.2.4. @throws ScimError 400 invalidValue when a parameter is no integer */
export function readPaging(startIndex: string | undefined, count: string | undefined): Paging {
  return {
    startIndex: Math.max(1, readInteger("startIndex", startIndex) ?? 1),
    count: Math.min(MAX_PAGE_SIZE, Math.max(0, readInteger("count", count) ?? DEFAULT_PAGE_SIZE)),
  };
}

/** RFC 9865 section 2: a walk by cursor has no startIndex. @throws ScimError 400 invalidValue, 400 invalidCount */
export function readWalkPaging(startIndex: string | undefined, count: string | undefined): Paging {
  if (startIndex !== undefined) throw ScimError.invalidValue("cursorAndIndex");
  try {
    return readPaging(undefined, count);
  } catch (error) {
    if (error instanceof ScimError) throw ScimError.cursor("count");
    throw error;
  }
}

function readInteger(name: "startIndex" | "count", text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? "";
  if (trimmed === "") return undefined;
  if (!/^[+-]?\d+$/.test(trimmed)) throw ScimError.invalidValue("integer", name);
  return Math.min(Number.MAX_SAFE_INTEGER, Number(trimmed));
}

/** RFC 7644 section 3.4.2.3. */
export interface Sort {
  /** Absent where this type has no such attribute, but other types do. */
  readonly path: AttributePath | undefined;
  readonly descending: boolean;
}

/** A position in the order: by key, then by id among equals, so that the order is total. */
export interface SortPosition {
  readonly key: ComparisonKey;
  readonly id: string;
}

/** Compared characters of a text: texts with an equal beginning of this length are ordered by id. */
const COMPARED = 256;

/**
 * @returns undefined when no order is requested
 * @throws ScimError 400 invalidValue for an unknown, complex, derived or never returned attribute, or an unknown sortOrder
 */
export function readSort(
  type: ResourceType,
  sortBy: string | undefined,
  sortOrder: string | undefined,
  unknown: UnknownPaths = "refuse",
): Sort | undefined {
  const order = sortOrder?.trim().toLowerCase() ?? "";
  if (order !== "" && order !== "ascending" && order !== "descending") throw ScimError.invalidValue("sortOrder");
  const name = sortBy?.trim() ?? "";
  if (name === "") return undefined;
  const path = resolvePath(type, name);
  const descending = order === "descending";
  if (path === undefined) {
    if (unknown === "unassigned") return { path, descending };
    throw ScimError.invalidValue("sortBy");
  }
  const sorted = path.sub ?? path.attribute;
  if (sorted.returned === "never" || isDerived(sorted)) throw ScimError.invalidValue("sortByHidden", printPath(path));
  if (sorted.type !== "complex") return { path, descending };
  const value = path.attribute.multiValued
    ? path.attribute.subAttributes?.find((sub) => sub.name === "value")
    : undefined;
  if (value === undefined) throw ScimError.invalidValue("sortByComplex", printPath(path));
  return { path: { ...path, sub: value }, descending };
}

/** The key by which a resource is sorted: the primary value if there is one, otherwise the first. */
export function sortKey({ path }: Sort, resource: JsonObject): ComparisonKey {
  if (path === undefined) return null;
  const value = valueAt(resource, path);
  const one = Array.isArray(value) ? (value.find(isPrimary) ?? value[0]) : value;
  const part = path.sub === undefined || !isObject(one) ? one : one[path.sub.name];
  const key = comparisonKey(path, part);
  if (key === "") return null;
  // V8 keeps the whole text as long as a slice of it: so this copies.
  return typeof key === "string" ? key.slice(0, COMPARED).split("").join("") : key;
}

/** Resources without a value come last, or first when descending. */
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

/** By code points: UTF-16 units would sort characters beyond U+FFFF before U+E000. */
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
