import type { Bent } from "../bent.ts";
import { ScimError } from "../error.ts";
import { isPatchOp } from "../generated/patchOp.js";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { namedMembers } from "../namedMembers.ts";
import { saysNoSchema } from "../readResource.ts";
import { PATCH_OP } from "../schema.ts";

/** authentik and others send one operation per member; a body of Lambda's size holds no more than these. */
const MAX_OPERATIONS = 10_000;

export interface PatchOperation {
  readonly op: "add" | "remove" | "replace";
  /** Absent when the operation has none, or an empty one. */
  readonly path: string | undefined;
  /** Absent when the operation has none; a null that was sent is null. */
  readonly value: Json | undefined;
}

/**
 * The operations of a PatchOp message (RFC 7644 section 3.5.2). Names and `op` may come in any case, `schemas` may be
 * missing or empty, one operation may stand without a list, and what else is in the message is not looked at.
 * @throws ScimError 400 invalidSyntax when it is no such message, 413 with more than 10,000 operations
 */
export function readPatch(body: Json, bent: Bent): PatchOperation[] {
  if (!isObject(body)) throw ScimError.invalidSyntax("notObject");
  const message = inCanonicalNames(body, bent);
  if (!isPatchOp(message)) throw malformed();
  if (!message.schemas.some((urn) => urn.toLowerCase() === PATCH_OP.toLowerCase())) {
    throw ScimError.invalidSyntax("messageSchemas", "PATCH request", PATCH_OP);
  }
  if (message.Operations.length > MAX_OPERATIONS) {
    throw ScimError.tooLarge("operations", MAX_OPERATIONS);
  }
  return message.Operations.map(({ op, path, value }) => {
    if (path === "") bent.note("emptyPath");
    return { op: operationOf(op, bent), path: path === "" ? undefined : path, value };
  });
}

function inCanonicalNames(body: JsonObject, bent: Bent): JsonObject {
  const { schemas = null, Operations: operations = null } = namedMembers(["schemas", "Operations"], body);
  const missing = saysNoSchema(schemas);
  if (missing) bent.note("missingSchemas");
  else if (typeof schemas === "string") bent.note("loneSchema");
  if (isObject(operations)) bent.note("loneObject", "Operations");
  const list = isObject(operations) ? [operations] : operations;
  return {
    schemas: missing ? [PATCH_OP] : typeof schemas === "string" ? [schemas] : schemas,
    Operations: Array.isArray(list) ? list.map(operationInCanonicalNames) : list,
  };
}

function operationInCanonicalNames(operation: Json): Json {
  if (!isObject(operation)) return operation;
  const { path = null, ...rest } = namedMembers(["op", "path", "value"], operation);
  return path === null ? rest : { ...rest, path };
}

function operationOf(text: string, bent: Bent): PatchOperation["op"] {
  const op = text.toLowerCase();
  if (op !== "add" && op !== "remove" && op !== "replace") {
    throw ScimError.invalidSyntax("op");
  }
  if (op !== text) bent.note("opCase");
  return op;
}

function malformed(): ScimError {
  const [first] = isPatchOp.errors ?? [];
  const place = first === undefined || first.instancePath === "" ? "the message" : first.instancePath.slice(1);
  return ScimError.invalidSyntax("patchOp", place, first?.message ?? "is wrong");
}
