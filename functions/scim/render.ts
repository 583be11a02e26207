import { ScimError } from "./error.ts";
import { isObject, type Json, type JsonObject, utf8Length } from "./json.ts";
import { type AttributePath, resolveName, withoutBrackets } from "./paths.ts";
import { isEmpty } from "./readValue.ts";
import { type Attribute, coreAttributes, findAttribute, LIST_RESPONSE, type ResourceType } from "./schema.ts";

/** RFC 7644 section 3.9: only the selection (`attributes`), or everything except it (`excludedAttributes`). */
export interface Projection {
  readonly mode: "only" | "without";
  readonly selected: Selection;
}

/** By attribute name; at the top level also by URN. */
export type Selection = Map<string, Chosen>;

/** `members,members.display` selects `members` with its default parts, and one part that is not returned by default. */
interface Chosen {
  whole: boolean;
  readonly parts: Selection;
}

type Names = string | readonly string[] | undefined;

/**
 * Accepts names in any case, sub-attributes, names with a URN, and URNs of extensions. Ignores text in brackets and unknown
 * names.
 * @param attributes a query parameter, or the list of a search request
 * @returns undefined when the default attributes are requested
 * @throws ScimError 400 invalidValue when both are given, or a list is too long
 */
export function readProjection(type: ResourceType, attributes: Names, excluded: Names): Projection | undefined {
  if (attributes === undefined && excluded === undefined) return undefined;
  const only = namesIn(attributes);
  const without = namesIn(excluded);
  if (only.length > 0 && without.length > 0) throw ScimError.invalidValue("projection");
  if (only.length > 0) return { mode: "only", selected: select(type, only) };
  return without.length > 0 ? { mode: "without", selected: select(type, without) } : undefined;
}

const MAX_LENGTH = 8192;

function namesIn(names: Names): string[] {
  const text = [names].flat().join();
  if (text.length > MAX_LENGTH) throw ScimError.invalidValue("projectionLength", MAX_LENGTH);
  return withoutBrackets(text)
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function select(type: ResourceType, names: readonly string[]): Selection {
  const selected: Selection = new Map();
  for (const name of names) {
    const named = resolveName(type, name);
    if (named !== undefined) add(selected, named.kind === "extension" ? [named.schema.id] : stepsOf(named.path));
  }
  return selected;
}

function stepsOf({ schema, attribute, sub }: AttributePath): string[] {
  return [schema, attribute.name, sub?.name].filter((step) => step !== undefined);
}

function add(selected: Selection, [step, ...rest]: readonly string[]): void {
  if (step === undefined) return;
  const chosen: Chosen = selected.get(step) ?? { whole: false, parts: new Map() };
  selected.set(step, chosen);
  if (rest.length === 0) chosen.whole = true;
  add(chosen.parts, rest);
}

/**
 * The resource in the requested form, each attribute by its `returned` (RFC 7643 section 7): `always` in every response,
 * `never` in none, `request` only if it was requested by name.
 * @param resource canonical, with `id`, `meta` and lists
 */
export function project(type: ResourceType, resource: JsonObject, projection: Projection): JsonObject {
  const named = projection.mode === "only" ? projection.selected : undefined;
  const shown = partOf(coreAttributes(type), resource, { ...projection, named, type });
  return isObject(shown) ? shown : {};
}

/** Whether a response with this projection shows the attribute, e.g. `members`; otherwise it need not be read. */
export function includes(projection: Projection | undefined, attributeName: string): boolean {
  if (projection === undefined || attributeName === "id" || attributeName === "schemas") return true;
  const chosen = projection.selected.get(attributeName);
  return projection.mode === "only" ? chosen !== undefined : chosen?.whole !== true;
}

/** Whether the client requested this part by name; otherwise an attribute returned on request need not be computed. */
export function asksFor(projection: Projection | undefined, ...steps: readonly string[]): boolean {
  let chosen: Chosen | undefined;
  let selected = projection?.mode === "only" ? projection.selected : undefined;
  for (const step of steps) {
    chosen = selected?.get(step);
    selected = chosen?.parts;
  }
  return chosen?.whole === true;
}

const EVERYTHING: Projection = { mode: "without", selected: new Map() };

/** The request for one level of the resource. */
interface Asked extends Projection {
  /** Names in `attributes`: returned even if they are returned only on request. */
  readonly named: Selection | undefined;
  /** Only at the top level, where extensions stand beside attributes. */
  readonly type?: ResourceType;
}

function partOf(known: readonly Attribute[] | undefined, value: Json, asked: Asked): Json | undefined {
  if (known === undefined) return value;
  if (Array.isArray(value)) {
    const elements = value.map((element) => partOf(known, element, asked)).filter((shown) => shown !== undefined);
    return elements.length === 0 && value.length > 0 ? undefined : elements;
  }
  if (!isObject(value)) return undefined;
  const result: JsonObject = {};
  for (const [name, child] of Object.entries(value)) {
    const shown = attributeOf(known, name, child, asked);
    if (shown !== undefined) result[name] = shown;
  }
  return isEmpty(result) ? undefined : result;
}

function attributeOf(known: readonly Attribute[], name: string, value: Json, asked: Asked): Json | undefined {
  const attribute = findAttribute(known, name);
  const chosen = asked.selected.get(name);
  const named = asked.named?.get(name);
  switch (attribute?.returned) {
    case "never":
      return undefined;
    case "always":
      return value;
    case "request":
      if (named === undefined) return undefined;
      break;
    default:
      if (asked.mode === "only" && chosen === undefined) return undefined;
  }
  if (asked.mode === "without" && chosen?.whole) return undefined;
  const partly = chosen === undefined || chosen.whole ? EVERYTHING : { mode: asked.mode, selected: chosen.parts };
  const inner: Asked = { ...partly, named: named?.parts };
  const extension = asked.type?.extensions.find(({ schema }) => schema.id === name);
  return partOf(extension?.schema.attributes ?? attribute?.subAttributes, value, inner);
}

/** The parts of one response. */
export interface Rendering {
  /** Name of the resource type. */
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** ISO 8601; undefined where it is unknown. */
  readonly created: string | undefined;
  readonly lastModified: string | undefined;
  /** JSON text of the canonical attributes, `schemas` first. */
  readonly attributes: string;
  /** An absolute URL. */
  readonly location: string;
  /** Lists that are not stored in the resource, such as the groups of a user: as an object, or as its JSON text without the braces. */
  readonly lists?: { object(): JsonObject; text(): string } | undefined;
  /** Adds requested names to the attributes. `resourceText` does not use it. */
  readonly withNames?: ((attributes: JsonObject) => JsonObject) | undefined;
}

/** The resource as JSON text, joined without parsing its attributes: schemas, id, attributes, lists, meta. */
export function resourceText(input: Rendering): string {
  const { attributes } = input;
  // `schemas` comes first, and no schema URN contains a bracket.
  const end = attributes.indexOf("]") + 1;
  const lists = input.lists?.text() ?? "";
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
    ...input.lists?.object(),
    meta: metaOf(input),
  };
}

function metaOf({ type, created, lastModified, location, version }: Rendering): JsonObject {
  const times = created !== undefined && lastModified !== undefined && { created, lastModified };
  return { resourceType: type, ...times, location, version: etagOf(version) };
}

/** Bytes. Lambda takes 6,291,556 bytes of JSON with headers; the response is a string in this JSON, so every quote counts twice. */
const ANSWER_BYTES = 6_000_000;
/** Most bytes of one character of JSON text inside a JSON string: two for a quote, three for a character beyond Latin. */
const BYTES_PER_CHARACTER = 3;

/**
 * A ListResponse as JSON text. A page that is too large for one response is cut: `itemsPerPage` is lower, and the client
 * continues after it (RFC 7644 section 3.4.2.4).
 * @param resources JSON texts of this page @param total count of all matches, not only of this page
 */
export function listResponse(resources: readonly string[], total: number, startIndex: number): string {
  const page = fittingPage(resources);
  return `{"schemas":["${LIST_RESPONSE}"],"totalResults":${total},"startIndex":${startIndex},"itemsPerPage":${page.length},"Resources":[${page.join(",")}]}`;
}

/**
 * The response with one page of a walk by cursor. @param page already cut by `fittingPage`
 * @param total absent where it was not counted
 */
export function walkResponse(page: readonly string[], total: number | undefined, next: string | undefined): string {
  const counted = total === undefined ? "" : `"totalResults":${total},`;
  const cursor = next === undefined ? "" : `"nextCursor":"${next}",`;
  return `{"schemas":["${LIST_RESPONSE}"],${counted}"itemsPerPage":${page.length},${cursor}"Resources":[${page.join(",")}]}`;
}

/** The first resources that fit into a response, at least one. */
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

/** `W/"3"`: weak, because `attributes` changes the body but not the version. */
export function etagOf(version: number): string {
  return `W/"${version}"`;
}

/** What If-Match and If-None-Match ask for together (RFC 7232 section 6); undefined without either. */
export function preconditionOf(match: string | undefined, noneMatch?: string) {
  return (match ?? noneMatch) === undefined
    ? undefined
    : (version: number) => ifMatch(match, version) && !ifNoneMatch(noneMatch, version);
}

/**
 * Whether the precondition holds. Compares weak and strong tags by the text between the quotes: RFC 7232 would never accept
 * a weak tag, but every SCIM example sends one. A malformed header never holds.
 */
export function ifMatch(header: string | undefined, version: number): boolean {
  return header === undefined || names(header, version);
}

/** Whether the client already has this version, so that the answer to a GET is 304. */
export function ifNoneMatch(header: string | undefined, version: number): boolean {
  return header !== undefined && names(header, version);
}

/** A list may have empty elements (RFC 9110 section 5.6.1.2): `"1", , "2",`. */
const TAG_LIST = /^[\s,]*(?:(?:W\/)?"[^"]*"\s*(?:,[\s,]*|$))*$/;

function names(header: string, version: number): boolean {
  // Between the tags of a list no digit stands, so this is one of them.
  return header.trim() === "*" || (TAG_LIST.test(header) && header.includes(`"${version}"`));
}
