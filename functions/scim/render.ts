import type { JsonObject } from "./json.ts";
import { LIST_RESPONSE } from "./schema.ts";
import { utf8Length } from "./text.ts";

/** What one answer is joined from. */
export interface Rendering {
  /** Of the resource type. */
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** ISO 8601. */
  readonly created: string;
  readonly lastModified: string;
  /** JSON text of the canonical attributes, `schemas` first. */
  readonly attributes: string;
  /** Absolute. */
  readonly location: string;
  /** What is not stored with it, such as the groups of a user. */
  readonly lists?: JsonObject | undefined;
  /** Puts names that the client asked for into the attributes: a text joined without parsing them does without. */
  readonly withNames?: ((attributes: JsonObject) => JsonObject) | undefined;
}

/** The resource as JSON text, joined without parsing its attributes: schemas, id, attributes, lists, meta. */
export function resourceText(input: Rendering): string {
  const { attributes } = input;
  // `schemas` comes first, and no schema URN contains a bracket.
  const end = attributes.indexOf("]") + 1;
  const lists = JSON.stringify(input.lists ?? {}).slice(1, -1);
  return `${attributes.slice(0, end)},"id":${JSON.stringify(input.id)}${attributes.slice(end, -1)}${
    lists === "" ? "" : `,${lists}`
  },"meta":${JSON.stringify(metaOf(input))}}`;
}

/** The same resource as an object, for projection and filters. */
export function resourceObject(input: Rendering): JsonObject {
  const { schemas, ...attributes }: JsonObject = JSON.parse(input.attributes);
  return {
    schemas: schemas ?? [],
    id: input.id,
    ...(input.withNames?.(attributes) ?? attributes),
    ...input.lists,
    meta: metaOf(input),
  };
}

function metaOf(input: Rendering): JsonObject {
  return {
    resourceType: input.type,
    created: input.created,
    lastModified: input.lastModified,
    location: input.location,
    version: etagOf(input.version),
  };
}

/** Bytes. Lambda takes 6,291,556 of JSON with headers and all, and the answer is a string in it: every quote counts twice. */
const ANSWER_BYTES = 6_000_000;
/** JSON makes at most so many bytes of one character of JSON text: two of a quote, three of a character beyond Latin. */
const BYTES_PER_CHARACTER = 3;

/**
 * A ListResponse as JSON text. A page that one answer cannot carry is cut: `itemsPerPage` says so, and the client goes on
 * behind it (RFC 7644 section 3.4.2.4).
 * @param resources JSON texts of this page @param total all matches, not this page's
 */
export function listResponse(resources: readonly string[], total: number, startIndex: number): string {
  const page = fittingPage(resources);
  return `{"schemas":["${LIST_RESPONSE}"],"totalResults":${total},"startIndex":${startIndex},"itemsPerPage":${page.length},"Resources":[${page.join(",")}]}`;
}

/**
 * The answer to a page of a walk by cursor. @param resources no more than `fittingPage` lets through
 * @param total absent where nobody counted
 */
export function walkResponse(
  resources: readonly string[],
  total: number | undefined,
  nextCursor: string | undefined,
): string {
  const counted = total === undefined ? "" : `"totalResults":${total},`;
  const next = nextCursor === undefined ? "" : `"nextCursor":"${nextCursor}",`;
  return `{"schemas":["${LIST_RESPONSE}"],${counted}"itemsPerPage":${resources.length},${next}"Resources":[${resources.join(",")}]}`;
}

/** As many resources from the first on as fit, at least one. */
export function fittingPage(resources: readonly string[]): readonly string[] {
  const characters = resources.reduce((sum, text) => sum + text.length, 0);
  if (characters * BYTES_PER_CHARACTER <= ANSWER_BYTES) return resources;
  let bytes = 0;
  const first = resources.findIndex((text) => {
    bytes += utf8Length(JSON.stringify(text));
    return bytes > ANSWER_BYTES;
  });
  return first < 0 ? resources : resources.slice(0, Math.max(1, first));
}

/** `W/"3"`: weak, because `attributes` changes the body and not the version. */
export function etagOf(version: number): string {
  return `W/"${version}"`;
}

/**
 * Whether the precondition holds. Weak and strong tags are compared by what is between the quotes: RFC 7232 would never
 * let a weak tag pass, but every SCIM example sends one. A malformed header never holds.
 */
export function ifMatch(header: string | undefined, version: number): boolean {
  return header === undefined || names(header, version);
}

/** Whether the client has this version already, so that 304 is the answer. */
export function ifNoneMatch(header: string | undefined, version: number): boolean {
  return header !== undefined && names(header, version);
}

const TAG_LIST = /^\s*(?:W\/)?"[^"]*"\s*(?:,\s*(?:W\/)?"[^"]*"\s*)*$/;
const TAG = /(?:W\/)?"([^"]*)"/g;

function names(header: string, version: number): boolean {
  if (header.trim() === "*") return true;
  if (!TAG_LIST.test(header)) return false;
  for (const [, tag] of header.matchAll(TAG)) if (tag === String(version)) return true;
  return false;
}
