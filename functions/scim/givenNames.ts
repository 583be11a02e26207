import { isObject, type Json, type JsonObject } from "./json.ts";
import { namedMembers } from "./namedMembers.ts";

/**
 * The names of what a body writes, as `attributes` would name them: those of a resource, or the paths of a PatchOp.
 * Names that mean nothing are among them.
 */
export function givenNames(body: Json): string[] {
  if (!isObject(body)) return [];
  const { Operations: operations } = namedMembers(["Operations"], body);
  if (operations === undefined) return namesIn(body);
  return [operations].flat().flatMap((operation) => {
    const { path, value = null } = isObject(operation) ? namedMembers(["path", "value"], operation) : {};
    if (typeof path === "string" && path !== "") return partsOf(path, value);
    return isObject(value) ? namesIn(value) : [];
  });
}

function namesIn(values: JsonObject): string[] {
  return Object.entries(values).flatMap(([name, value]) => partsOf(name, value));
}

/** The parts of a complex value, of several ones, or of an extension; the name alone where there are none. */
function partsOf(name: string, value: Json): string[] {
  const parts = new Set([value].flat().flatMap((one) => (isObject(one) ? Object.keys(one) : [])));
  return parts.size === 0 ? [name] : [...parts].map((part) => `${name}.${part}`);
}
