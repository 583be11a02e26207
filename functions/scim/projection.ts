import { ScimError } from "./error.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";
import { type AttributePath, resolveExtension, resolvePath, withoutBrackets } from "./paths.ts";
import { isEmpty } from "./readValue.ts";
import { type Attribute, findAttribute, type ResourceType } from "./schema.ts";

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
  const only = namesIn(attributes);
  const without = namesIn(excluded);
  if (only.length > 0 && without.length > 0) {
    throw ScimError.invalidValue("projection");
  }
  if (only.length > 0) return { mode: "only", selected: select(type, only) };
  return without.length > 0 ? { mode: "without", selected: select(type, without) } : undefined;
}

const MAX_LENGTH = 8192;

function namesIn(names: Names): string[] {
  const text = names === undefined ? "" : typeof names === "string" ? names : names.join(",");
  if (text.length > MAX_LENGTH) {
    throw ScimError.invalidValue("projectionLength", MAX_LENGTH);
  }
  return withoutBrackets(text)
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function select(type: ResourceType, names: readonly string[]): Selection {
  const selected: Selection = new Map();
  for (const name of names) {
    const extension = resolveExtension(type, name);
    if (extension !== undefined) add(selected, [extension.id]);
    const path = extension === undefined ? resolvePath(type, name) : undefined;
    if (path !== undefined) add(selected, stepsOf(path));
  }
  return selected;
}

function stepsOf({ schema, attribute, sub }: AttributePath): string[] {
  const steps = schema === undefined ? [attribute.name] : [schema, attribute.name];
  return sub === undefined ? steps : [...steps, sub.name];
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
  const known = [...type.schema.attributes, ...type.common, ...type.unlisted];
  const asked = projection ?? EVERYTHING;
  const named = asked.mode === "only" ? [asked.selected] : [];
  return partOfObject(known, resource, { ...asked, named: written ? [...named, written] : named, type }) ?? {};
}

/** Whether an answer without a projection may show what is stored as it is. */
export function isShownAsStored(type: ResourceType): boolean {
  let shown = shownAsStored.get(type);
  if (shown === undefined) {
    shown = ![type.schema, ...type.extensions.map(({ schema }) => schema)].some(({ attributes }) =>
      isKeptBack(attributes),
    );
    shownAsStored.set(type, shown);
  }
  return shown;
}

const shownAsStored = new WeakMap<ResourceType, boolean>();

/** What is only written is not stored, and what is only read is not either. */
function isKeptBack(attributes: readonly Attribute[] | undefined): boolean {
  return (attributes ?? []).some(
    ({ returned, mutability, subAttributes }) =>
      (mutability !== "writeOnly" && mutability !== "readOnly" && (returned === "request" || returned === "never")) ||
      isKeptBack(subAttributes),
  );
}

/** Whether an answer under this projection shows the attribute, e.g. `members`, so that reading it can be spared. */
export function includes(projection: Projection | undefined, attributeName: string): boolean {
  if (projection === undefined || attributeName === "id" || attributeName === "schemas") return true;
  const chosen = projection.selected.get(attributeName);
  return projection.mode === "only" ? chosen !== undefined : chosen?.whole !== true;
}

/** Whether the client asked for this part by its name, so that what is returned on request only has to be made. */
export function asksFor(projection: Projection | undefined, ...steps: readonly string[]): boolean {
  if (projection?.mode !== "only") return false;
  let chosen: Chosen | undefined;
  let selected: Selection | undefined = projection.selected;
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

function partOfObject(known: readonly Attribute[], value: Json, asked: Asked): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  const result: JsonObject = {};
  for (const [name, child] of Object.entries(value)) {
    const shown = part(known, name, child, asked);
    if (shown !== undefined) result[name] = shown;
  }
  return isEmpty(result) ? undefined : result;
}

function part(known: readonly Attribute[], name: string, value: Json, asked: Asked): Json | undefined {
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
  return partsOf(extension?.schema.attributes ?? attribute?.subAttributes, value, inner);
}

function partsOf(known: readonly Attribute[] | undefined, value: Json, asked: Asked): Json | undefined {
  if (known === undefined) return value;
  if (!Array.isArray(value)) return partOfObject(known, value, asked);
  const elements = value.map((element) => partOfObject(known, element, asked)).filter((shown) => shown !== undefined);
  return elements.length === 0 && value.length > 0 ? undefined : elements;
}
