import { Ajv, type SchemaObject } from "ajv";
import * as standalone from "ajv/dist/standalone/index.js";

/** RFC 7644 section 3.5.2, after readPatch has put the names in their canonical case. */
const PATCH_OP: SchemaObject = {
  $id: "patchOp",
  type: "object",
  required: ["schemas", "Operations"],
  properties: {
    schemas: { type: "array", items: { type: "string" } },
    Operations: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        required: ["op"],
        properties: { op: { type: "string" }, path: { type: "string" } },
      },
    },
  },
};

const PATCH_OP_TYPES = `import type { Json } from "../json.ts";

export interface PatchOpMessage {
  schemas: string[];
  Operations: { op: string; path?: string; value?: Json }[];
}

export declare const isPatchOp: {
  (message: unknown): message is PatchOpMessage;
  /** What was wrong with the last message. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
`;

/**
 * The validators of message envelopes as source text, by path in the repository. They are committed, so that nothing is
 * compiled at run time.
 */
export function generateMessages(): ReadonlyMap<string, string> {
  const ajv = new Ajv({ code: { source: true, esm: true, lines: true }, schemas: [PATCH_OP] });
  const source = standalone.default.default(ajv, { isPatchOp: "patchOp" });
  return new Map([
    ["functions/scim/generated/patchOp.js", `// Made by \`npm run generate\`.\n${source}`],
    ["functions/scim/generated/patchOp.d.ts", `// Made by \`npm run generate\`.\n${PATCH_OP_TYPES}`],
  ]);
}
