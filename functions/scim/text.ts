import { ScimError } from "./error.ts";
import { isObject, type Json } from "./json.ts";
import { MAX_DEPTH } from "./jsonOutline.ts";

/**
 * Holds a parsed body to what can be stored and walked: well-formed Unicode without U+0000 in every key and value, finite
 * numbers, and at most 20 levels, so that nothing recursive overflows afterwards.
 * @throws ScimError 400 invalidValue
 */
export function assertWellFormed(value: Json): void {
  walk(value, 0);
}

function walk(value: Json, depth: number): void {
  if (typeof value === "string") {
    checkText(value);
    return;
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw ScimError.invalidValue("number");
  }
  if (typeof value !== "object" || value === null) return;
  if (depth === MAX_DEPTH) {
    throw ScimError.invalidValue("depth", MAX_DEPTH);
  }
  if (isObject(value)) {
    for (const name of Object.keys(value)) {
      checkText(name);
      const child = value[name];
      if (child !== undefined) walk(child, depth + 1);
    }
    return;
  }
  for (const element of value) walk(element, depth + 1);
}

function checkText(text: string): void {
  if (!isWellFormedText(text)) {
    throw ScimError.invalidValue("unicode");
  }
}

/** Whether the text has neither a lone surrogate nor U+0000. */
export function isWellFormedText(text: string): boolean {
  return text.isWellFormed() && !text.includes("\u0000");
}

/** Nothing a reader would see: white space and ignorable code points only. */
export function isBlank(text: string): boolean {
  return BLANK.test(text);
}
const BLANK = /^[\s\p{Default_Ignorable_Code_Point}]*$/u;

const encoder = new TextEncoder();

/** Whether the text takes more bytes of UTF-8 than that. */
export function isLongerThan(text: string, bytes: number): boolean {
  // A UTF-16 unit takes at most three bytes: most texts need no counting.
  return text.length * 3 > bytes && utf8Length(text) > bytes;
}

export function utf8Length(text: string): number {
  return encoder.encode(text).length;
}
