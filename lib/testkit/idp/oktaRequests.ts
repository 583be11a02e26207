import { isObject, type Json, type JsonObject } from "../../../functions/scim/json.ts";
import { GROUP_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { deletionOf, equalTo, type ProviderRequest, patchOf } from "./line.ts";
import type { ProviderUser } from "./providerUser.ts";

/** Headers of each request by Okta's SCIM client. */
export const OKTA_HEADERS = {
  Accept: "application/scim+json",
  "Accept-Charset": "utf-8",
  "User-Agent": "Okta SCIM Client 1.0.0",
};
export const OKTA_BODY_HEADERS = { "Content-Type": "application/scim+json; charset=utf-8" };

/** Resources on an import's page, and most members in a PATCH of a group. */
export const OKTA_PAGE = 100;

/** Okta's form of a member. */
export interface OktaMember {
  readonly value: string;
  readonly display: string;
}

/** The requests of Okta's SCIM client: a wizard app uses PUT alone, a catalog app PATCH as well. */
export const oktaRequests = {
  probe: (): ProviderRequest => ({ method: "GET", path: "/Users?startIndex=1&count=2" }),

  page: (endpoint: "/Users" | "/Groups", startIndex: number): ProviderRequest => ({
    method: "GET",
    path: `${endpoint}?startIndex=${startIndex}&count=${OKTA_PAGE}`,
  }),

  find: (userName: string): ProviderRequest => found("/Users", "userName", userName),

  findGroup: (name: string): ProviderRequest => found("/Groups", "displayName", name),

  read: (path: string): ProviderRequest => ({ method: "GET", path }),

  /** @param password a placeholder: always sent, even without password synchronisation */
  create: (user: ProviderUser, password: string) => ({
    method: "POST",
    path: "/Users" as const,
    body: { schemas: [USER_SCHEMA], ...profile(user), groups: [], password, active: true },
  }),

  /** The whole user: the read values, overlaid with Okta's own. @param got the service's last answer */
  replace: (id: string, user: ProviderUser, active: boolean, password: string, got: JsonObject): ProviderRequest => {
    const own = profile(user);
    const name = isObject(got.name) ? { ...got.name, ...own.name } : own.name;
    return {
      method: "PUT",
      path: `/Users/${id}`,
      body: { groups: [], ...got, schemas: [USER_SCHEMA], id, ...own, name, active, password },
    };
  },

  activate: (id: string, active: boolean): ProviderRequest => patchOf(`/Users/${id}`, [set({ active })]),

  password: (id: string, password: string): ProviderRequest => patchOf(`/Users/${id}`, [set({ password })]),

  createGroup: (name: string) => ({
    method: "POST",
    path: "/Groups" as const,
    body: { schemas: [GROUP_SCHEMA], displayName: name, members: [] },
  }),

  replaceGroup: (id: string, name: string, members: readonly OktaMember[]): ProviderRequest => ({
    method: "PUT",
    path: `/Groups/${id}`,
    body: { schemas: [GROUP_SCHEMA], id, displayName: name, members: members.map((one) => ({ ...one })) },
  }),

  renameGroup: (id: string, name: string): ProviderRequest =>
    patchOf(`/Groups/${id}`, [set({ id, displayName: name })]),

  changeMembers: (id: string, added: readonly OktaMember[], removed: readonly string[]): ProviderRequest =>
    patchOf(`/Groups/${id}`, [
      ...removed.map((member) => ({ op: "remove", path: `members[value eq "${member}"]` })),
      ...(added.length === 0 ? [] : [{ op: "add", path: "members", value: added.map((one) => ({ ...one })) }]),
    ]),

  /** Push Now: replaces all members. */
  pushNow: (id: string, members: readonly OktaMember[]): ProviderRequest =>
    patchOf(`/Groups/${id}`, [{ op: "replace", path: "members", value: members.map((one) => ({ ...one })) }]),

  delete: deletionOf,
};

function profile({ userName, givenName, familyName, displayName, email, externalId, title }: ProviderUser) {
  return {
    userName,
    name: { givenName, familyName },
    emails: [{ primary: true, value: email, type: "work" }],
    displayName,
    ...(title !== undefined && { title }),
    locale: "en-US",
    externalId,
  };
}

function found(endpoint: string, attribute: string, value: string): ProviderRequest {
  const filter = encodeURIComponent(equalTo(attribute, value));
  return { method: "GET", path: `${endpoint}?filter=${filter}&startIndex=1&count=${OKTA_PAGE}` };
}

function set(value: JsonObject): Json {
  return { op: "replace", value };
}
