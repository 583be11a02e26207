/** What JSON.parse can give. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object. Objects made by this project have no prototype traps: names such as `__proto__` never reach an assignment. */
export interface JsonObject {
  [name: string]: Json;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What the table itself has under a name that somebody else wrote: every object answers to `constructor` as well. */
export function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Whether two values say the same: the order of an object's members does not count, that of an array's elements does. */
export function sameJson(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((element, index) => sameJson(element, right[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && sameJson(left[name], right[name]))
  );
}

/** What the object has under the name, in any case: under exactly that name before all. */
export function valueNamed(object: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(object, name)) return object[name];
  const lower = name.toLowerCase();
  const key = Object.keys(object).find((candidate) => candidate.toLowerCase() === lower);
  return key === undefined ? undefined : object[key];
}

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
