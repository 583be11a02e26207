import type { QuirkMeanings } from "../bent.ts";
import { ScimError } from "../error.ts";
import { comparisonKey } from "../filter/comparisonKey.ts";
import type { Filter } from "../filter/filter.ts";
import { matches } from "../filter/matches.ts";
import type { Json, JsonObject } from "../json.ts";
import { type Reading, readValue, withoutDuplicates, wrongType } from "../readValue.ts";
import { type Attribute, findAttribute } from "../schema.ts";
import { givenElement, givenValues, merged, type Slot, slotsOf, valuesOf, withPart } from "./changeValue.ts";
import type { PatchPath } from "./patchPath.ts";

export const LISTED_QUIRKS = {
  createdTarget: "a PATCH replaced a value that was not there; it was made (rule replaceWithoutTarget)",
  removeWithValues: "a removal named what to remove in its value",
} as const satisfies QuirkMeanings;

type ValuePath = Extract<PatchPath, { kind: "value" }>;

/** What an operation asks of the values of a multi-valued attribute. */
export interface Change {
  readonly op: "add" | "remove" | "replace";
  readonly value: Json | undefined;
  readonly reading: Reading;
  readonly replaceWithoutTarget: "create" | "refuse";
}

/** All values are meant: the path ends in the attribute. */
export function changeAll(attribute: Attribute, current: Json | undefined, change: Change): Json | undefined {
  const { op, value = null, reading } = change;
  switch (op) {
    case "replace":
      return understood(attribute, readValue(attribute, value, reading), value);
    case "add": {
      const added = givenValues(attribute, value, reading).map((given): Slot => ({ value: given, touched: true }));
      return finished(attribute, [...slotsOf(current), ...added], reading);
    }
    case "remove":
      return removeListed(attribute, current, value, reading);
  }
}

/**
 * What was read of a value; nothing only when the value says nothing, so that what is not understood wipes nothing.
 * @throws ScimError 400 invalidValue
 */
function understood<T extends Json>(attribute: Attribute, read: T | undefined, value: Json): T | undefined {
  if (read === undefined && !saysNothing(value)) throw wrongType(attribute.name, "made of what GET /Schemas lists");
  return read;
}

function saysNothing(value: Json): boolean {
  if (typeof value === "object" && value !== null) return Object.values(value).every(saysNothing);
  return value === null || value === "";
}

/**
 * Removes what the operation lists, and everything only when it lists nothing: Entra removes single values this way
 * (recorded request entra-group-remove-array). An empty list removes nothing.
 */
function removeListed(
  attribute: Attribute,
  current: Json | undefined,
  value: Json,
  reading: Reading,
): Json | undefined {
  if (value === null) return undefined;
  if (Array.isArray(value) && value.length === 0) return current;
  reading.bent.note<typeof LISTED_QUIRKS>("removeWithValues", attribute.name);
  // One by one: what is named to go need not be what could be stored together, such as two primaries.
  const listed = (Array.isArray(value) ? value : [value]).flatMap((one) => givenValues(attribute, one, reading));
  if (listed.length === 0) throw wrongType(attribute.name, "a list of the values to remove");
  const kept = slotsOf(current).filter((slot) => !listed.some((given) => isSame(attribute, slot.value, given)));
  return finished(attribute, kept, reading);
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

/** One sub-attribute of all values: `emails.type`. */
export function changeSubOfAll(
  attribute: Attribute,
  sub: Attribute,
  current: Json | undefined,
  change: Change,
): Json | undefined {
  const part = partOf(attribute, sub, change);
  const slots = slotsOf(current);
  if (slots.length === 0 && part !== undefined) slots.push({ value: {}, touched: false });
  return finished(
    attribute,
    slots.map(({ value }): Slot => ({ value: withPart(value, sub, part), touched: true })),
    change.reading,
  );
}

/** The values that a filter selects, or one sub-attribute of them. */
export function changeSelected(path: ValuePath, current: Json | undefined, change: Change): Json | undefined {
  const { attribute } = path.path;
  const slots = slotsOf(current);
  const next = path.sub === undefined ? changeElements(path, slots, change) : changePart(path, path.sub, slots, change);
  return next === slots ? current : finished(attribute, next, change.reading);
}

/** `emails[type eq "work"].value`. */
function changePart({ path, filter }: ValuePath, sub: Attribute, slots: Slot[], change: Change): Slot[] {
  const part = partOf(path.attribute, sub, change);
  const next = onSelected(slots, filter, (value) => withPart(value, sub, part));
  if (next !== slots || part === undefined) return next;
  // RFC 7644 section 3.5.2.3 refuses a replace without a target; Entra needs the value created (email-missing-replace).
  const refused = change.op === "replace" && (change.replaceWithoutTarget === "refuse" || selectsByValue(filter));
  const created = refused ? undefined : elementOf(filter, change.reading);
  if (created === undefined) throw noTarget(path.attribute);
  if (change.op === "replace") change.reading.bent.note<typeof LISTED_QUIRKS>("createdTarget", path.attribute.name);
  return [...slots, { value: withPart(created, sub, part), touched: true }];
}

/** `emails[type eq "work"]`. */
function changeElements({ path, filter }: ValuePath, slots: Slot[], change: Change): Slot[] {
  const { attribute } = path;
  const given = change.op === "remove" ? undefined : givenElement(attribute, change.value ?? null, change.reading);
  if (given === undefined) return change.op === "add" ? slots : onSelected(slots, filter, () => ({}));
  if (change.op === "replace") {
    const replacement = understood(attribute, merged(attribute, {}, given, change.reading), given) ?? {};
    const next = onSelected(slots, filter, () => replacement);
    if (next === slots) throw noTarget(attribute);
    return next;
  }
  const next = onSelected(slots, filter, (value) => merged(attribute, value, given, change.reading) ?? {});
  if (next !== slots) return next;
  const created = elementOf(filter, change.reading);
  if (created === undefined) throw noTarget(attribute);
  return [...slots, { value: merged(attribute, created, given, change.reading) ?? {}, touched: true }];
}

/** The same array when the filter selects nothing. */
function onSelected(slots: Slot[], filter: Filter, next: (value: JsonObject) => JsonObject): Slot[] {
  if (!slots.some(({ value }) => matches(filter, value))) return slots;
  return slots.map((slot) => (matches(filter, slot.value) ? { value: next(slot.value), touched: true } : slot));
}

function partOf(attribute: Attribute, sub: Attribute, { op, value, reading }: Change): Json | undefined {
  if (op === "remove") return undefined;
  return readValue(sub, value ?? null, reading, `${attribute.name}.${sub.name}`);
}

/**
 * The element that a conjunction of equalities describes: `type eq "work" and primary eq true`.
 * @returns undefined when the filter says anything else, or contradicts itself
 */
function elementOf(filter: Filter, reading: Reading): JsonObject | undefined {
  switch (filter.kind) {
    case "compare": {
      const value = filter.operator === "eq" ? readValue(filter.path.attribute, filter.value, reading) : undefined;
      return value === undefined ? undefined : { [filter.path.attribute.name]: value };
    }
    case "and": {
      const left = elementOf(filter.left, reading);
      const right = elementOf(filter.right, reading);
      if (left === undefined || right === undefined) return undefined;
      const both = { ...left, ...right };
      return matches(filter, both) ? both : undefined;
    }
    default:
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

function finished(attribute: Attribute, slots: readonly Slot[], { bent }: Reading): Json | undefined {
  const values = withoutDuplicates(valuesOf(attribute, slots), bent, attribute.name);
  return values.length === 0 ? undefined : values;
}

function noTarget({ name }: Attribute): ScimError {
  return ScimError.noTarget("replace", name);
}
