import { ScimError } from "../error.ts";
import { type AttributePath, comparisonKey, printPath, resolvePath } from "../paths.ts";
import { booleanOf } from "../readValue.ts";
import { type Attribute, define, findAttribute, type ResourceType } from "../schema.ts";
import type { Comparison, Filter, Literal } from "./filter.ts";
import { parseSyntax, type Syntax } from "./parseSyntax.ts";

/** Finds what a path in the filter names. */
interface Scope {
  (path: string): AttributePath | undefined;
  /** What a path means that names nothing. */
  readonly unknown?: UnknownPaths;
}

/** At an endpoint of one type an unknown attribute is a mistake; across types it has no value (RFC 7644 section 3.4.2.1). */
export type UnknownPaths = "refuse" | "unassigned";

/**
 * @throws ScimError 400 invalidFilter: grammar, unknown attribute, operator or literal that does not fit the attribute;
 * never "all resources" in place of a filter that is not understood
 * @throws ScimError 403 sensitive for `password`
 */
export function parseFilter(text: string, type: ResourceType, unknown: UnknownPaths = "refuse"): Filter {
  const scope: Scope = Object.assign((path: string) => resolvePath(type, path), { unknown });
  return resolve(parseSyntax(text), scope);
}

/**
 * The filter in the brackets of a value path, whose paths start at an element of `attribute`.
 * @throws ScimError 400 invalidFilter as parseFilter, and for what is derived only for answers that ask for it, such as
 * `members[display eq "Ada"]`: it would select nobody, and a removal would leave everybody in behind a success
 */
export function parseValueFilter(text: string, attribute: Attribute): Filter {
  const inElement = elementScope(attribute);
  return resolve(parseSyntax(text), (path) => {
    const found = inElement(path);
    const { returned, mutability } = found?.attribute ?? {};
    if (returned === "request" && mutability === "readOnly") {
      throw ScimError.invalidFilter("derived", `${attribute.name}.${found?.attribute.name}`);
    }
    return found;
  });
}

function elementScope(attribute: Attribute): Scope {
  return (path) => {
    const sub = findAttribute(attribute.subAttributes, path);
    return sub === undefined ? undefined : { schema: undefined, attribute: sub, sub: undefined };
  };
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
      return compare(comparable(known(syntax.path, scope)), syntax.operator, syntax.value);
    case "value": {
      const path = known(syntax.path, scope);
      if (path.sub !== undefined || path.attribute.type !== "complex") {
        throw ScimError.invalidFilter("notComplex", printPath(path));
      }
      return { kind: "value", path, filter: resolve(syntax.filter, elementScope(path.attribute)) };
    }
  }
}

/** No resource has it. */
const NOTHING: Attribute = { ...define("nothing", "An attribute that the resource type does not have."), name: "" };

/** Whether the condition asks for the presence of what the resource type does not have: then nothing matches. */
export function namesNothing({ path }: Extract<Filter, { kind: "present" }>): boolean {
  return path.attribute === NOTHING;
}

/** What the condition says of an attribute without a value: as with one that the type has, `ne` holds and `eq null` too. */
function unassigned(syntax: Exclude<Syntax, { readonly kind: "and" | "or" | "not" }>): Filter {
  const present: Filter = { kind: "present", path: { schema: undefined, attribute: NOTHING, sub: undefined } };
  const holds = syntax.kind === "compare" && syntax.operator === (syntax.value === null ? "eq" : "ne");
  return holds ? { kind: "not", filter: present } : present;
}

function known(text: string, scope: Scope): AttributePath {
  const path = scope(text);
  if (path === undefined) {
    throw ScimError.invalidFilter("attribute", text.slice(0, 100));
  }
  if ((path.sub ?? path.attribute).returned === "never") {
    throw ScimError.sensitive("filter", printPath(path));
  }
  return path;
}

/** A complex attribute stands for its `value`: `emails co "x"` (RFC 7644 Figure 2), `members eq "id"` (Entra). */
function comparable(path: AttributePath): AttributePath {
  if (path.sub !== undefined || path.attribute.type !== "complex") return path;
  const value = findAttribute(path.attribute.subAttributes, "value");
  if (value === undefined) {
    throw ScimError.invalidFilter("complex", printPath(path));
  }
  return { ...path, sub: value };
}

function compare(path: AttributePath, operator: Comparison, literal: Literal): Filter {
  const value = fitting(path, operator, literal);
  return { kind: "compare", path, operator, value, key: comparisonKey(path, value) };
}

const EQUALITY: readonly Comparison[] = ["eq", "ne"];
const ORDER: readonly Comparison[] = [...EQUALITY, "gt", "ge", "lt", "le"];
const TEXT: readonly Comparison[] = [...ORDER, "co", "sw", "ew"];

/** The literal, when operator and literal fit the attribute's type (RFC 7644 Table 3). */
function fitting(path: AttributePath, operator: Comparison, literal: Literal): Literal {
  const { type } = path.sub ?? path.attribute;
  if (!operatorsOf(type).includes(operator) || (literal === null && !EQUALITY.includes(operator))) {
    throw ScimError.invalidFilter("combination", operator, printPath(path));
  }
  if (literal === null) return null;
  const value = literalOf(type, path, literal);
  if (value === undefined) {
    throw ScimError.invalidFilter("literal", printPath(path), type);
  }
  return value;
}

function operatorsOf(type: Attribute["type"]): readonly Comparison[] {
  switch (type) {
    case "boolean":
    case "binary":
    case "complex":
      return EQUALITY;
    case "integer":
    case "decimal":
    case "dateTime":
      return ORDER;
    case "string":
    case "reference":
      return TEXT;
  }
}

function literalOf(
  type: Attribute["type"],
  path: AttributePath,
  literal: boolean | number | string,
): Literal | undefined {
  switch (type) {
    case "boolean":
      // Entra writes roles[primary eq "True"] (recorded request role-primary-filter).
      return typeof literal === "string" ? booleanOf(literal) : ofType(literal, "boolean");
    case "integer":
    case "decimal":
      return ofType(literal, "number");
    case "dateTime":
      return comparisonKey(path, literal) === null ? undefined : ofType(literal, "string");
    case "string":
    case "reference":
    case "binary":
      return ofType(literal, "string");
    case "complex":
      return undefined;
  }
}

function ofType(literal: boolean | number | string, type: "boolean" | "number" | "string"): Literal | undefined {
  return typeof literal === type ? literal : undefined;
}
