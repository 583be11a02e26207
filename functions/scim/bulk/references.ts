import { withoutBrackets } from "../brackets.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";
import type { BulkOperation } from "./readBulk.ts";

/** Whether a bulkId is (still) without an id. */
type IsPending = (bulkId: string) => boolean;
/** The id of what was made under a bulkId. */
type IdOf = (bulkId: string) => string | undefined;

/** RFC 7644 section 3.7.2: `bulkId:qwerty`, alone or as the last segment of a URI. */
const PREFIX = "bulkid:";
/** In the filter of a PATCH path: `members[value eq "bulkId:qwerty"]`. Each match ends where the next can begin: linear. */
const IN_FILTER = /"bulkId:([^"\\]+)"/gi;
/** Only what stands under one of these names is a reference: a displayName may be any text. */
const REFERRING = new Set(["value", "$ref", "manager", "members"]);

/** The bulkIds that an operation refers to, in its path or its data. */
export function referencesOf(operation: BulkOperation): ReadonlySet<string> {
  const found = new Set<string>();
  const note = (bulkId: string): undefined => {
    found.add(bulkId);
  };
  if (operation.method !== "POST") resolveId(operation.id, note);
  if (operation.method !== "DELETE") resolveData(operation, note);
  return found;
}

/** The bulkIds in a part of a resource. */
export function referencesIn(data: JsonObject): ReadonlySet<string> {
  const found = new Set<string>();
  resolveValue("", data, (bulkId) => {
    found.add(bulkId);
    return undefined;
  });
  return found;
}

/** The id that the path of an operation names. */
export function resolveId(id: string, idOf: IdOf): string {
  return resolveText(id, idOf);
}

/** The data of an operation with ids for bulkIds; those without an id stay. */
export function resolveData(operation: { readonly method: string; readonly data: JsonObject }, idOf: IdOf): JsonObject {
  const { method, data } = operation;
  return method === "PATCH" ? resolvePatch(data, idOf) : resolveObject(data, idOf);
}

export function resolveObject(data: JsonObject, idOf: IdOf): JsonObject {
  return objectOf(Object.entries(data).map(([name, value]) => [name, resolveValue(name, value, idOf)]));
}

/** In a PatchOp, a value stands under the name that the path beside it ends with. */
function resolvePatch(message: JsonObject, idOf: IdOf): JsonObject {
  const operationOf = (operation: Json): Json => {
    if (!isObject(operation)) return operation;
    const path = Object.entries(operation).find(([name]) => name.toLowerCase() === "path")?.[1];
    const subject = typeof path === "string" ? withoutBrackets(path) : "";
    return objectOf(
      Object.entries(operation).map(([name, value]) => {
        switch (name.toLowerCase()) {
          case "path":
            return [name, typeof value === "string" ? resolveFilter(value, idOf) : value];
          case "value":
            return [name, resolveValue(subject, value, idOf)];
          default:
            return [name, value];
        }
      }),
    );
  };
  return objectOf(
    Object.entries(message).map(([name, value]) => {
      if (name.toLowerCase() !== "operations") return [name, value];
      return [name, Array.isArray(value) ? value.map(operationOf) : operationOf(value)];
    }),
  );
}

function resolveValue(name: string, value: Json, idOf: IdOf): Json {
  if (typeof value === "string") return isReferring(name) ? resolveText(value, idOf) : value;
  if (Array.isArray(value)) return value.map((element) => resolveValue(name, element, idOf));
  return isObject(value) ? resolveObject(value, idOf) : value;
}

function resolveText(text: string, idOf: IdOf): string {
  const start = text.lastIndexOf("/") + 1;
  const end = start + PREFIX.length;
  if (text.length === end || text.slice(start, end).toLowerCase() !== PREFIX) return text;
  const id = idOf(text.slice(end));
  return id === undefined ? text : `${text.slice(0, start)}${id}`;
}

function resolveFilter(path: string, idOf: IdOf): string {
  return path.replace(IN_FILTER, (text, bulkId: string) => {
    const id = idOf(bulkId);
    return id === undefined ? text : `"${id}"`;
  });
}

/** The last part of `manager`, `manager.value` or `urn:…:User:manager.value`. */
function isReferring(name: string): boolean {
  return REFERRING.has(name.slice(1 + Math.max(name.lastIndexOf("."), name.lastIndexOf(":"))).toLowerCase());
}

/**
 * Divides the data of a POST into what can be made now and what has to be added later, because it refers to something
 * that does not exist yet. An element of a list, or a complex value, goes one way or the other as a whole.
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
  let pending = false;
  resolveValue(name, value, (bulkId) => {
    pending ||= isPending(bulkId);
    return undefined;
  });
  return pending;
}

/** `Object.fromEntries` defines members, so that a client's `__proto__` is a name like any other. */
function objectOf(entries: readonly (readonly [string, Json])[]): JsonObject {
  return Object.fromEntries(entries);
}
