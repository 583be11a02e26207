import { ScimError } from "./error.ts";
import { isObject, type Json, type JsonObject, utf8Length } from "./json.ts";
import { type AttributePath, resolveName, withoutBrackets } from "./paths.ts";
import { isEmpty } from "./readValue.ts";
import { type Attribute, coreAttributes, findAttribute, isStored, LIST_RESPONSE, type ResourceType } from "./schema.ts";

/** RFC 7644 section 3.9: only what is selected (`attributes`), or everything else (`excludedAttributes`). */
export interface Projection {
  readonly mode: "only" | "without";
  readonly selected: Selection;
}

/** By name, or URN at the top. */
export type Selection = Map<string, Chosen>;

/** `members,members.display` chooses all of `members` that is returned by default, and one part that is not. */
interface Chosen {
  whole: boolean;
  readonly parts: Selection;
}

type Names = string | readonly string[] | undefined;

/**
 * Names may come in any case, as sub-attributes, with a URN, or as the URN of an extension; what stands in brackets does
 * not count, and what nobody knows is ignored.
 * @param attributes a query parameter, or the list of a search request
 * @returns undefined when the default attributes are asked for
 * @throws ScimError 400 invalidValue when both are given, or one is longer than any list of attributes
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
  const text = [names ?? ""].flat().join();
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

export function selectionOf(paths: readonly AttributePath[]): Selection {
  const selected: Selection = new Map();
  for (const path of paths) add(selected, stepsOf(path));
  return selected;
}

/** All that stored attributes hold, part by part: what a POST or a PUT wrote. */
export function selectionOfAll(attributes: Json): Selection {
  const selected: Selection = new Map();
  for (const one of [attributes].flat()) {
    for (const [name, value] of isObject(one) ? Object.entries(one) : []) {
      const parts = new Map([...(selected.get(name)?.parts ?? []), ...selectionOfAll(value)]);
      selected.set(name, { whole: true, parts });
    }
  }
  return selected;
}

/**
 * The resource as the client asked for it, each attribute by its `returned` (RFC 7643 section 7): `always` whatever is
 * asked, `never` never, `request` only where it is named or was just written.
 * @param resource canonical, with `id`, `meta` and lists @param written what this request wrote
 */
export function project(
  type: ResourceType,
  resource: JsonObject,
  projection: Projection | undefined,
  written?: Selection,
): JsonObject {
  const asked = projection ?? EVERYTHING;
  const named = [asked.mode === "only" ? asked.selected : undefined, written].filter((one) => one !== undefined);
  const shown = partOf(coreAttributes(type), resource, { ...asked, named, type });
  return isObject(shown) ? shown : {};
}

/** Whether an answer without a projection may show what is stored as it is. */
export function isShownAsStored(type: ResourceType): boolean {
  return [type, ...type.extensions].every(({ schema }) => schema.attributes.every(isShown));
}

function isShown(attribute: Attribute): boolean {
  const { returned, subAttributes = [] } = attribute;
  return !(isStored(attribute) && (returned === "request" || returned === "never")) && subAttributes.every(isShown);
}

/** Whether an answer under this projection shows the attribute, e.g. `members`, so that reading it can be spared. */
export function includes(projection: Projection | undefined, attributeName: string): boolean {
  if (projection === undefined || attributeName === "id" || attributeName === "schemas") return true;
  const chosen = projection.selected.get(attributeName);
  return projection.mode === "only" ? chosen !== undefined : chosen?.whole !== true;
}

/** Whether the client asked for this part by its name, so that what is returned on request only has to be made. */
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

/** What is asked for, at one level of the resource. */
interface Asked extends Projection {
  /** What the client named in `attributes`, and what it wrote: that is returned also where it is returned on request only. */
  readonly named: readonly Selection[];
  /** At the top level only, where extensions stand beside attributes. */
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
  const named = asked.named.flatMap((selection) => selection.get(name) ?? []);
  switch (attribute?.returned) {
    case "never":
      return undefined;
    case "always":
      return value;
    case "request":
      if (named.length === 0) return undefined;
      break;
    default:
      if (asked.mode === "only" && chosen === undefined) return undefined;
  }
  if (asked.mode === "without" && chosen?.whole) return undefined;
  const partly = chosen === undefined || chosen.whole ? EVERYTHING : { mode: asked.mode, selected: chosen.parts };
  const inner: Asked = { ...partly, named: named.map(({ parts }) => parts) };
  const extension = asked.type?.extensions.find(({ schema }) => schema.id === name);
  return partOf(extension?.schema.attributes ?? attribute?.subAttributes, value, inner);
}

/** What one answer is joined from. */
export interface Rendering {
  /** Of the resource type. */
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** ISO 8601; undefined where nobody knows. */
  readonly created: string | undefined;
  readonly lastModified: string | undefined;
  /** JSON text of the canonical attributes, `schemas` first. */
  readonly attributes: string;
  /** Absolute. */
  readonly location: string;
  /** What is not stored with it, such as the groups of a user: as an object, or as its JSON text without the braces. */
  readonly lists?: { object(): JsonObject; text(): string } | undefined;
  /** Puts names that the client asked for into the attributes: a text joined without parsing them does without. */
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
 * The answer to a page of a walk by cursor. @param page no more than `fittingPage` lets through
 * @param total absent where nobody counted
 */
export function walkResponse(page: readonly string[], total: number | undefined, next: string | undefined): string {
  const counted = total === undefined ? "" : `"totalResults":${total},`;
  const cursor = next === undefined ? "" : `"nextCursor":"${next}",`;
  return `{"schemas":["${LIST_RESPONSE}"],${counted}"itemsPerPage":${page.length},${cursor}"Resources":[${page.join(",")}]}`;
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
