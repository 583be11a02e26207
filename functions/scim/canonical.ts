import type { Bent, QuirkMeanings } from "./bent.ts";
import { ScimError } from "./error.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";
import { inSchemaOrder, isEmpty } from "./readValue.ts";
import type { ResourceType, Schema } from "./schema.ts";
import { isBlank, isLongerThan } from "./text.ts";

export const ELEMENT_QUIRKS = {
  hollowElement: "an element of a list came or was left without a value, with no more than its type; it was left out",
} as const satisfies QuirkMeanings;

const MAX_EMAILS = 50;
const MAX_BYTES = 48 * 1024;

/**
 * The one form in which a resource's attributes are stored: `schemas` first and computed from what is there, then the
 * schema's order, extensions last and only when they hold something. Equal resources have equal JSON text.
 */
export function canonical(type: ResourceType, attributes: JsonObject): JsonObject {
  const extensions: JsonObject = {};
  for (const { schema } of type.extensions) {
    const values = attributes[schema.id];
    if (!isObject(values)) continue;
    const ordered = inSchemaOrder(schema.attributes, values);
    if (!isEmpty(ordered)) extensions[schema.id] = ordered;
  }
  return {
    schemas: [type.schema.id, ...Object.keys(extensions)],
    ...inSchemaOrder(type.schema.attributes, attributes),
    ...extensions,
  };
}

/** What an element says of itself; alone it names nothing. */
const MARKS: ReadonlySet<string> = new Set(["type", "primary"]);

/**
 * The attributes without the elements of lists that hold no more than a type or the mark of the primary one: what lost its
 * value is no value, and clients that decode strictly (Rauthy) give up a whole page for it.
 * @returns the same object when there are none
 */
export function withoutHollowElements(type: ResourceType, attributes: JsonObject, bent: Bent): JsonObject {
  let next = attributes;
  for (const { name, multiValued } of type.schema.attributes) {
    const values = multiValued ? attributes[name] : undefined;
    if (!Array.isArray(values)) continue;
    const kept = values.filter((value) => !isHollow(value));
    if (kept.length === values.length) continue;
    bent.note<typeof ELEMENT_QUIRKS>("hollowElement", name);
    const { [name]: _former, ...others } = next;
    next = kept.length === 0 ? others : { ...others, [name]: kept };
  }
  return next;
}

function isHollow(element: Json): boolean {
  return isObject(element) && Object.keys(element).every((name) => MARKS.has(name));
}

/** @throws ScimError 400 invalidValue when the canonical attributes are more than a page of 100 resources can bear */
export function assertWithinLimits(attributes: JsonObject): void {
  const { emails } = attributes;
  if (Array.isArray(emails) && emails.length > MAX_EMAILS) {
    throw ScimError.invalidValue("emailCount", MAX_EMAILS);
  }
  if (isLongerThan(JSON.stringify(attributes), MAX_BYTES)) {
    throw ScimError.invalidValue("size", MAX_BYTES);
  }
}

/**
 * Holds the resource to its required single-valued attributes and extensions. Whether a work e-mail is needed is for the
 * use case.
 * @throws ScimError 400 invalidValue naming the attribute
 */
export function assertRequired(type: ResourceType, attributes: JsonObject): void {
  assertPresent(type.schema, attributes);
  for (const { schema, required } of type.extensions) {
    const values = attributes[schema.id];
    if (isObject(values)) assertPresent(schema, values, `${schema.id}:`);
    else if (required) throw missing(schema.id);
  }
}

function assertPresent({ attributes }: Schema, values: JsonObject, prefix = ""): void {
  for (const { name, required, multiValued } of attributes) {
    if (required && !multiValued && isMissing(values[name])) throw missing(prefix + name);
  }
}

export function isMissing(value: Json | undefined): boolean {
  return value === undefined || (typeof value === "string" && isBlank(value));
}

export function missing(name: string): ScimError {
  return ScimError.invalidValue("required", name);
}
