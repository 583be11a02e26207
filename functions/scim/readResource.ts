import { namesCore, namesWithin, resolveExtension } from "./attributePath.ts";
import type { Bent, QuirkMeanings } from "./bent.ts";
import { assertRequired, assertWithinLimits, canonical, withoutHollowElements } from "./canonical.ts";
import { ScimError } from "./error.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";
import { isEmpty, isJsonText, type Reading, readAttributes, type VALUE_QUIRKS, wrongType } from "./readValue.ts";
import { groupType, userType } from "./resourceTypes.ts";
import { type ResourceType, type Schema, USER_SCHEMA } from "./schema.ts";

export const RESOURCE_QUIRKS = {
  coreContainer: "attributes came in a container named after the core schema",
  legacySchema: "a schema of SCIM 1 was named and was read as its successor",
  loneSchema: "schemas came as one text instead of a list",
  missingSchemas: "schemas was missing",
  qualifiedName: "an attribute of a body came under its name behind the URN of its schema",
  trailingColon: "a URN ended in a colon, which was taken off",
  unknownSchema: "a schema that there is not was ignored (rule unknownAttributes)",
  memberByReference: "a member came as a $ref without a value",
  nestedMembers: "members came nested in the value of an operation",
  unknownMemberSkipped:
    "members who are no users of the organization, or came without an id, were left out (rule unknownMembers)",
} as const satisfies QuirkMeanings;

export interface ReadOptions {
  readonly unknownAttributes: "ignore" | "refuse";
  /** Whether a missing or empty `schemas` is refused; else the resource is of the type that the endpoint has. */
  readonly schemasRequired: boolean;
}

/**
 * A client's POST or PUT body as canonical attributes, without `members` (see readMembers), `id`, `meta` and `groups`.
 * Names may come in any case, core attributes also under the core schema's URN, any attribute behind the URN of its
 * schema; `null`, `[]` and `""` mean unassigned.
 * @throws ScimError 400 invalidSyntax (no object, `schemas`), 400 invalidValue (types, required attributes, limits)
 */
export function readResource(type: ResourceType, body: Json, bent: Bent, options: ReadOptions): JsonObject {
  if (!isObject(body)) throw ScimError.invalidSyntax("notObject");
  const reading: Reading = {
    bent,
    unknownAttributes: options.unknownAttributes,
  };
  checkSchemas(type, body, reading, options);
  const parts = partsOf(type, body, reading);
  const core = [...type.schema.attributes, ...type.common, ...type.unlisted];
  const attributes = readAttributes(core, parts.core, reading);
  for (const [schema, values] of parts.extensions) {
    if (values === null || values === "") continue;
    if (!isObject(values)) throw wrongType(schema.id, "an object");
    const extension = readAttributes(schema.attributes, Object.entries(values), reading);
    if (!isEmpty(extension)) attributes[schema.id] = extension;
  }
  assertRequired(type, attributes);
  const result = canonical(type, withoutHollowElements(type, attributes, bent));
  assertWithinLimits(result);
  return result;
}

/** What a create adds where the client says nothing of `active`: a user is active. */
export function withDefaults(attributes: JsonObject): JsonObject {
  const { schemas } = attributes;
  const isUser = Array.isArray(schemas) && schemas.includes(USER_SCHEMA);
  if (!isUser || attributes.active !== undefined) return attributes;
  return canonical(USER, { ...attributes, active: true });
}

/** The rules do not matter for names and their order. */
const ANY_RULES = {
  userNameMutability: "readWrite",
  workEmailRequired: false,
  groupNameUnique: true,
  passwordListed: false,
} as const;
const USER = userType(ANY_RULES);
const GROUP = groupType(ANY_RULES);

/** RFC 7643 section 3, as lenient as real clients need: OneLogin's template names a draft's URN, Entra adds one of its own (malformed-ext-urn, entra-group-create). */
function checkSchemas(type: ResourceType, body: JsonObject, reading: Reading, { schemasRequired }: ReadOptions): void {
  const given = valueNamed(body, "schemas") ?? null;
  if (!schemasRequired && saysNoSchema(given)) {
    reading.bent.note<typeof RESOURCE_QUIRKS>("missingSchemas");
    return;
  }
  if (typeof given === "string") reading.bent.note<typeof RESOURCE_QUIRKS>("loneSchema");
  const list = typeof given === "string" ? [given] : given;
  const known = [type.schema.id, ...type.extensions.map(({ schema }) => schema.id)].map((urn) => urn.toLowerCase());
  const legacy = new RegExp(`^urn:scim:schemas:core:[12]\\.0(:${type.name})?$`, "i");
  let base = false;
  for (const urn of Array.isArray(list) ? list : []) {
    if (typeof urn !== "string") throw ScimError.invalidSyntax("schemasType");
    const lower = urn.toLowerCase();
    if (lower === known[0]) base = true;
    else if (legacy.test(urn)) {
      reading.bent.note<typeof RESOURCE_QUIRKS>("legacySchema");
      base = true;
    } else if (!known.includes(lower)) noteUnknownSchema(reading);
  }
  if (!base) {
    throw ScimError.invalidSyntax("schemas", type.schema.id);
  }
}

/** Whether the `schemas` of a body or a message is missing, or holds none. */
export function saysNoSchema(schemas: Json): boolean {
  return schemas === null || schemas === "" || (Array.isArray(schemas) && schemas.length === 0);
}

function noteUnknownSchema({ bent, unknownAttributes }: Reading): void {
  if (unknownAttributes === "refuse") {
    throw ScimError.invalidSyntax("unknownSchema");
  }
  bent.note<typeof RESOURCE_QUIRKS>("unknownSchema");
}

interface Parts {
  readonly core: readonly (readonly [string, Json])[];
  readonly extensions: ReadonlyMap<Schema, Json>;
}

function partsOf(type: ResourceType, body: JsonObject, reading: Reading): Parts {
  const contained: [string, Json][] = [];
  const core: [string, Json][] = [];
  const extensions = new Map<Schema, Json>();
  const qualified: (readonly [Schema, string, Json])[] = [];
  for (const [key, value] of Object.entries(body)) {
    const extension = resolveExtension(type, key);
    const within = namesWithin(type, key);
    if (key.endsWith(":")) reading.bent.note<typeof RESOURCE_QUIRKS>("trailingColon");
    if (extension !== undefined) extensions.set(extension, value);
    else if (namesCore(type, key) && isObject(value)) {
      reading.bent.note<typeof RESOURCE_QUIRKS>("coreContainer");
      contained.push(...Object.entries(value));
    } else if (within === undefined) core.push([key, value]);
    else {
      reading.bent.note<typeof RESOURCE_QUIRKS>("qualifiedName");
      if (within.schema === type.schema) contained.push([within.name, value]);
      else qualified.push([within.schema, within.name, value]);
    }
  }
  for (const [schema, name, value] of qualified) {
    const inside = extensions.get(schema);
    // What stands inside the extension's own object wins, as what stands at the top does in the core.
    extensions.set(schema, { [name]: value, ...(isObject(inside) ? inside : {}) });
  }
  // What stands at the top wins over the container.
  const entries = [...contained, ...core].filter(([key]) => !isHandledElsewhere(type, key));
  return { core: entries, extensions };
}

function isHandledElsewhere(type: ResourceType, key: string): boolean {
  const name = key.toLowerCase();
  return name === "schemas" || (type.name === "Group" && name === "members");
}

/** The `members` of a Group body, wherever the client put them; undefined when it sent none. */
export function membersOf(body: JsonObject): Json | undefined {
  const members = valueNamed(body, "members");
  if (members !== undefined) return members;
  for (const [key, value] of Object.entries(body)) {
    const inside = namesCore(GROUP, key) && isObject(value) ? valueNamed(value, "members") : undefined;
    if (inside !== undefined) return inside;
    if (namesWithin(GROUP, key)?.name.toLowerCase() === "members") return value;
  }
  return undefined;
}

/**
 * The ids in a client's `members`, each once, in order. Accepted: a list of `{value}` or of bare ids, one of them without
 * a list, `{members: [...]}` (Salesforce), and `{"$ref": ".../Users/<id>"}` without value. null and `[]` are no members.
 * @param unknown of an element of a list that names nobody, such as `{"value": null}` or `{"display": "Ada"}`
 * @throws ScimError 400 invalidValue for any other shape, so that what is not understood never empties a group
 */
export function readMembers(value: Json, bent: Bent, unknown: "skip" | "refuse"): string[] {
  if (value === null) return [];
  if (Array.isArray(value)) {
    const ids = new Set<string>();
    for (const element of value) {
      if (unknown === "skip" && namesNobody(element)) bent.note<typeof RESOURCE_QUIRKS>("unknownMemberSkipped");
      else ids.add(memberId(element, bent));
    }
    return [...ids];
  }
  const nested = isObject(value) ? valueNamed(value, "members") : undefined;
  if (nested !== undefined) {
    bent.note<typeof RESOURCE_QUIRKS>("nestedMembers");
    if (isObject(nested) && valueNamed(nested, "members") !== undefined) throw unknownMembers();
    return readMembers(nested, bent, unknown);
  }
  bent.note<typeof VALUE_QUIRKS>("loneObject", "members");
  return [memberId(value, bent)];
}

/** An object that has neither `value` nor `$ref`, or has them without a value. */
function namesNobody(element: Json): boolean {
  if (!isObject(element)) return false;
  return ["value", "$ref"].every((name) => (valueNamed(element, name) ?? "") === "");
}

function memberId(element: Json, bent: Bent): string {
  if (typeof element === "string") {
    // A text of JSON is no id: skipped as an unknown one it would empty the group.
    if (isJsonText(element)) throw unknownMembers();
    bent.note<typeof VALUE_QUIRKS>("plainString", "members");
    return nonEmpty(element);
  }
  if (!isObject(element)) throw unknownMembers();
  const value = valueNamed(element, "value") ?? null;
  if (typeof value === "string") return nonEmpty(value);
  const reference = valueNamed(element, "$ref");
  if (value !== null || typeof reference !== "string") throw unknownMembers();
  bent.note<typeof RESOURCE_QUIRKS>("memberByReference");
  return nonEmpty(idOfReference(reference));
}

/** The last segment of a resource's URI. */
export function idOfReference(reference: string): string {
  return reference.slice(reference.lastIndexOf("/") + 1);
}

function nonEmpty(id: string): string {
  if (id === "") throw unknownMembers();
  return id;
}

export function unknownMembers(): ScimError {
  return ScimError.invalidValue("members");
}

function valueNamed(object: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(object, name)) return object[name];
  const lower = name.toLowerCase();
  const key = Object.keys(object).find((candidate) => candidate.toLowerCase() === lower);
  return key === undefined ? undefined : object[key];
}
