import { ScimError } from "../error.ts";
import { type Filter, filterAttributes } from "../filter/filter.ts";
import { parseValueFilter } from "../filter/parseFilter.ts";
import { assertWellFormed, type Json } from "../json.ts";
import { type AttributePath, closingBracket, type Named, printPath, resolveName, resolvePath } from "../paths.ts";
import type { QuirkMeanings, Quirks } from "../quirks.ts";
import { type Attribute, findAttribute, type ResourceType } from "../schema.ts";

export const PATH_QUIRKS = {
  jsonText: "a text of JSON came in place of an object (rule jsonTextValue)",
  objectForSingle: "an object with a value came where the value itself belongs",
  removeWithValues: "a remove operation had in its value what to remove",
  unknownPath: "an operation on an unknown attribute was ignored (rule unknownPaths)",
} as const satisfies QuirkMeanings;

/** The parts of a complex value; undefined: the part is unassigned. */
export type Parts = ReadonlyMap<Attribute, Json | undefined>;

export type Op = "add" | "remove" | "replace";

type WholeTarget = Extract<Named, { readonly kind: "attribute" }>;

interface ValueTarget {
  readonly kind: "value";
  readonly path: AttributePath;
  readonly filter: Filter;
  /** Sub-attribute of the selected values. */
  readonly sub: Attribute | undefined;
}

/** The target of an operation's path (RFC 7644 section 3.5.2): an attribute, values selected by a filter, or an extension. */
export type Target = Named | ValueTarget;
export type AttributeTarget = Exclude<Target, { readonly kind: "extension" }>;

interface Operation<K extends string, T> {
  readonly kind: K;
  /** As sent by the client, for the log. */
  readonly op: Op;
  /** undefined where the operation names nothing of the resource type. */
  readonly target: T;
}

/**
 * One effect of a PATCH, read against the schema: values have the schema's types and names; quirks are recorded. Code after
 * resolvePatch uses no raw JSON. A value without path becomes one operation for each of its names.
 */
export type ResolvedOperation =
  /** Sets a single-valued attribute; undefined unassigns it. */
  | (Operation<"set", WholeTarget> & { readonly value: Json | undefined })
  /** Changes the named parts of a single-valued complex attribute; the others stay. */
  | (Operation<"merge", WholeTarget> & { readonly parts: Parts })
  /** Replaces all values of a multi-valued attribute, adds some, or removes the listed ones; without a list removes all. */
  | (Operation<"values", WholeTarget> & { readonly values: readonly Json[] | undefined })
  /** Changes one part of all values, or of those that the filter selects. */
  | (Operation<"part", AttributeTarget> & { readonly sub: Attribute; readonly value: Json | undefined })
  /**
   * Changes the selected values; without parts removes them. `keeps`: a replace leaves their other parts, because a text names
   * only the `value`.
   */
  | (Operation<"selected", ValueTarget> & { readonly parts: Parts | undefined; readonly keeps: boolean })
  /** Removes a whole extension. */
  | Operation<"extension", Extract<Named, { readonly kind: "extension" }>>
  /** Changes members of a group by their ids; `exactly`: these and no others. */
  | (Operation<"members", WholeTarget> & {
      readonly effect: "include" | "exclude" | "exactly";
      readonly ids: readonly string[];
    })
  /** Changes members that the filter selects: removes them, replaces them by the ids, or adds them; then ids may only repeat them. */
  | (Operation<"selectedMembers", ValueTarget> & { readonly ids: readonly string[] })
  /** Changes nothing, because the attribute is unknown or read-only. */
  | Operation<"ignored", Target | undefined>
  /** Its error is thrown when it is applied. */
  | (Operation<"refused", Target | undefined> & { readonly error: ScimError });

export type OperationOf<K extends ResolvedOperation["kind"]> = Extract<ResolvedOperation, { readonly kind: K }>;

/** An operation that changes the values of one attribute. */
export type AttributeOperation = OperationOf<"set" | "merge" | "values" | "part" | "selected">;

/** Most entries for a log line. */
const MAX_ENTRIES = 30;

/**
 * The operations for a log, each once, e.g. `replace emails[type].value`, with the attributes of a filter, or `add members`:
 * only names of the schema, no value; `unknown` for any other name from the client.
 */
export function describePatch(operations: readonly ResolvedOperation[]): string[] {
  const entries = new Set<string>();
  for (const { op, target } of operations) {
    if (entries.size === MAX_ENTRIES) return [...entries, "more"];
    let name = "unknown";
    if (target?.kind === "extension") name = target.schema.id;
    else if (target !== undefined) name = printPath(target.path);
    if (target?.kind === "value") {
      name += `[${[...filterAttributes(target.filter)].join(",")}]`;
      if (target.sub !== undefined) name += `.${target.sub.name}`;
    }
    entries.add(`${op} ${name}`);
  }
  return [...entries];
}

/** Most comparisons of values or members in one request: seconds of work on a small machine. */
const MAX_LOOKS = 1_000_000;

/** The cost of the PATCHes of a request so far. Values times conditions times operations of one body can exceed any deadline. */
export interface Effort {
  looks: number;
}

/** @throws ScimError 413 when the request costs more than any real one */
export function spendEffort(effort: Effort, looks: number): void {
  effort.looks += looks;
  if (effort.looks > MAX_LOOKS) throw ScimError.tooLarge("effort");
}

const PLAIN = /^[A-Za-z$][\w$-]*(?:\.[A-Za-z$][\w$-]*)?$/;
const WITH_URI = /^[A-Za-z][\w+-]*:[^\s()[\]"]+$/;
const SUB_ATTRIBUTE = /^\.([A-Za-z$][\w$-]*)$/;

/**
 * @returns undefined for a well-formed path that names nothing in the resource type
 * @throws ScimError 400 invalidPath for a malformed path, 400 invalidFilter for a malformed filter in it
 */
export function parsePatchPath(type: ResourceType, text: string): Target | undefined {
  const open = text.indexOf("[");
  if (open === -1) {
    const named = resolveName(type, text);
    if (named === undefined && !isName(text)) throw malformed();
    return named;
  }
  const name = text.slice(0, open);
  const close = closingBracket(text, open);
  const filterText = text.slice(open + 1, close);
  // A filter has at least one space; without a space it is an index or a mistake.
  if (!isName(name) || close === -1 || !/\s/.test(filterText.trim())) throw malformed();
  const rest = text.slice(close + 1);
  const subName = SUB_ATTRIBUTE.exec(rest)?.[1];
  if (rest !== "" && subName === undefined) throw malformed();
  const path = resolvePath(type, name);
  if (path === undefined) return undefined;
  const { attribute } = path;
  if (path.sub !== undefined || !attribute.multiValued || attribute.type !== "complex") {
    throw ScimError.invalidPath("notMultiValued", printPath(path));
  }
  const filter = parseValueFilter(filterText, attribute);
  if (subName === undefined) return { kind: "value", path, filter, sub: undefined };
  const sub = findAttribute(attribute.subAttributes, subName);
  return sub && { kind: "value", path, filter, sub };
}

function isName(text: string): boolean {
  return PLAIN.test(text) || WITH_URI.test(text);
}

function malformed(): ScimError {
  return ScimError.invalidPath("syntax");
}

/**
 * Characters of all JSON texts in one message. A resource with an extension has at most 48 KB, so more is no client's
 * mistake; and the limits of a body (text.ts) do not count the names inside a text.
 */
export const MOST_JSON_TEXT = 64 * 1024;

/** The characters that texts of JSON in the place of objects may still have in this message. */
export interface JsonTexts {
  left: number;
}

/**
 * The object that a text of JSON stands for, as SCIM-SDK for Java writes it; any other value as it is.
 * @param texts undefined: by rule jsonTextValue, a text stands for nothing else
 * @throws ScimError 400 invalidValue for JSON that no body may contain
 */
export function unpack(value: Json, texts: JsonTexts | undefined, quirks: Quirks): Json {
  if (typeof value !== "string" || texts === undefined) return value;
  if (value.length > texts.left || !/^\s*\{/.test(value)) return value;
  texts.left -= value.length;
  let json: Json;
  try {
    json = JSON.parse(value);
  } catch {
    return value;
  }
  assertWellFormed(json);
  quirks.note<typeof PATH_QUIRKS>("jsonText");
  return json;
}
