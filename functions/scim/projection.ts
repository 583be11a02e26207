import { type AttributePath, resolveExtension, resolvePath } from "./attributePath.ts";
import { ScimError } from "./error.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";
import { isEmpty } from "./readValue.ts";
import type { ResourceType } from "./schema.ts";

/** RFC 7644 section 3.9: only what is selected (`attributes`), or everything else (`excludedAttributes`). */
export interface Projection {
  readonly mode: "only" | "without";
  readonly selected: Selection;
}

/** By name, or URN at the top: the whole of it, or parts. */
type Selection = Map<string, "whole" | Selection>;

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
    throw ScimError.invalidValue("projection", "Only one of attributes and excludedAttributes can be given.");
  }
  if (only.length > 0) return { mode: "only", selected: select(type, only) };
  return without.length > 0 ? { mode: "without", selected: select(type, without) } : undefined;
}

const MAX_LENGTH = 8192;

function namesIn(names: Names): string[] {
  const text = names === undefined ? "" : typeof names === "string" ? names : names.join(",");
  if (text.length > MAX_LENGTH) {
    throw ScimError.invalidValue(
      "projection.length",
      `The list of attributes is longer than ${MAX_LENGTH} characters.`,
    );
  }
  const withoutFilters = text.replace(/\[(?:[^\]"]|"(?:[^"\\]|\\.)*")*\]/g, "");
  return withoutFilters
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function select(type: ResourceType, names: readonly string[]): Selection {
  const selected: Selection = new Map();
  for (const name of names) {
    const extension = resolveExtension(type, name);
    if (extension !== undefined) selected.set(extension.id, "whole");
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
  const former = selected.get(step);
  if (former === "whole") return;
  if (rest.length === 0) {
    selected.set(step, "whole");
    return;
  }
  const parts: Selection = former ?? new Map();
  selected.set(step, parts);
  add(parts, rest);
}

/**
 * The resource as the client asked for it. `id` and `schemas` are always there; what is never returned never is.
 * @param resource canonical, with `id`, `meta` and lists
 */
export function project(type: ResourceType, resource: JsonObject, projection: Projection | undefined): JsonObject {
  const result: JsonObject = {};
  for (const [name, value] of Object.entries(resource)) {
    if (isNeverReturned(type, name)) continue;
    const shown = isAlwaysReturned(name) || projection === undefined ? value : part(name, value, projection);
    if (shown !== undefined) result[name] = shown;
  }
  return result;
}

/** Whether an answer under this projection shows the attribute, e.g. `members`, so that reading it can be spared. */
export function includes(projection: Projection | undefined, attributeName: string): boolean {
  if (projection === undefined || isAlwaysReturned(attributeName)) return true;
  const selected = projection.selected.get(attributeName);
  return projection.mode === "only" ? selected !== undefined : selected !== "whole";
}

function isAlwaysReturned(name: string): boolean {
  return name === "id" || name === "schemas";
}

function isNeverReturned(type: ResourceType, name: string): boolean {
  return [...type.schema.attributes, ...type.unlisted].some(
    (attribute) => attribute.returned === "never" && attribute.name === name,
  );
}

function part(name: string, value: Json, { mode, selected }: Projection): Json | undefined {
  const parts = selected.get(name);
  if (parts === undefined) return mode === "only" ? undefined : value;
  if (parts === "whole") return mode === "only" ? value : undefined;
  if (Array.isArray(value)) {
    const elements = value.map((element) => partOfObject(element, { mode, selected: parts }));
    const shown = elements.filter((element) => element !== undefined);
    return shown.length === 0 && elements.length > 0 ? undefined : shown;
  }
  return partOfObject(value, { mode, selected: parts });
}

function partOfObject(value: Json, projection: Projection): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  const result: JsonObject = {};
  for (const [name, child] of Object.entries(value)) {
    const shown = part(name, child, projection);
    if (shown !== undefined) result[name] = shown;
  }
  return isEmpty(result) ? undefined : result;
}
