import { describe, expect, test } from "@jest/globals";
import { resourceTypeDocuments, schemaDocuments, serviceProviderConfig } from "../../../functions/scim/discovery.ts";
import { isObject, type Json, type JsonObject } from "../../../functions/scim/json.ts";
import { groupType, userType } from "../../../functions/scim/resourceTypes.ts";
import { ENTERPRISE_SCHEMA, GROUP_SCHEMA, type SchemaRules, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { GROUP, SCHEMA_RULES, USER } from "../../support/scimTypes.ts";

const BASE = "https://api.example.com/scim/v2/acme";

function attribute(rules: SchemaRules, schema: string, ...names: string[]): JsonObject | undefined {
  let current: Json | undefined = schemaDocuments(BASE, [userType(rules), groupType(rules)]).find(
    ({ id }) => id === schema,
  );
  for (const name of names) {
    const list: Json | undefined = isObject(current) ? (current.attributes ?? current.subAttributes) : undefined;
    current = Array.isArray(list) ? list.find((entry) => isObject(entry) && entry.name === name) : undefined;
  }
  return isObject(current) ? current : undefined;
}

function holdsNull(value: Json): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === "object" && Object.values(value).some(holdsNull);
}

describe("ServiceProviderConfig", () => {
  const config = serviceProviderConfig(BASE);

  test("has what RFC 7643 section 5 requires", () => {
    expect(config).toMatchObject({
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 1_000, maxPayloadSize: 1_048_576 },
      filter: { supported: true, maxResults: 200 },
      changePassword: { supported: false },
      sort: { supported: true },
      etag: { supported: true },
      pagination: {
        cursor: true,
        index: true,
        defaultPaginationMethod: "index",
        defaultPageSize: 100,
        maxPageSize: 200,
        cursorTimeout: 3_600,
      },
      authenticationSchemes: [{ type: "oauthbearertoken" }, { type: "oauth2" }],
      meta: { resourceType: "ServiceProviderConfig", location: `${BASE}/ServiceProviderConfig` },
    });
  });

  test("is the same whatever the rules are", () => {
    expect(serviceProviderConfig(undefined)).toEqual({ ...config, meta: { resourceType: "ServiceProviderConfig" } });
  });
});

describe("resource types", () => {
  test("name schemas that are published", () => {
    const documents = resourceTypeDocuments(BASE, [USER, GROUP]);
    expect(documents).toMatchObject([
      {
        id: "User",
        name: "User",
        endpoint: "/Users",
        schema: USER_SCHEMA,
        schemaExtensions: [{ schema: ENTERPRISE_SCHEMA, required: false }],
        meta: { resourceType: "ResourceType", location: `${BASE}/ResourceTypes/User` },
      },
      { id: "Group", name: "Group", endpoint: "/Groups", schema: GROUP_SCHEMA },
    ]);
    const published = schemaDocuments(BASE, [USER, GROUP]).map(({ id }) => id);
    expect(published).toEqual([USER_SCHEMA, ENTERPRISE_SCHEMA, GROUP_SCHEMA]);
  });

  test("are made once for the same rules", () => {
    expect(userType({ ...SCHEMA_RULES })).toBe(userType(SCHEMA_RULES));
    expect(userType({ ...SCHEMA_RULES, passwordListed: true })).not.toBe(userType(SCHEMA_RULES));
  });
});

describe("schemas", () => {
  test("tell the rules of the org", () => {
    const strict: SchemaRules = {
      userNameMutability: "immutable",
      workEmailRequired: true,
      groupNameUnique: false,
      passwordListed: true,
    };
    expect(attribute(SCHEMA_RULES, USER_SCHEMA, "userName")?.mutability).toBe("readWrite");
    expect(attribute(strict, USER_SCHEMA, "userName")?.mutability).toBe("immutable");
    expect(attribute(SCHEMA_RULES, USER_SCHEMA, "emails")?.required).toBe(false);
    expect(attribute(strict, USER_SCHEMA, "emails")?.required).toBe(true);
    expect(attribute(SCHEMA_RULES, GROUP_SCHEMA, "displayName")?.uniqueness).toBe("server");
    expect(attribute(strict, GROUP_SCHEMA, "displayName")?.uniqueness).toBe("none");
    expect(attribute(SCHEMA_RULES, USER_SCHEMA, "password")).toBeUndefined();
    expect(attribute(strict, USER_SCHEMA, "password")).toMatchObject({ mutability: "writeOnly", returned: "never" });
  });

  test("list externalId, and the canonical types Entra looks for", () => {
    for (const schema of [USER_SCHEMA, GROUP_SCHEMA]) {
      expect(attribute(SCHEMA_RULES, schema, "externalId")).toMatchObject({ caseExact: true, uniqueness: "none" });
    }
    for (const name of ["emails", "phoneNumbers", "addresses"]) {
      expect(attribute(SCHEMA_RULES, USER_SCHEMA, name, "type")).toHaveProperty("canonicalValues");
    }
    expect(attribute(SCHEMA_RULES, USER_SCHEMA, "roles", "type")).not.toHaveProperty("canonicalValues");
  });

  test.each<[string, string[], JsonObject]>([
    [USER_SCHEMA, ["groups", "$ref"], { referenceTypes: ["Group"], mutability: "readOnly" }],
    [USER_SCHEMA, ["x509Certificates", "value"], { type: "binary", caseExact: true }],
    [USER_SCHEMA, ["profileUrl"], { type: "reference", caseExact: true, referenceTypes: ["external"] }],
    [GROUP_SCHEMA, ["displayName"], { required: true }],
    [GROUP_SCHEMA, ["members", "value"], { mutability: "immutable", caseExact: true }],
    [ENTERPRISE_SCHEMA, ["manager", "value"], { caseExact: true, required: false }],
    [ENTERPRISE_SCHEMA, ["manager", "displayName"], { mutability: "readOnly" }],
  ])("carry the errata: %s %j", (schema, names, expected) => {
    expect(attribute(SCHEMA_RULES, schema, ...names)).toMatchObject(expected);
  });

  test("have no null members, and complex attributes no uniqueness", () => {
    for (const document of schemaDocuments(BASE, [USER, GROUP])) {
      expect(holdsNull(document)).toBe(false);
      expect(document.meta).toEqual({ resourceType: "Schema", location: `${BASE}/Schemas/${document.id}` });
    }
    expect(attribute(SCHEMA_RULES, USER_SCHEMA, "name")).not.toHaveProperty("uniqueness");
  });
});
