import { expect } from "@jest/globals";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { PORTAL_READ_OPERATIONS } from "../../../functions/http/signed/declarations/apis.ts";
import type { Declaration } from "../../../functions/http/signed/declarations/declaration.ts";
import { isObject, type Json, type JsonObject } from "../../../functions/scim/json.ts";
import type { Target } from "../../support/target.ts";
import { makePortalSession, portalRequest } from "./portalCaller.ts";

export interface PageAnswer {
  readonly status: number;
  readonly json: JsonObject;
}

/** @param path below `orgs/{org}/` */
export type AskPages = (path: string) => Promise<PageAnswer>;

const ajv = new Ajv2020({
  strict: false,
  validateFormats: false,
  allErrors: true,
  validateSchema: false,
  code: { optimize: false },
});
const VALIDATORS = new Map<Declaration, ValidateFunction>();

/** Asks as a component of the org does, and holds each answer to what is declared of it. */
export async function askPages(target: Target, org: string): Promise<AskPages> {
  const { text } = await makePortalSession(target, org, { embed: true });
  const headers = { Authorization: `Bearer ${text}` };
  return async (path) => {
    const { status, json } = await portalRequest(target, "GET", `/orgs/${org}/${path}`, { headers });
    if (!isObject(json)) throw new Error("no object");
    const declaration = declarationOf(path.split("?")[0] ?? "");
    if (status === 200 && declaration?.answer !== undefined) {
      const holds = VALIDATORS.get(declaration) ?? ajv.compile(unnamed(declaration.answer));
      VALIDATORS.set(declaration, holds);
      expect({ path, wrong: holds(json) ? [] : holds.errors }).toEqual({ path, wrong: [] });
    }
    return { status, json };
  };
}

/** A schema that stands in an answer twice has its name twice. */
function unnamed(schema: object): object {
  return JSON.parse(JSON.stringify(schema), (key, value) => (key === "$id" ? undefined : value));
}

function declarationOf(path: string): Declaration | undefined {
  const segments = `orgs/{org}/${path}`.split("/");
  return Object.values<Declaration>(PORTAL_READ_OPERATIONS).find(({ path: template }) => {
    const parts = template.split("/");
    return parts.length === segments.length && parts.every((part, i) => part.startsWith("{") || part === segments[i]);
  });
}

export function objectsIn(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
