import { ScimError } from "../error.ts";
import { asList, elementsOf, isObject, type Json, type JsonObject, saysNothing, valueNamed } from "../json.ts";
import { type MemberRules, readMemberOperation } from "../members.ts";
import { type AttributePath, FORMER_URN, namesCore, namesWithin, printPath, resolveName } from "../paths.ts";
import type { Quirks } from "../quirks.ts";
import type { RESOURCE_QUIRKS } from "../readResource.ts";
import {
  complexOf,
  isHollow,
  isMark,
  noteUnknown,
  pickAttributes,
  type Reading,
  readValue,
  type VALUE_QUIRKS,
  wrongType,
} from "../readValue.ts";
import type { Attribute, ResourceType } from "../schema.ts";
import {
  type AttributeTarget,
  type JsonTexts,
  type Op,
  type PATH_QUIRKS,
  type Parts,
  parsePatchPath,
  type ResolvedOperation,
  type Target,
  unpack,
} from "./resolved.ts";

/** An operation as sent by a client or made by a use case, not yet resolved against a schema. */
export interface PatchOperation {
  readonly op: Op;
  /** Absent when the operation has no path, or an empty one. */
  readonly path: string | undefined;
  /** Absent when the operation has no value; a null in the request is null. */
  readonly value: Json | undefined;
}

/** The rules for reading operations. */
export interface PatchRules extends MemberRules {
  readonly unknownPaths: "ignore" | "refuse";
  readonly unknownAttributes: "ignore" | "refuse";
}

/** Where an attribute was named: in the path of an operation, or inside its value, where readOnly attributes are no error. */
type Origin = "path" | "value";

/** The state of resolving one PATCH. */
interface Resolving {
  readonly type: ResourceType;
  readonly rules: PatchRules;
  readonly reading: Reading;
  readonly texts: JsonTexts | undefined;
  readonly resolved: ResolvedOperation[];
}

/**
 * The operations for a resource of the type, in their order. Does not throw ScimError: a refusal becomes an operation.
 * @param texts absent: a text never stands for an object
 */
export function resolvePatch(
  type: ResourceType,
  operations: readonly PatchOperation[],
  rules: PatchRules,
  quirks: Quirks,
  texts?: JsonTexts,
): ResolvedOperation[] {
  const reading = { quirks, unknownAttributes: rules.unknownAttributes };
  const to: Resolving = { type, rules, reading, texts, resolved: [] };
  for (const { op, path, value } of operations) resolve(op, path, value, "path", to);
  return to.resolved;
}

/**
 * Resolves one operation; or one for each member of its value, where the path is absent or names an extension. A refusal
 * becomes an operation, because an earlier operation may be refused first.
 */
function resolve(op: Op, name: string | undefined, value: Json | undefined, origin: Origin, to: Resolving): void {
  const { type, rules, reading, resolved } = to;
  let target: Target | undefined;
  try {
    if (name === undefined) {
      if (op === "remove") throw ScimError.noTarget("path");
      resolveMembers(op, given(op, value), to);
      return;
    }
    if (FORMER_URN.test(name)) reading.quirks.note<typeof RESOURCE_QUIRKS>("legacySchema");
    // Inside a value, a name without brackets that could not be a path is an unknown attribute.
    const isPath = origin === "path" || name.includes("[");
    target = isPath ? parsePatchPath(type, name) : resolveName(type, name);
    if (target === undefined) {
      if (origin === "path" && rules.unknownPaths === "refuse") throw ScimError.invalidPath("unknown");
      if (namesMembers(type, name)) throw ScimError.invalidPath("syntax");
      if (origin === "value") noteUnknown(reading);
      else reading.quirks.note<typeof PATH_QUIRKS>("unknownPath");
      resolved.push({ kind: "ignored", op, target });
    } else if (target.kind === "extension") resolveExtension(op, target, given(op, value), to);
    else resolved.push(operationOn(op, target, value, origin, to));
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    resolved.push({ kind: "refused", op, target, error });
  }
}

/**
 * Whether a name that is unknown is about members all the same: `members.<id>`, `members[…].email`, with the type's URN or
 * without, or members behind another type's URN. Ignored, it would leave somebody in the group, or out of it, behind a success.
 */
function namesMembers(type: ResourceType, name: string): boolean {
  const [head = ""] = name.split("[", 1);
  const own = namesWithin(type, head)?.name ?? head;
  const isTheirs = /^members(?:[./:]|$)/i.test(own) || /:(?:[^.:]*\.)?members(?:\.[^.:]*)?$/i.test(head);
  return isTheirs && resolveName(type, "members") !== undefined;
}

/** @throws ScimError 400 invalidValue where an add or a replace has no value */
function given(op: Op, value: Json | undefined): Json {
  if (value !== undefined) return value;
  if (op === "remove") return null;
  throw ScimError.invalidValue("missing", op);
}

/** An operation without path: each member of the value is an operation with its name as path (recorded request entra-flag-flat). */
function resolveMembers(op: Op, value: Json, to: Resolving): void {
  if (!isObject(value)) throw wrongType("The value of an operation without path", "an object");
  for (const [name, part] of Object.entries(value)) {
    if (name.endsWith(":")) to.reading.quirks.note<typeof RESOURCE_QUIRKS>("trailingColon");
    resolve(op, namesCore(to.type, name) ? undefined : name, part, "value", to);
  }
}

/** The attributes of an extension are resolved one by one, unless the whole extension is removed. */
function resolveExtension(op: Op, target: Extract<Target, { kind: "extension" }>, value: Json, to: Resolving): void {
  const { id } = target.schema;
  const values = op === "remove" ? undefined : complexOf({}, unpacked(value, to), to.reading, id);
  if (values === undefined) to.resolved.push({ kind: "extension", op, target });
  else for (const [name, part] of Object.entries(values)) resolve(op, `${id}:${name}`, part, "value", to);
}

/** The value with the objects that stand in it as texts of JSON: a text, or a list that begins with one. */
function unpacked(value: Json, { texts, reading }: Resolving): Json {
  return Array.isArray(value)
    ? value.map((one) => unpack(one, texts, reading.quirks))
    : unpack(value, texts, reading.quirks);
}

function operationOn(
  op: Op,
  target: AttributeTarget,
  sent: Json | undefined,
  origin: Origin,
  to: Resolving,
): ResolvedOperation {
  const { rules, reading } = to;
  const { attribute } = target.path;
  const sub = target.kind === "value" ? target.sub : target.path.sub;
  const first = Array.isArray(sent) ? sent[0] : sent;
  const isText = typeof first === "string" && sub === undefined && attribute.type === "complex";
  const value = (isText ? unpacked(sent ?? null, to) : sent) ?? given(op, sent);
  if (attribute.name === "members") return readMemberOperation(op, target, value, rules, reading.quirks);
  if (!isWritable(op, { ...target.path, sub }, origin, to)) return { kind: "ignored", op, target };
  if (sub !== undefined) {
    const part = op === "remove" ? undefined : readSingle(sub, value, reading, `${attribute.name}.${sub.name}`);
    if (target.kind === "value" || attribute.multiValued) return { kind: "part", op, target, sub, value: part };
    return { kind: "merge", op, target, parts: new Map([[sub, part]]) };
  }
  if (target.kind === "value") {
    const keeps = typeof asList(value)[0] === "string";
    return { kind: "selected", op, target, parts: partsOf(op, attribute, value, reading), keeps };
  }
  if (attribute.multiValued) return { kind: "values", op, target, values: valuesOf(op, attribute, value, reading) };
  if (op === "remove") return { kind: "set", op, target, value: undefined };
  if (attribute.type !== "complex") {
    return { kind: "set", op, target, value: readSingle(attribute, value, reading, attribute.name) };
  }
  const object = complexOf(attribute, value, reading, attribute.name);
  if (object === undefined) return { kind: "set", op, target, value: undefined };
  return { kind: "merge", op, target, parts: readParts(attribute, object, reading) };
}

/** The new parts of each selected value; undefined: the selected values are removed. */
function partsOf(op: Op, attribute: Attribute, value: Json, reading: Reading): Parts | undefined {
  if (op === "remove") return undefined;
  const element = complexOf(attribute, value, reading, attribute.name);
  if (element === undefined) return undefined;
  const parts = readParts(attribute, element, reading);
  const nothing = [...parts].every(([sub, part]) => part === undefined || isMark(sub.name));
  if (op === "replace" && nothing) assertSaysNothing(attribute, element);
  return parts;
}

function valuesOf(op: Op, attribute: Attribute, value: Json, reading: Reading): readonly Json[] | undefined {
  switch (op) {
    case "replace": {
      const read = readValue(attribute, value, reading);
      const values = Array.isArray(read) ? read : [];
      if (values.every((one) => isHollow(attribute, one))) assertSaysNothing(attribute, value);
      return values.length === 0 ? undefined : values;
    }
    case "add":
      return givenValues(attribute, value, reading);
    case "remove":
      return listedForRemoval(attribute, value, reading);
  }
}

/**
 * The values that the operation lists; undefined (all values) only without a list. Entra removes single values in this way
 * (recorded request entra-group-remove-array). An empty list removes nothing.
 */
function listedForRemoval(attribute: Attribute, value: Json, reading: Reading): readonly Json[] | undefined {
  if (value === null) return undefined;
  const list = asList(value);
  if (list.length === 0) return [];
  reading.quirks.note<typeof PATH_QUIRKS>("removeWithValues", attribute.name);
  // One by one: values to remove need not be storable together, such as two primaries.
  const listed = list.flatMap((one) => givenValues(attribute, one, reading));
  if (listed.length === 0) throw wrongType(attribute.name, "a list of the values to remove");
  return listed;
}

/**
 * Called where no more than a type was read: allowed only for a value that says no more, so that an unreadable one erases
 * nothing. @throws ScimError 400
 */
function assertSaysNothing(attribute: Attribute, value: Json): void {
  const saysMore = (element: Json): boolean =>
    isObject(element)
      ? Object.entries(element).some(([name, part]) => !isMark(name.toLowerCase()) && !saysNothing(part))
      : !saysNothing(element);
  if (asList(value).some(saysMore)) throw wrongType(attribute.name, "made of what GET /Schemas lists");
}

function readParts(attribute: Attribute, given: JsonObject, reading: Reading): Parts {
  const picked = pickAttributes(attribute.subAttributes ?? [], Object.entries(given), reading, attribute.name);
  return new Map([...picked].map(([sub, raw]) => [sub, readValue(sub, raw, reading, `${attribute.name}.${sub.name}`)]));
}

/** The values that a client lists, to add or to remove them. */
function givenValues(attribute: Attribute, value: Json, reading: Reading): JsonObject[] {
  return elementsOf(readValue(attribute, value, reading));
}

/**
 * A simple attribute, or a part of a value. Some clients wrap its one value like an e-mail: `["x"]` (SCIM-SDK for Java),
 * `{"value": "x"}` (Apache Syncope), or both.
 */
function readSingle(attribute: Attribute, value: Json, reading: Reading, name: string): Json | undefined {
  const [only, ...others] = asList(value);
  let inner = value;
  if (only !== undefined && others.length === 0 && !Array.isArray(only)) {
    const part = isObject(only) ? valueNamed(only, "value") : undefined;
    inner = part === undefined || typeof part === "object" ? only : part;
    if (Array.isArray(value)) reading.quirks.note<typeof VALUE_QUIRKS>("arrayForSingle", name);
    else if (inner !== value) reading.quirks.note<typeof PATH_QUIRKS>("objectForSingle", name);
  }
  return readValue(attribute, inner, reading, name);
}

/**
 * Whether an operation may write the path. `schemas` is always computed, and a password always discarded.
 * @throws ScimError 400 mutability when a path names a read-only attribute (rule `readOnlyPaths`)
 */
function isWritable(op: Op, path: AttributePath, origin: Origin, { reading, rules }: Resolving): boolean {
  const { attribute, sub } = path;
  const computed = attribute.name === "schemas";
  if (attribute.mutability === "writeOnly") {
    reading.quirks.note<typeof VALUE_QUIRKS>("discarded", attribute.name);
    return false;
  }
  if (!computed && attribute.mutability !== "readOnly" && sub?.mutability !== "readOnly") return true;
  const refused = origin === "path" && rules.readOnlyPaths === "refuse" && (!computed || op === "remove");
  if (refused) throw ScimError.mutability("readOnly", printPath(path));
  reading.quirks.note<typeof VALUE_QUIRKS>("readOnlyIgnored", printPath(path));
  return false;
}
