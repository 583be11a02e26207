import type { QuirkMeanings } from "../bent.ts";
import { ScimError } from "../error.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import {
  assertFew,
  complexOf,
  inSchemaOrder,
  isEmpty,
  isPrimary,
  isUnassigned,
  pickAttributes,
  type Reading,
  readValue,
  type VALUE_QUIRKS,
} from "../readValue.ts";
import type { Attribute } from "../schema.ts";

export const SINGLE_QUIRKS = {
  objectForSingle: "an object with a value came for an attribute that is the value itself",
} as const satisfies QuirkMeanings;

/**
 * The next value of a single-valued attribute. A complex one is merged: sub-attributes that are not named stay (RFC 7644
 * section 3.5.2.3), those given as null or "" are unassigned.
 * @returns undefined when it becomes unassigned
 */
export function setSingle(
  attribute: Attribute,
  current: Json | undefined,
  value: Json,
  reading: Reading,
): Json | undefined {
  if (isUnassigned(value)) return undefined;
  if (attribute.type !== "complex") return readValue(attribute, unwrapped(attribute, value, reading), reading);
  const given = complexOf(attribute, value, reading, attribute.name);
  return given === undefined ? undefined : merged(attribute, isObject(current) ? current : {}, given, reading);
}

/** Some clients wrap the one value of a simple attribute as they would an e-mail: `["x"]`, `{"value": "x"}` (Apache Syncope), or both. */
function unwrapped(attribute: Attribute, value: Json, { bent }: Reading): Json {
  const [only, ...others] = Array.isArray(value) ? value : [value];
  if (only === undefined || others.length > 0) return value;
  const inner = isObject(only) && typeof only.value !== "object" && only.value !== undefined ? only.value : only;
  if (Array.isArray(value)) bent.note<typeof VALUE_QUIRKS>("arrayForSingle", attribute.name);
  else if (inner !== value) bent.note<typeof SINGLE_QUIRKS>("objectForSingle", attribute.name);
  return inner;
}

/** `current` with the sub-attributes that `given` names set or unassigned; undefined when nothing is left. */
export function merged(
  attribute: Attribute,
  current: JsonObject,
  given: JsonObject,
  reading: Reading,
): JsonObject | undefined {
  const subAttributes = attribute.subAttributes ?? [];
  const picked = pickAttributes(subAttributes, Object.entries(given), reading, attribute.name);
  let next = current;
  for (const [sub, raw] of picked) {
    next = withPart(next, sub, readValue(sub, raw, reading, `${attribute.name}.${sub.name}`));
  }
  const referenceGiven = [...picked.keys()].some(({ name }) => name === "$ref");
  return settled(attribute, referenceGiven ? next : withoutStaleReference(current, next));
}

/** A `$ref` that came with another `value` names another resource. */
function withoutStaleReference(current: JsonObject, next: JsonObject): JsonObject {
  if (current.$ref === undefined || current.value === next.value) return next;
  const { $ref: _stale, ...rest } = next;
  return rest;
}

/** A single-valued complex attribute with one sub-attribute set, or unassigned when `part` is undefined. */
export function withSub(
  attribute: Attribute,
  current: Json | undefined,
  sub: Attribute,
  part: Json | undefined,
): JsonObject | undefined {
  const object = isObject(current) ? current : {};
  const next = withPart(object, sub, part);
  return settled(attribute, sub.name === "$ref" ? next : withoutStaleReference(object, next));
}

export function withPart(object: JsonObject, { name }: Attribute, part: Json | undefined): JsonObject {
  if (part !== undefined) return { ...object, [name]: part };
  if (object[name] === undefined) return object;
  const { [name]: _removed, ...rest } = object;
  return rest;
}

function settled(attribute: Attribute, object: JsonObject): JsonObject | undefined {
  return isEmpty(object) ? undefined : inSchemaOrder(attribute.subAttributes ?? [], object);
}

/** One value of a multi-valued attribute, and whether this operation set it. */
export interface Slot {
  readonly value: JsonObject;
  readonly touched: boolean;
}

export function slotsOf(current: Json | undefined): Slot[] {
  if (!Array.isArray(current)) return [];
  return current.filter(isObject).map((value) => ({ value, touched: false }));
}

/**
 * The values of the slots, empty ones dropped, with one primary at most: the one set now wins (RFC 7644 section 3.5.2).
 * @throws ScimError 400 invalidValue when the operation sets two
 */
export function valuesOf(attribute: Attribute, slots: readonly Slot[]): JsonObject[] {
  assertFew(slots, attribute.name);
  const chosen = slots.filter(({ touched, value }) => touched && isPrimary(value)).length;
  if (chosen > 1) {
    throw ScimError.invalidValue("twoPrimaries", attribute.name);
  }
  const values: JsonObject[] = [];
  for (const { touched, value } of slots) {
    if (isEmpty(value)) continue;
    const settledValue = chosen === 1 && !touched && isPrimary(value) ? { ...value, primary: false } : value;
    // In schema order, so that equal values are seen to be equal.
    values.push(inSchemaOrder(attribute.subAttributes ?? [], settledValue));
  }
  return values;
}

/** The values a client names, for adding them or removing them. */
export function givenValues(attribute: Attribute, value: Json, reading: Reading): JsonObject[] {
  const read = readValue(attribute, value, reading);
  return Array.isArray(read) ? read.filter(isObject) : [];
}

/** One element given for a value path. */
export function givenElement(attribute: Attribute, value: Json, reading: Reading): JsonObject | undefined {
  if (value === null || value === "") return undefined;
  return complexOf({ ...attribute, multiValued: false }, value, reading, attribute.name);
}
