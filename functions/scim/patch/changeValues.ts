import { ScimError } from "../error.ts";
import { type Filter, matches } from "../filter/filter.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { comparisonKey } from "../paths.ts";
import type { QuirkMeanings, Quirks } from "../quirks.ts";
import { assertFew, inSchemaOrder, isEmpty, isPrimary, readValue, withoutDuplicates } from "../readValue.ts";
import { type Attribute, findAttribute } from "../schema.ts";
import type { OperationOf, Parts } from "./resolved.ts";

export const LISTED_QUIRKS = {
  createdTarget: "a PATCH replaced a value that was not there; it was made (rule replaceWithoutTarget)",
} as const satisfies QuirkMeanings;

/** How the values of an attribute are changed. */
export interface Change {
  readonly quirks: Quirks;
  /** For a replace whose value path ends in a sub-attribute and matches nothing; an add always creates. */
  readonly replaceWithoutTarget: "create" | "refuse";
}

/**
 * The complex value with the given parts set or unassigned; parts that are not named stay (RFC 7644 section 3.5.2.3). A
 * `$ref` that came with another `value` names another resource.
 * @returns undefined when nothing is left
 */
export function merged(attribute: Attribute, current: JsonObject, parts: Parts): JsonObject | undefined {
  let next = current;
  let referenceGiven = false;
  for (const [sub, part] of parts) {
    next = withPart(next, sub, part);
    referenceGiven ||= sub.name === "$ref";
  }
  if (!referenceGiven && current.$ref !== undefined && current.value !== next.value) {
    const { $ref: _stale, ...rest } = next;
    next = rest;
  }
  return isEmpty(next) ? undefined : inSchemaOrder(attribute.subAttributes ?? [], next);
}

function withPart(object: JsonObject, { name }: Attribute, part: Json | undefined): JsonObject {
  if (part !== undefined) return { ...object, [name]: part };
  if (object[name] === undefined) return object;
  const { [name]: _removed, ...rest } = object;
  return rest;
}

/** All values are meant: the path ends in the attribute. */
export function changeValues(
  { op, target, values }: OperationOf<"values">,
  current: Json | undefined,
  change: Change,
): Json | undefined {
  const { attribute } = target.path;
  switch (op) {
    case "replace":
      return values && [...values];
    case "add": {
      const added = (values ?? []).filter(isObject).map((value): Slot => ({ value, touched: true }));
      return finished(attribute, [...slotsOf(current), ...added], change);
    }
    case "remove": {
      if (values === undefined || values.length === 0) return values && current;
      const listed = values.filter(isObject);
      const kept = slotsOf(current).filter((slot) => !listed.some((given) => isSame(attribute, slot.value, given)));
      return finished(attribute, kept, change);
    }
  }
}

/** The same `value`, and the same `type` when one is given; without `value` everything that is given. */
function isSame(attribute: Attribute, stored: JsonObject, given: JsonObject): boolean {
  const compared = given.value === undefined ? Object.keys(given) : ["value", "type"];
  return compared.every((name) => {
    const sub = findAttribute(attribute.subAttributes, name);
    if (sub === undefined || given[name] === undefined) return true;
    const path = { schema: undefined, attribute: sub, sub: undefined };
    return comparisonKey(path, stored[name]) === comparisonKey(path, given[name]);
  });
}

/** One sub-attribute of all values, `emails.type`, or of those that a filter selects, `emails[type eq "work"].value`. */
export function changePart(
  { op, target, sub, value }: OperationOf<"part">,
  current: Json | undefined,
  change: Change,
): Json | undefined {
  const { attribute } = target.path;
  const slots = slotsOf(current);
  if (target.kind === "attribute") {
    if (slots.length === 0 && value !== undefined) slots.push({ value: {}, touched: false });
    const next = slots.map((slot): Slot => ({ value: withPart(slot.value, sub, value), touched: true }));
    return finished(attribute, next, change);
  }
  const { filter } = target;
  const next = onSelected(slots, filter, (selected) => withPart(selected, sub, value));
  if (next !== slots) return finished(attribute, next, change);
  if (value === undefined) return current;
  // RFC 7644 section 3.5.2.3 refuses a replace without a target; Entra needs the value created (email-missing-replace).
  const refused = op === "replace" && (change.replaceWithoutTarget === "refuse" || selectsByValue(filter));
  const created = refused ? undefined : elementOf(filter, change);
  if (created === undefined) throw noTarget(attribute);
  if (op === "replace") change.quirks.note<typeof LISTED_QUIRKS>("createdTarget", attribute.name);
  return finished(attribute, [...slots, { value: withPart(created, sub, value), touched: true }], change);
}

/** The values that a filter selects: `emails[type eq "work"]`. */
export function changeSelected(
  { op, target, parts }: OperationOf<"selected">,
  current: Json | undefined,
  change: Change,
): Json | undefined {
  const { attribute } = target.path;
  const slots = slotsOf(current);
  if (parts === undefined && op === "add") return current;
  const next = onSelected(slots, target.filter, (value) => {
    return parts === undefined ? {} : (merged(attribute, op === "replace" ? {} : value, parts) ?? {});
  });
  if (next !== slots) return finished(attribute, next, change);
  if (parts === undefined) return current;
  const created = op === "replace" ? undefined : elementOf(target.filter, change);
  if (created === undefined) throw noTarget(attribute);
  return finished(attribute, [...slots, { value: merged(attribute, created, parts) ?? {}, touched: true }], change);
}

/** The same array when the filter selects nothing. */
function onSelected(slots: Slot[], filter: Filter, next: (value: JsonObject) => JsonObject): Slot[] {
  if (!slots.some(({ value }) => matches(filter, value))) return slots;
  return slots.map((slot) => (matches(filter, slot.value) ? { value: next(slot.value), touched: true } : slot));
}

/**
 * The element that a conjunction of equalities describes: `type eq "work" and primary eq true`.
 * @returns undefined when the filter says anything else, or contradicts itself
 */
function elementOf(filter: Filter, change: Change): JsonObject | undefined {
  switch (filter.kind) {
    case "compare": {
      const { attribute } = filter.path;
      const reading = { quirks: change.quirks, unknownAttributes: "ignore" } as const;
      const value = filter.operator === "eq" ? readValue(attribute, filter.value, reading) : undefined;
      return value === undefined ? undefined : { [attribute.name]: value };
    }
    case "and": {
      const left = elementOf(filter.left, change);
      const right = elementOf(filter.right, change);
      if (left === undefined || right === undefined) return undefined;
      const both = { ...left, ...right };
      return matches(filter, both) ? both : undefined;
    }
    case "or":
    case "not":
    case "present":
    case "value":
      return undefined;
  }
}

function selectsByValue(filter: Filter): boolean {
  switch (filter.kind) {
    case "and":
    case "or":
      return selectsByValue(filter.left) || selectsByValue(filter.right);
    case "not":
    case "value":
      return selectsByValue(filter.filter);
    case "present":
    case "compare":
      return filter.path.attribute.name === "value";
  }
}

/** One value of a multi-valued attribute, and whether this operation set it. */
interface Slot {
  readonly value: JsonObject;
  readonly touched: boolean;
}

function slotsOf(current: Json | undefined): Slot[] {
  if (!Array.isArray(current)) return [];
  return current.filter(isObject).map((value) => ({ value, touched: false }));
}

function finished(attribute: Attribute, slots: readonly Slot[], { quirks }: Change): Json | undefined {
  const values = withoutDuplicates(valuesOf(attribute, slots), quirks, attribute.name);
  return values.length === 0 ? undefined : values;
}

/**
 * The values of the slots, empty ones dropped, with one primary at most: the one set now wins (RFC 7644 section 3.5.2).
 * @throws ScimError 400 invalidValue when the operation sets two
 */
function valuesOf(attribute: Attribute, slots: readonly Slot[]): JsonObject[] {
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

function noTarget({ name }: Attribute): ScimError {
  return ScimError.noTarget("replace", name);
}
