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

/** RFC 7643 section 6. `common` lists `id`, `schemas` and `meta`, which belong to no schema but can be filtered and projected. */
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
  /** Understood, but not published: `password` where no rule lists it. */
  readonly unlisted: readonly Attribute[];
}

/** The rules of an org that show in its schemas, so that /Schemas tells the truth (product.md section 4). */
export interface SchemaRules {
  readonly userNameMutability: "immutable" | "readWrite";
  readonly workEmailRequired: boolean;
  readonly groupNameUnique: boolean;
  readonly passwordListed: boolean;
}

/** By name in lower case. A body may name thousands of attributes; the lists of a schema are few and never change. */
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

export const USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User";
export const GROUP_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group";
export const ENTERPRISE_SCHEMA = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
export const LIST_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
export const PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
export const SEARCH_REQUEST = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
export const BULK_REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
export const BULK_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";
export const ERROR = "urn:ietf:params:scim:api:messages:2.0:Error";
