import { ScimError } from "./error.ts";
import type { QuirkMeanings, Quirks } from "./quirks.ts";

/** Any result of JSON.parse. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object. Names such as `__proto__` are never assigned in this project, so they cannot set a prototype. */
export interface JsonObject {
  [name: string]: Json;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The objects in a list; none for any other value. */
export function elementsOf(values: Json | readonly Json[] | undefined): JsonObject[] {
  return Array.isArray(values) ? values.filter(isObject) : [];
}

/** The value where it is a list, and a list of it where it is none. */
export function asList(value: Json): Json[];
export function asList(value: Json | undefined): (Json | undefined)[];
export function asList(value: Json | undefined): (Json | undefined)[] {
  return Array.isArray(value) ? value : [value];
}

/** The JSON object in a text; undefined for any other text: a proxy's answer, for example, may be no JSON. */
export function objectIn(text: string): JsonObject | undefined {
  try {
    const json: Json = JSON.parse(text);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** Whether these members of a value are all there, and all of the type. */
export function membersAre(type: "number" | "string", value: unknown, names: readonly string[]): boolean {
  return names.every((name) => typeof Object(value)[name] === type);
}

/** Whether the value means "unassigned" (RFC 7643 section 2.5). */
export function isUnassigned(value: Json): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

/** Whether the value contains no text, number or boolean at any level: `[{"value": null}]`. */
export function saysNothing(value: Json): boolean {
  if (typeof value === "object" && value !== null) return Object.values(value).every(saysNothing);
  return value === null || value === "";
}

/** The table's own entry for an untrusted name: every object also has inherited members such as `constructor`. */
export function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Whether two values are equal; the order of an object's members does not count, that of an array's elements does. */
export function sameJson(left: Json | undefined, right: Json | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((element, index) => sameJson(element, right[index]));
  }
  if (!isObject(left) || !isObject(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && sameJson(left[name], right[name]))
  );
}

/** The object with the value under the name; undefined removes the name. */
export function withMember(object: JsonObject, name: string, value: Json | undefined): JsonObject {
  if (value !== undefined) return { ...object, [name]: value };
  if (object[name] === undefined) return object;
  const { [name]: _removed, ...rest } = object;
  return rest;
}

/** The value under the name in any case; the exact name comes first. */
export function valueNamed(object: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(object, name)) return object[name];
  const lower = name.toLowerCase();
  const key = Object.keys(object).find((candidate) => candidate.toLowerCase() === lower);
  return key === undefined ? undefined : object[key];
}

/** The object's members with one of the names in any case, under the exact name. */
export function namedMembers(names: readonly string[], object: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const key of Object.keys(object)) {
    const lower = key.toLowerCase();
    for (const name of names) if (name.toLowerCase() === lower) result[name] = object[key] ?? null;
  }
  return result;
}

/** Like namedMembers, without null values: null means nothing in the envelope of a message. */
export function presentMembers(names: readonly string[], object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(namedMembers(names, object)).filter(([, value]) => value !== null));
}

export const SCHEMAS_QUIRKS = {
  loneSchema: "schemas came as one text instead of a list",
  missingSchemas: "schemas was missing",
} as const satisfies QuirkMeanings;

/** The rule of an org about a missing or empty `schemas`. */
export interface SchemasRule {
  /** Whether it is refused; otherwise the endpoint determines the type, or the message. */
  readonly schemasRequired: boolean;
}

/** The elements of `schemas`; undefined where it is missing or empty and need not be there. */
export function schemasIn(given: Json, required: boolean, quirks: Quirks): readonly Json[] | undefined {
  if (!required && (isUnassigned(given) || given === "")) {
    quirks.note<typeof SCHEMAS_QUIRKS>("missingSchemas");
    return undefined;
  }
  if (typeof given === "string") quirks.note<typeof SCHEMAS_QUIRKS>("loneSchema");
  return typeof given === "string" || Array.isArray(given) ? asList(given) : [];
}

/**
 * Checks that `schemas` of a message names its URN (RFC 7644 section 3.1), in any case.
 * @param message what errors call it @throws ScimError 400 invalidSyntax
 */
export function checkMessage(
  given: Json,
  [message, urn]: readonly [message: string, urn: string],
  required: boolean,
  quirks: Quirks,
): void {
  if (Array.isArray(given) && given.includes(urn)) return;
  const named = schemasIn(given, required, quirks);
  if (named?.some((one) => typeof one === "string" && one.toLowerCase() === urn.toLowerCase()) === false) {
    throw ScimError.invalidSyntax("messageSchemas", message, urn);
  }
}

/** No SCIM message needs more levels: a PATCH operation with a resource and an extension uses 7. */
const MAX_DEPTH = 20;
/** Objects and lists in one body: 150,000 members, and as many others. */
const MAX_OBJECTS = 300_000;
/** Member names, each counted once for every sequence of names before it. A real body has some hundreds. */
const MAX_NAMES = 20_000;

/** A member name with the names that follow it in an object: V8 makes one map for each, in up to 10 µs. */
interface Name {
  readonly next: Map<string, Name>;
}

const SPACE = 0x20;
const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN = [0x7b, 0x5b];
const CLOSE = [0x7d, 0x5d];

/**
 * Refuses JSON text that takes long to parse for its size: deep, or with very many objects or names. One pass over the
 * text, which need not be valid JSON.
 * @throws ScimError 400 invalidValue for the depth, 413 for the counts
 */
export function assertOutline(text: string): void {
  const first: Name = { next: new Map() };
  const open: Name[] = [];
  let name = first;
  let objects = 0;
  let names = 0;
  let last = "";
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = closingQuote(text, at);
      if (end === -1) return;
      let next = end + 1;
      while (text.charCodeAt(next) <= SPACE) next += 1;
      // Only a name is followed by a colon: other strings are never copied.
      if (text.charCodeAt(next) === COLON) last = text.slice(at + 1, end);
      at = end;
    } else if (code === COLON) {
      let following = name.next.get(last);
      if (following === undefined) {
        names += 1;
        if (names > MAX_NAMES) throw ScimError.tooLarge("names", MAX_NAMES);
        following = { next: new Map() };
        name.next.set(last, following);
      }
      name = following;
    } else if (OPEN.includes(code)) {
      objects += 1;
      if (objects > MAX_OBJECTS) throw ScimError.tooLarge("objects", MAX_OBJECTS);
      if (open.length === MAX_DEPTH) throw ScimError.invalidValue("depth", MAX_DEPTH);
      open.push(name);
      name = first;
    } else if (CLOSE.includes(code)) name = open.pop() ?? first;
  }
}

/** The position of the quote that ends the string beginning at `start`; -1 if there is none. */
function closingQuote(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    // Each run of backslashes ends at one quote, so no backslash is counted twice.
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
  return -1;
}

/**
 * Checks a parsed body: well-formed Unicode without U+0000 in every key and value, finite numbers, and at most 20 levels,
 * so that later recursion cannot overflow.
 * @param depth levels above the value
 * @throws ScimError 400 invalidValue
 */
export function assertWellFormed(value: Json, depth = 0): void {
  if (typeof value === "string" && !isWellFormedText(value)) throw ScimError.invalidValue("unicode");
  if (typeof value === "number" && !Number.isFinite(value)) throw ScimError.invalidValue("number");
  if (typeof value !== "object" || value === null) return;
  if (depth === MAX_DEPTH) throw ScimError.invalidValue("depth", MAX_DEPTH);
  if (Array.isArray(value)) {
    for (const element of value) assertWellFormed(element, depth + 1);
    return;
  }
  for (const name of Object.keys(value)) {
    if (!isWellFormedText(name)) throw ScimError.invalidValue("unicode");
    assertWellFormed(value[name] ?? null, depth + 1);
  }
}

/** Whether the text has neither a lone surrogate nor U+0000. */
export function isWellFormedText(text: string): boolean {
  return text.isWellFormed() && !text.includes("\u0000");
}

/** Whether the text is invisible: only white space and ignorable code points. */
export function isBlank(text: string): boolean {
  return BLANK.test(text);
}
const BLANK = /^[\s\p{Default_Ignorable_Code_Point}]*$/u;

const encoder = new TextEncoder();

/** Whether the text has more bytes in UTF-8. */
export function isLongerThan(text: string, bytes: number): boolean {
  // A UTF-16 unit takes at most three bytes, so most texts need no counting.
  return text.length * 3 > bytes && utf8Length(text) > bytes;
}

export function utf8Length(text: string): number {
  return encoder.encode(text).length;
}
