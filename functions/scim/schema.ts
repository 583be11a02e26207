/** RFC 7643 section 7: the characteristics of one attribute. */
export interface Attribute {
  readonly name: string;
  readonly type: "string" | "boolean" | "decimal" | "integer" | "dateTime" | "binary" | "reference" | "complex";
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: "readOnly" | "readWrite" | "immutable" | "writeOnly";
  readonly returned: "always" | "never" | "default" | "request";
  readonly uniqueness: "none" | "server" | "global";
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly Attribute[];
}

/** RFC 7643 section 7: a schema as /Schemas publishes it (without `schemas` and `meta`). */
export interface Schema {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
}

/** RFC 7643 section 6. `common`: `id`, `schemas` and `meta`, which belong to no schema but can be filtered and projected. */
export interface ResourceType {
  readonly name: string;
  /** Below the Tenant URL, e.g. `/Users`. */
  readonly endpoint: string;
  readonly description: string;
  readonly schema: Schema;
  readonly extensions: readonly {
    readonly schema: Schema;
    readonly required: boolean;
  }[];
  readonly common: readonly Attribute[];
  /** Accepted but not published: `password` where no rule lists it. */
  readonly unlisted: readonly Attribute[];
}

/** The org's rules that change its schemas, so that /Schemas is right (product.md section 4). */
export interface SchemaRules {
  readonly userNameMutability: "immutable" | "readWrite";
  readonly workEmailRequired: boolean;
  readonly groupNameUnique: boolean;
  readonly passwordListed: boolean;
}

/** By lower-case name. A body may have thousands of attributes; the attribute lists of schemas are few and never change. */
const byName = new WeakMap<readonly Attribute[], ReadonlyMap<string, Attribute>>();

/** Attribute names are compared without case (RFC 7643 section 2.1). */
export function findAttribute(attributes: readonly Attribute[] | undefined, name: string): Attribute | undefined {
  if (attributes === undefined) return undefined;
  let names = byName.get(attributes);
  if (names === undefined) {
    names = new Map(attributes.map((attribute) => [attribute.name.toLowerCase(), attribute]));
    byName.set(attributes, names);
  }
  return names.get(name.toLowerCase());
}

const coreOf = new WeakMap<ResourceType, readonly Attribute[]>();

/** All attributes of the type except those of extensions; always the same list object, so that `byName` keeps its index. */
export function coreAttributes(type: ResourceType): readonly Attribute[] {
  const attributes = coreOf.get(type) ?? [...type.schema.attributes, ...type.common, ...type.unlisted];
  coreOf.set(type, attributes);
  return attributes;
}

/** Whether values of the attribute are stored: write-only values are discarded, read-only values come from elsewhere. */
export function isStored({ mutability }: Attribute): boolean {
  return mutability !== "writeOnly" && mutability !== "readOnly";
}

/** Whether the values are only made for an answer that asks for them: no resource holds one that could be compared. */
export function isDerived({ returned, mutability }: Attribute): boolean {
  return returned === "request" && mutability === "readOnly";
}

export const USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User";
export const GROUP_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group";
export const ENTERPRISE_SCHEMA = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
export const LIST_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
export const PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
export const SEARCH_REQUEST = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
export const BULK_REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
export const BULK_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";
export const ERROR = "urn:ietf:params:scim:api:messages:2.0:Error";

/** ATTRNAME (RFC 7643 section 2.1), and `$ref`, which that grammar omits (erratum 8924). */
const NAME = /^(?:[A-Za-z][\w$-]*|\$ref)$/;

/**
 * An attribute; characteristics not given have the defaults of RFC 7643 section 2.2.
 * @throws Error for a name that no path can contain, and for complex parts of a complex attribute (section 2.3.8)
 */
/* @__NO_SIDE_EFFECTS__ */
export function define(name: string, description: string, characteristics: Partial<Attribute> = {}): Attribute {
  if (!NAME.test(name)) throw new Error(`"${name}" is no name of an attribute`);
  if (characteristics.subAttributes?.some(({ type }) => type === "complex")) {
    throw new Error(`a sub-attribute of ${name} is complex itself`);
  }
  return {
    name,
    type: "string",
    multiValued: false,
    description,
    required: false,
    // References (RFC 7643 section 2.3.7) and binary values (section 2.3.6) are compared exactly.
    caseExact: characteristics.type === "reference" || characteristics.type === "binary",
    mutability: "readWrite",
    returned: "default",
    uniqueness: "none",
    ...characteristics,
  };
}

/**
 * Resource ids: one letter for the kind (`u` user, `g` group), then 22 random base62 characters (131 bits). The letter
 * saves a second read where a member may be either; randomness spreads items over partitions (RFC 7643 section 9.3: no
 * guessing, no correlation).
 */
const USER_ID = /^u[0-9A-Za-z]{22}$/;
const GROUP_ID = /^g[0-9A-Za-z]{22}$/;
const MEMBER_ID = /^[ug][0-9A-Za-z]{22}$/;

export function isUserId(text: string): boolean {
  return USER_ID.test(text);
}

export function isGroupId(text: string): boolean {
  return GROUP_ID.test(text);
}

/** A member of a group is a user or another group. */
export function isMemberId(text: string): boolean {
  return MEMBER_ID.test(text);
}

export const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** RFC 7643 section 3.1, without `externalId`, which our schemas list. Never published, so the descriptions are empty. */
export const COMMON: readonly Attribute[] = [
  define("schemas", "", {
    type: "reference",
    multiValued: true,
    caseExact: false,
    returned: "always",
  }),
  define("id", "", {
    caseExact: true,
    mutability: "readOnly",
    returned: "always",
    uniqueness: "server",
  }),
  define("meta", "", {
    type: "complex",
    mutability: "readOnly",
    subAttributes: [
      define("resourceType", "", { caseExact: true, mutability: "readOnly" }),
      define("created", "", { type: "dateTime", mutability: "readOnly" }),
      define("lastModified", "", { type: "dateTime", mutability: "readOnly" }),
      define("location", "", { type: "reference", mutability: "readOnly" }),
      define("version", "", { caseExact: true, mutability: "readOnly" }),
    ],
  }),
];

/** A resource type under an org's rules, made once per combination of the rules that it depends on. */
export function onceFor(
  names: readonly (keyof SchemaRules)[],
  make: (rules: SchemaRules) => ResourceType,
): (rules: SchemaRules) => ResourceType {
  const made = new Map<string, ResourceType>();
  return (rules) => {
    let combination = "";
    for (const name of names) combination += `${rules[name]},`;
    const type = made.get(combination) ?? make(rules);
    made.set(combination, type);
    return type;
  };
}
