import { ScimError } from "./error.ts";
import {
  isBlank,
  isLongerThan,
  isObject,
  type Json,
  type JsonObject,
  type SchemasRule,
  schemasIn,
  valueNamed,
  withMember,
} from "./json.ts";
import { readMembers } from "./members.ts";
import { FORMER_URN, namesWithin } from "./paths.ts";
import type { QuirkMeanings, Quirks } from "./quirks.ts";
import {
  booleanOf,
  complexOf,
  inSchemaOrder,
  isEmpty,
  isHollow,
  pickAttributes,
  type Reading,
  readAttributes,
  readPicked,
} from "./readValue.ts";
import { type Attribute, coreAttributes, findAttribute, type ResourceType, type Schema } from "./schema.ts";

export const RESOURCE_QUIRKS = {
  hollowElement: "an element of a list had a type but no value; it was left out",
  coreContainer: "attributes came in a container named after the core schema",
  legacySchema: "a schema of SCIM 1 was named and was read as its successor",
  qualifiedName: "an attribute of a body had the URN of its schema before its name",
  trailingColon: "a URN ended in a colon, which was removed",
  unknownSchema: "an unknown schema was ignored (rule unknownAttributes)",
} as const satisfies QuirkMeanings;

/** The rules for reading a body. */
interface BodyRules extends Pick<Reading, "unknownAttributes">, SchemasRule {
  /** For a member without an id. */
  readonly unknownMembers: "skip" | "refuse";
  /** Whether `members` replaces a whole list. */
  readonly replaces?: boolean;
}

/** The content of a client's POST or PUT body. */
export interface ReadBody {
  /** Canonical, without `members`, `id`, `meta` and `groups`. */
  readonly attributes: JsonObject;
  /** Core attributes in the body, including those without a value. */
  readonly named: ReadonlySet<string>;
  /** Of a group: the ids in `members`, wherever the client put them; undefined when it sent none. */
  readonly members: readonly string[] | undefined;
  /** Whether the stored userName replaced the one in the body. */
  readonly userNameKept: boolean;
}

/**
 * Reads a client's POST or PUT body. Accepts names in any case, core attributes inside the core schema's URN, and any
 * attribute after the URN of its schema; `null`, `[]` and `""` mean unassigned.
 * @param storedUserName replaces the body's userName where that is refused and the body deactivates the user
 * @throws ScimError 400 invalidSyntax (no object, `schemas`), 400 invalidValue (types, required attributes, limits)
 */
export function readResourceBody(
  type: ResourceType,
  body: Json,
  quirks: Quirks,
  rules: BodyRules,
  storedUserName?: Json,
): ReadBody {
  if (!isObject(body)) throw ScimError.invalidSyntax("notObject");
  const reading = { ...rules, quirks };
  checkSchemas(type, body, reading);
  const parts = partsOf(type, body, reading);
  const picked = pickAttributes(coreAttributes(type), parts.core, reading);
  return {
    ...keepingUserName(type, picked, storedUserName, (values) => attributesOf(type, values, parts.extensions, reading)),
    named: new Set([...picked.keys()].map(({ name }) => name)),
    members:
      parts.members === undefined
        ? undefined
        : readMembers(parts.members, quirks, rules.unknownMembers, rules.replaces),
  };
}

/** Only the attributes of a body, as in readResourceBody. */
export function readResource(
  type: ResourceType,
  body: Json,
  quirks: Quirks,
  rules: Omit<BodyRules, "unknownMembers">,
): JsonObject {
  return readResourceBody(type, body, quirks, { ...rules, unknownMembers: "refuse" }).attributes;
}

/** A bad userName must not stop a deactivation: an unreadable body is read again with the stored userName. */
function keepingUserName(
  type: ResourceType,
  picked: ReadonlyMap<Attribute, Json>,
  storedUserName: Json | undefined,
  read: (values: ReadonlyMap<Attribute, Json>) => JsonObject,
): Pick<ReadBody, "attributes" | "userNameKept"> {
  try {
    return { attributes: read(picked), userNameKept: false };
  } catch (error) {
    const userName = findAttribute(type.schema.attributes, "userName");
    const final = storedUserName === undefined || userName === undefined || !deactivates(type, picked);
    if (final || !(error instanceof ScimError)) throw error;
    // If userName was not the fault, the second reading throws the real one.
    return { attributes: read(new Map(picked).set(userName, storedUserName)), userNameKept: true };
  }
}

function deactivates(type: ResourceType, picked: ReadonlyMap<Attribute, Json>): boolean {
  const active = findAttribute(type.schema.attributes, "active");
  const value = active && picked.get(active);
  return value === false || (typeof value === "string" && booleanOf(value) === false);
}

function attributesOf(
  type: ResourceType,
  picked: ReadonlyMap<Attribute, Json>,
  extensions: ReadonlyMap<Schema, JsonObject>,
  reading: Reading,
): JsonObject {
  const attributes = readPicked(coreAttributes(type), picked, reading);
  for (const [schema, values] of extensions) {
    const extension = readAttributes(schema.attributes, Object.entries(values), reading);
    if (!isEmpty(extension)) attributes[schema.id] = extension;
  }
  assertRequired(type, attributes);
  const result = canonical(type, withoutHollowElements(type, attributes, reading.quirks));
  assertWithinLimits(result);
  return result;
}

/** RFC 7643 section 3, but lenient: OneLogin's template names a draft's URN, Entra adds its own (malformed-ext-urn, entra-group-create). */
function checkSchemas(type: ResourceType, body: JsonObject, reading: Reading & SchemasRule): void {
  const { quirks } = reading;
  const list = schemasIn(valueNamed(body, "schemas") ?? null, reading.schemasRequired, quirks);
  if (list === undefined) return;
  let named = false;
  for (const urn of list) {
    if (typeof urn !== "string") throw ScimError.invalidSyntax("schemasType");
    const within = readWithin(type, urn, quirks);
    if (within?.name === "") named ||= within.schema === type.schema;
    else if (reading.unknownAttributes === "refuse") throw ScimError.invalidSyntax("unknownSchema");
    else quirks.note<typeof RESOURCE_QUIRKS>("unknownSchema");
  }
  if (!named) throw ScimError.invalidSyntax("schemas", type.schema.id);
}

/** As namesWithin; records a URN of another form. */
function readWithin(type: ResourceType, text: string, quirks: Quirks): ReturnType<typeof namesWithin> {
  if (FORMER_URN.test(text)) quirks.note<typeof RESOURCE_QUIRKS>("legacySchema");
  if (text.endsWith(":")) quirks.note<typeof RESOURCE_QUIRKS>("trailingColon");
  return namesWithin(type, text);
}

interface Parts {
  readonly core: readonly (readonly [string, Json])[];
  readonly extensions: ReadonlyMap<Schema, JsonObject>;
  readonly members: Json | undefined;
}

function partsOf(type: ResourceType, body: JsonObject, reading: Reading): Parts {
  const { quirks } = reading;
  const contained: [string, Json][] = [];
  const core: [string, Json][] = [];
  const extensions = new Map<Schema, JsonObject>();
  /** Of extensions. What comes first wins. */
  const parts: (readonly [Schema, JsonObject | undefined])[] = [];
  for (const [key, value] of Object.entries(body)) {
    const within = readWithin(type, key, quirks);
    if (within === undefined) core.push([key, value]);
    else if (within.name !== "") {
      quirks.note<typeof RESOURCE_QUIRKS>("qualifiedName");
      if (within.schema === type.schema) contained.push([within.name, value]);
      else parts.push([within.schema, { [within.name]: value }]);
    } else if (within.schema !== type.schema) {
      // A value inside the object of today's URN wins, as a top-level value does in the core. PHP writes an empty object as `[]`.
      parts[FORMER_URN.test(key) ? "push" : "unshift"]([
        within.schema,
        complexOf({}, value, reading, within.schema.id),
      ]);
    } else if (isObject(value)) {
      quirks.note<typeof RESOURCE_QUIRKS>("coreContainer");
      contained.push(...Object.entries(value));
    } else core.push([key, value]);
  }
  for (const [schema, values] of parts) extensions.set(schema, { ...values, ...extensions.get(schema) });
  const entries: [string, Json][] = [];
  let members: Json | undefined;
  // A top-level value wins over the container.
  for (const [key, value] of [...contained, ...core]) {
    const name = key.toLowerCase();
    if (type.name === "Group" && name === "members") members = value;
    else if (name !== "schemas") entries.push([key, value]);
  }
  return { core: entries, extensions, members };
}

const MAX_EMAILS = 50;
const MAX_BYTES = 48 * 1024;

/**
 * The only form in which a resource's attributes are stored: `schemas` first, computed from the content; then the schema's
 * order; extensions last and only if not empty. Equal resources have equal JSON text.
 */
export function canonical(type: ResourceType, attributes: JsonObject): JsonObject {
  const extensions: JsonObject = {};
  for (const { schema } of type.extensions) {
    const values = attributes[schema.id];
    if (!isObject(values)) continue;
    const ordered = inSchemaOrder(schema.attributes, values);
    if (!isEmpty(ordered)) extensions[schema.id] = ordered;
  }
  return {
    schemas: [type.schema.id, ...Object.keys(extensions)],
    ...inSchemaOrder(type.schema.attributes, attributes),
    ...extensions,
  };
}

/**
 * Removes elements of lists that have nothing but a type or a primary mark, or lack a required value: an element without its value is no value, and
 * clients that decode strictly (Rauthy) reject a whole page for it.
 * @returns the same object when there are none
 */
export function withoutHollowElements(type: ResourceType, attributes: JsonObject, quirks: Quirks): JsonObject {
  let next = attributes;
  for (const attribute of type.schema.attributes) {
    const { name } = attribute;
    const values = attribute.multiValued ? attributes[name] : undefined;
    if (!Array.isArray(values)) continue;
    const kept = values.filter((value) => !isHollow(attribute, value));
    if (kept.length === values.length) continue;
    quirks.note<typeof RESOURCE_QUIRKS>("hollowElement", name);
    next = withMember(next, name, kept.length === 0 ? undefined : kept);
  }
  return next;
}

/** @throws ScimError 400 invalidValue when there are too many e-mails, or a page could not hold 100 resources of this size */
export function assertWithinLimits(attributes: JsonObject): void {
  const { emails } = attributes;
  if (Array.isArray(emails) && emails.length > MAX_EMAILS) throw ScimError.invalidValue("emailCount", MAX_EMAILS);
  if (isLongerThan(JSON.stringify(attributes), MAX_BYTES)) throw ScimError.invalidValue("size", MAX_BYTES);
}

/**
 * Checks the required single-valued attributes and extensions. The use case checks for a work e-mail.
 * @throws ScimError 400 invalidValue naming the attribute
 */
function assertRequired(type: ResourceType, attributes: JsonObject): void {
  for (const { schema, required } of [{ schema: type.schema, required: true }, ...type.extensions]) {
    const [values, prefix] = schema === type.schema ? [attributes, ""] : [attributes[schema.id], `${schema.id}:`];
    if (isObject(values)) assertPresent(schema, values, prefix);
    else if (required) throw missing(schema.id);
  }
}

function assertPresent({ attributes }: Schema, values: JsonObject, prefix: string): void {
  for (const { name, required, multiValued } of attributes) {
    if (required && !multiValued && isMissing(values[name])) throw missing(prefix + name);
  }
}

export function isMissing(value: Json | undefined): boolean {
  return value === undefined || (typeof value === "string" && isBlank(value));
}

export function missing(name: string): ScimError {
  return ScimError.invalidValue("required", name);
}
