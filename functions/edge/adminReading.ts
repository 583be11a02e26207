import type { OrgWishes } from "../provisioning/orgs.ts";
import type { SingleSignOn } from "../provisioning/ports.ts";
import type { RotationWishes, TokenWishes } from "../provisioning/tokens.ts";
import { ScimError } from "../scim/error.ts";
import { isObject, type Json, type JsonObject } from "../scim/json.ts";
import type { Exchange } from "./exchange.ts";

/** The requests of the admin API as the use cases want them. Names and types are checked here, values by the use cases. */

const WISHES = ["displayName", "entitled", "sso", "admins", "preset", "changedRules"];

/** @throws ScimError 400 invalidSyntax, invalidValue */
export function readNewOrg(exchange: Exchange): { readonly slug: string; readonly wishes: OrgWishes } {
  const body = readBody(exchange, ["org", ...WISHES]);
  const slug = textAt(body, "org");
  if (slug === undefined)
    throw ScimError.invalidValue("org", "org is missing: the login name of the new organization.");
  return { slug, wishes: wishesIn(body) };
}

/** @throws ScimError 400 invalidSyntax, invalidValue */
export function readOrgChange(exchange: Exchange): OrgWishes {
  return wishesIn(readBody(exchange, WISHES));
}

/** @throws ScimError 400 invalidSyntax, invalidValue */
export function readNewToken(exchange: Exchange): TokenWishes {
  return tokenWishesIn(readBody(exchange, ["description", "expiresInDays"]));
}

/** @throws ScimError 400 invalidSyntax, invalidValue */
export function readRotation(exchange: Exchange): RotationWishes {
  const body = readBody(exchange, ["description", "expiresInDays", "overlapSeconds"]);
  return { ...tokenWishesIn(body), ...present("overlapSeconds", numberAt(body, "overlapSeconds")) };
}

/**
 * A query parameter that counts, 1 or more.
 * @param most larger values are cut down to it, as SCIM does with `count`
 * @throws ScimError 400 invalidValue
 */
export function readCount(exchange: Exchange, name: "startIndex" | "count", otherwise: number, most: number): number {
  const text = exchange.query(name);
  if (text === undefined) return otherwise;
  if (!/^\d{1,15}$/.test(text) || Number(text) < 1) {
    throw ScimError.invalidValue(name, `${name} is a whole number from 1.`);
  }
  return Math.min(Number(text), most);
}

function wishesIn(body: JsonObject): OrgWishes {
  return {
    ...present("displayName", textAt(body, "displayName")),
    ...present("entitled", flagAt(body, "entitled")),
    ...present("sso", body.sso === null ? null : singleSignOnAt(body)),
    ...present("admins", textsAt(body, "admins")),
    ...present("preset", body.preset),
    ...present("changedRules", objectAt(body, "changedRules")),
  };
}

function tokenWishesIn(body: JsonObject): TokenWishes {
  return {
    ...present("description", textAt(body, "description")),
    ...present("expiresInDays", numberAt(body, "expiresInDays")),
  };
}

function singleSignOnAt(body: JsonObject): SingleSignOn | undefined {
  const sso = objectAt(body, "sso");
  if (sso === undefined) return undefined;
  refuseOthers(sso, ["url", "entityId"], "sso");
  return { ...present("url", textAt(sso, "url")), ...present("entityId", textAt(sso, "entityId")) };
}

/** An absent body counts as an empty object: every request of this API can do without settings. */
function readBody(exchange: Exchange, names: readonly string[]): JsonObject {
  const body = exchange.bytesIn === 0 ? {} : exchange.body();
  if (!isObject(body)) throw ScimError.invalidSyntax("notObject", "The request body must be a JSON object.");
  refuseOthers(body, names, "The request body");
  return body;
}

function refuseOthers(object: JsonObject, names: readonly string[], what: string): void {
  if (Object.keys(object).some((name) => !names.includes(name))) {
    throw ScimError.invalidValue("unknownMember", `${what} knows only ${names.join(", ")}.`);
  }
}

function present<N extends string, T>(name: N, value: T | undefined): { readonly [K in N]?: T } {
  // One computed name of a literal type: TypeScript widens it to an index signature.
  return value === undefined ? {} : ({ [name]: value } as { readonly [K in N]: T });
}

function textAt(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  if (value === undefined || typeof value === "string") return value;
  throw wrongType(name, "a string");
}

function flagAt(object: JsonObject, name: string): boolean | undefined {
  const value = object[name];
  if (value === undefined || typeof value === "boolean") return value;
  throw wrongType(name, "true or false");
}

function numberAt(object: JsonObject, name: string): number | undefined {
  const value = object[name];
  if (value === undefined || typeof value === "number") return value;
  throw wrongType(name, "a number");
}

function objectAt(object: JsonObject, name: string): JsonObject | undefined {
  const value: Json | undefined = object[name];
  if (value === undefined || isObject(value)) return value;
  throw wrongType(name, "an object");
}

function textsAt(object: JsonObject, name: string): readonly string[] | undefined {
  const value = object[name];
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  throw wrongType(name, "an array of strings");
}

function wrongType(name: string, type: string): ScimError {
  return ScimError.invalidValue(name, `${name} must be ${type}.`);
}
