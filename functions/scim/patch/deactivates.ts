import { resolvePath } from "../attributePath.ts";
import { isObject, type Json } from "../json.ts";
import { booleanOf } from "../readValue.ts";
import type { ResourceType } from "../schema.ts";
import type { PatchOperation } from "./readPatch.ts";

/** Whether the last operation on `active` sets it to false, by path or inside a value, as a boolean or as text. */
export function deactivates(type: ResourceType, operations: readonly PatchOperation[]): boolean {
  let inactive = false;
  for (const { op, path, value } of operations) {
    if (op === "remove" || value === undefined) continue;
    const named = path === undefined ? membersNamedActive(type, value) : isActive(type, path) ? [value] : [];
    for (const given of named) inactive = isFalse(given);
  }
  return inactive;
}

function membersNamedActive(type: ResourceType, value: Json): Json[] {
  if (!isObject(value)) return [];
  const found: Json[] = [];
  for (const [name, part] of Object.entries(value)) {
    if (name.toLowerCase() === type.schema.id.toLowerCase()) found.push(...membersNamedActive(type, part));
    else if (isActive(type, name)) found.push(part);
  }
  return found;
}

function isActive(type: ResourceType, name: string): boolean {
  return resolvePath(type, name)?.attribute.name === "active";
}

function isFalse(value: Json): boolean {
  const [only = value] = Array.isArray(value) ? value : [value];
  return only === false || (typeof only === "string" && booleanOf(only) === false);
}
