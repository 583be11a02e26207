import type { TSchema } from "typebox";
import type { BodyForm } from "../../functions/http/signed/route.ts";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";

/** Keywords for the generator alone: Hints in declaration.ts. */
const HINTS = ["checkedByUseCase", "most"];

/** The schema as plain JSON, as the document shows it. A schema with an `$id` moves to `named` and leaves a `$ref`. */
export function publishedSchema(schema: TSchema, named: Map<string, Json>): Json {
  return published(plain(schema), named);
}

/**
 * What is checked of a body at run time: names and types of members. The use cases check ranges, lengths and forms, because
 * their errors are clearer, and everything of a value that is marked for them.
 */
export function bodyFormOf(schema: TSchema): BodyForm {
  return formOf(plain(schema));
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

function formOf(json: Json): BodyForm {
  if (!isObject(json) || json.checkedByUseCase === "value") return {};
  if (json.checkedByUseCase === "members") return { type: "object" };
  const { anyOf, items, properties, required } = json;
  if (Array.isArray(anyOf)) return orNull(anyOf);
  const type = typeIn(json);
  if (type === "array") return { type, items: elementOf(items) };
  if (!isObject(properties) || Object.keys(properties).length === 0) return { ...(type && { type }) };
  if (json.additionalProperties !== false) throw new Error("an object with members is closed");
  const members = Object.entries(properties);
  const checked = members.flatMap(([name, value]) =>
    isObject(value) && value.checkedByUseCase === undefined ? [name] : [],
  );
  const needed = Array.isArray(required) ? checked.filter((name) => required.includes(name)) : [];
  return {
    type: "object",
    ...(needed.length > 0 && { required: needed }),
    properties: Object.fromEntries(members.map(([name, value]) => [name, formOf(value)])),
  };
}

/** A value or null: the only choice in a body, beside those that a use case reads. */
function orNull([value = null, nothing = null, ...others]: readonly Json[]): BodyForm {
  const form = formOf(value);
  if (form.type === undefined || !isObject(nothing) || nothing.type !== "null" || others.length > 0) {
    throw new Error("no form of a body has such a choice");
  }
  return { ...form, nullable: true };
}

function elementOf(items: Json = null): BodyForm {
  const { type, ...more } = formOf(items);
  if (type === undefined || type === "object" || Object.keys(more).length > 0) throw new Error("a list of such values");
  return { type };
}

function typeIn({ type }: JsonObject): BodyForm["type"] {
  switch (type) {
    case "integer":
      return "number";
    case "string":
    case "number":
    case "boolean":
    case "object":
    case "array":
      return type;
    case undefined:
      return undefined;
    default:
      throw new Error(`no body is checked for the type ${type}`);
  }
}

/** Removes typebox's own marks, which JSON does not show. */
function plain(schema: TSchema): Json {
  return JSON.parse(JSON.stringify(schema));
}
