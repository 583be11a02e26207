/** What JSON.parse can give. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object. Objects made by this project have no prototype traps: names such as `__proto__` never reach an assignment. */
export interface JsonObject {
  [name: string]: Json;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
