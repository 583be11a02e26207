import { OperatorError } from "../provisioning/operatorError.ts";
import { ScimError } from "../scim/error.ts";
import { isObject, type Json, type JsonObject } from "../scim/json.ts";
import type { RequestContext } from "./requestContext.ts";

/** Reads the plain JSON of the APIs for operators and applications: names and types; values are checked by the use cases. */

/**
 * A query parameter that counts, 1 or more.
 * @param most larger values are cut down to it, as SCIM does with `count`
 * @throws ScimError 400 invalidValue
 */
export function readCount(ctx: RequestContext, name: "startIndex" | "count", otherwise: number, most: number): number {
  const text = ctx.query(name);
  if (text === undefined) return otherwise;
  if (!/^\d{1,15}$/.test(text) || Number(text) < 1) {
    throw OperatorError.invalidValue("wholeNumber", name);
  }
  return Math.min(Number(text), most);
}

/** An absent body counts as an empty object: every request of this API can do without settings. */
export function readBody(ctx: RequestContext, names: readonly string[]): JsonObject {
  const body = ctx.bytesIn === 0 ? {} : ctx.body();
  if (!isObject(body)) throw ScimError.invalidSyntax("notObject");
  refuseOthers(body, names, "The request body");
  return body;
}

export function refuseOthers(object: JsonObject, names: readonly string[], what: string): void {
  if (Object.keys(object).some((name) => !names.includes(name))) {
    throw OperatorError.invalidValue("unknownMember", what, names.join(", "));
  }
}

export function present<N extends string, T>(name: N, value: T | undefined): { readonly [K in N]?: T } {
  // One computed name of a literal type: TypeScript widens it to an index signature.
  return value === undefined ? {} : ({ [name]: value } as { readonly [K in N]: T });
}

export function textAt(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  if (value === undefined || typeof value === "string") return value;
  throw wrongType(name, "a string");
}

export function flagAt(object: JsonObject, name: string): boolean | undefined {
  const value = object[name];
  if (value === undefined || typeof value === "boolean") return value;
  throw wrongType(name, "true or false");
}

export function numberAt(object: JsonObject, name: string): number | undefined {
  const value = object[name];
  if (value === undefined || typeof value === "number") return value;
  throw wrongType(name, "a number");
}

export function objectAt(object: JsonObject, name: string): JsonObject | undefined {
  const value: Json | undefined = object[name];
  if (value === undefined || isObject(value)) return value;
  throw wrongType(name, "an object");
}

export function textsAt(object: JsonObject, name: string): readonly string[] | undefined {
  const value = object[name];
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  throw wrongType(name, "an array of strings");
}

function wrongType(name: string, type: string): ScimError {
  return OperatorError.invalidValue("memberType", name, type);
}
