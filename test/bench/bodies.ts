const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

/** Bytes of the reference user: one e-mail, an externalId, the rest text. */
const REFERENCE_BYTES = 1500;

export function userBody(name: string, title = ""): Record<string, unknown> {
  const user = {
    schemas: [USER, ENTERPRISE],
    userName: `${name}@example.com`,
    externalId: `00u${name.padEnd(17, "0")}`,
    active: true,
    displayName: `Reference ${name}`,
    name: { givenName: "Reference", familyName: name, formatted: `Reference ${name}` },
    emails: [{ value: `${name}@example.com`, type: "work", primary: true }],
    [ENTERPRISE]: { employeeNumber: "4711", department: "Engineering" },
    title,
  };
  return { ...user, title: title + "x".repeat(Math.max(0, REFERENCE_BYTES - JSON.stringify(user).length)) };
}

export function groupBody(displayName: string, members: readonly string[] = []): Record<string, unknown> {
  return { schemas: [GROUP], displayName, members: members.map((value) => ({ value })) };
}

export function patchBody(...operations: readonly Record<string, unknown>[]): Record<string, unknown> {
  return { schemas: [PATCH_OP], Operations: operations };
}

export function bulkBody(...operations: readonly Record<string, unknown>[]): Record<string, unknown> {
  return { schemas: [BULK], Operations: operations };
}
