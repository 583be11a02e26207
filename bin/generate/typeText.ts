import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";

/**
 * A published schema (publishedSchema.ts) as a TypeScript type. Ranges, lengths and patterns have no type.
 * @throws Error for an unknown keyword, so that none is dropped silently
 */
export function typeText(schema: Json, indent = ""): string {
  if (!isObject(schema)) throw new Error(`no schema: ${JSON.stringify(schema)}`);
  const { $ref, anyOf, enum: values, const: only, type } = schema;
  if (typeof $ref === "string") return $ref.slice($ref.lastIndexOf("/") + 1);
  if (Array.isArray(anyOf)) return anyOf.map((one) => typeText(one, indent)).join(" | ");
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(" | ");
  if (only !== undefined) return JSON.stringify(only);
  if (Array.isArray(type)) return type.map((one) => typeText({ ...schema, type: one }, indent)).join(" | ");
  switch (type) {
    case "string":
    case "boolean":
    case "null":
      return type;
    case "integer":
    case "number":
      return "number";
    case "array": {
      const items = typeText(schema.items ?? null, indent);
      return `readonly ${/ \| |^readonly /.test(items) ? `(${items})` : items}[]`;
    }
    case "object":
      return objectText(schema, indent);
    default:
      throw new Error(`no type is made of ${JSON.stringify(schema)}`);
  }
}

function objectText({ properties, required, additionalProperties }: JsonObject, indent: string): string {
  if (!isObject(properties)) return "JsonObject";
  if (additionalProperties !== false) throw new Error("an object with known members is closed");
  const members = Object.entries(properties).map(([name, schema]) => {
    const mark = Array.isArray(required) && required.includes(name) ? "" : "?";
    return memberText(name + mark, schema, `${indent}  `);
  });
  const isNested = indent !== "";
  return isNested && isShort(members, indent) ? onOneLine(members) : `{\n${members.join("")}${indent}}`;
}

/** Characters in a line of code. */
const LINE = 120;

/** Whether members fit on one line: none has a comment or lines of its own. @param around stands for the rest of the line */
export function isShort(members: readonly string[], around: string): boolean {
  const length = around.length + onOneLine(members).length;
  return members.every((member) => member.trimEnd().split("\n").length === 1) && length <= LINE;
}

/** @param members each ends in `;` and a line break */
export function onOneLine(members: readonly string[]): string {
  if (members.length === 0) return "Record<never, never>";
  return `{ ${members
    .map((member) => member.trim())
    .join(" ")
    .replace(/;$/, "")} }`;
}

/** One member of an interface, with its description as comment. @param name ends in `?` where the member may be absent */
export function memberText(name: string, schema: Json, indent: string): string {
  const [, plain = "", mark = ""] = /^(.*?)(\??)$/.exec(name) ?? [];
  const key = /^[A-Za-z_$][\w$]*$/.test(plain) ? plain : JSON.stringify(plain);
  return `${commentText(schema, indent)}${indent}readonly ${key}${mark}: ${typeText(schema, indent)};\n`;
}

/** The description of a schema as a comment, or "". */
export function commentText(schema: Json, indent: string): string {
  const description = isObject(schema) ? schema.description : undefined;
  if (typeof description !== "string" || description === "") return "";
  return `${indent}/** ${description.replaceAll("*/", "*∕")} */\n`;
}

/** A named schema as a declaration. */
export function declarationText(name: string, schema: Json): string {
  const text = typeText(schema);
  const declared = text.startsWith("{") && text.endsWith("}") && !text.includes("} | {");
  return `${commentText(schema, "")}export ${declared ? `interface ${name} ${text}` : `type ${name} = ${text};`}\n`;
}
