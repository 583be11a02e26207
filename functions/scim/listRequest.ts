import type { Bent, QuirkMeanings } from "./bent.ts";
import { ScimError } from "./error.ts";
import { isObject, type Json, type JsonObject, namedMembers } from "./json.ts";
import { SEARCH_REQUEST } from "./schema.ts";

export const LIST_QUIRKS = {
  commaList: "a list of names came as one text with commas",
  emptyFilter: "the filter was empty and was read as none",
  stringNumber: 'a number came as a text ("10")',
} as const satisfies QuirkMeanings;

/**
 * What a query asks for: the parameters of a GET, or the message of a POST to /.search (RFC 7644 sections 3.4.2 and
 * 3.4.3, RFC 9865 section 2). Numbers are texts still.
 */
export interface ListRequest {
  readonly filter: string | undefined;
  readonly attributes: string | readonly string[] | undefined;
  readonly excludedAttributes: string | readonly string[] | undefined;
  readonly sortBy: string | undefined;
  readonly sortOrder: string | undefined;
  readonly startIndex: string | undefined;
  readonly count: string | undefined;
  /** Empty: the first page of a walk by cursor. */
  readonly cursor: string | undefined;
}

/** @param query gives a parameter by its name, in any case */
export function listRequestOfQuery(query: (name: string) => string | undefined): ListRequest {
  return {
    filter: query("filter"),
    attributes: query("attributes"),
    excludedAttributes: query("excludedAttributes"),
    sortBy: query("sortBy"),
    sortOrder: query("sortOrder"),
    startIndex: query("startIndex"),
    count: query("count"),
    cursor: query("cursor"),
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
 * A SearchRequest message; null is as good as absent. A number may come as a text, a list of names as a text with commas.
 * @throws ScimError 400 invalidSyntax, 400 invalidValue
 */
export function readSearchRequest(body: Json, bent: Bent): ListRequest {
  if (!isObject(body)) throw ScimError.invalidSyntax("notObject");
  const message = namedMembers(NAMES, body);
  const { schemas } = message;
  const urns = Array.isArray(schemas) ? schemas : [];
  if (!urns.some((urn) => typeof urn === "string" && urn.toLowerCase() === SEARCH_REQUEST.toLowerCase())) {
    throw ScimError.invalidSyntax("messageSchemas", "search request", SEARCH_REQUEST);
  }
  return {
    filter: filterIn(message, bent),
    attributes: namesIn(message, "attributes", bent),
    excludedAttributes: namesIn(message, "excludedAttributes", bent),
    sortBy: textIn(message, "sortBy"),
    sortOrder: textIn(message, "sortOrder"),
    startIndex: numberIn(message, "startIndex", bent),
    count: numberIn(message, "count", bent),
    cursor: textIn(message, "cursor"),
  };
}

function textIn(message: JsonObject, name: string): string | undefined {
  const value = message[name] ?? null;
  if (value === null || typeof value === "string") return value ?? undefined;
  throw ScimError.invalidValue("search", name, "a string");
}

function filterIn(message: JsonObject, bent: Bent): string | undefined {
  const filter = textIn(message, "filter");
  if (filter?.trim() !== "") return filter;
  bent.note<typeof LIST_QUIRKS>("emptyFilter");
  return undefined;
}

/** A number beyond the integers is refused where the text is read. */
function numberIn(message: JsonObject, name: string, bent: Bent): string | undefined {
  const value = message[name] ?? null;
  if (value === null) return undefined;
  if (typeof value === "string" && /^-?\d{1,15}$/.test(value)) {
    bent.note<typeof LIST_QUIRKS>("stringNumber", name);
    return value;
  }
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value).toString();
  throw ScimError.invalidValue("search", name, "an integer");
}

function namesIn(message: JsonObject, name: string, bent: Bent): string | readonly string[] | undefined {
  const value = message[name] ?? null;
  if (value === null) return undefined;
  if (typeof value === "string") {
    bent.note<typeof LIST_QUIRKS>("commaList", name);
    return value;
  }
  const names = Array.isArray(value) ? value.filter((one) => typeof one === "string") : undefined;
  if (names !== undefined && names.length === elementsOf(value).length) return names;
  throw ScimError.invalidValue("search", name, "a list of strings");
}

function elementsOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
