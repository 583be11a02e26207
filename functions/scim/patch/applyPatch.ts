import type { AttributePath } from "../attributePath.ts";
import type { Bent } from "../bent.ts";
import { assertWithinLimits, canonical, isMissing, missing, withoutHollowElements } from "../canonical.ts";
import { ScimError } from "../error.ts";
import { isObject, type Json, type JsonObject, sameJson } from "../json.ts";
import type { ResourceType, Schema } from "../schema.ts";
import { type Change, changePart, changeSelected, changeValues, merged } from "./changeValues.ts";
import { conditionsIn, type Effort, spend } from "./effort.ts";
import type { AttributeOperation, ResolvedOperation } from "./resolved.ts";

/** Other than of members: each makes the attribute anew. */
const MAX_CHANGES = 1000;

interface Patch extends Change {
  readonly type: ResourceType;
  readonly effort: Effort;
  changes: number;
}

/**
 * Applies the operations in order to canonical attributes, which stay untouched (RFC 7644 section 3.5.2). Those on members
 * are left to planMembers. Whether a userName may change is for the use case to say.
 * @returns the same object when nothing changed in effect
 * @throws ScimError 400: then nothing of the patch is to be kept
 */
export function applyPatch(
  type: ResourceType,
  attributes: JsonObject,
  operations: readonly ResolvedOperation[],
  rules: Pick<Change, "replaceWithoutTarget">,
  bent: Bent,
): JsonObject {
  const { replaceWithoutTarget } = rules;
  const patch: Patch = { type, replaceWithoutTarget, bent, effort: { looks: 0 }, changes: 0 };
  let next = attributes;
  for (const operation of operations) next = applyOperation(next, operation, patch);
  if (next === attributes) return attributes;
  if (sameJson(canonical(type, next), attributes)) return attributes;
  // At the end, so that an operation may name the type of an element and a later one its value.
  const result = canonical(type, withoutHollowElements(type, next, bent));
  if (sameJson(result, attributes)) return attributes;
  assertWithinLimits(result);
  return result;
}

function applyOperation(resource: JsonObject, operation: ResolvedOperation, patch: Patch): JsonObject {
  switch (operation.kind) {
    case "set":
    case "merge":
    case "values":
    case "part":
    case "selected":
      return applyToAttribute(resource, operation, patch);
    case "extension":
      return operation.op === "add" ? resource : withoutExtension(resource, operation.target.schema, patch);
    case "members":
    case "selectedMembers":
    case "ignored":
      return resource;
    case "refused":
      throw operation.error;
  }
}

function applyToAttribute(resource: JsonObject, operation: AttributeOperation, patch: Patch): JsonObject {
  const { op, target } = operation;
  patch.changes += 1;
  if (patch.changes > MAX_CHANGES) throw ScimError.tooLarge("changes", MAX_CHANGES);
  const { attribute } = target.path;
  const current = valueAt(resource, target.path);
  spend(patch.effort, looksAt(operation, current));
  const next = nextValue(operation, current, patch);
  if (next === current) return resource;
  if (attribute.required && !attribute.multiValued && isMissing(next)) {
    if (op === "remove") throw ScimError.mutability("required", attribute.name);
    throw missing(attribute.name);
  }
  return withValueAt(resource, target.path, next);
}

/** Every value that is there is held against each condition of the path, or each value that is listed for removal. */
function looksAt(operation: AttributeOperation, current: Json | undefined): number {
  const there = Array.isArray(current) ? current.length : 0;
  if (operation.target.kind === "value") return there * conditionsIn(operation.target.filter);
  const listed = operation.kind === "values" && operation.op === "remove" ? operation.values : undefined;
  return there * (listed?.length ?? 1);
}

function nextValue(operation: AttributeOperation, current: Json | undefined, patch: Patch): Json | undefined {
  const { attribute } = operation.target.path;
  switch (operation.kind) {
    case "set":
      return operation.value;
    case "merge":
      return merged(attribute, isObject(current) ? current : {}, operation.parts);
    case "values":
      return changeValues(operation, current, patch);
    case "part":
      return changePart(operation, current, patch);
    case "selected":
      return changeSelected(operation, current, patch);
  }
}

function withoutExtension(resource: JsonObject, schema: Schema, { type }: Patch): JsonObject {
  if (resource[schema.id] === undefined) return resource;
  if (type.extensions.some((extension) => extension.schema === schema && extension.required)) {
    throw ScimError.mutability("required", schema.id);
  }
  const { [schema.id]: _removed, ...rest } = resource;
  return rest;
}

function valueAt(resource: JsonObject, { schema, attribute }: AttributePath): Json | undefined {
  const container = schema === undefined ? resource : resource[schema];
  return isObject(container) ? container[attribute.name] : undefined;
}

function withValueAt(resource: JsonObject, path: AttributePath, value: Json | undefined): JsonObject {
  const { schema, attribute } = path;
  if (schema !== undefined) {
    const container = resource[schema];
    const next = withValueAt(isObject(container) ? container : {}, { ...path, schema: undefined }, value);
    return { ...resource, [schema]: next };
  }
  if (value !== undefined) return { ...resource, [attribute.name]: value };
  const { [attribute.name]: _removed, ...rest } = resource;
  return rest;
}
