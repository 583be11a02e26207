import { ScimError } from "../error.ts";
import { isWellFormedText } from "../json.ts";
import { type AttributePath, printPath, resolvePath } from "../paths.ts";
import { type Attribute, findAttribute, isDerived, type ResourceType } from "../schema.ts";
import { comparison, type Filter, type Literal, NO_ATTRIBUTE, OPERATORS, type Operator } from "./filter.ts";

/** Resolves a path in the filter. */
interface Scope {
  (path: string): AttributePath | undefined;
  /** The meaning of an unknown path. */
  readonly unknown?: UnknownPaths;
  /** What goes before the paths in an error: `members.` for those that start at a member. */
  readonly start?: string;
}

/** At an endpoint of one type an unknown attribute is an error; across types it counts as unassigned (RFC 7644 section 3.4.2.1). */
export type UnknownPaths = "refuse" | "unassigned";

/**
 * A filter that cannot be read is always refused: it never means "all resources".
 * @throws ScimError 400 invalidFilter, also for what is only derived on request, `members.display`: it would select nobody
 * @throws ScimError 403 sensitive for `password`
 */
export function parseFilter(text: string, type: ResourceType, unknown: UnknownPaths = "refuse"): Filter {
  const scope: Scope = Object.assign((path: string) => resolvePath(type, path), { unknown });
  return resolve(parseSyntax(text), scope);
}

/**
 * The filter in the brackets of a value path; its paths start at an element of `attribute`.
 * @throws ScimError 400 invalidFilter as parseFilter
 */
export function parseValueFilter(text: string, attribute: Attribute): Filter {
  return resolve(parseSyntax(text), elementScope(attribute));
}

function elementScope(attribute: Attribute, unknown?: UnknownPaths): Scope {
  const scope = (path: string): AttributePath | undefined => {
    const sub = findAttribute(attribute.subAttributes, path);
    return sub === undefined ? undefined : { schema: undefined, attribute: sub, sub: undefined };
  };
  return Object.assign(scope, { start: `${attribute.name}.`, unknown });
}

function resolve(syntax: Syntax, scope: Scope): Filter {
  if ("path" in syntax && scope.unknown === "unassigned" && scope(syntax.path) === undefined) return unassigned(syntax);
  switch (syntax.kind) {
    case "and":
    case "or":
      return { kind: syntax.kind, left: resolve(syntax.left, scope), right: resolve(syntax.right, scope) };
    case "not":
      return { kind: "not", filter: resolve(syntax.filter, scope) };
    case "present":
      return { kind: "present", path: known(syntax.path, scope) };
    case "compare":
      return compare(known(syntax.path, scope), syntax.operator, syntax.value, scope);
    case "value": {
      const path = known(syntax.path, scope);
      if (path.sub !== undefined || path.attribute.type !== "complex") {
        throw ScimError.invalidFilter("notComplex", printPath(path));
      }
      return { kind: "value", path, filter: resolve(syntax.filter, elementScope(path.attribute, scope.unknown)) };
    }
  }
}

/** The condition for an unassigned attribute: as for a known one, `ne` holds, and so does `eq null`. */
function unassigned(syntax: Exclude<Syntax, { readonly kind: "and" | "or" | "not" }>): Filter {
  const present: Filter = { kind: "present", path: { schema: undefined, attribute: NO_ATTRIBUTE, sub: undefined } };
  const holds = syntax.kind === "compare" && syntax.operator === (syntax.value === null ? "eq" : "ne");
  return holds ? { kind: "not", filter: present } : present;
}

function known(text: string, scope: Scope): AttributePath {
  const path = scope(text);
  if (path === undefined) throw ScimError.invalidFilter("attribute", text.slice(0, 100));
  const compared = path.sub ?? path.attribute;
  if (compared.returned === "never") throw ScimError.sensitive("filter", printPath(path));
  if (isDerived(compared)) throw ScimError.invalidFilter("derived", (scope.start ?? "") + printPath(path));
  return path;
}

/** A reference that the server writes is compared by the id at its end, whatever precedes it (RFC 7643 sections 2.3.7, 2.4). */
function compare(path: AttributePath, operator: Operator, value: Literal, scope: Scope): Filter {
  const { name, mutability } = path.sub ?? path.attribute;
  if (name === "$ref" && mutability !== "readWrite" && typeof value === "string") {
    const id = value.slice(value.lastIndexOf("/") + 1);
    const byId = path.sub ? { ...path, sub: findAttribute(path.attribute.subAttributes, "value") } : scope("value");
    const asked = operator === "ew" && id !== value ? "eq" : operator;
    if (byId && (asked === "eq" || asked === "ne")) return comparison(byId, asked, id);
  }
  return comparison(comparable(path, value), operator, value);
}

/** A complex attribute is compared by its `value`: `emails co "x"` (RFC 7644 Figure 2); with null, as a whole. */
function comparable(path: AttributePath, literal: Literal): AttributePath {
  if (path.sub !== undefined || path.attribute.type !== "complex" || literal === null) return path;
  const value = findAttribute(path.attribute.subAttributes, "value");
  if (value === undefined) throw ScimError.invalidFilter("complex", printPath(path));
  return { ...path, sub: value };
}

const MAX_LENGTH = 4096;
const MAX_DEPTH = 20;
const MAX_TERMS = 50;

/** A parsed filter: paths are texts, not yet resolved against a schema. */
export type Syntax =
  | { readonly kind: "and" | "or"; readonly left: Syntax; readonly right: Syntax }
  | { readonly kind: "not"; readonly filter: Syntax }
  | { readonly kind: "present"; readonly path: string }
  | { readonly kind: "compare"; readonly path: string; readonly operator: Operator; readonly value: Literal }
  | { readonly kind: "value"; readonly path: string; readonly filter: Syntax };

interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
  terms: number;
  inBrackets: boolean;
}

/**
 * The grammar of RFC 7644 section 3.4.2.2 with its errata, and further forms that clients send: `emails[…].value eq "x"`
 * (Entra), unquoted and single-quoted strings (examples in the RFCs).
 * @throws ScimError 400 invalidFilter
 */
function parseSyntax(text: string): Syntax {
  if (text.length > MAX_LENGTH) throw ScimError.invalidFilter("length", MAX_LENGTH);
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
  if (peek(cursor) === "(") return enclosed(cursor, ")");
  const start = cursor.at;
  const word = takeWord(cursor);
  if (word === "") throw malformed(cursor, "an attribute");
  if (word.toLowerCase() === "not") {
    skipSpace(cursor);
    if (peek(cursor) === "(") return { kind: "not", filter: enclosed(cursor, ")") };
    cursor.at = start + word.length;
  }
  cursor.terms += 1;
  if (cursor.terms > MAX_TERMS) throw ScimError.invalidFilter("terms", MAX_TERMS);
  return peek(cursor) === "[" ? valuePath(cursor, word) : condition(cursor, word);
}

/** attrPath "[" valFilter "]", and the part that Entra adds: "." ATTRNAME SP compareOp SP compValue */
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

/** "(" FILTER ")", and the part of a value path between its brackets. */
function enclosed(cursor: Cursor, close: ")" | "]"): Syntax {
  cursor.depth += 1;
  if (cursor.depth > MAX_DEPTH) throw ScimError.invalidFilter("depth", MAX_DEPTH);
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
  const operator = OPERATORS.find((known) => known === name);
  if (operator === undefined) {
    if (word === "") throw malformed(cursor, "an operator");
    throw ScimError.invalidFilter("operator", word.slice(0, 20), OPERATORS.join(", "));
  }
  // RFC 7644 section 3.5.2.2 itself omits the space before a quote.
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

/** Includes the quotes. */
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

/** @returns whether there was any space */
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

/** The next character; "" at the end. */
function peek({ text, at }: Cursor): string {
  return text[at] ?? "";
}

function malformed(cursor: Cursor, expected: string): ScimError {
  return ScimError.invalidFilter("syntax", expected, cursor.at + 1);
}
