import type { Json } from "../../../functions/scim/json.ts";
import { GROUP_SCHEMA } from "../../../functions/scim/schema.ts";
import { deletionOf, equalTo, formEncoded, type ProviderRequest, patchOf } from "./line.ts";
import type { ProviderUser } from "./providerUser.ts";

/** OneLogin sends no User-Agent. */
export const ONELOGIN_HEADERS = { Accept: "application/json" };
export const ONELOGIN_BODY_HEADERS = { "Content-Type": "application/json" };

/** Schemas of a draft, still in OneLogin's template (authentik issue 11249). */
const DRAFT_SCHEMAS = ["urn:scim:schemas:core:2.0", "urn:scim:schemas:extension:enterprise:2.0"];

/**
 * The requests of OneLogin's SCIM provisioner. Lookups and PUTs of users follow a trace. For groups only the calls are
 * documented; their bodies here are the plain ones.
 */
export const oneloginRequests = {
  find: (userName: string): ProviderRequest => ({
    method: "GET",
    path: `/Users?filter=${formEncoded(equalTo("userName", userName))}&`,
  }),

  findGroup: (name: string): ProviderRequest => ({
    method: "GET",
    path: `/Groups?filter=${formEncoded(equalTo("displayName", name))}&`,
  }),

  create: (user: ProviderUser) => ({
    method: "POST",
    path: "/Users" as const,
    body: { ...templated(user, true), id: null },
  }),

  replace: (id: string, user: ProviderUser, active: boolean): ProviderRequest => ({
    method: "PUT",
    path: `/Users/${id}?`,
    body: templated(user, active),
  }),

  createGroup: (name: string) => ({
    method: "POST",
    path: "/Groups" as const,
    body: { schemas: [GROUP_SCHEMA], displayName: name },
  }),

  renameGroup: (id: string, name: string): ProviderRequest =>
    patchGroup(id, { op: "replace", path: "displayName", value: name }),

  addMember: (id: string, member: string): ProviderRequest =>
    patchGroup(id, { op: "add", path: "members", value: [{ value: member }] }),

  removeMember: (id: string, member: string): ProviderRequest =>
    patchGroup(id, { op: "remove", path: "members", value: [{ value: member }] }),

  delete: deletionOf,
};

/** The administrator's template makes the body, so a boolean is sent as text. */
function templated({ userName, givenName, familyName, email }: ProviderUser, active: boolean) {
  return {
    schemas: DRAFT_SCHEMAS,
    userName,
    active: String(active),
    name: { givenName, familyName },
    emails: [{ value: email, type: "work", primary: true }],
  };
}

function patchGroup(id: string, operation: Json): ProviderRequest {
  return patchOf(`/Groups/${id}?`, [operation]);
}
