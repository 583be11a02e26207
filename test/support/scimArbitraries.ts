import fc from "fast-check";
import type { Json, JsonObject } from "../../functions/scim/json.ts";
import type { PatchOperation } from "../../functions/scim/patch/resolvePatch.ts";
import { ENTERPRISE_SCHEMA } from "../../functions/scim/schema.ts";
import { codePoint } from "./anyText.ts";

/** Few different texts, so that values collide, and some that are hard to quote. */
const text = fc.oneof(
  fc.constantFrom("a", "A", "b", "work", "home", "x@y", "ß", "Σας", "True", 'q"]', " and ", "\\", "é"),
  fc.string({ maxLength: 6, unit: codePoint }).map((value) => value.toWellFormed().replaceAll("\u0000", "")),
);
const type = fc.constantFrom("work", "home", "other");
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Leaves out undefined members. */
function object(shape: Record<string, fc.Arbitrary<Json | undefined>>): fc.Arbitrary<JsonObject> {
  return fc.record(shape).map((value) => JSON.parse(JSON.stringify(value)));
}

const element = object({
  value: optional(text),
  type: optional(type),
  display: optional(text),
  primary: optional(fc.boolean()),
});

/** At most one primary, as required of clients. */
const elements = fc.array(element, { maxLength: 4 }).map((list) => {
  const first = list.findIndex(({ primary }) => primary === true);
  return list.map((value, index) => (value.primary === true && index !== first ? { ...value, primary: false } : value));
});

const userName = text.filter((value) => /[a-z]/i.test(value) && !/\p{Cc}/u.test(value));

/** A client's user attributes, without `schemas`. */
export const userAttributes: fc.Arbitrary<JsonObject> = object({
  userName,
  title: optional(text),
  active: optional(fc.boolean()),
  name: optional(object({ givenName: optional(text), familyName: optional(text) })),
  emails: optional(elements),
  roles: optional(elements),
  [ENTERPRISE_SCHEMA]: optional(
    object({ department: optional(text), manager: optional(object({ value: optional(text) })) }),
  ),
});

const paths = [
  "userName",
  "title",
  "name.givenName",
  "emails.value",
  "emails.type",
  "emails",
  "manager",
  "URN:ietf:params:scim:schemas:core:2.0:User:title",
  `${ENTERPRISE_SCHEMA}:department`,
];
const comparison = fc.constantFrom("eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "EQ");
const quoted = text.map((value) => JSON.stringify(value));

const compareText = fc.tuple(fc.constantFrom(...paths), comparison, quoted).map((parts) => parts.join(" "));
const otherCondition = fc.oneof(
  fc.constantFrom(...paths, "active", "name", "meta", "schemas").map((path) => `${path} pr`),
  fc.tuple(fc.constantFrom("eq", "ne"), fc.boolean()).map(([operator, value]) => `active ${operator} ${value}`),
  fc
    .tuple(fc.constantFrom("eq", "ne"), fc.constantFrom(...paths))
    .map(([operator, path]) => `${path} ${operator} null`),
);
const elementCondition = fc.oneof(
  fc.tuple(fc.constantFrom("value", "type", "display"), comparison, quoted).map((parts) => parts.join(" ")),
  fc.boolean().map((value) => `primary eq ${value}`),
  fc.constant("value pr"),
);

function combined(condition: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.letrec<{ filter: string }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      condition,
      fc.tuple(tie("filter"), fc.constantFrom("and", "or", "AND"), tie("filter")).map((parts) => parts.join(" ")),
      tie("filter").map((inner) => `(${inner})`),
      tie("filter").map((inner) => `not (${inner})`),
    ),
  })).filter;
}

const elementFilter = combined(elementCondition);

/** Valid filters over users. */
export const filterText: fc.Arbitrary<string> = combined(
  fc.oneof(
    compareText,
    otherCondition,
    elementFilter.map((inner) => `emails[${inner}]`),
    fc.tuple(elementFilter, quoted).map(([inner, value]) => `roles[${inner}].value eq ${value}`),
  ),
).filter((filter) => filter.length < 1500 && (filter.match(/ /g) ?? []).length < 60);

const patchValue: fc.Arbitrary<Json> = fc.oneof(
  text,
  fc.boolean(),
  fc.constantFrom<Json>(null, "", "True", [], {}),
  element,
  elements,
  userAttributes,
  fc.dictionary(
    fc.constantFrom("title", "name.givenName", "emails", 'emails[type eq "work"].value', "id", "fooBar"),
    text,
  ),
);

const patchPath = fc.oneof(
  fc.constantFrom(
    ...paths,
    "active",
    "name",
    "roles",
    "emails.primary",
    "externalId",
    "fooBar",
    ENTERPRISE_SCHEMA,
    "groups",
  ),
  fc
    .tuple(fc.constantFrom("emails", "roles"), elementFilter, fc.constantFrom("", ".value", ".type", ".primary"))
    .map(([name, filter, sub]) => `${name}[${filter}]${sub}`),
);

export const patchOperations: fc.Arbitrary<PatchOperation[]> = fc.array(
  fc.record({
    op: fc.constantFrom("add", "remove", "replace"),
    path: optional(patchPath),
    value: optional(patchValue),
  }),
  { maxLength: 6 },
);
