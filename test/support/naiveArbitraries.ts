import fc from "fast-check";
import type { Json, JsonObject } from "../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA, PATCH_OP, USER_SCHEMA } from "../../functions/scim/schema.ts";
import type { Assignment, Condition, Element, Operation, Person, Target, Value } from "./naivePatch.ts";

/** Users and patches for the naive model, and their form on the wire. */

/** Few texts in both cases, so that values collide; none folds to another length. */
const text = fc.constantFrom("a", "A", "b", "ab", "work", "home", "Work", "x@y", 'q"]', "c d", "é", "\\");
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

function without<T extends object>(record: fc.Arbitrary<T>): fc.Arbitrary<T> {
  // Leaves out undefined members.
  return record.map((value) => JSON.parse(JSON.stringify(value)));
}

const element: fc.Arbitrary<Element> = without(
  fc.record({
    value: optional(text),
    type: optional(fc.constantFrom("work", "home", "Work")),
    display: optional(text),
    primary: optional(fc.boolean()),
  }) as fc.Arbitrary<Element>,
).filter((value) => Object.keys(value).length > 0);

function identity({ value, type, display }: Element): string {
  return JSON.stringify(value === undefined ? [type, display, null] : [type, value]);
}

/** Valid values for a whole list: at most one primary, and no two with the same type and value. */
const elements = fc.uniqueArray(element, {
  maxLength: 4,
  selector: identity,
});
const storedElements = elements.map((list) => {
  const first = list.findIndex(({ primary }) => primary === true);
  const stored = list.map((value, index) =>
    value.primary === true && index !== first ? { ...value, primary: false } : value,
  );
  return [...new Map(stored.map((value) => [identity(value), value])).values()];
});

export const person: fc.Arbitrary<Person> = without(
  fc.record({
    userName: text,
    title: optional(text),
    active: optional(fc.boolean()),
    name: optional(without(fc.record({ givenName: optional(text), familyName: optional(text) }))),
    emails: optional(storedElements),
    roles: optional(storedElements),
    department: optional(text),
    manager: optional(text),
  }) as fc.Arbitrary<Person>,
).map((value) => {
  const { emails = [], roles = [], name = {}, ...rest } = value;
  return {
    ...rest,
    ...(emails.length > 0 ? { emails } : {}),
    ...(roles.length > 0 ? { roles } : {}),
    ...(Object.keys(name).length > 0 ? { name } : {}),
  };
});

const part = fc.constantFrom("value" as const, "type" as const, "display" as const);
const operator = fc.constantFrom(
  "eq" as const,
  "eq" as const,
  "ne" as const,
  "co" as const,
  "sw" as const,
  "ew" as const,
);

const condition: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({ kind: fc.constant("compare" as const), part, operator, text }),
    fc.record({ kind: fc.constant("primary" as const), is: fc.boolean() }),
    fc.record({ kind: fc.constant("present" as const), part }),
    fc.record({
      kind: fc.constantFrom("and" as const, "or" as const),
      left: tie("condition"),
      right: tie("condition"),
    }),
    fc.record({ kind: fc.constant("not" as const), inner: tie("condition") }),
  ),
})).condition;

const list = fc.constantFrom("emails" as const, "roles" as const);
const textOrNothing = fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: fc.constantFrom(null, "") });

const assigned = (target: fc.Arbitrary<Target>, value: fc.Arbitrary<Value>): fc.Arbitrary<Assignment> =>
  fc.record({ target, value });

const simple: fc.Arbitrary<Assignment> = fc.oneof(
  assigned(
    fc.constantFrom("userName" as const, "title" as const, "department" as const, "manager" as const).map((name) => ({
      kind: "plain" as const,
      name,
    })),
    textOrNothing,
  ),
  assigned(fc.constant({ kind: "plain", name: "active" }), fc.constantFrom(true, false, null)),
  assigned(
    fc.constant({ kind: "name" }),
    fc.oneof(
      fc.constantFrom(null, ""),
      without(
        fc.record({ givenName: optional(textOrNothing), familyName: optional(textOrNothing) }),
      ) as fc.Arbitrary<Value>,
    ),
  ),
  assigned(
    fc
      .constantFrom("givenName" as const, "familyName" as const)
      .map((one) => ({ kind: "namePart" as const, part: one })),
    textOrNothing,
  ),
);

/** Assignments that may also stand in the value of an operation without path. */
const ofLists: fc.Arbitrary<Assignment> = fc.oneof(
  assigned(
    list.map((name) => ({ kind: "list" as const, list: name })),
    fc.oneof(elements, element, fc.constant(null)),
  ),
  assigned(fc.record({ kind: fc.constant("selectedPart" as const), list, where: condition, part }), textOrNothing),
  assigned(
    fc.record({
      kind: fc.constant("selectedPart" as const),
      list,
      where: condition,
      part: fc.constant("primary" as const),
    }),
    fc.boolean(),
  ),
);

const assignment: fc.Arbitrary<Assignment> = fc.oneof(
  { weight: 3, arbitrary: simple },
  { weight: 4, arbitrary: ofLists },
  {
    weight: 2,
    arbitrary: assigned(fc.record({ kind: fc.constant("selected" as const), list, where: condition }), element),
  },
);

const removal: fc.Arbitrary<Operation> = fc.oneof(
  assignment.map(({ target }) => ({ op: "remove" as const, target })),
  assigned(
    list.map((name) => ({ kind: "list" as const, list: name })),
    fc.array(
      element.filter(({ value }) => value !== undefined),
      { maxLength: 3 },
    ),
  ).map((given) => ({ op: "remove" as const, ...given })),
);

const written = fc.constantFrom("add" as const, "replace" as const);

export const naiveOperations: fc.Arbitrary<Operation[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.tuple(written, assignment).map(([op, given]) => ({ op, ...given })) },
    { weight: 2, arbitrary: removal },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          written,
          fc.uniqueArray(fc.oneof(simple, ofLists), {
            minLength: 1,
            maxLength: 3,
            selector: ({ target }) => pathOf(target),
          }),
        )
        .map(([op, members]) => ({ op, members })),
    },
  ),
  { minLength: 1, maxLength: 5 },
);

export function userOf({ department, manager, ...core }: Person): JsonObject {
  const enterprise = {
    ...(department === undefined ? {} : { department }),
    ...(manager === undefined ? {} : { manager: { value: manager } }),
  };
  const extended = Object.keys(enterprise).length > 0;
  const text = JSON.stringify({
    schemas: extended ? [USER_SCHEMA, ENTERPRISE_SCHEMA] : [USER_SCHEMA],
    ...core,
    ...(extended ? { [ENTERPRISE_SCHEMA]: enterprise } : {}),
  });
  return JSON.parse(text);
}

export function patchOf(operations: readonly Operation[]): JsonObject {
  return { schemas: [PATCH_OP], Operations: operations.map(operationOf) };
}

function operationOf(operation: Operation): JsonObject {
  if ("members" in operation) {
    const members = operation.members.map(({ target, value }) => [pathOf(target), jsonOf(value) ?? null]);
    return { op: operation.op, value: Object.fromEntries(members) };
  }
  const value = jsonOf(operation.value);
  return { op: operation.op, path: pathOf(operation.target), ...(value === undefined ? {} : { value }) };
}

function jsonOf(value: Value | undefined): Json | undefined {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function pathOf(target: Target): string {
  switch (target.kind) {
    case "plain":
      return target.name === "department" || target.name === "manager"
        ? `${ENTERPRISE_SCHEMA}:${target.name}`
        : target.name;
    case "name":
      return "name";
    case "namePart":
      return `name.${target.part}`;
    case "list":
      return target.list;
    case "selected":
      return `${target.list}[${printed(target.where)}]`;
    case "selectedPart":
      return `${target.list}[${printed(target.where)}].${target.part}`;
  }
}

/** With all parentheses: the filter's laws test precedence. */
function printed(condition: Condition): string {
  switch (condition.kind) {
    case "compare":
      return `${condition.part} ${condition.operator} ${JSON.stringify(condition.text)}`;
    case "primary":
      return `primary eq ${condition.is}`;
    case "present":
      return `${condition.part} pr`;
    case "and":
    case "or":
      return `(${printed(condition.left)}) ${condition.kind} (${printed(condition.right)})`;
    case "not":
      return `not (${printed(condition.inner)})`;
  }
}
