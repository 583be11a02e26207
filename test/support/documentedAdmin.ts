import { readFileSync } from "node:fs";
import { expect } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import { adminSender } from "../../bin/rollcall/inProcess.ts";
import type { Store } from "../../functions/provisioning/ports.ts";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { testEndpoint } from "./testEndpoint.ts";

interface Operation {
  readonly operationId: string;
  readonly requestBody?: {
    readonly content: { readonly "application/json": { readonly schema: { readonly $ref: string } } };
  };
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly content?: unknown }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** functions/edge/adminOpenapi.json */
export const adminDocument: Document = JSON.parse(
  readFileSync(new URL("../../functions/edge/adminOpenapi.json", import.meta.url), "utf8"),
);
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema(adminDocument, "admin");

export interface Asked {
  readonly status: number;
  readonly json: JsonObject;
}
export type Ask = (
  method: "GET" | "POST" | "PATCH" | "DELETE",
  path: string,
  body?: JsonObject,
  options?: AskOptions,
) => Promise<Asked>;
interface AskOptions {
  readonly actor?: string;
  readonly userArn?: string;
}

/** Asks, and holds request and answer against the document: whatever any test here does is checked by it. */
export function documented(store: Store, lines: Readonly<Record<string, unknown>>[]): Ask {
  return async (method, path, body, { actor, userArn } = {}) => {
    const send = adminSender(
      testEndpoint(store, (line) => lines.push(line)),
      actor,
      userArn,
    );
    const { status, text } = await send({ method, path, body });
    const json: Json = JSON.parse(text);
    if (!isObject(json)) throw new Error("no object");
    const operation = operationOf(method, path.split("?")[0] ?? "");
    if (operation === undefined) expect([400, 403, 404, 405]).toContain(status);
    else {
      expect(Object.keys(operation.responses)).toContain(String(status));
      const problems = problemsOf(json, responseSchema(operation, status));
      expect(problems).toEqual([]);
      const wanted = operation.requestBody?.content["application/json"].schema.$ref;
      if (status < 300 && body !== undefined && wanted !== undefined)
        expect(problemsOf(body, `admin${wanted}`)).toEqual([]);
    }
    return { status, json };
  };
}

function operationOf(method: string, path: string): Operation | undefined {
  const segments = path.split("/");
  const fits = Object.keys(adminDocument.paths).filter((template) => {
    const parts = template.slice(1).split("/");
    return parts.length === segments.length && parts.every((part, i) => part.startsWith("{") || part === segments[i]);
  });
  return fits
    .map((template) => adminDocument.paths[template]?.[method.toLowerCase()])
    .find((found) => found !== undefined);
}

function responseSchema(operation: Operation, status: number): string {
  return status < 300
    ? `admin#/paths/${pointer(operation)}/responses/${status}/content/application~1json/schema`
    : "admin#/components/schemas/Error";
}

function pointer(operation: Operation): string {
  for (const [path, methods] of Object.entries(adminDocument.paths)) {
    for (const [method, found] of Object.entries(methods)) {
      if (found === operation) return `${encodeURIComponent(path.replaceAll("/", "~1"))}/${method}`;
    }
  }
  throw new Error("not of this document");
}

function problemsOf(value: Json, $ref: string): string[] {
  const validate = ajv.compile({ $ref });
  return validate(value) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}
