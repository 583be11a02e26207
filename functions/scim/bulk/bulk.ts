import { bulkError, errorBody, ScimError } from "../error.ts";
import { checkMessage, isObject, type Json, type JsonObject, presentMembers, type SchemasRule } from "../json.ts";
import { type MessageRules, readPatch } from "../patch/readPatch.ts";
import type { ResolvedOperation } from "../patch/resolved.ts";
import { type QuirkMeanings, Quirks } from "../quirks.ts";
import { etagOf } from "../render.ts";
import { BULK_REQUEST, BULK_RESPONSE, type ResourceType } from "../schema.ts";

/** Operations in one bulk request. */
export const BULK_MAX_OPERATIONS = 1_000;
/** Bytes of a bulk request: below the limits of Lambda (6 MB) and API Gateway (10 MB), so that our own error is sent. */
export const BULK_MAX_PAYLOAD_SIZE = 1_048_576;

export const BULK_QUIRKS = {
  boundlessErrors: "failOnErrors was 0 or less and was read as none: no error stopped the other operations",
  doubleSlash: "the address had two slashes in a row, as when the Tenant URL ends in one; they were read as one",
  methodCase: "a method was written in lower case",
} as const satisfies QuirkMeanings;

export interface BulkRequest {
  /** Count of failed operations after which the rest is skipped; absent: all are carried out. */
  readonly failOnErrors: number | undefined;
  readonly entries: readonly BulkEntry[];
}

/** One element of `Operations`: the members that its response repeats, and the operation or its error. */
export interface BulkEntry {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly bulkId: string | undefined;
  readonly asked: BulkOperation | ScimError;
}

interface OnResource {
  readonly type: ResourceType;
}
interface OnOne extends OnResource {
  /** The id in the path; may be `bulkId:` and the bulkId of a resource that another operation creates. */
  readonly id: string;
  /** The same form as an If-Match header. */
  readonly version: string | undefined;
}

export type BulkOperation =
  | ({ readonly method: "POST"; readonly bulkId: string; readonly data: JsonObject } & OnResource)
  | ({ readonly method: "PUT"; readonly data: JsonObject } & OnOne)
  | ({ readonly method: "PATCH"; readonly patch: BulkPatch | ScimError } & OnOne)
  | ({ readonly method: "DELETE" } & OnOne);

/** Its quirks count only after it is carried out. */
interface BulkPatch {
  readonly operations: readonly ResolvedOperation[];
  readonly quirks: Quirks;
}

/**
 * Reads a BulkRequest message (RFC 7644 section 3.7). Accepts names and methods in any case. An error in one operation
 * becomes its response, and does not stop the others.
 * @param types resource types under the org's rules
 * @throws ScimError 400 invalidSyntax when it is no such message, 413 with too many operations
 */
export function readBulk(
  body: Json,
  types: readonly ResourceType[],
  rules: MessageRules & SchemasRule,
  quirks: Quirks,
): BulkRequest {
  if (!isObject(body)) throw ScimError.invalidSyntax("notObject");
  const message = presentMembers(["schemas", "failOnErrors", "Operations"], body);
  checkMessage(message.schemas ?? null, ["bulk request", BULK_REQUEST], rules.schemasRequired, quirks);
  const { failOnErrors, Operations: operations } = message;
  if (operations === undefined) throw bulkError("syntax.bulk", ["the bulk request", lacks("Operations")]);
  if (failOnErrors !== undefined && !isInteger(failOnErrors)) {
    throw bulkError("syntax.bulk", ["failOnErrors", "must be integer"]);
  }
  if (!Array.isArray(operations)) throw bulkError("syntax.bulk", ["Operations", "must be array"]);
  if (operations.length > BULK_MAX_OPERATIONS) throw bulkError("tooLarge.maxOperations", [BULK_MAX_OPERATIONS]);
  const seen = new Set<string>();
  const reading = { types, rules, quirks };
  return {
    failOnErrors: errorsAllowed(failOnErrors, quirks),
    entries: operations.map((operation) => readEntry(operation, seen, reading)),
  };
}

function lacks(name: string): string {
  return `must have required property '${name}'`;
}

function isInteger(value: Json): value is number {
  return Number.isInteger(value);
}

/** Clients without a limit send 0 (Apache SCIMple, the scripts of WSO2 and Webex) or -1 (INDIGO IAM). */
function errorsAllowed(count: number | undefined, quirks: Quirks): number | undefined {
  if (count === undefined || count > 0) return count;
  quirks.note<typeof BULK_QUIRKS>("boundlessErrors");
  return undefined;
}

/** Types and rules for reading operations, and the recorded quirks. */
interface Reading {
  readonly types: readonly ResourceType[];
  readonly rules: MessageRules;
  readonly quirks: Quirks;
}

function readEntry(operation: Json, seen: Set<string>, reading: Reading): BulkEntry {
  const message = isObject(operation)
    ? presentMembers(["method", "path", "bulkId", "version", "data"], operation)
    : undefined;
  // The answer has it in upper case, whatever the client wrote (RFC 7644 section 3.7.3).
  const shown = {
    method: textOf(message?.method)?.toUpperCase(),
    path: textOf(message?.path),
    bulkId: textOf(message?.bulkId),
  };
  const asked = readOperation(message, reading);
  if (shown.bulkId === undefined) return { ...shown, asked };
  if (seen.has(shown.bulkId)) return { ...shown, asked: bulkError("syntax.bulkIdTwice", []) };
  seen.add(shown.bulkId);
  return { ...shown, asked };
}

function readOperation(message: JsonObject | undefined, reading: Reading): BulkOperation | ScimError {
  const malformed = (place: string, fault: string) => bulkError("syntax.bulkOperation", [place, fault]);
  if (message === undefined) return malformed("the operation", "must be object");
  const missing = ["method", "path"].find((name) => message[name] === undefined);
  if (missing !== undefined) return malformed("the operation", lacks(missing));
  const noText = ["method", "path", "bulkId", "version"].find((name) => typeof (message[name] ?? "") !== "string");
  if (noText !== undefined) return malformed(noText, "must be string");
  const { data } = message;
  if (data !== undefined && !isObject(data)) return malformed("data", "must be object");
  const [bulkId, version] = [textOf(message.bulkId), textOf(message.version)];
  const method = String(message.method).toUpperCase();
  if (method !== message.method) reading.quirks.note<typeof BULK_QUIRKS>("methodCase");
  const target = readPath(String(message.path), reading);
  if (target instanceof ScimError) return target;
  const { type, id } = target;
  switch (method) {
    case "POST":
      if (id !== undefined) return bulkError("syntax.bulkPost", []);
      if (bulkId === undefined || bulkId === "") return bulkError("syntax.bulkId", []);
      return data === undefined ? bulkError("syntax.bulkData", [method]) : { method, type, bulkId, data };
    case "PUT":
    case "PATCH":
      if (id === undefined) return bulkError("syntax.bulkTarget", [method]);
      if (data === undefined) return bulkError("syntax.bulkData", [method]);
      if (method === "PUT") return { method, type, id, version, data };
      return { method, type, id, version, patch: readBulkPatch(type, data, reading.rules) };
    case "DELETE":
      return id === undefined ? bulkError("syntax.bulkTarget", [method]) : { method, type, id, version };
    default:
      return bulkError("syntax.bulkMethod", []);
  }
}

function readBulkPatch(type: ResourceType, data: JsonObject, rules: MessageRules): BulkPatch | ScimError {
  const quirks = new Quirks();
  try {
    return { operations: readPatch(type, data, rules, quirks), quirks };
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
}

/**
 * As tolerant as the service's own addresses: accepts extra slashes, also at the end, percent-encoding, and query parameters, which
 * change nothing here.
 */
function readPath(
  path: string,
  { types, quirks }: Reading,
): { readonly type: ResourceType; readonly id: string | undefined } | ScimError {
  // A bulkId may hold any character, also a percent sign.
  const isBulkId = path.includes("/bulkId:");
  const asked = isBulkId ? path : path.replace(/\?.*/s, "");
  const single = asked.replace(/\/{2,}/g, "/");
  if (single !== asked) quirks.note<typeof BULK_QUIRKS>("doubleSlash");
  const segments = single.replace(/^\//, "").replace(/\/$/, "").split("/");
  const [endpoint, id, ...beyond] = isBulkId ? segments : segments.map(decodeSegment);
  const type = types.find((one) => one.endpoint === `/${endpoint}`);
  if (type === undefined || beyond.length > 0 || id === "") return bulkError("syntax.bulkPath", []);
  return { type, id };
}

/** Without percent-encoding; a segment that is not well encoded stays. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The result of one operation. */
interface BulkOutcome {
  readonly status: number;
  /** Relative to the service root; absent where nothing was created and the operation names no resource. */
  readonly path: string | undefined;
  readonly version?: number;
  readonly error?: ScimError;
}

/** One element of `Operations` in a BulkResponse (RFC 7644 section 3.7.3). A success has no `response`: clients read `location`. */
export function bulkAnswer(
  { method, bulkId }: BulkEntry,
  { status, path, version, error }: BulkOutcome,
  base: string,
  reference: string,
): JsonObject {
  const answer: JsonObject = {};
  if (path !== undefined) answer.location = `${base}${path}`;
  if (method !== undefined) answer.method = method;
  if (bulkId !== undefined) answer.bulkId = bulkId;
  if (version !== undefined) answer.version = etagOf(version);
  answer.status = String(status);
  if (error !== undefined) answer.response = JSON.parse(errorBody(error, reference));
  return answer;
}

export function bulkResponse(answers: readonly JsonObject[]): string {
  return JSON.stringify({ schemas: [BULK_RESPONSE], Operations: answers });
}
