import { ScimError } from "../error.ts";
import { asList, elementsOf, isObject, type Json, type JsonObject } from "../json.ts";
import { type AttributePath, type ComparisonKey, comparisonKey, printPath, valueAt } from "../paths.ts";
import { booleanOf } from "../readValue.ts";
import { type Attribute, define } from "../schema.ts";

export const OPERATORS = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"] as const;
export type Operator = (typeof OPERATORS)[number];

export type Literal = null | boolean | number | string;

/** A filter with resolved paths and fitting literals (RFC 7644 section 3.4.2.2). */
export type Filter =
  | { readonly kind: "and" | "or"; readonly left: Filter; readonly right: Filter }
  | { readonly kind: "not"; readonly filter: Filter }
  | { readonly kind: "present"; readonly path: AttributePath }
  | {
      readonly kind: "compare";
      readonly path: AttributePath;
      readonly operator: Operator;
      readonly value: Literal;
      /** `value` converted by comparisonKey, once for all resources. */
      readonly key: ComparisonKey;
    }
  /** `emails[…]`: the paths inside start at the element. */
  | { readonly kind: "value"; readonly path: AttributePath; readonly filter: Filter };

type Comparison = Extract<Filter, { readonly kind: "compare" }>;

/**
 * Whether the filter matches a canonical resource (extensions under their URN), or one element of a multi-valued attribute.
 * A multi-valued attribute matches if any of its values does. `ne` is true for an unassigned attribute; `eq null` tests
 * whether it is unassigned.
 */
export function matches(filter: Filter, resource: JsonObject): boolean {
  switch (filter.kind) {
    case "and":
      return matches(filter.left, resource) && matches(filter.right, resource);
    case "or":
      return matches(filter.left, resource) || matches(filter.right, resource);
    case "not":
      return !matches(filter.filter, resource);
    case "present":
      return isPresent(filter.path, resource);
    case "compare":
      return compares(filter, resource);
    case "value":
      return elementsAt(filter.path, resource).some((element) => matches(filter.filter, element));
  }
}

function isPresent(path: AttributePath, resource: JsonObject): boolean {
  const { sub } = path;
  if (sub === undefined) return holdsValue(valueAt(resource, path));
  return elementsAt(path, resource).some((element) => holdsValue(element[sub.name]));
}

/** The values of a complex attribute, multi-valued or not. */
function elementsAt(path: AttributePath, resource: JsonObject): JsonObject[] {
  return elementsOf([valueAt(resource, path) ?? []].flat());
}

/** Non-empty, or complex with a non-empty part. */
function holdsValue(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === "") return false;
  if (typeof value !== "object") return true;
  return Object.values(value).some(holdsValue);
}

function compares(filter: Comparison, resource: JsonObject): boolean {
  const { path, operator, key } = filter;
  if (key === null) return isPresent(path, resource) === (operator === "ne");
  const value = valueAt(resource, path);
  let unassigned = true;
  for (const element of asList(value)) {
    const given = comparisonKey(path, comparedPart(path, element));
    if (given === null) continue;
    unassigned = false;
    if (holds(operator, given, key)) return true;
  }
  return unassigned && operator === "ne";
}

/** RFC 7643 section 2.4: a value without `primary` is not primary. */
function comparedPart({ attribute, sub }: AttributePath, element: Json | undefined): Json | undefined {
  if (sub === undefined) return element === undefined && attribute.name === "primary" ? false : element;
  if (!isObject(element)) return undefined;
  const value = element[sub.name];
  return value === undefined && sub.name === "primary" ? false : value;
}

function holds(operator: Operator, given: NonNullable<ComparisonKey>, key: NonNullable<ComparisonKey>): boolean {
  switch (operator) {
    case "eq":
      return given === key;
    case "ne":
      return given !== key;
    case "gt":
      return given > key;
    case "ge":
      return given >= key;
    case "lt":
      return given < key;
    case "le":
      return given <= key;
    case "co":
      return contains(String(given), String(key));
    case "sw":
      return String(given).startsWith(String(key));
    case "ew":
      return String(given).endsWith(String(key));
  }
}

/** V8 knows 250 units of a part well. Of a longer one it may compare all at each place: of `aaab…aaa` in `aaaa…`. */
const SEARCHED_BY_V8 = 250;

/** `includes` in time proportional to both lengths, whatever the texts (Knuth, Morris and Pratt). */
function contains(text: string, part: string): boolean {
  // Where a long part is not, its beginning mostly is not either.
  if (!text.includes(part.slice(0, SEARCHED_BY_V8))) return false;
  if (part.length <= SEARCHED_BY_V8) return true;
  const all = part + text;
  // For each end in `all`: the length of the longest beginning of `part` that ends there.
  const ended = new Uint16Array(all.length);
  let length = 0;
  for (let at = 1; at < all.length && length < part.length; at += 1) {
    const unit = all.charCodeAt(at);
    if (at === part.length) length = 0;
    while (length > 0 && all.charCodeAt(length) !== unit) length = ended[length - 1] ?? 0;
    if (all.charCodeAt(length) === unit) length += 1;
    ended[at] = length;
  }
  return length === part.length;
}

/** A condition that `path` equals `value`, by the equality of that attribute. */
interface Equality {
  /** Canonical, e.g. `userName`, `emails.value`, `members.value`. */
  readonly path: string;
  readonly value: string;
}

/**
 * Necessary conditions of the filter: its string equalities joined by `and` at the top, including those in value paths. A
 * planner may look up one of them and check the filter on the results.
 */
export function equalities(filter: Filter): readonly Equality[] {
  switch (filter.kind) {
    case "and":
      return [...equalities(filter.left), ...equalities(filter.right)];
    case "compare":
      return filter.operator === "eq" && typeof filter.value === "string"
        ? [{ path: printPath(filter.path), value: filter.value }]
        : [];
    case "value": {
      const prefix = printPath(filter.path);
      return equalities(filter.filter).map(({ path, value }) => ({ path: `${prefix}.${path}`, value }));
    }
    case "or":
    case "not":
    case "present":
      return [];
  }
}

/**
 * The filter with `+` for every space in values compared with `eq`: API Gateway decodes a bare `+` to a space. Conditions
 * inside `not` and other operators stay unchanged: a changed value there could match what the client excluded.
 * @returns undefined when nothing changes
 */
export function withPluses(filter: Filter): Filter | undefined {
  let changes = false;
  const changed = mapComparisons(filter, (comparison, negated) => {
    const { path, operator, value: spaced } = comparison;
    if (negated || operator !== "eq" || typeof spaced !== "string" || !spaced.includes(" ")) return comparison;
    changes = true;
    const value = spaced.replaceAll(" ", "+");
    return { ...comparison, value, key: comparisonKey(path, value) };
  });
  return changes ? changed : undefined;
}

/** One entry per condition, only attribute names and operators, e.g. `emails[type].value eq`: safe for a log. */
export function describeFilter(filter: Filter): string[] {
  switch (filter.kind) {
    case "and":
    case "or":
      return [...describeFilter(filter.left), ...describeFilter(filter.right)];
    case "not":
      return describeFilter(filter.filter).map((entry) => `not ${entry}`);
    case "present":
      return [`${printPath(filter.path)} pr`];
    case "compare":
      return [`${printPath(filter.path)} ${filter.operator}`];
    case "value": {
      const inner = describeFilter(filter.filter);
      const last = inner.pop() ?? "";
      const selected = inner.map((entry) => entry.replace(/ \w+$/, ""));
      return [`${printPath(filter.path)}${selected.length === 0 ? "" : `[${selected.join(",")}]`}.${last}`];
    }
  }
}

/** What `and`, `or` and `not` join, from left to right. */
export function joinedParts(filter: Filter): Exclude<Filter, { readonly kind: "and" | "or" | "not" }>[] {
  if ("left" in filter) return [...joinedParts(filter.left), ...joinedParts(filter.right)];
  return filter.kind === "not" ? joinedParts(filter.filter) : [filter];
}

/** The top-level names that the filter tests: attributes, or the URN of an extension. */
export function filterAttributes(filter: Filter): Set<string> {
  return new Set(joinedParts(filter).map(({ path }) => path.schema ?? path.attribute.name));
}

type Condition = Extract<Filter, { readonly kind: "present" | "compare" }>;

/** The conditions of the filter, from left to right: the most comparisons that one value can take. */
export function conditionsOf(filter: Filter): Condition[] {
  return joinedParts(filter).flatMap((part) => (part.kind === "value" ? conditionsOf(part.filter) : part));
}

/** Replaces each comparison of the filter. @param change `negated`: a `not` encloses the comparison */
export function mapComparisons(
  filter: Filter,
  change: (comparison: Comparison, negated: boolean) => Filter,
  negated = false,
): Filter {
  if (filter.kind === "compare") return change(filter, negated);
  if ("left" in filter) {
    const left = mapComparisons(filter.left, change, negated);
    return { ...filter, left, right: mapComparisons(filter.right, change, negated) };
  }
  if (filter.kind === "present") return filter;
  return { ...filter, filter: mapComparisons(filter.filter, change, negated || filter.kind === "not") };
}

/** Stands for an attribute that no resource has. */
export const NO_ATTRIBUTE: Attribute = {
  ...define("nothing", "An attribute that the resource type does not have."),
  name: "",
};

/** Whether the condition asks for the presence of an attribute that the type does not have: then nothing matches. */
export function namesNothing({ path }: Extract<Filter, { kind: "present" }>): boolean {
  return path.attribute === NO_ATTRIBUTE;
}

const EQUALITY: readonly Operator[] = ["eq", "ne"];
const ORDER: readonly Operator[] = [...EQUALITY, "gt", "ge", "lt", "le"];
const TEXT: readonly Operator[] = [...ORDER, "co", "sw", "ew"];

/** Literal type and operators for each attribute type (RFC 7644 Table 3). */
const COMPARABLE: Readonly<Record<Attribute["type"], readonly [literal: string, operators: readonly Operator[]]>> = {
  boolean: ["boolean", EQUALITY],
  binary: ["string", EQUALITY],
  complex: ["nothing", EQUALITY],
  integer: ["number", ORDER],
  decimal: ["number", ORDER],
  dateTime: ["string", ORDER],
  string: ["string", TEXT],
  reference: ["string", TEXT],
};

/** @throws ScimError 400 invalidFilter unless operator and literal fit the attribute's type */
export function comparison(path: AttributePath, operator: Operator, literal: Literal): Comparison {
  const { type } = path.sub ?? path.attribute;
  const [expected, operators] = COMPARABLE[type];
  if (!operators.includes(operator) || (literal === null && !EQUALITY.includes(operator))) {
    throw ScimError.invalidFilter("combination", operator, printPath(path));
  }
  const isText = typeof literal === "string";
  // API Gateway decodes a bare + to a space; a time never has a space before its zone.
  const read = isText && type === "dateTime" ? literal.replace(/ (?=\d\d:\d\d$)/, "+") : literal;
  // Entra writes roles[primary eq "True"] (recorded request role-primary-filter).
  const value = isText && type === "boolean" ? booleanOf(literal) : read;
  const key = comparisonKey(path, value);
  const fits = value === null || (typeof value === expected && (type !== "dateTime" || key !== null));
  if (value === undefined || !fits) throw ScimError.invalidFilter("literal", printPath(path), type);
  return { kind: "compare", path, operator, value, key };
}

/**
 * The ids of which the filter only asks whether they are values of `attribute`, such as members of a group. These memberships
 * decide the filter, so the whole list need not be read.
 * @returns undefined when the filter asks for more, e.g. whether the list has any value
 */
export function decidingIds(filter: Filter, attribute: string): readonly string[] | undefined {
  const ids: string[] = [];
  for (const part of joinedParts(filter)) {
    if (part.path.attribute.name !== attribute) continue;
    // In a value path, an element with another value cannot meet all conditions.
    const id = equalities(part).find(({ path }) => path === `${attribute}.value`);
    if (id === undefined) return undefined;
    ids.push(id.value);
  }
  return ids;
}
