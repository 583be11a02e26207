import { readFileSync } from "node:fs";
import { expect } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { AdminAnswer, AdminRequest, Api } from "../../bin/rollcall/adminClient.ts";
import { signedSender } from "../../bin/rollcall/localApi.ts";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import type { Store } from "../../functions/store/session.ts";
import { testEndpoint } from "./testEndpoint.ts";

interface DocumentedOperation {
  readonly operationId: string;
  readonly requestBody?: {
    readonly content: { readonly "application/json": { readonly schema: { readonly $ref: string } } };
  };
  readonly responses: Readonly<
    Record<string, { readonly $ref?: string; readonly content?: unknown; readonly headers?: JsonObject }>
  >;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: {
    readonly schemas: { readonly Error: { readonly properties: { readonly code: { readonly pattern: string } } } };
  };
}

/** The published documents, on which clients may rely. */
type PublishedApi = Exclude<Api, "console">;
type DocumentedApi = PublishedApi | "portal";
export const DOCUMENTS: Readonly<Record<DocumentedApi, Document>> = {
  admin: read("admin"),
  directory: read("directory"),
  portal: read("portal"),
};
// Every test file repeats this, so it is cheap: an answer's schema is compiled on first use, without optimizing. For the
// meta-schema an OpenAPI document is only an object with unknown members.
const ajv = new Ajv2020({
  strict: false,
  validateFormats: false,
  allErrors: true,
  inlineRefs: false,
  validateSchema: false,
  code: { optimize: false },
});
for (const [api, document] of Object.entries(DOCUMENTS)) ajv.addSchema(document, api);

function read(api: DocumentedApi): Document {
  return JSON.parse(readFileSync(new URL(`../../lib/docs/${api}.openapi.json`, import.meta.url), "utf8"));
}

export interface Asked {
  readonly status: number;
  readonly json: JsonObject;
}
export type Ask = (
  method: AdminRequest["method"],
  path: string,
  body?: JsonObject,
  options?: AskOptions,
) => Promise<Asked>;
interface AskOptions {
  readonly actor?: string;
  readonly userArn?: string;
}

/**
 * Sends requests, and checks request and answer against the document: this covers everything that tests do here.
 * @param now milliseconds since the epoch
 */
export function documented(
  store: Store,
  lines: Readonly<Record<string, unknown>>[],
  api: PublishedApi = "admin",
  now: () => number = Date.now,
): Ask {
  return async (method, path, body, { actor, userArn } = {}) => {
    const send = signedSender({ ...testEndpoint(store, (line) => lines.push(line)), now }, api, actor, userArn);
    const asked = { method, path, body };
    const answer = await send(asked);
    return { status: answer.status, json: documentedAnswer(api, asked, answer) };
  };
}

/** Checks a request and its answer against the document. @returns the answer's JSON */
export function documentedAnswer(
  api: PublishedApi,
  { method, path, body }: AdminRequest,
  { status, text }: AdminAnswer,
): JsonObject {
  const json: Json = status === 204 && text === "" ? {} : JSON.parse(text);
  if (!isObject(json)) throw new Error("no object");
  const operation = operationOf(api, method, path.split("?")[0] ?? "");
  if (operation === undefined) expect([400, 403, 404, 405]).toContain(status);
  else {
    expect(Object.keys(operation.responses)).toContain(String(status));
    if (status !== 204) expect(problemsOf(json, responseSchema(api, operation, status))).toEqual([]);
    // signedHandler sends it as the ETag.
    if (typeof json.version === "number") expect(operation.responses[status]?.headers).toHaveProperty("ETag");
    const wanted = operation.requestBody?.content["application/json"].schema.$ref;
    if (status < 300 && body !== undefined && wanted !== undefined)
      expect(problemsOf(body, `${api}${wanted}`)).toEqual([]);
  }
  return json;
}

function operationOf(api: DocumentedApi, method: string, path: string): DocumentedOperation | undefined {
  const segments = path.split("/");
  const fits = Object.keys(DOCUMENTS[api].paths).filter((template) => {
    const parts = template.slice(1).split("/");
    return parts.length === segments.length && parts.every((part, i) => part.startsWith("{") || part === segments[i]);
  });
  return fits
    .map((template) => DOCUMENTS[api].paths[template]?.[method.toLowerCase()])
    .find((found) => found !== undefined);
}

/**
 * The statuses that the document of the addressed API has for this request.
 * @param target the request's path, from the host on
 * @returns undefined where no document has such an operation
 */
export function documentedStatuses(method: string, target: string): readonly string[] | undefined {
  const [, root = "", path = ""] =
    /^\/(app\/v1\/admin|app\/v1|admin\/v1|directory\/v1|portal\/v1)\/([^?]*)/.exec(target) ?? [];
  const api = (["admin", "portal"] as const).find((one) => root.includes(one)) ?? "directory";
  const operation = operationOf(api, method, path);
  return operation && Object.keys(operation.responses);
}

function responseSchema(api: PublishedApi, operation: DocumentedOperation, status: number): string {
  return status < 300
    ? `${api}#/paths/${pointer(api, operation)}/responses/${status}/content/application~1json/schema`
    : `${api}#/components/schemas/Error`;
}

function pointer(api: PublishedApi, operation: DocumentedOperation): string {
  for (const [path, methods] of Object.entries(DOCUMENTS[api].paths)) {
    for (const [method, found] of Object.entries(methods)) {
      if (found === operation) return `${encodeURIComponent(path.replaceAll("/", "~1"))}/${method}`;
    }
  }
  throw new Error("not of this document");
}

function problemsOf(value: Json, $ref: string): string[] {
  // Compiled once for each place of the documents: `compile` would repeat it for every answer.
  const validate = ajv.getSchema($ref);
  if (validate === undefined) throw new Error(`no schema at ${$ref}`);
  return validate(value) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}
