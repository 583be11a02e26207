import { ScimError } from "./error.ts";
import { asList, isObject, isUnassigned, type Json, type JsonObject } from "./json.ts";
import { instantOf } from "./paths.ts";
import type { QuirkMeanings, Quirks } from "./quirks.ts";
import { type Attribute, findAttribute } from "./schema.ts";

export const VALUE_QUIRKS = {
  arrayForSingle: "a list came for an attribute with one value; its first value counted",
  discarded: "an attribute that is accepted and never stored (password) was left out",
  duplicateValues: "the same value came twice and was kept once",
  emptyString: "an empty text came and was read as no value",
  loneObject: "a single object came where a list belongs",
  primaryTwice: "one value came under two types, both marked as primary; the first mark was kept",
  plainString: "a text came where an object with value belongs",
  readOnlyIgnored: "an attribute that only the server writes was named and ignored (as a path: rule readOnlyPaths)",
  stringBoolean: 'true or false came as a text ("True")',
  unknownAttribute: "an unknown attribute was ignored (rule unknownAttributes)",
} as const satisfies QuirkMeanings;

/** The rules for reading a client's values. */
export interface Reading {
  readonly quirks: Quirks;
  readonly unknownAttributes: "ignore" | "refuse";
}

/**
 * A client's value in its stored form: names in schema case and order, types of the schema, empty values left out.
 * @param name the attribute's name for the client in error texts, e.g. `emails.value`
 * @returns undefined when the value means "unassigned" (RFC 7643 section 2.5): null, `[]`, `""`, an object without values
 * @throws ScimError 400 invalidValue when the value does not fit
 */
export function readValue(
  attribute: Attribute,
  value: Json,
  reading: Reading,
  name: string = attribute.name,
): Json | undefined {
  if (isUnassigned(value)) return undefined;
  if (attribute.multiValued) {
    const values = readValues(attribute, value, reading, name);
    return values.length === 0 ? undefined : values;
  }
  return attribute.type === "complex"
    ? readComplex(attribute, value, reading, name)
    : readSimple(attribute, value, reading, name);
}

function readSimple(attribute: Attribute, value: Json, reading: Reading, name: string): Json | undefined {
  switch (attribute.type) {
    case "boolean": {
      if (typeof value === "boolean") return value;
      const boolean = typeof value === "string" ? booleanOf(value) : undefined;
      if (boolean === undefined) throw wrongType(name, "true or false");
      reading.quirks.note<typeof VALUE_QUIRKS>("stringBoolean", name);
      return boolean;
    }
    case "integer":
      if (!Number.isInteger(value)) throw wrongType(name, "an integer");
      return value;
    case "decimal":
      if (typeof value !== "number") throw wrongType(name, "a number");
      return value;
    case "complex":
      throw wrongType(name, "an object");
    case "string":
    case "reference":
    case "dateTime":
    case "binary":
      return readText(attribute, value, reading, name);
  }
}

/** Entra sends "True" and "False" (recorded request entra-disable-string). */
export function booleanOf(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  return lower === "true" ? true : lower === "false" ? false : undefined;
}

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

function readText(attribute: Attribute, value: Json, { quirks }: Reading, name: string): string | undefined {
  if (typeof value !== "string") throw wrongType(name, "a string");
  if (value === "") {
    quirks.note<typeof VALUE_QUIRKS>("emptyString", name);
    return undefined;
  }
  if (attribute.type === "dateTime" && instantOf(value) === undefined) {
    throw wrongType(name, "a date and time such as 2026-01-31T12:00:00Z");
  }
  if (attribute.type === "binary" && (!BASE64.test(value) || value.replace(/=+$/, "").length % 4 === 1)) {
    throw wrongType(name, "base64 text");
  }
  return value;
}

/** A single-valued complex attribute. Entra sends a manager as an object, a string or an array of one (entra-create-manager-string, manager-array). */
function readComplex(attribute: Attribute, value: Json, reading: Reading, name: string): JsonObject | undefined {
  const given = complexOf(attribute, value, reading, name);
  if (given === undefined) return undefined;
  const object = readAttributes(attribute.subAttributes ?? [], Object.entries(given), reading, name);
  return isEmpty(object) ? undefined : object;
}

/** The object that a client sends as an object, as an array of one, or as the bare `value` where the attribute has this part. */
export function complexOf(
  { subAttributes }: Pick<Attribute, "subAttributes">,
  value: Json,
  reading: Reading,
  name: string,
): JsonObject | undefined {
  const [only, second] = asList(value);
  if (second !== undefined) throw ScimError.invalidValue("notMultiValued", name);
  if (Array.isArray(value)) reading.quirks.note<typeof VALUE_QUIRKS>("arrayForSingle", name);
  if (only === undefined || only === null) return undefined;
  if (isObject(only)) return only;
  if (only === "") {
    reading.quirks.note<typeof VALUE_QUIRKS>("emptyString", name);
    return undefined;
  }
  if (typeof only !== "string" || isJsonText(only) || findAttribute(subAttributes, "value") === undefined) {
    throw wrongType(name, "an object");
  }
  reading.quirks.note<typeof VALUE_QUIRKS>("plainString", name);
  return { value: only };
}

/** Detects JSON text such as `[{"value": "x"}]`, which is no value: stored, it would replace a real one. */
export function isJsonText(text: string): boolean {
  return /^\s*(?:\{\s*["}]|\[\s*[[{"\]])/.test(text);
}

/** The values of a multi-valued attribute: a list, or a single value without a list. */
function readValues(attribute: Attribute, value: Json, reading: Reading, name: string): Json[] {
  if (!Array.isArray(value) && isObject(value)) reading.quirks.note<typeof VALUE_QUIRKS>("loneObject", name);
  const list = asList(value);
  assertFew(list, name);
  const values: Json[] = [];
  let primary: JsonObject | undefined;
  for (const element of list) {
    if (Array.isArray(element)) throw wrongType(name, "a list of values");
    const read =
      attribute.type === "complex"
        ? readComplex(attribute, element, reading, name)
        : readSimple(attribute, element, reading, name);
    if (read === undefined) continue;
    values.push(read);
    if (!isPrimary(read) || isHollow(attribute, read)) continue;
    primary ??= read;
    if (primary === read) continue;
    // Ping's provisioners write one address under two types and mark both: it is one preferred address.
    if (read.value === undefined || read.value !== primary.value) throw ScimError.invalidValue("twoPrimaries", name);
    reading.quirks.note<typeof VALUE_QUIRKS>("primaryTwice", name);
    read.primary = false;
  }
  return withoutDuplicates(values, reading.quirks, name);
}

/** Sub-attributes that describe an element but are no value. */
const MARKS: ReadonlySet<string> = new Set(["type", "primary"]);

export function isMark(name: string): boolean {
  return MARKS.has(name);
}

/**
 * Whether an element has no more than a type or a primary mark, or lacks a required value: it is no value, and takes the mark
 * from none.
 */
export function isHollow({ subAttributes = [] }: Attribute, element: Json): boolean {
  if (!isObject(element) || element.value !== undefined) return false;
  return Object.keys(element).every(isMark) || subAttributes.some(({ name, required }) => required && name === "value");
}

const MAX_VALUES = 1000;

/** @throws ScimError 400 invalidValue when there are more values than a resource can have */
export function assertFew(values: readonly unknown[], name: string): void {
  if (values.length > MAX_VALUES) throw ScimError.invalidValue("count", name, MAX_VALUES);
}

export function isPrimary(value: Json): value is JsonObject {
  return isObject(value) && value.primary === true;
}

/**
 * Merges values with the same type and value (RFC 7643 section 2.4): parts of the later one win, and a primary mark of
 * either stays. Values without `value`, such as addresses, are the same if everything but the mark is equal.
 */
export function withoutDuplicates(values: readonly Json[], quirks: Quirks, name: string): Json[] {
  const distinct = new Map<string, Json>();
  for (const value of values) {
    const identity = identityOf(value);
    const former = distinct.get(identity);
    if (former !== undefined) quirks.note<typeof VALUE_QUIRKS>("duplicateValues", name);
    if (isObject(value) && isObject(former)) {
      const merged = { ...former, ...value };
      distinct.set(identity, isPrimary(value) || isPrimary(former) ? { ...merged, primary: true } : merged);
    } else if (former === undefined) distinct.set(identity, value);
  }
  return [...distinct.values()];
}

function identityOf(value: Json): string {
  if (!isObject(value)) return JSON.stringify(value);
  if (value.value !== undefined) return JSON.stringify([value.type ?? null, value.value]);
  return JSON.stringify({ ...value, primary: undefined });
}

/** A client's values of `attributes`, canonical and in schema order. */
export function readAttributes(
  attributes: readonly Attribute[],
  entries: Iterable<readonly [string, Json]>,
  reading: Reading,
  parent?: string,
): JsonObject {
  return readPicked(attributes, pickAttributes(attributes, entries, reading, parent), reading, parent);
}

/** The same for the result of pickAttributes. */
export function readPicked(
  attributes: readonly Attribute[],
  given: ReadonlyMap<Attribute, Json>,
  reading: Reading,
  parent?: string,
): JsonObject {
  const result: JsonObject = {};
  for (const attribute of attributes) {
    const raw = given.get(attribute);
    if (raw === undefined) continue;
    const value = readValue(attribute, raw, reading, nameIn(parent, attribute));
    if (value !== undefined) result[attribute.name] = value;
  }
  return result;
}

/**
 * The entries that name one of `attributes`, in any case. Leaves out read-only attributes (RFC 7644 sections 3.3 and
 * 3.5.1), leaves out or refuses unknown ones, and discards a password.
 */
export function pickAttributes(
  attributes: readonly Attribute[],
  entries: Iterable<readonly [string, Json]>,
  reading: Reading,
  parent?: string,
): Map<Attribute, Json> {
  const picked = new Map<Attribute, Json>();
  for (const [key, value] of entries) {
    const attribute = findAttribute(attributes, key);
    if (attribute === undefined) noteUnknown(reading);
    else if (attribute.mutability === "readOnly")
      reading.quirks.note<typeof VALUE_QUIRKS>("readOnlyIgnored", nameIn(parent, attribute));
    else if (attribute.mutability === "writeOnly")
      reading.quirks.note<typeof VALUE_QUIRKS>("discarded", nameIn(parent, attribute));
    else picked.set(attribute, value);
  }
  return picked;
}

/** @throws ScimError 400 invalidSyntax where the org refuses unknown attributes */
export function noteUnknown({ quirks, unknownAttributes }: Reading): void {
  if (unknownAttributes === "refuse") throw ScimError.invalidSyntax("unknownAttribute");
  quirks.note<typeof VALUE_QUIRKS>("unknownAttribute");
}

/** Attribute values in schema order; attributes of no schema are left out. */
export function inSchemaOrder(attributes: readonly Attribute[], values: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const attribute of attributes) {
    const value = values[attribute.name];
    if (value === undefined) continue;
    result[attribute.name] =
      attribute.subAttributes === undefined ? value : orderedParts(attribute.subAttributes, value);
  }
  return result;
}

function orderedParts(subAttributes: readonly Attribute[], value: Json): Json {
  if (Array.isArray(value)) return value.map((element) => orderedParts(subAttributes, element));
  return isObject(value) ? inSchemaOrder(subAttributes, value) : value;
}

export function isEmpty(object: JsonObject): boolean {
  for (const _name in object) return false;
  return true;
}

export function wrongType(name: string, expected: string): ScimError {
  return ScimError.invalidValue("type", name, expected);
}

function nameIn(parent: string | undefined, attribute: Attribute): string {
  return parent === undefined ? attribute.name : `${parent}.${attribute.name}`;
}
