import { ScimError } from "../error.ts";
import { asList, checkMessage, isObject, type Json, namedMembers } from "../json.ts";
import type { QuirkMeanings, Quirks } from "../quirks.ts";
import type { RESOURCE_QUIRKS } from "../readResource.ts";
import type { VALUE_QUIRKS } from "../readValue.ts";
import { PATCH_OP, type ResourceType } from "../schema.ts";
import { type JsonTexts, MOST_JSON_TEXT, type Op, type ResolvedOperation, unpack } from "./resolved.ts";
import { type PatchOperation, type PatchRules, resolvePatch } from "./resolvePatch.ts";

export const PATCH_QUIRKS = {
  emptyPath: "the path of an operation was empty and was read as none",
  listOfOne: "an object came in a list of one",
  opCase: "op was written with capitals (Add, Replace)",
} as const satisfies QuirkMeanings;

/** authentik and others send one operation per member; a body of Lambda's size has room for no more. */
const MAX_OPERATIONS = 10_000;

export interface MessageRules extends PatchRules {
  readonly jsonTextValue: "parse" | "refuse";
}

/**
 * Reads a PatchOp message for a resource of the type (RFC 7644 section 3.5.2). Accepts names and `op` in any case, a
 * missing or empty `schemas`, and one operation without a list; ignores other members. An error in one operation becomes
 * one of the results.
 * @throws ScimError 400 invalidSyntax when it is no such message, 413 with more than 10,000 operations
 */
export function readPatch(type: ResourceType, body: Json, rules: MessageRules, quirks: Quirks): ResolvedOperation[] {
  const texts = rules.jsonTextValue === "parse" ? { left: MOST_JSON_TEXT } : undefined;
  const operations: PatchOperation[] = [];
  for (const { op: text, path: sent, value } of readMessage(body, quirks)) {
    const op = text.toLowerCase();
    if (op !== "add" && op !== "remove" && op !== "replace") throw ScimError.invalidSyntax("op");
    if (op !== text) quirks.note<typeof PATCH_QUIRKS>("opCase");
    const path = pathOf(op, sent, type, quirks);
    const whole = path === undefined && op !== "remove" && value !== undefined;
    operations.push({ op, path, value: whole ? objectOf(value, texts, quirks) : value });
  }
  return resolvePatch(type, operations, rules, quirks, texts);
}

interface MessageOperation {
  readonly op: string;
  readonly path: string | undefined;
  readonly value: Json | undefined;
}

function readMessage(body: Json, quirks: Quirks): readonly MessageOperation[] {
  if (!isObject(body)) throw ScimError.invalidSyntax("notObject");
  const { schemas = null, Operations: operations } = namedMembers(["schemas", "Operations"], body);
  checkMessage(schemas, ["PATCH request", PATCH_OP], false, quirks);
  if (isObject(operations)) quirks.note<typeof VALUE_QUIRKS>("loneObject", "Operations");
  const list = isObject(operations) ? [operations] : operations;
  if (!Array.isArray(list)) throw malformed("Operations", "must be array");
  if (list.length === 0) throw malformed("Operations", "must NOT have fewer than 1 items");
  const read = list.map(readOperation);
  if (read.length > MAX_OPERATIONS) throw ScimError.tooLarge("operations", MAX_OPERATIONS);
  return read;
}

function readOperation(operation: Json, index: number): MessageOperation {
  const place = `Operations/${index}`;
  if (!isObject(operation)) throw malformed(place, "must be object");
  const { op, path, value } = namedMembers(["op", "path", "value"], operation);
  if (op === undefined) throw malformed(place, "must have required property 'op'");
  if (typeof op !== "string") throw malformed(`${place}/op`, "must be string");
  // Null means nothing in the envelope of a message.
  if (typeof (path ?? "") !== "string") throw malformed(`${place}/path`, "must be string");
  return { op, path: typeof path === "string" ? path : undefined, value };
}

function malformed(place: string, fault: string): ScimError {
  return ScimError.invalidSyntax("patchOp", place, fault);
}

/** A URN may end in one colon (Ping's SDK); the core schema's own URN as a path means the whole resource. */
function pathOf(op: Op, text: string | undefined, { schema }: ResourceType, quirks: Quirks): string | undefined {
  if (text === "") quirks.note<typeof PATCH_QUIRKS>("emptyPath");
  if (text === undefined || text === "") return undefined;
  const colon = /^urn:/i.test(text) && text.endsWith(":");
  if (colon) quirks.note<typeof RESOURCE_QUIRKS>("trailingColon");
  const path = colon ? text.slice(0, -1) : text;
  if (op === "remove" || path.toLowerCase() !== schema.id.toLowerCase()) return path;
  quirks.note<typeof RESOURCE_QUIRKS>("coreContainer");
  return undefined;
}

/**
 * The value of an operation without path as an object, if a client wrapped it in a list of one or in a JSON text. Any other
 * value stays, and is refused when it is applied.
 */
function objectOf(value: Json, texts: JsonTexts | undefined, quirks: Quirks): Json {
  const [only, ...others] = asList(value);
  if (only === undefined || others.length > 0) return value;
  const inner = unpack(only, texts, quirks);
  if (!isObject(inner)) return value;
  if (Array.isArray(value)) quirks.note<typeof PATCH_QUIRKS>("listOfOne");
  return inner;
}
