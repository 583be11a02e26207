/**
 * A second reading of RFC 7644 section 3.5.2 for a person with a few attributes, written only from that text and from
 * product.md section 4. It is slow and plain, without schema or paths as text, and imports nothing: where it agrees with
 * functions/scim, two readings agree.
 */

const LISTS = ["emails", "roles"] as const;
type ListName = (typeof LISTS)[number];
type TextPart = "value" | "type" | "display";

export interface Element {
  value?: string;
  type?: string;
  display?: string;
  primary?: boolean;
}

export interface Person {
  userName: string;
  title?: string;
  active?: boolean;
  name?: { givenName?: string; familyName?: string };
  emails?: Element[];
  roles?: Element[];
  department?: string;
  manager?: string;
}

/** A value filter's condition on one element. */
export type Condition =
  | {
      readonly kind: "compare";
      readonly part: TextPart;
      readonly operator: "eq" | "ne" | "co" | "sw" | "ew";
      readonly text: string;
    }
  | { readonly kind: "primary"; readonly is: boolean }
  | { readonly kind: "present"; readonly part: TextPart }
  | { readonly kind: "and" | "or"; readonly left: Condition; readonly right: Condition }
  | { readonly kind: "not"; readonly inner: Condition };

export type Plain = "userName" | "title" | "active" | "department" | "manager";

export type Target =
  | { readonly kind: "plain"; readonly name: Plain }
  | { readonly kind: "name" }
  | { readonly kind: "namePart"; readonly part: "givenName" | "familyName" }
  | { readonly kind: "list"; readonly list: ListName }
  | { readonly kind: "selected"; readonly list: ListName; readonly where: Condition }
  | {
      readonly kind: "selectedPart";
      readonly list: ListName;
      readonly where: Condition;
      readonly part: TextPart | "primary";
    };

/** Null and "" remove a value. */
export type Value = string | boolean | null | Readonly<Record<string, string | null>> | Element | readonly Element[];

export interface Assignment {
  readonly target: Target;
  readonly value?: Value;
}

export type Operation =
  | ({ readonly op: "add" | "replace" | "remove" } & Assignment)
  /** Without a path, each member of the value is an assignment. */
  | { readonly op: "add" | "replace"; readonly members: readonly Assignment[] };

/** @returns "refused" for the whole patch; `strict` is the preset `rfc` */
export function naivePatch(person: Person, operations: readonly Operation[], strict: boolean): Person | "refused" {
  const next: Person = structuredClone(person);
  // Stored users have none: a create drops them too.
  for (const list of LISTS) dropHollow(next, list);
  try {
    for (const operation of operations) {
      if ("members" in operation) {
        for (const { target, value } of operation.members) carryOut(next, operation.op, target, value, strict);
      } else carryOut(next, operation.op, operation.target, operation.value, strict);
    }
  } catch (error) {
    if (error instanceof Refusal) return "refused";
    throw error;
  }
  for (const list of LISTS) dropHollow(next, list);
  return next;
}

/** An element with only a type or `primary` has no value. */
function hasValue({ value, display }: Element): boolean {
  return value !== undefined || display !== undefined;
}

function dropHollow(person: Person, list: ListName): void {
  const kept = (person[list] ?? []).filter(hasValue);
  if (kept.length === 0) delete person[list];
  else person[list] = kept;
}

class Refusal extends Error {}

function carryOut(
  person: Person,
  op: "add" | "replace" | "remove",
  target: Target,
  value: Value | undefined,
  strict: boolean,
): void {
  if (op !== "remove" && value === undefined) throw new Refusal("an add or replace needs a value");
  switch (target.kind) {
    case "plain":
      setPlain(person, target.name, op === "remove" ? null : value);
      break;
    case "name":
      setName(person, op === "remove" ? null : value);
      break;
    case "namePart":
      setName(person, { [target.part]: op === "remove" ? null : value });
      break;
    case "list":
      settle(person, target.list, ofList(person[target.list] ?? [], op, value));
      break;
    case "selected":
      settle(person, target.list, ofSelected(person[target.list] ?? [], op, target.where, value));
      break;
    case "selectedPart":
      settle(person, target.list, ofParts(person[target.list] ?? [], op, target, value, strict));
      break;
  }
}

function setPlain(person: Person, name: Plain, value: unknown): void {
  const gone = value === null || value === "";
  if (name === "userName") {
    if (gone || typeof value !== "string" || value.trim() === "") throw new Refusal("userName is required");
    person.userName = value;
  } else if (name === "active") {
    if (value === null) delete person.active;
    else if (typeof value === "boolean") person.active = value;
    else throw new Refusal("active is a boolean");
  } else if (gone) delete person[name];
  else if (typeof value === "string") person[name] = value;
  else throw new Refusal("not a string");
}

/** Unnamed sub-attributes stay. */
function setName(person: Person, value: unknown): void {
  if (value === null || value === "") {
    delete person.name;
    return;
  }
  const merged: Record<string, unknown> = { ...person.name, ...(value as object) };
  for (const [part, text] of Object.entries(merged)) if (text === null || text === "") delete merged[part];
  if (Object.keys(merged).length === 0) delete person.name;
  else person.name = merged;
}

/** An element, and whether this operation wrote it. */
interface Held {
  readonly element: Element;
  readonly written: boolean;
}

const old = (element: Element): Held => ({ element, written: false });
const written = (element: Element): Held => ({ element, written: true });

function ofList(elements: Element[], op: "add" | "replace" | "remove", value: Value | undefined): Held[] {
  if (op === "remove") {
    if (value === undefined || value === null) return [];
    const listed = elementsOf(value);
    if (Array.isArray(value) && value.length === 0) return elements.map(old);
    return elements.filter((element) => !listed.some((one) => isMeant(element, one))).map(old);
  }
  const given = onePrimary(elementsOf(value ?? []));
  return op === "replace" ? given.map(written) : [...elements.map(old), ...merge(given.map(written))];
}

/** One value that comes under two types, both primary, is one preferred value: the first mark counts. */
function onePrimary(given: Element[]): Element[] {
  const first = given.find((element) => element.primary === true && hasValue(element));
  return given.map((element) => {
    if (element === first || element.primary !== true || !hasValue(element)) return element;
    if (element.value === undefined || element.value !== first?.value) throw new Refusal("two primaries");
    return { ...element, primary: false };
  });
}

function ofSelected(
  elements: Element[],
  op: "add" | "replace" | "remove",
  where: Condition,
  value: Value | undefined,
): Held[] {
  if (op === "remove") return elements.filter((element) => !holds(where, element)).map(old);
  const given = (value ?? {}) as Element;
  if (!elements.some((element) => holds(where, element))) {
    const described = op === "add" ? describedBy(where) : undefined;
    if (described === undefined) throw new Refusal("noTarget");
    return [...elements.map(old), written({ ...described, ...given })];
  }
  return elements.map((element) => {
    if (!holds(where, element)) return old(element);
    return written(op === "replace" ? { ...given } : { ...element, ...given });
  });
}

function ofParts(
  elements: Element[],
  op: "add" | "replace" | "remove",
  { where, part }: { readonly where: Condition; readonly part: TextPart | "primary" },
  value: Value | undefined,
  strict: boolean,
): Held[] {
  const gone = op === "remove" || value === null || value === "";
  if (!elements.some((element) => holds(where, element))) {
    if (gone) return elements.map(old);
    const creates = op === "add" || (!strict && !mentionsValue(where));
    const described = creates ? describedBy(where) : undefined;
    if (described === undefined) throw new Refusal("noTarget");
    return [...elements.map(old), written({ ...described, [part]: value })];
  }
  return elements.map((element) => {
    if (!holds(where, element)) return old(element);
    const { [part]: _before, ...rest } = element;
    return written(gone ? rest : { ...rest, [part]: value });
  });
}

/** Drops empty elements, lets the written primary win once it has a value, and merges elements with the same type and value. */
function settle(person: Person, list: ListName, held: readonly Held[]): void {
  const primaries = held.filter(
    ({ written: now, element }) => now && element.primary === true && hasValue(element),
  ).length;
  if (primaries > 1) throw new Refusal("two primaries");
  const demoted = held
    .filter(({ element }) => Object.keys(element).length > 0)
    .map((one) =>
      primaries === 1 && !one.written && one.element.primary === true
        ? { ...one, element: { ...one.element, primary: false } }
        : one,
    );
  const elements = merge(demoted).map(({ element }) => element);
  if (elements.length === 0) delete person[list];
  else person[list] = elements;
}

function merge(held: readonly Held[]): Held[] {
  const kept: Held[] = [];
  for (const one of held) {
    const at = kept.findIndex(({ element }) => isTwin(element, one.element));
    const twin = kept[at];
    if (twin === undefined) {
      kept.push(one);
      continue;
    }
    const both: Element = { ...twin.element, ...one.element };
    if (twin.element.primary === true || one.element.primary === true) both.primary = true;
    kept[at] = { element: both, written: twin.written || one.written };
  }
  return kept;
}

/** RFC 7643 section 2.4: the same type and value; without a value, the same but for the primary mark. */
function isTwin(left: Element, right: Element): boolean {
  if (left.value !== undefined || right.value !== undefined) {
    return left.value === right.value && left.type === right.type;
  }
  const parts = ["type", "display"] as const;
  return parts.every((part) => left[part] === right[part]);
}

function elementsOf(value: Value): Element[] {
  const list = (Array.isArray(value) ? value : value === null || value === "" ? [] : [value]) as readonly Element[];
  return list.map((element) => ({ ...element })).filter((element) => Object.keys(element).length > 0);
}

/** Matches an element listed for removal: by value, and by type if given, ignoring case. */
function isMeant(stored: Element, listed: Element): boolean {
  if (folded(stored.value) !== folded(listed.value)) return false;
  return listed.type === undefined || folded(stored.type) === folded(listed.type);
}

function folded(text: string | undefined): string | undefined {
  return text?.toLowerCase();
}

function holds(condition: Condition, element: Element): boolean {
  switch (condition.kind) {
    case "and":
      return holds(condition.left, element) && holds(condition.right, element);
    case "or":
      return holds(condition.left, element) || holds(condition.right, element);
    case "not":
      return !holds(condition.inner, element);
    case "primary":
      // A value without `primary` is not primary.
      return (element.primary === true) === condition.is;
    case "present":
      return element[condition.part] !== undefined;
    case "compare": {
      const text = folded(element[condition.part]);
      const wanted = condition.text.toLowerCase();
      if (condition.operator === "ne") return text !== wanted;
      if (text === undefined) return false;
      if (condition.operator === "eq") return text === wanted;
      if (condition.operator === "co") return text.includes(wanted);
      return condition.operator === "sw" ? text.startsWith(wanted) : text.endsWith(wanted);
    }
  }
}

/** The only element that a conjunction of `eq` describes; undefined for other or contradictory conditions. */
function describedBy(condition: Condition): Element | undefined {
  if (condition.kind === "compare" && condition.operator === "eq") return { [condition.part]: condition.text };
  if (condition.kind === "primary") return { primary: condition.is };
  if (condition.kind !== "and") return undefined;
  const left = describedBy(condition.left);
  const right = describedBy(condition.right);
  if (left === undefined || right === undefined) return undefined;
  const both = { ...left, ...right };
  return holds(condition, both) ? both : undefined;
}

function mentionsValue(condition: Condition): boolean {
  switch (condition.kind) {
    case "and":
    case "or":
      return mentionsValue(condition.left) || mentionsValue(condition.right);
    case "not":
      return mentionsValue(condition.inner);
    case "compare":
    case "present":
      return condition.part === "value";
    case "primary":
      return false;
  }
}
