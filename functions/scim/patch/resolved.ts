import { ScimError } from "../error.ts";
import { type Filter, filterAttributes } from "../filter/filter.ts";
import { parseValueFilter } from "../filter/parseFilter.ts";
import { isObject, type Json } from "../json.ts";
import { type AttributePath, closingBracket, type Named, printPath, resolveName, resolvePath } from "../paths.ts";
import type { QuirkMeanings } from "../quirks.ts";
import { type Attribute, findAttribute, type ResourceType } from "../schema.ts";

export const PATH_QUIRKS = {
  objectForSingle: "an object with a value came for an attribute that is the value itself",
  removeWithValues: "a remove operation had in its value what to remove",
  unknownPath: "an operation on an unknown attribute was ignored (rule unknownPaths)",
} as const satisfies QuirkMeanings;

/** The parts of a complex value; undefined of those that are unassigned. */
export type Parts = ReadonlyMap<Attribute, Json | undefined>;

export type Op = "add" | "remove" | "replace";

type WholeTarget = Extract<Named, { readonly kind: "attribute" }>;

interface ValueTarget {
  readonly kind: "value";
  readonly path: AttributePath;
  readonly filter: Filter;
  /** Of the selected values. */
  readonly sub: Attribute | undefined;
}

/** What the path of an operation names (RFC 7644 section 3.5.2): an attribute, values selected by a filter, an extension. */
export type Target = Named | ValueTarget;
export type AttributeTarget = Exclude<Target, { readonly kind: "extension" }>;

interface Operation<K extends string, T> {
  readonly kind: K;
  /** As the client said it, for the log. */
  readonly op: Op;
  /** undefined where the client named nothing of the resource type. */
  readonly target: T;
}

/**
 * What a PATCH does, read against the schema: values have the types and names of the schema, quirks are recorded. The raw
 * JSON of a message ends where these are made (resolvePatch). A value without path is one operation for each name in it.
 */
export type ResolvedOperation =
  /** A single-valued attribute gets the value; undefined unassigns it. */
  | (Operation<"set", WholeTarget> & { readonly value: Json | undefined })
  /** The named parts of a single-valued complex attribute change, the others stay. */
  | (Operation<"merge", WholeTarget> & { readonly parts: Parts })
  /** All values of a multi-valued attribute are replaced, some are added, or those listed are removed: all without a list. */
  | (Operation<"values", WholeTarget> & { readonly values: readonly Json[] | undefined })
  /** One part changes, of all values or of those that the filter selects. */
  | (Operation<"part", AttributeTarget> & { readonly sub: Attribute; readonly value: Json | undefined })
  /** The selected values change; without parts they go. */
  | (Operation<"selected", ValueTarget> & { readonly parts: Parts | undefined })
  /** A whole extension goes. */
  | Operation<"extension", Extract<Named, { readonly kind: "extension" }>>
  /** Members of a group by their ids: `exactly` these, and nobody else. */
  | (Operation<"members", WholeTarget> & {
      readonly effect: "include" | "exclude" | "exactly";
      readonly ids: readonly string[];
    })
  /** Members that the filter selects: gone, replaced by the ids, or added, where the ids may only repeat the selected ones. */
  | (Operation<"selectedMembers", ValueTarget> & { readonly ids: readonly string[] })
  /** What changes nothing, because nobody knows it or only the server writes it. */
  | Operation<"ignored", Target | undefined>
  /** What is wrong with it is said when its turn comes. */
  | (Operation<"refused", Target | undefined> & { readonly error: ScimError });

export type OperationOf<K extends ResolvedOperation["kind"]> = Extract<ResolvedOperation, { readonly kind: K }>;

/** An operation that changes the values of one attribute. */
export type AttributeOperation = OperationOf<"set" | "merge" | "values" | "part" | "selected">;

/** What a log line has room for. */
const MAX_ENTRIES = 30;

/**
 * What the operations are about, each thing once, e.g. `replace emails[type].value`, `add members`: names of the schema
 * only, `unknown` for what the client named otherwise, so that it is fit for a log.
 */
export function describePatch(operations: readonly ResolvedOperation[]): string[] {
  const entries = new Set<string>();
  for (const { op, target } of operations) {
    if (entries.size === MAX_ENTRIES) return [...entries, "more"];
    entries.add(`${op} ${target === undefined ? "unknown" : printTarget(target)}`);
  }
  return [...entries];
}

/** As printPath, with the attributes its filter looks at in brackets: `emails[type].value`. Never holds a value. */
function printTarget(target: Target): string {
  switch (target.kind) {
    case "extension":
      return target.schema.id;
    case "attribute":
      return printPath(target.path);
    case "value": {
      const looked = [...filterAttributes(target.filter)].join(",");
      return `${printPath(target.path)}[${looked}]${target.sub === undefined ? "" : `.${target.sub.name}`}`;
    }
  }
}

/** The attributes that the operations give values, each part by itself. */
export function pathsWritten(operations: readonly ResolvedOperation[]): AttributePath[] {
  return operations.flatMap(pathsOf);
}

function pathsOf(operation: ResolvedOperation): AttributePath[] {
  switch (operation.kind) {
    case "set":
      return [operation.target.path];
    case "part":
      return [{ ...operation.target.path, sub: operation.sub }];
    case "merge":
    case "selected": {
      const { path } = operation.target;
      return [...(operation.parts?.keys() ?? [])].map((sub) => ({ ...path, sub }));
    }
    case "values": {
      const { path } = operation.target;
      const names = new Set(operation.values?.flatMap((value) => (isObject(value) ? Object.keys(value) : [])));
      const subs = path.attribute.subAttributes?.filter(({ name }) => names.has(name)) ?? [];
      return [path, ...subs.map((sub) => ({ ...path, sub }))];
    }
    case "extension":
    case "members":
    case "selectedMembers":
    case "ignored":
    case "refused":
      return [];
  }
}

/** How often one PATCH may look at a value or a member: seconds of work on a small machine. */
const MAX_LOOKS = 1_000_000;

/** What a PATCH has cost so far. Values times conditions times operations grow beyond any deadline within one body. */
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
 * @throws ScimError 400 invalidPath when it is malformed, 400 invalidFilter when the filter in it is
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
  // A filter has at least one space; what has none is an index or a slip.
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
