import { ScimError } from "../error.ts";
import { type Filter, mapComparisons } from "../filter/filter.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { Parts, ResolvedOperation } from "../patch/resolved.ts";
import { comparisonKey } from "../paths.ts";
import type { BulkOperation } from "./bulk.ts";

/** Whether a bulkId has no id yet. */
type IsPending = (bulkId: string) => boolean;
/** The id of the resource created under a bulkId. */
type IdOf = (bulkId: string) => string | undefined;

/** RFC 7644 section 3.7.2: `bulkId:qwerty`, alone or as the last segment of a URI. */
const PREFIX = "bulkid:";
/** Only text under one of these names can be a reference: a displayName may be any text. */
const REFERRING = new Set(["value", "$ref", "manager", "members"]);

/** The bulkIds that an operation refers to, in its path or its data. */
export function referencesOf(operation: BulkOperation): ReadonlySet<string> {
  return collectIds((note) => {
    if (operation.method !== "POST") resolveId(operation.id, note);
    if (operation.method === "POST" || operation.method === "PUT") resolveObject(operation.data, note);
    if (operation.method !== "PATCH" || operation.patch instanceof ScimError) return;
    resolveOperations(operation.patch.operations, note);
  });
}

/** The bulkIds in a part of a resource. */
export function referencesIn(data: JsonObject): ReadonlySet<string> {
  return collectIds((note) => resolveObject(data, note));
}

function collectIds(resolve: (note: IdOf) => void): ReadonlySet<string> {
  const found = new Set<string>();
  resolve((bulkId) => {
    found.add(bulkId);
    return undefined;
  });
  return found;
}

/** The data of a POST or a PUT with ids in place of bulkIds; a bulkId without an id stays. */
export function resolveObject(data: JsonObject, idOf: IdOf): JsonObject {
  return objectOf(Object.entries(data).map(([name, value]) => [name, resolveValue(name, value, idOf)]));
}

/** The operations of a PATCH with ids in place of bulkIds; a bulkId without an id stays. */
export function resolveOperations(operations: readonly ResolvedOperation[], idOf: IdOf): ResolvedOperation[] {
  return operations.map((operation) => resolveOperation(operation, idOf));
}

function resolveOperation(operation: ResolvedOperation, idOf: IdOf): ResolvedOperation {
  switch (operation.kind) {
    case "set": {
      const { value, target } = operation;
      return { ...operation, value: value && resolveValue(target.path.attribute.name, value, idOf) };
    }
    case "merge":
      return { ...operation, parts: resolveParts(operation.parts, idOf) };
    case "values": {
      const { values, target } = operation;
      return { ...operation, values: values?.map((value) => resolveValue(target.path.attribute.name, value, idOf)) };
    }
    case "part": {
      const { sub, value } = operation;
      return { ...operation, value: value && resolveValue(sub.name, value, idOf) };
    }
    case "selected":
      return { ...operation, parts: operation.parts && resolveParts(operation.parts, idOf) };
    case "members":
      return { ...operation, ids: operation.ids.map((id) => resolveId(id, idOf)) };
    case "selectedMembers": {
      const ids = operation.ids.map((id) => resolveId(id, idOf));
      return { ...operation, target: resolveTarget(operation.target, idOf), ids };
    }
    case "extension":
    case "ignored":
    case "refused":
      return operation;
  }
}

function resolveParts(parts: Parts, idOf: IdOf): Parts {
  return new Map([...parts].map(([sub, value]) => [sub, value && resolveValue(sub.name, value, idOf)]));
}

/** Replaces bulkIds in the filter of a PATCH path: `members[value eq "bulkId:qwerty"]`. */
function resolveTarget<T extends { readonly filter: Filter }>(target: T, idOf: IdOf): T {
  const filter = mapComparisons(target.filter, (comparison) => {
    if (typeof comparison.value !== "string") return comparison;
    const value = resolveId(comparison.value, idOf);
    return { ...comparison, value, key: comparisonKey(comparison.path, value) };
  });
  return { ...target, filter };
}

function resolveValue(name: string, value: Json, idOf: IdOf): Json {
  if (typeof value === "string") return isReferring(name) ? resolveId(value, idOf) : value;
  if (Array.isArray(value)) return value.map((element) => resolveValue(name, element, idOf));
  return isObject(value) ? resolveObject(value, idOf) : value;
}

/** Replaces a reference in a text, such as the path of an operation, by the id; other text is returned unchanged. */
export function resolveId(text: string, idOf: IdOf): string {
  const start = text.lastIndexOf("/") + 1;
  const end = start + PREFIX.length;
  if (text.length === end || text.slice(start, end).toLowerCase() !== PREFIX) return text;
  const id = idOf(text.slice(end));
  return id === undefined ? text : `${text.slice(0, start)}${id}`;
}

/** Tests the last part of `manager`, `manager.value` or `urn:…:User:manager.value`. */
function isReferring(name: string): boolean {
  return REFERRING.has(name.slice(1 + Math.max(name.lastIndexOf("."), name.lastIndexOf(":"))).toLowerCase());
}

/**
 * Divides the data of a POST into a part to create now and a part to add later, because it refers to a resource that does
 * not exist yet. An element of a list, or a complex value, is never divided.
 */
export function divide(
  data: JsonObject,
  isPending: IsPending,
): { readonly now: JsonObject; readonly later: JsonObject | undefined } {
  const now: [string, Json][] = [];
  const later: [string, Json][] = [];
  for (const [name, value] of Object.entries(data)) {
    const [first, second] = divideValue(name, value, isPending);
    if (first !== undefined) now.push([name, first]);
    if (second !== undefined) later.push([name, second]);
  }
  return { now: objectOf(now), later: later.length === 0 ? undefined : objectOf(later) };
}

function divideValue(name: string, value: Json, isPending: IsPending): [now?: Json, later?: Json] {
  if (Array.isArray(value)) {
    const waits = value.map((element) => refersToPending(name, element, isPending));
    const later = value.filter((_element, index) => waits[index]);
    return [value.filter((_element, index) => !waits[index]), later.length === 0 ? undefined : later];
  }
  if (!isObject(value)) return refersToPending(name, value, isPending) ? [undefined, value] : [value];
  const itself = Object.entries(value).some(
    ([key, part]) => typeof part === "string" && refersToPending(key, part, isPending),
  );
  if (itself) return [undefined, value];
  const { now, later } = divide(value, isPending);
  return [now, later];
}

function refersToPending(name: string, value: Json, isPending: IsPending): boolean {
  return [...collectIds((note) => resolveValue(name, value, note))].some(isPending);
}

/** `Object.fromEntries` defines members, so a client's `__proto__` is an ordinary name. */
function objectOf(entries: readonly (readonly [string, Json])[]): JsonObject {
  return Object.fromEntries(entries);
}
