import { type AttributePath, namesCore, printPath } from "../attributePath.ts";
import type { Bent, QuirkMeanings } from "../bent.ts";
import { assertWithinLimits, canonical, isMissing, missing, withoutHollowElements } from "../canonical.ts";
import { ScimError } from "../error.ts";
import { isObject, type Json, type JsonObject, sameJson } from "../json.ts";
import type { RESOURCE_QUIRKS } from "../readResource.ts";
import { isUnassigned, noteUnknown, type Reading, readValue, type VALUE_QUIRKS, wrongType } from "../readValue.ts";
import type { ResourceType, Schema } from "../schema.ts";
import { setSingle, withSub } from "./changeValue.ts";
import { type Change, changeAll, changeSelected, changeSubOfAll } from "./changeValues.ts";
import { conditionsIn, type Effort, spend } from "./effort.ts";
import { type PatchPath, parsePatchPath, resolveName, unknownPath } from "./patchPath.ts";
import type { PatchOperation } from "./readPatch.ts";

export const PATH_QUIRKS = {
  unknownPath: "an operation on an attribute that there is not was ignored (rule unknownPaths)",
} as const satisfies QuirkMeanings;

/** Other than of members: each makes the attribute anew. */
const MAX_CHANGES = 1000;

export interface PatchOptions {
  /** For a replace whose value path ends in a sub-attribute and matches nothing; an add always creates. */
  readonly replaceWithoutTarget: "create" | "refuse";
  readonly unknownPaths: "ignore" | "refuse";
  readonly unknownAttributes: "ignore" | "refuse";
  /** Of a path on what only the server writes; inside a value it is always ignored. */
  readonly readOnlyPaths: "ignore" | "refuse";
}

interface Patch {
  readonly type: ResourceType;
  readonly options: PatchOptions;
  readonly reading: Reading;
  readonly effort: Effort;
  changes: number;
}

/** Where an attribute was named: by the path of an operation, or inside its value, where readOnly ones are no error. */
type Origin = "path" | "value";

/**
 * Applies the operations in order to canonical attributes, which stay untouched (RFC 7644 section 3.5.2). `members` are
 * not looked at: see planGroupPatch. Whether a userName may change is for the use case to say.
 * @returns the same object when nothing changed in effect
 * @throws ScimError 400: then nothing of the patch is to be kept
 */
export function applyPatch(
  type: ResourceType,
  attributes: JsonObject,
  operations: readonly PatchOperation[],
  options: PatchOptions,
  bent: Bent,
): JsonObject {
  const reading = { bent, unknownAttributes: options.unknownAttributes };
  const patch: Patch = { type, options, reading, effort: { looks: 0 }, changes: 0 };
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

function applyOperation(resource: JsonObject, operation: PatchOperation, patch: Patch): JsonObject {
  const { op, path: text, value } = operation;
  if (op !== "remove" && value === undefined) {
    throw ScimError.invalidValue("missing", op);
  }
  if (text === undefined) {
    if (op === "remove") throw ScimError.noTarget("path");
    return applyObject(resource, op, value ?? null, patch);
  }
  const path = parsePatchPath(patch.type, text);
  if (path !== undefined) return applyAt(resource, path, operation, "path", patch);
  if (patch.options.unknownPaths === "refuse") throw unknownPath();
  patch.reading.bent.note<typeof PATH_QUIRKS>("unknownPath");
  return resource;
}

/** An operation without path: each member of the value is an operation with its name as path (recorded request entra-flag-flat). */
function applyObject(resource: JsonObject, op: "add" | "replace", value: Json, patch: Patch): JsonObject {
  if (!isObject(value)) throw wrongType("The value of an operation without path", "an object");
  let next = resource;
  for (const [name, part] of Object.entries(value)) {
    if (name.endsWith(":")) patch.reading.bent.note<typeof RESOURCE_QUIRKS>("trailingColon");
    if (namesCore(patch.type, name)) {
      next = applyObject(next, op, part, patch);
      continue;
    }
    const path = pathOfName(name, patch);
    if (path !== undefined) next = applyAt(next, path, { op, value: part }, "value", patch);
  }
  return next;
}

function pathOfName(name: string, { type, reading }: Patch): PatchPath | undefined {
  // Without brackets a name that could not be a path is just an unknown attribute.
  const path = name.includes("[") ? parsePatchPath(type, name) : resolveName(type, name);
  if (path === undefined) noteUnknown(reading);
  return path;
}

type Operation = Pick<PatchOperation, "op" | "value">;

function applyAt(
  resource: JsonObject,
  path: PatchPath,
  operation: Operation,
  origin: Origin,
  patch: Patch,
): JsonObject {
  if (path.kind === "extension") return applyExtension(resource, path.schema, operation, patch);
  patch.changes += 1;
  if (patch.changes > MAX_CHANGES) {
    throw ScimError.tooLarge("changes", MAX_CHANGES);
  }
  if (!isWritable(path, operation, origin, patch)) return resource;
  const { attribute } = path.path;
  const current = valueAt(resource, path.path);
  spend(patch.effort, looksAt(path, current, operation));
  const next = nextValue(path, current, operation, patch);
  if (next === current) return resource;
  if (attribute.required && !attribute.multiValued && isMissing(next)) {
    if (operation.op === "remove") {
      throw ScimError.mutability("required", attribute.name);
    }
    throw missing(attribute.name);
  }
  return withValueAt(resource, path.path, next);
}

/** Every value that is there is held against each condition of the path, or each value that is listed for removal. */
function looksAt(path: Exclude<PatchPath, { kind: "extension" }>, current: Json | undefined, operation: Operation) {
  const { op, value } = operation;
  const there = Array.isArray(current) ? current.length : 0;
  if (path.kind === "value") return there * conditionsIn(path.filter);
  return there * (op === "remove" && Array.isArray(value) ? value.length : 1);
}

function nextValue(
  path: Exclude<PatchPath, { kind: "extension" }>,
  current: Json | undefined,
  operation: Operation,
  patch: Patch,
): Json | undefined {
  const { attribute, sub } = path.path;
  const { reading, options } = patch;
  const change: Change = { ...operation, reading, replaceWithoutTarget: options.replaceWithoutTarget };
  if (path.kind === "value") return changeSelected(path, current, change);
  if (attribute.multiValued) {
    return sub === undefined ? changeAll(attribute, current, change) : changeSubOfAll(attribute, sub, current, change);
  }
  const { op, value = null } = operation;
  if (sub === undefined) return op === "remove" ? undefined : setSingle(attribute, current, value, reading);
  const part = op === "remove" ? undefined : readValue(sub, value, reading, `${attribute.name}.${sub.name}`);
  return withSub(attribute, current, sub, part);
}

/** The whole extension: its attributes are merged one by one, null takes it away. */
function applyExtension(resource: JsonObject, schema: Schema, { op, value }: Operation, patch: Patch): JsonObject {
  if (op === "remove" || value === undefined || isUnassigned(value) || value === "") {
    if (op === "add" || resource[schema.id] === undefined) return resource;
    if (patch.type.extensions.some((extension) => extension.schema === schema && extension.required)) {
      throw ScimError.mutability("required", schema.id);
    }
    const { [schema.id]: _removed, ...rest } = resource;
    return rest;
  }
  if (!isObject(value)) throw wrongType(schema.id, "an object");
  let next = resource;
  for (const [name, part] of Object.entries(value)) {
    const path = pathOfName(`${schema.id}:${name}`, patch);
    if (path !== undefined) next = applyAt(next, path, { op, value: part }, "value", patch);
  }
  return next;
}

/**
 * `schemas` is computed and a password discarded, whatever the operation says.
 * @throws ScimError 400 mutability for what only the server writes, when a path names it (rule `readOnlyPaths`)
 */
function isWritable(
  path: Exclude<PatchPath, { kind: "extension" }>,
  { op }: Operation,
  origin: Origin,
  { reading, options }: Patch,
): boolean {
  const { attribute } = path.path;
  const sub = path.kind === "value" ? path.sub : path.path.sub;
  if (attribute.mutability === "writeOnly" || (attribute.name === "schemas" && op !== "remove")) {
    reading.bent.note<typeof VALUE_QUIRKS>(
      attribute.name === "schemas" ? "readOnlyIgnored" : "discarded",
      attribute.name,
    );
    return false;
  }
  const readOnly = attribute.mutability === "readOnly" || sub?.mutability === "readOnly";
  if (!readOnly && attribute.name !== "schemas") return true;
  const name = printPath({ ...path.path, sub });
  if (origin === "path" && options.readOnlyPaths === "refuse") {
    throw ScimError.mutability("readOnly", name);
  }
  reading.bent.note<typeof VALUE_QUIRKS>("readOnlyIgnored", name);
  return false;
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
