import { BULK_MAX_OPERATIONS, BULK_MAX_PAYLOAD_SIZE } from "./bulk/bulk.ts";
import type { JsonObject } from "./json.ts";
import { CURSOR_TIMEOUT, DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from "./query.ts";
import type { Attribute, ResourceType, Schema } from "./schema.ts";

const CORE = "urn:ietf:params:scim:schemas:core:2.0";

/** draft-ietf-scim-roles-entitlements-01 section 3.1. Values given to a user are stored whole, so all of this is supported. */
const ROLES_AND_ENTITLEMENTS = {
  roles: { supported: true, multipleRolesSupported: true, primarySupported: true, typeSupported: true },
  entitlements: { supported: true, multipleEntitlementsSupported: true, primarySupported: true, typeSupported: true },
};

/**
 * RFC 7643 section 5 and RFC 9865 section 4. Independent of an org's rules.
 * @param base absolute service root, without a trailing slash; absent for a caller without a token: then the document is
 * the same for every org name, whether the org exists or not
 */
export function serviceProviderConfig(
  base: string | undefined,
  roles: "withRoles" | "withoutRoles" = "withoutRoles",
): JsonObject {
  return {
    schemas: [`${CORE}:ServiceProviderConfig`],
    patch: { supported: true },
    bulk: { supported: true, maxOperations: BULK_MAX_OPERATIONS, maxPayloadSize: BULK_MAX_PAYLOAD_SIZE },
    filter: { supported: true, maxResults: MAX_PAGE_SIZE },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: "index",
      defaultPageSize: DEFAULT_PAGE_SIZE,
      maxPageSize: MAX_PAGE_SIZE,
      cursorTimeout: CURSOR_TIMEOUT,
    },
    ...(roles === "withRoles" && { RolesAndEntitlements: ROLES_AND_ENTITLEMENTS }),
    authenticationSchemes: [
      {
        type: "oauthbearertoken",
        name: "Bearer token",
        description: "The org token, in the header Authorization as Bearer.",
        specUri: "https://www.rfc-editor.org/info/rfc6750",
        primary: true,
      },
      {
        type: "oauth2",
        name: "OAuth 2.0 client credentials",
        description:
          "An access token from /oauth/token below the Tenant URL, for the client id (the organization's login name) and a client secret.",
        specUri: "https://www.rfc-editor.org/info/rfc6749",
        primary: false,
      },
    ],
    meta: {
      resourceType: "ServiceProviderConfig",
      ...(base === undefined ? {} : { location: `${base}/ServiceProviderConfig` }),
    },
  };
}

/** RFC 7643 section 6, one document for each resource type. */
export function resourceTypeDocuments(base: string, types: readonly ResourceType[]): JsonObject[] {
  return types.map((type) => resourceTypeDocument(base, type));
}

function resourceTypeDocument(base: string, type: ResourceType): JsonObject {
  const extensions = type.extensions.map(({ schema, required }) => ({ schema: schema.id, required }));
  return {
    schemas: [`${CORE}:ResourceType`],
    id: type.name,
    name: type.name,
    endpoint: type.endpoint,
    description: type.description,
    schema: type.schema.id,
    ...(extensions.length === 0 ? {} : { schemaExtensions: extensions }),
    meta: { resourceType: "ResourceType", location: `${base}/ResourceTypes/${type.name}` },
  };
}

/** RFC 7643 section 7, under the org's rules. No member is null, because Entra does not accept null. */
export function schemaDocuments(base: string, types: readonly ResourceType[]): JsonObject[] {
  const schemas = types.flatMap((type) => [type.schema, ...type.extensions.map(({ schema }) => schema)]);
  return schemas.map((schema) => schemaDocument(base, schema));
}

/** @param base absolute service root */
export function schemaDocument(base: string, { id, name, description, attributes }: Schema): JsonObject {
  return {
    schemas: [`${CORE}:Schema`],
    id,
    name,
    description,
    attributes: attributes.map(attributeDocument),
    meta: { resourceType: "Schema", location: `${base}/Schemas/${id}` },
  };
}

function attributeDocument(attribute: Attribute): JsonObject {
  const { name, type, multiValued, description, required, caseExact, mutability, returned, uniqueness } = attribute;
  const { canonicalValues, referenceTypes, subAttributes } = attribute;
  const document: JsonObject = { name, type, multiValued, description, required, mutability, returned };
  // Erratum 6004: a complex attribute has no uniqueness; for booleans, neither case nor uniqueness has a meaning.
  if (type !== "complex" && type !== "boolean") Object.assign(document, { caseExact, uniqueness });
  if (canonicalValues !== undefined) document.canonicalValues = [...canonicalValues];
  if (referenceTypes !== undefined) document.referenceTypes = [...referenceTypes];
  if (subAttributes !== undefined) document.subAttributes = subAttributes.map(attributeDocument);
  return document;
}
