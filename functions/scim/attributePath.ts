import { type Attribute, findAttribute, type ResourceType, type Schema } from "./schema.ts";

/** RFC 7644 section 3.10, resolved against a resource type. */
export interface AttributePath {
  /** URN of the extension; undefined for core and common attributes. */
  readonly schema: string | undefined;
  readonly attribute: Attribute;
  readonly sub: Attribute | undefined;
}

/**
 * The attribute a path names, in any case, with or without the URN of its schema. An extension's attribute is also found
 * without its URN where the core schema has none of that name (recorded request manager-array), and with `.` in place of
 * the last `:` (ext-dot-path).
 * @returns undefined when the resource type has no such attribute
 */
export function resolvePath(type: ResourceType, text: string): AttributePath | undefined {
  const extensions = type.extensions.map(({ schema }) => schema);
  const core = afterSchema(type.schema, text);
  if (core !== undefined) return resolveIn(coreAttributes(type), undefined, core);
  for (const schema of extensions) {
    const rest = afterSchema(schema, text);
    if (rest !== undefined) return resolveIn([schema.attributes], schema.id, rest);
  }
  if (text.includes(":")) return undefined;
  const found = resolveIn(coreAttributes(type), undefined, text);
  if (found !== undefined) return found;
  for (const schema of extensions) {
    const extended = resolveIn([schema.attributes], schema.id, text);
    if (extended !== undefined) return extended;
  }
  return undefined;
}

/** The extension a path names as a whole, e.g. in `attributes` or as the path of an operation. */
export function resolveExtension(type: ResourceType, text: string): Schema | undefined {
  return type.extensions.find(({ schema }) => isUrnOf(schema, text))?.schema;
}

/** Whether the text is the URN of the type's own schema, as clients name a container of core attributes. */
export function namesCore(type: ResourceType, text: string): boolean {
  return isUrnOf(type.schema, text);
}

/** What a key of a body names behind the URN of a schema of the type: `urn:…:User:title`. */
export function namesWithin(
  type: ResourceType,
  text: string,
): { readonly schema: Schema; readonly name: string } | undefined {
  for (const schema of [type.schema, ...type.extensions.map((extension) => extension.schema)]) {
    const name = afterSchema(schema, text);
    if (name !== undefined && name !== "") return { schema, name };
  }
  return undefined;
}

/** In any case, and with a colon at its end, as Ping's SDK writes it. */
function isUrnOf({ id }: Schema, text: string): boolean {
  if (text.length < id.length || text.length > id.length + 1) return false;
  const lower = text.toLowerCase();
  return lower === id.toLowerCase() || lower === `${id.toLowerCase()}:`;
}

/** The canonical spelling: `name.givenName`, `urn:…:User:manager.value`. Never holds a value. */
export function printPath({ schema, attribute, sub }: AttributePath): string {
  const name = sub === undefined ? attribute.name : `${attribute.name}.${sub.name}`;
  return schema === undefined ? name : `${schema}:${name}`;
}

function coreAttributes(type: ResourceType): (readonly Attribute[])[] {
  return [type.schema.attributes, type.common, type.unlisted];
}

/** A URN holds dots and colons itself, so that it can only be split off by knowing it. */
function afterSchema({ id }: Schema, text: string): string | undefined {
  const separator = text[id.length];
  if (separator !== ":" && separator !== ".") return undefined;
  return text.slice(0, id.length).toLowerCase() === id.toLowerCase() ? text.slice(id.length + 1) : undefined;
}

function resolveIn(
  lists: readonly (readonly Attribute[])[],
  schema: string | undefined,
  text: string,
): AttributePath | undefined {
  const [name, subName, ...more] = text.split(".");
  if (name === undefined || more.length > 0) return undefined;
  for (const attributes of lists) {
    const attribute = findAttribute(attributes, name);
    if (attribute === undefined) continue;
    if (subName === undefined) return { schema, attribute, sub: undefined };
    const sub = findAttribute(attribute.subAttributes, subName);
    return sub === undefined ? undefined : { schema, attribute, sub };
  }
  return undefined;
}
