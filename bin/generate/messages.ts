import { Ajv, type SchemaObject } from "ajv";
import * as standalone from "ajv/dist/standalone/index.js";

/** RFC 7644 section 3.5.2; readPatch has already put the names in their canonical case. */
const PATCH_OP: SchemaObject = {
  $id: "patchOp",
  type: "object",
  required: ["Operations"],
  properties: {
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

const PATCH_OP_TYPES = `import type { Json, JsonObject } from "../json.ts";

export interface PatchOpMessage {
  Operations: { op: string; path?: string; value?: Json }[];
}

export declare const isPatchOp: {
  (message: unknown): message is PatchOpMessage;
  /** The faults of the last message. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
`;

/** RFC 7644 section 3.7; readBulk has already put the names in their canonical case. The operations are read one by one. */
const BULK_REQUEST: SchemaObject = {
  $id: "bulkRequest",
  type: "object",
  required: ["Operations"],
  properties: {
    failOnErrors: { type: "integer" },
    Operations: { type: "array" },
  },
};

const BULK_OPERATION: SchemaObject = {
  $id: "bulkOperation",
  type: "object",
  required: ["method", "path"],
  properties: {
    method: { type: "string" },
    path: { type: "string" },
    bulkId: { type: "string" },
    version: { type: "string" },
    data: { type: "object" },
  },
};

const BULK_TYPES = `
export interface BulkRequestMessage {
  failOnErrors?: number;
  Operations: Json[];
}

export interface BulkOperationMessage {
  method: string;
  path: string;
  bulkId?: string;
  version?: string;
  data?: JsonObject;
}

interface Validator<T> {
  (message: unknown): message is T;
  /** The faults of the last message. */
  errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
}

export declare const isBulkRequest: Validator<BulkRequestMessage>;
export declare const isBulkOperation: Validator<BulkOperationMessage>;
`;

/**
 * The source text of the message validators, by path in the repository. It is committed, so that nothing is compiled at run
 * time.
 */
export function generateMessages(): ReadonlyMap<string, string> {
  return new Map([
    ["functions/scim/generated/patchOp.js", validators([PATCH_OP], { isPatchOp: "patchOp" })],
    ["functions/scim/generated/patchOp.d.ts", `${HEADING}${PATCH_OP_TYPES}`],
    [
      "functions/scim/generated/bulkRequest.js",
      validators([BULK_REQUEST, BULK_OPERATION], { isBulkRequest: "bulkRequest", isBulkOperation: "bulkOperation" }),
    ],
    ["functions/scim/generated/bulkRequest.d.ts", `${HEADING}${BULK_TYPES}`],
  ]);
}

const HEADING = "// Made by `npm run generate`.\n";

/** Members of an error that nobody reads, but that every cold start would load. */
const UNREAD = /schemaPath:"[^"]*",keyword:"[^"]*",params:\{[^{}]*\},/g;

/** A validator is called by no other, and stops at its first fault: bundlers drop what is constant in it. */
export const ALONE = [
  /, \{instancePath="", parentData, parentDataProperty, rootData=data\}=\{\}\)\{\n(.*\n)let vErrors = null;\nlet errors = 0;/g,
  '){\n$1const instancePath = "", vErrors = null, errors = 0;',
] as const;

function validators(schemas: SchemaObject[], names: Readonly<Record<string, string>>): string {
  const ajv = new Ajv({ code: { source: true, esm: true, lines: true }, schemas });
  const code = standalone.default.default(ajv, { ...names });
  return `${HEADING}${code.replace(UNREAD, "").replaceAll(...ALONE)}`;
}
