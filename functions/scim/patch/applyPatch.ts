import { ScimError } from "../error.ts";
import { conditionsOf, type Filter, matches } from "../filter/filter.ts";
import { elementsOf, isObject, type Json, type JsonObject, sameJson, withMember } from "../json.ts";
import { type AttributePath, type ComparisonKey, comparisonKey, valueAt } from "../paths.ts";
import type { QuirkMeanings, Quirks } from "../quirks.ts";
import { assertWithinLimits, canonical, isMissing, missing, withoutHollowElements } from "../readResource.ts";
import { assertFew, inSchemaOrder, isEmpty, isHollow, isPrimary, readValue, withoutDuplicates } from "../readValue.ts";
import type { Attribute, ResourceType, Schema } from "../schema.ts";
import {
  type AttributeOperation,
  type Effort,
  type OperationOf,
  type Parts,
  type ResolvedOperation,
  spendEffort,
} from "./resolved.ts";

export const LISTED_QUIRKS = {
  createdTarget: "a PATCH replaced a value that did not exist; it was created (rule replaceWithoutTarget)",
} as const satisfies QuirkMeanings;

export interface ApplyRules {
  /** For a replace whose value path ends in a sub-attribute and matches nothing; an add always creates a value. */
  readonly replaceWithoutTarget: "create" | "refuse";
}

/** So many looks of the PATCHes before do not count for the next one of a bulk request: enough for a few changes of many values. */
const OWN_LOOKS = 3_000;

/** Most changes of attributes other than members: each builds the attribute anew. */
const MAX_CHANGES = 1000;

interface Patch extends ApplyRules {
  readonly type: ResourceType;
  readonly quirks: Quirks;
  readonly effort: Effort;
  changes: number;
}

/**
 * Applies the operations in order to a copy of canonical attributes (RFC 7644 section 3.5.2). Ignores operations on
 * members, which are for planMembers. The use case decides whether a userName may change.
 * @param effort the request's so far; absent: it has no other PATCH
 * @returns the same object when nothing has changed in effect
 * @throws ScimError 400: then no part of the patch may be stored
 */
export function applyPatch(
  type: ResourceType,
  attributes: JsonObject,
  operations: readonly ResolvedOperation[],
  { replaceWithoutTarget }: ApplyRules,
  quirks: Quirks,
  effort: Effort = { looks: 0 },
): JsonObject {
  effort.looks = Math.max(0, effort.looks - OWN_LOOKS);
  const patch: Patch = { type, replaceWithoutTarget, quirks, effort, changes: 0 };
  let next = attributes;
  for (const operation of operations) {
    switch (operation.kind) {
      case "set":
      case "merge":
      case "values":
      case "part":
      case "selected":
        next = applyToAttribute(next, operation, patch);
        break;
      case "extension":
        if (operation.op !== "add") next = withoutExtension(next, operation.target.schema, patch);
        break;
      case "refused":
        throw operation.error;
      case "members":
      case "selectedMembers":
      case "ignored":
        break;
    }
  }
  if (next === attributes || sameJson(canonical(type, next), attributes)) return attributes;
  // At the end, because one operation may set the type of an element and a later one its value.
  const result = canonical(type, withoutHollowElements(type, next, quirks));
  if (sameJson(result, attributes)) return attributes;
  assertWithinLimits(result);
  return result;
}

function applyToAttribute(resource: JsonObject, operation: AttributeOperation, patch: Patch): JsonObject {
  const { op, target } = operation;
  patch.changes += 1;
  if (patch.changes > MAX_CHANGES) throw ScimError.tooLarge("changes", MAX_CHANGES);
  const { attribute } = target.path;
  const current = valueAt(resource, target.path);
  spendEffort(patch.effort, looksAt(operation, current));
  const next = nextValue(operation, current, patch);
  if (next === current) return resource;
  if (attribute.required && !attribute.multiValued && isMissing(next)) {
    if (op === "remove") throw ScimError.mutability("required", attribute.name);
    throw missing(attribute.name);
  }
  return withValueAt(resource, target.path, next);
}

/**
 * Count of comparisons: every stored value, and every part of a long one, with each condition of the path, or with the values
 * listed for removal, whose keys are made once. Twice for each value, which is also built anew.
 */
function looksAt(operation: AttributeOperation, current: Json | undefined): number {
  if (!Array.isArray(current)) return 0;
  const looks = 2 * current.length + JSON.stringify(current).length / CHARACTERS_PER_LOOK;
  if (operation.target.kind === "value") return looks * conditionsOf(operation.target.filter).length;
  const listed = operation.kind === "values" && operation.op === "remove" ? operation.values : undefined;
  return looks * (1 + (listed?.length ?? 0) / LISTED_PER_LOOK);
}

const CHARACTERS_PER_LOOK = 32;
const LISTED_PER_LOOK = 16;

function nextValue(operation: AttributeOperation, current: Json | undefined, patch: Patch): Json | undefined {
  const { attribute } = operation.target.path;
  switch (operation.kind) {
    case "set":
      return operation.value;
    case "merge":
      return merged(attribute, isObject(current) ? current : {}, operation.parts);
    case "values":
      return changeAll(operation, current, patch);
    case "part":
      if (operation.target.kind === "value") return changeSelected(operation, operation.target, current, patch);
      return changePartOfAll(operation, current, patch);
    case "selected":
      if (operation.parts === undefined && operation.op === "add") return current;
      return changeSelected(operation, operation.target, current, patch);
  }
}

function withoutExtension(resource: JsonObject, schema: Schema, { type }: Patch): JsonObject {
  const required = type.extensions.some((extension) => extension.schema === schema && extension.required);
  if (required && resource[schema.id] !== undefined) throw ScimError.mutability("required", schema.id);
  return withMember(resource, schema.id, undefined);
}

function withValueAt(resource: JsonObject, { schema, attribute }: AttributePath, value: Json | undefined): JsonObject {
  if (schema === undefined) return withMember(resource, attribute.name, value);
  const container = resource[schema];
  return { ...resource, [schema]: withMember(isObject(container) ? container : {}, attribute.name, value) };
}

/**
 * The complex value with the given parts set or removed; other parts stay (RFC 7644 section 3.5.2.3). A new `value` removes
 * the old `$ref`, which names another resource.
 * @returns undefined when nothing is left
 */
function merged(attribute: Attribute, current: JsonObject, parts: Parts): JsonObject | undefined {
  let next = current;
  let referenceGiven = false;
  for (const [sub, part] of parts) {
    next = withMember(next, sub.name, part);
    referenceGiven ||= sub.name === "$ref";
  }
  if (!referenceGiven && current.value !== next.value) next = withMember(next, "$ref", undefined);
  return isEmpty(next) ? undefined : inSchemaOrder(attribute.subAttributes ?? [], next);
}

/** Changes all values: the path ends in the attribute. */
function changeAll(
  { op, target, values }: OperationOf<"values">,
  current: Json | undefined,
  patch: Patch,
): Json | undefined {
  const { attribute } = target.path;
  const former = elementsOf(current);
  switch (op) {
    case "replace":
      return values && [...values];
    case "add":
      return finished(attribute, former, [...former, ...elementsOf(values)], patch);
    case "remove": {
      if (values === undefined || values.length === 0) return values && current;
      const isListed = amongValues(target.path, elementsOf(values));
      const kept = former.filter((value) => !isListed(value));
      return finished(attribute, former, kept, patch);
    }
  }
}

/**
 * Whether a stored value is one of the listed ones: same `value`, and same `type` if one is given; without `value`, everything
 * given must be the same. Each text is folded once, however many it is compared with.
 */
function amongValues(path: AttributePath, listed: readonly JsonObject[]): (stored: JsonObject) => boolean {
  const keysOf = (value: JsonObject): [string, ComparisonKey][] =>
    (path.attribute.subAttributes ?? []).map((sub) => [sub.name, comparisonKey({ ...path, sub }, value[sub.name])]);
  const wanted = listed.map((given) =>
    keysOf(given).filter(
      ([name]) => given[name] !== undefined && (given.value === undefined || name === "value" || name === "type"),
    ),
  );
  return (stored) => {
    const own = new Map(keysOf(stored));
    return wanted.some((keys) => keys.every(([name, key]) => own.get(name) === key));
  };
}

/** Changes one sub-attribute of all values: `emails.type`. */
function changePartOfAll(
  { target, sub, value }: OperationOf<"part">,
  current: Json | undefined,
  patch: Patch,
): Json | undefined {
  const former = elementsOf(current);
  const there = former.length === 0 && value !== undefined ? [{}] : former;
  const next = there.map((one) => withMember(one, sub.name, value));
  return finished(target.path.attribute, former, next, patch);
}

/** Changes the values that a filter selects, `emails[type eq "work"]`, or one part of them; may create a value where none matches. */
function changeSelected(
  operation: OperationOf<"part" | "selected">,
  { path: { attribute }, filter }: OperationOf<"selected">["target"],
  current: Json | undefined,
  patch: Patch,
): Json | undefined {
  const { op, kind } = operation;
  const changed = (value: JsonObject): JsonObject => {
    if (kind === "part") return withMember(value, operation.sub.name, operation.value);
    const kept = op === "replace" && !operation.keeps ? {} : value;
    return (operation.parts && merged(attribute, kept, operation.parts)) ?? {};
  };
  const former = elementsOf(current);
  const selected = new Set(former.filter((value) => matches(filter, value)));
  if (selected.size > 0) {
    const next = former.map((value) => (selected.has(value) ? changed(value) : value));
    return finished(attribute, former, next, patch);
  }
  if ((kind === "part" ? operation.value : operation.parts) === undefined) return current;
  // RFC 7644 section 3.5.2.3 refuses a replace without a target; Entra needs the value created (email-missing-replace).
  const creates = kind === "part" && patch.replaceWithoutTarget === "create" && !selectsByValue(filter);
  const created = op === "replace" && !creates ? undefined : elementOf(filter, patch);
  if (created === undefined) throw ScimError.noTarget("replace", attribute.name);
  if (op === "replace") patch.quirks.note<typeof LISTED_QUIRKS>("createdTarget", attribute.name);
  return finished(attribute, former, [...former, changed(created)], patch);
}

function selectsByValue(filter: Filter): boolean {
  return conditionsOf(filter).some(({ path }) => path.attribute.name === "value");
}

/**
 * The element that a conjunction of equalities describes: `type eq "work" and primary eq true`.
 * @returns undefined when the filter has any other form, or contradicts itself
 */
function elementOf(filter: Filter, patch: Patch): JsonObject | undefined {
  if (filter.kind === "compare") {
    const { attribute } = filter.path;
    const reading = { quirks: patch.quirks, unknownAttributes: "ignore" } as const;
    const value = filter.operator === "eq" ? readValue(attribute, filter.value, reading) : undefined;
    return value === undefined ? undefined : { [attribute.name]: value };
  }
  if (filter.kind !== "and") return undefined;
  const left = elementOf(filter.left, patch);
  const right = elementOf(filter.right, patch);
  const both = left && right && { ...left, ...right };
  return both && matches(filter, both) ? both : undefined;
}

/**
 * The values in schema order, so that equal values have equal text; without empty values; with one primary at most: the one
 * set now wins (RFC 7644 section 3.5.2), once it has a value. An identical object in `former` counts as unchanged.
 * @throws ScimError 400 invalidValue when the operation sets two primaries
 */
function finished(
  attribute: Attribute,
  former: readonly JsonObject[],
  next: readonly JsonObject[],
  { quirks }: Patch,
): Json | undefined {
  const { name, subAttributes = [] } = attribute;
  assertFew(next, name);
  const unchanged = new Set(former);
  const chosen = next.filter(
    (value) => isPrimary(value) && !isHollow(attribute, value) && !unchanged.has(value),
  ).length;
  if (chosen > 1) throw ScimError.invalidValue("twoPrimaries", name);
  const values = next
    .filter((value) => !isEmpty(value))
    .map((value) => (chosen === 1 && isPrimary(value) && unchanged.has(value) ? { ...value, primary: false } : value))
    .map((value) => (unchanged.has(value) ? value : inSchemaOrder(subAttributes, value)));
  const distinct = withoutDuplicates(values, quirks, name);
  return distinct.length === 0 ? undefined : distinct;
}
