import type { TSchema } from "typebox";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";

/** Keywords for the generator alone: Hints in declaration.ts. */
const HINTS = ["checkedByUseCase", "most", "must"];

/** The schema as plain JSON, as the document shows it. A schema with an `$id` moves to `named` and leaves a `$ref`. */
export function publishedSchema(schema: TSchema, named: Map<string, Json>): Json {
  return published(plain(schema), named);
}

/**
 * The schema for the validator at run time: names and types of members. The use cases check ranges, lengths and forms, because
 * their errors are clearer, and everything of a value that is marked for them.
 */
export function structureOf(schema: TSchema): JsonObject {
  const structure = structural(plain(schema));
  return isObject(structure) ? structure : {};
}

/** The names of the members of each object in a structure, by its JSON pointer. */
export function membersOf(structure: Json, pointer = ""): readonly (readonly [pointer: string, names: string[]])[] {
  if (!isObject(structure)) return [];
  const { properties } = structure;
  if (!isObject(properties)) return [];
  const nested = Object.entries(properties).flatMap(([name, value]) => membersOf(value, `${pointer}/${name}`));
  return [[pointer, Object.keys(properties)], ...nested];
}

function published(json: Json, named: Map<string, Json>): Json {
  if (Array.isArray(json)) return json.map((one) => published(one, named));
  if (!isObject(json)) return json;
  const { $id, ...rest } = json;
  const entries = Object.entries(rest).filter(([key]) => !HINTS.includes(key));
  const shown = Object.fromEntries(entries.map(([key, value]) => [key, published(value, named)]));
  if (typeof $id !== "string") return shown;
  const known = named.get($id);
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(shown)) throw new Error(`two schemas are ${$id}`);
  named.set($id, shown);
  return { $ref: `#/components/schemas/${$id}` };
}

function structural(json: Json): Json {
  if (!isObject(json)) return {};
  const { type, required, properties, additionalProperties, items, anyOf } = json;
  if (json.checkedByUseCase === "value") return {};
  if (json.checkedByUseCase === "members") return { type: "object" };
  if (Array.isArray(anyOf)) return orNull(anyOf);
  const own = isObject(properties) ? Object.entries(properties) : [];
  const checked = own
    .filter(([, value]) => isObject(value) && value.checkedByUseCase === undefined)
    .map(([name]) => name);
  const needed = Array.isArray(required) ? required.filter((name) => checked.some((known) => known === name)) : [];
  return {
    ...(type !== undefined && { type: type === "integer" ? "number" : type }),
    ...(needed.length > 0 && { required: needed }),
    ...(isObject(properties) && {
      properties: Object.fromEntries(own.map(([name, value]) => [name, structural(value)])),
    }),
    ...(additionalProperties !== undefined && { additionalProperties }),
    ...(items !== undefined && { items: structural(items) }),
  };
}

/** A value or null: the only choice in a body, beside those that a use case reads. */
function orNull([value, nothing, ...others]: readonly Json[]): Json {
  const structure = structural(value ?? null);
  if (!isObject(structure) || !isObject(nothing ?? null) || others.length > 0 || typeof structure.type !== "string") {
    throw new Error("no validator is made of such a choice");
  }
  return { ...structure, nullable: true };
}

/** Removes typebox's own marks, which JSON does not show. */
function plain(schema: TSchema): Json {
  return JSON.parse(JSON.stringify(schema));
}
