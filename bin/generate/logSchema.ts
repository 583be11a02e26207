import type { TSchema } from "typebox";
import { FIELDS, LINES } from "../../functions/http/declarations/logLine.ts";

/** lib/docs/logLine.schema.json: the schema of every log line, and for operators the meaning of each field. */
export function logSchema(): string {
  const lines = Object.entries(LINES).map(([type, line]) => {
    const fields: Readonly<Partial<Record<string, TSchema>>> = "fields" in line ? line.fields : {};
    const names = [...line.required, ...line.optional];
    return {
      description: line.description,
      type: "object",
      required: ["type", ...line.required],
      additionalProperties: false,
      properties: {
        type: { const: type },
        ...Object.fromEntries(names.map((name) => [name, fields[name] ?? { $ref: `#/definitions/${name}` }])),
      },
    };
  });
  const schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Every line that Rollcall writes",
    description:
      "One variant for each `type`. Made by `npm run generate` from functions/http/declarations/logLine.ts. No field holds personal data.",
    type: "object",
    required: ["type"],
    discriminator: { propertyName: "type" },
    oneOf: lines,
    definitions: FIELDS,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
