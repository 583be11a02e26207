import {
  type Attribute,
  COMMON,
  define as defineAttribute,
  type ResourceType,
  type Schema,
} from "../../scim/schema.ts";

/**
 * Roles and entitlements that an organization can give its people, for governance products. One form serves two kinds of readers.
 * Okta knows the types by its own URNs and reads id, displayName, type and description (developer.okta.com, "Build a SCIM 2.0
 * server with entitlements"). Readers of draft-ietf-scim-roles-entitlements-01 section 3 use value, display, type and supported.
 * The draft's schema is an extension here, so that `schemas` names both, as RFC 7643 section 3 allows.
 */

/* @__NO_SIDE_EFFECTS__ */
function define(name: string, description: string, characteristics: Partial<Attribute> = {}): Attribute {
  return defineAttribute(name, description, { mutability: "readOnly", caseExact: true, ...characteristics });
}

export interface PublishedKind {
  readonly kind: "role" | "entitlement";
  readonly type: ResourceType;
  /** The URN of the draft's schema, under which a resource repeats its attributes. */
  readonly draft: string;
}

/** @param name of the type */
/* @__NO_SIDE_EFFECTS__ */
function publishedKind(kind: PublishedKind["kind"], name: string, endpoint: string): PublishedKind {
  const DRAFT: readonly Attribute[] = [
    define("value", `What a value of the user's attribute ${endpoint.slice(1).toLowerCase()} says.`, {
      required: true,
      uniqueness: "server",
    }),
    define("display", "The name, for people.", { caseExact: false }),
    define("type", "The kind of it."),
    define("supported", "Whether it can be given.", { type: "boolean", caseExact: false, required: true }),
  ];
  const draft = `urn:ietf:params:scim:schemas:core:2.0:${name}`;
  const extension: Schema = {
    id: draft,
    name,
    description: `${name}, as draft-ietf-scim-roles-entitlements-01 has it`,
    attributes: DRAFT,
  };
  const schema: Schema = {
    id: `urn:okta:scim:schemas:core:1.0:${name}`,
    name,
    description: name,
    attributes: [
      define("displayName", "The name, for people.", { caseExact: false, required: true }),
      define("description", "What it lets people do.", { caseExact: false }),
      ...DRAFT,
    ],
  };
  const type: ResourceType = {
    name,
    endpoint,
    description: name,
    schema,
    extensions: [{ schema: extension, required: true }],
    common: COMMON,
    unlisted: [],
  };
  return { kind, type, draft };
}

export const PUBLISHED_ROLES = /* @__PURE__ */ publishedKind("role", "Role", "/Roles");
export const PUBLISHED_ENTITLEMENTS = /* @__PURE__ */ publishedKind("entitlement", "Entitlement", "/Entitlements");
