import type { Json, JsonObject } from "../../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { type AttributeChange, deletionOf, equalTo, formEncoded, type ProviderRequest, patchOf } from "./line.ts";
import type { ProviderUser } from "./providerUser.ts";

/** Entra sends no User-Agent, and an Accept header only with a body (microsoft azure-docs issue 94189). */
export const ENTRA_HEADERS = {};
export const ENTRA_BODY_HEADERS = {
  Accept: "application/scim+json",
  "Content-Type": "application/scim+json; charset=utf-8",
};

/** Entra adds this schema to the group's; servers need not know it. */
const ENTRA_GROUP_SCHEMA = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
const ENTRA_WORK_EMAIL = 'emails[type eq "work"].value';

/**
 * The form of PATCH requests: the old one, or with `?aadOptscim062020` at the Tenant URL ("Known issues and resolutions with
 * SCIM 2.0 protocol compliance" in Microsoft's documentation).
 */
export type EntraMode = "default" | "aadOptscim062020";

/** The requests of Entra's provisioning service. */
export const entraRequests = {
  find: (attribute: string, value: string): ProviderRequest => ({
    method: "GET",
    path: `/Users?filter=${formEncoded(equalTo(attribute, value))}`,
  }),

  read: (path: string): ProviderRequest => ({ method: "GET", path }),

  findGroup: (name: string): ProviderRequest => ({
    method: "GET",
    path: `/Groups?excludedAttributes=members&filter=${formEncoded(equalTo("displayName", name))}`,
  }),

  readGroup: (id: string): ProviderRequest => ({ method: "GET", path: `/Groups/${id}?excludedAttributes=members` }),

  create: (user: ProviderUser) => ({
    method: "POST",
    path: "/Users" as const,
    body: {
      schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA],
      externalId: user.externalId,
      userName: user.userName,
      active: true,
      displayName: user.displayName,
      ...(user.title !== undefined && { title: user.title }),
      emails: [{ primary: true, type: "work", value: user.email }],
      meta: { resourceType: "User" },
      name: {
        formatted: `${user.givenName} ${user.familyName}`,
        familyName: user.familyName,
        givenName: user.givenName,
      },
      roles: [],
      ...enterprise(user),
    },
  }),

  createGroup: (name: string, externalId: string) => ({
    method: "POST",
    path: "/Groups" as const,
    body: {
      schemas: [GROUP_SCHEMA, ENTRA_GROUP_SCHEMA],
      externalId,
      displayName: name,
      meta: { resourceType: "Group" },
    },
  }),

  change: (id: string, changes: readonly AttributeChange[], mode: EntraMode): ProviderRequest =>
    patchOf(`/Users/${id}`, mode === "default" ? changes.map(operationOn) : flagOperations(changes)),

  activate: (id: string, active: boolean, mode: EntraMode): ProviderRequest =>
    patchOf(`/Users/${id}`, [
      mode === "default"
        ? { op: "Replace", path: "active", value: active ? "True" : "False" }
        : { op: "replace", path: "active", value: active },
    ]),

  renameGroup: (id: string, name: string, mode: EntraMode): ProviderRequest =>
    patchOf(`/Groups/${id}`, [{ op: mode === "default" ? "Replace" : "replace", path: "displayName", value: name }]),

  addMember: (id: string, member: string, mode: EntraMode): ProviderRequest =>
    patchOf(`/Groups/${id}`, [
      mode === "default"
        ? { op: "Add", path: "members", value: [{ $ref: null, value: member }] }
        : { op: "add", path: "members", value: [{ value: member }] },
    ]),

  removeMember: (id: string, member: string, mode: EntraMode): ProviderRequest =>
    patchOf(`/Groups/${id}`, [
      mode === "default"
        ? { op: "Remove", path: "members", value: [{ $ref: null, value: member }] }
        : { op: "remove", path: `members[value eq "${member}"]` },
    ]),

  delete: deletionOf,
};

/** Paths of user attributes in Entra's default mapping. Only the create writes `externalId`. */
export const ENTRA_PATHS = {
  userName: "userName",
  displayName: "displayName",
  title: "title",
  email: ENTRA_WORK_EMAIL,
  givenName: "name.givenName",
  familyName: "name.familyName",
  department: `${ENTERPRISE_SCHEMA}:department`,
  employeeNumber: `${ENTERPRISE_SCHEMA}:employeeNumber`,
} as const satisfies Partial<Record<keyof ProviderUser, string>>;

function operationOn({ path, value, isNew }: AttributeChange): Json {
  return { op: isNew === true ? "Add" : "Replace", path, value };
}

/** One operation for each value in a list, and one with all others under flat keys. */
function flagOperations(changes: readonly AttributeChange[]): Json[] {
  const filtered = changes.filter(({ path }) => path.includes("["));
  const flat = changes.filter((change) => !filtered.includes(change));
  return [
    ...filtered.map(({ path, value, isNew }) => ({ op: isNew === true ? "add" : "replace", path, value })),
    ...(flat.length === 0
      ? []
      : [{ op: "replace", value: Object.fromEntries(flat.map(({ path, value }) => [path, value])) }]),
  ];
}

function enterprise({ department, employeeNumber }: ProviderUser): JsonObject {
  if (department === undefined && employeeNumber === undefined) return {};
  return {
    [ENTERPRISE_SCHEMA]: {
      ...(department !== undefined && { department }),
      ...(employeeNumber !== undefined && { employeeNumber }),
    },
  };
}
