import { ScimError } from "../error.ts";
import { isWellFormedText } from "../json.ts";
import { COMPARISONS, type Comparison, type Literal } from "./filter.ts";

const MAX_LENGTH = 4096;
const MAX_DEPTH = 20;
const MAX_TERMS = 50;

/** A filter as it was written: paths are text, nothing is known of a schema. */
export type Syntax =
  | { readonly kind: "and" | "or"; readonly left: Syntax; readonly right: Syntax }
  | { readonly kind: "not"; readonly filter: Syntax }
  | { readonly kind: "present"; readonly path: string }
  | { readonly kind: "compare"; readonly path: string; readonly operator: Comparison; readonly value: Literal }
  | { readonly kind: "value"; readonly path: string; readonly filter: Syntax };

interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
  terms: number;
  inBrackets: boolean;
}

/**
 * The grammar of RFC 7644 section 3.4.2.2 with its errata, and what clients write beside it: `emails[…].value eq "x"`
 * (Entra), unquoted and single-quoted strings (examples of the RFCs themselves).
 * @throws ScimError 400 invalidFilter
 */
export function parseSyntax(text: string): Syntax {
  if (text.length > MAX_LENGTH) {
    throw ScimError.invalidFilter("length", MAX_LENGTH);
  }
  const cursor: Cursor = { text, at: 0, depth: 0, terms: 0, inBrackets: false };
  const syntax = disjunction(cursor);
  skipSpace(cursor);
  if (cursor.at < text.length) throw malformed(cursor, '"and", "or" or the end');
  return syntax;
}

/** FILTER *(or FILTER) */
function disjunction(cursor: Cursor): Syntax {
  let left = conjunction(cursor);
  while (takeKeyword(cursor, "or")) left = { kind: "or", left, right: conjunction(cursor) };
  return left;
}

/** FILTER *(and FILTER) */
function conjunction(cursor: Cursor): Syntax {
  let left = factor(cursor);
  while (takeKeyword(cursor, "and")) left = { kind: "and", left, right: factor(cursor) };
  return left;
}

/** attrExp / valuePath / [not] "(" FILTER ")" */
function factor(cursor: Cursor): Syntax {
  skipSpace(cursor);
  if (peek(cursor) === "(") return group(cursor);
  const start = cursor.at;
  const word = takeWord(cursor);
  if (word === "") throw malformed(cursor, "an attribute");
  if (word.toLowerCase() === "not") {
    skipSpace(cursor);
    if (peek(cursor) === "(") return { kind: "not", filter: group(cursor) };
    cursor.at = start + word.length;
  }
  cursor.terms += 1;
  if (cursor.terms > MAX_TERMS) {
    throw ScimError.invalidFilter("terms", MAX_TERMS);
  }
  return peek(cursor) === "[" ? valuePath(cursor, word) : condition(cursor, word);
}

/** "(" FILTER ")" */
function group(cursor: Cursor): Syntax {
  return enclosed(cursor, ")");
}

/** attrPath "[" valFilter "]", and with what Entra writes behind it: "." ATTRNAME SP compareOp SP compValue */
function valuePath(cursor: Cursor, path: string): Syntax {
  if (cursor.inBrackets) throw ScimError.invalidFilter("nested");
  cursor.inBrackets = true;
  const filter = enclosed(cursor, "]");
  cursor.inBrackets = false;
  if (peek(cursor) !== ".") return { kind: "value", path, filter };
  cursor.at += 1;
  const sub = takeWord(cursor);
  if (sub === "") throw malformed(cursor, "a sub-attribute");
  return { kind: "value", path, filter: { kind: "and", left: filter, right: condition(cursor, sub) } };
}

function enclosed(cursor: Cursor, close: ")" | "]"): Syntax {
  cursor.depth += 1;
  if (cursor.depth > MAX_DEPTH) {
    throw ScimError.invalidFilter("depth", MAX_DEPTH);
  }
  cursor.at += 1;
  const inner = disjunction(cursor);
  skipSpace(cursor);
  if (peek(cursor) !== close) throw malformed(cursor, `"${close}"`);
  cursor.at += 1;
  cursor.depth -= 1;
  return inner;
}

/** SP "pr" / SP compareOp SP compValue */
function condition(cursor: Cursor, path: string): Syntax {
  if (!skipSpace(cursor)) throw malformed(cursor, "an operator");
  const word = takeWord(cursor);
  const name = word.toLowerCase();
  if (name === "pr") return { kind: "present", path };
  const operator = COMPARISONS.find((comparison) => comparison === name);
  if (operator === undefined) {
    if (word === "") throw malformed(cursor, "an operator");
    throw ScimError.invalidFilter("operator", word.slice(0, 20), COMPARISONS.join(", "));
  }
  // RFC 7644 section 3.5.2.2 itself leaves the space out before a quote.
  if (!skipSpace(cursor) && peek(cursor) !== '"') throw malformed(cursor, "a value");
  return { kind: "compare", path, operator, value: literal(cursor) };
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** compValue: false / null / true / number / string, and an unquoted or single-quoted string */
function literal(cursor: Cursor): Literal {
  const first = peek(cursor);
  if (first === '"') return doubleQuoted(cursor);
  if (first === "'") return singleQuoted(cursor);
  const word = takeWord(cursor);
  switch (word) {
    case "":
      throw malformed(cursor, "a value");
    case "true":
      return true;
    case "false":
      return false;
    case "null":
      return null;
    default:
      return NUMBER.test(word) ? Number(word) : word;
  }
}

/** A JSON string. */
function doubleQuoted(cursor: Cursor): string {
  const quoted = takeQuoted(cursor, '"');
  let value: unknown;
  try {
    value = JSON.parse(quoted);
  } catch {
    throw malformed(cursor, "a string with valid JSON escapes");
  }
  if (typeof value !== "string" || !isWellFormedText(value)) throw malformed(cursor, "well-formed Unicode");
  return value;
}

function singleQuoted(cursor: Cursor): string {
  const text = takeQuoted(cursor, "'")
    .slice(1, -1)
    .replace(/\\([\\'])/g, "$1");
  if (!isWellFormedText(text)) throw malformed(cursor, "well-formed Unicode");
  return text;
}

/** With its quotes. */
function takeQuoted(cursor: Cursor, quote: '"' | "'"): string {
  const { text, at } = cursor;
  let end = at + 1;
  while (end < text.length && text[end] !== quote) end += text[end] === "\\" ? 2 : 1;
  if (end >= text.length) throw malformed(cursor, "a closing quote");
  cursor.at = end + 1;
  return text.slice(at, end + 1);
}

const WORD = /[^\s()[\]"]*/y;
const SPACE = /\s*/y;

function takeWord(cursor: Cursor): string {
  WORD.lastIndex = cursor.at;
  const word = WORD.exec(cursor.text)?.[0] ?? "";
  cursor.at += word.length;
  return word;
}

/** Whether there was any. */
function skipSpace(cursor: Cursor): boolean {
  SPACE.lastIndex = cursor.at;
  const space = SPACE.exec(cursor.text)?.[0] ?? "";
  cursor.at += space.length;
  return space !== "";
}

/** SP keyword SP; the space may be missing beside a bracket. */
function takeKeyword(cursor: Cursor, keyword: "and" | "or"): boolean {
  const start = cursor.at;
  const before = cursor.text[start - 1] ?? "";
  const separated = skipSpace(cursor) || before === ")" || before === "]";
  const word = takeWord(cursor);
  const after = peek(cursor);
  if (separated && word.toLowerCase() === keyword && (after === "(" || /\s/.test(after))) return true;
  cursor.at = start;
  return false;
}

/** The next character, "" at the end. */
function peek({ text, at }: Cursor): string {
  return text[at] ?? "";
}

function malformed(cursor: Cursor, expected: string): ScimError {
  return ScimError.invalidFilter("syntax", expected, cursor.at + 1);
}
