import { namesCore, namesWithin, resolveExtension } from "./attributePath.ts";
import { Bent, type QuirkMeanings } from "./bent.ts";
import { assertRequired, assertWithinLimits, canonical, withoutHollowElements } from "./canonical.ts";
import { ScimError } from "./error.ts";
import { isObject, type Json, type JsonObject, valueNamed } from "./json.ts";
import { readMembers } from "./members.ts";
import {
  isEmpty,
  pickAttributes,
  type Reading,
  readAttributes,
  readPicked,
  readValue,
  wrongType,
} from "./readValue.ts";
import { userType } from "./resourceTypes.ts";
import { type Attribute, findAttribute, type ResourceType, type Schema, USER_SCHEMA } from "./schema.ts";

export const RESOURCE_QUIRKS = {
  coreContainer: "attributes came in a container named after the core schema",
  legacySchema: "a schema of SCIM 1 was named and was read as its successor",
  loneSchema: "schemas came as one text instead of a list",
  missingSchemas: "schemas was missing",
  qualifiedName: "an attribute of a body came under its name behind the URN of its schema",
  trailingColon: "a URN ended in a colon, which was taken off",
  unknownSchema: "a schema that there is not was ignored (rule unknownAttributes)",
} as const satisfies QuirkMeanings;

export interface ReadOptions {
  readonly unknownAttributes: "ignore" | "refuse";
  /** Whether a missing or empty `schemas` is refused; else the resource is of the type that the endpoint has. */
  readonly schemasRequired: boolean;
}

interface MembersOption {
  /** Of a member without an id. */
  readonly unknownMembers: "skip" | "refuse";
}

/** What a client's POST or PUT body says. */
export interface ReadBody {
  /** Canonical, without `members`, `id`, `meta` and `groups`. */
  readonly attributes: JsonObject;
  /** The core attributes that it names, those too that it gives no value. */
  readonly named: ReadonlySet<string>;
  /** Of a group: the ids of `members`, wherever the client put them; undefined when it sent none. */
  readonly members: readonly string[] | undefined;
  /** Whether the stored userName took the place of the body's. */
  readonly userNameKept: boolean;
}

/**
 * A client's POST or PUT body. Names may come in any case, core attributes also under the core schema's URN, any attribute
 * behind the URN of its schema; `null`, `[]` and `""` mean unassigned.
 * @param storedUserName takes the place of the body's where that one is refused and the body deactivates the user
 * @throws ScimError 400 invalidSyntax (no object, `schemas`), 400 invalidValue (types, required attributes, limits)
 */
export function readBody(
  type: ResourceType,
  body: Json,
  bent: Bent,
  options: ReadOptions & MembersOption,
  storedUserName?: Json,
): ReadBody {
  const { members, ...read } = readAttributesOf(type, body, bent, options, storedUserName);
  return {
    ...read,
    members: members === undefined ? undefined : readMembers(members, bent, options.unknownMembers),
  };
}

/** The attributes of a body alone, as readBody. */
export function readResource(type: ResourceType, body: Json, bent: Bent, options: ReadOptions): JsonObject {
  return readAttributesOf(type, body, bent, options, undefined).attributes;
}

function readAttributesOf(
  type: ResourceType,
  body: Json,
  bent: Bent,
  options: ReadOptions,
  storedUserName: Json | undefined,
): Omit<ReadBody, "members"> & Pick<Parts, "members"> {
  if (!isObject(body)) throw ScimError.invalidSyntax("notObject");
  const reading: Reading = { bent, unknownAttributes: options.unknownAttributes };
  checkSchemas(type, body, reading, options);
  const parts = partsOf(type, body, reading);
  const core = [...type.schema.attributes, ...type.common, ...type.unlisted];
  const picked = pickAttributes(core, parts.core, reading);
  const read = (values: ReadonlyMap<Attribute, Json>) =>
    attributesOf(type, readPicked(core, values, reading), parts.extensions, reading);
  return {
    ...keepingUserName(type, picked, storedUserName, read),
    named: new Set([...picked.keys()].map(({ name }) => name)),
    members: parts.members,
  };
}

/** Nobody stays active because of a name (product.md section 4): what cannot be read is read again with the stored one. */
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
    // Perhaps userName was the trouble; if it was not, the second reading says what is.
    return { attributes: read(new Map(picked).set(userName, storedUserName)), userNameKept: true };
  }
}

function deactivates(type: ResourceType, picked: ReadonlyMap<Attribute, Json>): boolean {
  const active = findAttribute(type.schema.attributes, "active");
  const value = active && picked.get(active);
  try {
    const silent: Reading = { bent: new Bent(), unknownAttributes: "ignore" };
    return active !== undefined && value !== undefined && readValue(active, value, silent) === false;
  } catch (error) {
    if (error instanceof ScimError) return false;
    throw error;
  }
}

function attributesOf(
  type: ResourceType,
  attributes: JsonObject,
  extensions: ReadonlyMap<Schema, Json>,
  reading: Reading,
): JsonObject {
  for (const [schema, values] of extensions) {
    if (values === null || values === "") continue;
    if (!isObject(values)) throw wrongType(schema.id, "an object");
    const extension = readAttributes(schema.attributes, Object.entries(values), reading);
    if (!isEmpty(extension)) attributes[schema.id] = extension;
  }
  assertRequired(type, attributes);
  const result = canonical(type, withoutHollowElements(type, attributes, reading.bent));
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
  readonly members: Json | undefined;
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
  const entries: [string, Json][] = [];
  let members: Json | undefined;
  // What stands at the top wins over the container.
  for (const [key, value] of [...contained, ...core]) {
    const name = key.toLowerCase();
    if (type.name === "Group" && name === "members") members = value;
    else if (name !== "schemas") entries.push([key, value]);
  }
  return { core: entries, extensions, members };
}
