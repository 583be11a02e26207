import type { JsonObject } from "./json.ts";

/** The members of the object that have one of the names, in any case, under exactly that name. */
export function namedMembers(names: readonly string[], object: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const key of Object.keys(object)) {
    const name = names.find((candidate) => candidate.toLowerCase() === key.toLowerCase());
    const value = object[key];
    if (name !== undefined && value !== undefined) result[name] = value;
  }
  return result;
}

/** As namedMembers, without those that are null: in the envelope of a message that says as much as nothing. */
export function presentMembers(names: readonly string[], object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(namedMembers(names, object)).filter(([, value]) => value !== null));
}
