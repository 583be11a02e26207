import { namesCore, resolvePath } from "../scim/attributePath.ts";
import { isObject, type Json, type JsonObject } from "../scim/json.ts";
import type { PatchOperation } from "../scim/patch/readPatch.ts";
import type { ResourceType } from "../scim/schema.ts";

/**
 * "A request that sets `active` to false is never refused because of userName, a missing e-mail or a name limit"
 * (product.md section 4): nobody stays active because of a mapping. These functions find such requests and take the
 * parts aside that could stand in the way.
 */

export function patchDeactivates(type: ResourceType, operations: readonly PatchOperation[]): boolean {
  return operations.some(({ op, path, value }) => {
    if (op === "remove") return false;
    if (path !== undefined) return names(type, path, "active") && isFalse(value);
    return entriesOf(type, value).some(([key, sent]) => names(type, key, "active") && isFalse(sent));
  });
}

/** What a path-less value names, in a container of the core schema as well. */
function entriesOf(type: ResourceType, value: Json | undefined): [string, Json][] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, part]): [string, Json][] =>
    namesCore(type, key) ? entriesOf(type, part) : [[key, part]],
  );
}

export function bodyDeactivates(type: ResourceType, body: Json): boolean {
  return isFalse(given(type, body, "active"));
}

/** What the body says of a core attribute, its name in any case; `undefined` when it says nothing. */
export function given(type: ResourceType, body: Json, attribute: string): Json | undefined {
  if (!isObject(body)) return undefined;
  for (const [key, value] of Object.entries(body)) {
    if (names(type, key, attribute)) return value;
    if (namesCore(type, key)) {
      const inside = given(type, value, attribute);
      if (inside !== undefined) return inside;
    }
  }
  return undefined;
}

/** The same body with another userName. */
export function withUserName(type: ResourceType, body: JsonObject, userName: Json): JsonObject {
  const others = Object.entries(body).filter(([key]) => !names(type, key, "userName"));
  return { ...Object.fromEntries(others), userName };
}

export interface SplitOperations {
  readonly userName: readonly PatchOperation[];
  readonly others: readonly PatchOperation[];
}

/** Takes the operations on userName out of the others, also out of path-less values. */
export function splitUserName(type: ResourceType, operations: readonly PatchOperation[]): SplitOperations {
  const userName: PatchOperation[] = [];
  const others: PatchOperation[] = [];
  for (const operation of operations) {
    const { path, value } = operation;
    if (path !== undefined) {
      (names(type, path, "userName") ? userName : others).push(operation);
    } else if (isObject(value)) {
      const isUserName = ([key]: [string, Json]) => names(type, key, "userName");
      const entries = entriesOf(type, value);
      const own = entries.filter(isUserName);
      if (own.length > 0) userName.push({ ...operation, value: Object.fromEntries(own) });
      if (own.length === 0) others.push(operation);
      else if (own.length < entries.length) {
        others.push({ ...operation, value: Object.fromEntries(entries.filter((entry) => !isUserName(entry))) });
      }
    } else {
      others.push(operation);
    }
  }
  return { userName, others };
}

function names(type: ResourceType, path: string, attribute: string): boolean {
  const resolved = resolvePath(type, path);
  return resolved !== undefined && resolved.schema === undefined && resolved.attribute.name === attribute;
}

function isFalse(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.length === 1 && isFalse(value[0]);
  if (isObject(value)) return isFalse(value.value);
  return value === false || (typeof value === "string" && value.trim().toLowerCase() === "false");
}
