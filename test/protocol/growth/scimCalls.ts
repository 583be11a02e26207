import { bulkBody } from "../../bench/bodies.ts";
import { group, patch, person } from "../manyClients.ts";
import { COUNTED, FLAT, type Law, returned, whole } from "./law.ts";

/** A SCIM request. `{name}` is what was given or kept under the name: `user`, who is in every group, and `group`, with many members. */
export interface ScimCall {
  readonly name: string;
  readonly law: Law;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** Name under which the id in the answer is kept. */
  readonly keeps?: string;
  /** A form, sent without a token. */
  readonly form?: string;
  /** Where it is none of success. */
  readonly status?: number;
}

const MEMBER = { value: "{new}" };
const filter = (text: string, more = "") => `?filter=${text}${more}`;
const WITHOUT_MEMBERS = "excludedAttributes=members";
const search = (text: string) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
  filter: text,
});

/** In their order. A route of SCIM without one fails a test. */
export const SCIM_CALLS: readonly ScimCall[] = [
  { name: "create user", law: FLAT, method: "POST", path: "/Users", body: person("new"), keeps: "new" },
  { name: "create user, refused", status: 409, law: FLAT, method: "POST", path: "/Users", body: person("new") },
  { name: "get user", law: FLAT, method: "GET", path: "/Users/{new}" },
  { name: "get user in every group", law: returned(0.2, 0.01), method: "GET", path: "/Users/{user}" },
  { name: "get user without groups", law: FLAT, method: "GET", path: "/Users/{user}?excludedAttributes=groups" },
  { name: "filter userName", law: FLAT, method: "GET", path: `/Users${filter('userName eq "new@example.com"')}` },
  { name: "filter userName, miss", law: FLAT, method: "GET", path: `/Users${filter('userName eq "nobody"')}` },
  { name: "filter externalId", law: FLAT, method: "GET", path: `/Users${filter('externalId eq "ext-new"')}` },
  { name: "filter e-mail", law: FLAT, method: "GET", path: `/Users${filter('emails.value eq "new@example.com"')}` },
  {
    name: "change user",
    law: FLAT,
    method: "PATCH",
    path: "/Users/{new}",
    body: patch({ op: "replace", path: "active", value: false }),
  },
  { name: "replace user", law: FLAT, method: "PUT", path: "/Users/{new}", body: person("new") },
  { name: "list users, first page", law: COUNTED, method: "GET", path: "/Users?count=10" },
  { name: "list users, deep page", law: COUNTED, method: "GET", path: "/Users?count=5&startIndex=6" },
  { name: "list users, 100", law: returned(0.2), method: "GET", path: "/Users?count=100" },
  { name: "count users", law: COUNTED, method: "GET", path: "/Users?count=0" },
  { name: "list users by cursor", law: COUNTED, method: "GET", path: "/Users?cursor&count=5" },
  { name: "list users with groups", law: returned(2, 1), method: "GET", path: "/Users?count=5&attributes=groups" },
  {
    name: "members by page",
    law: whole({ members: 0.05 }),
    method: "GET",
    path: `/Users${filter('groups.value eq "{group}"', "&count=5")}`,
  },
  { name: "scan users", law: whole({ users: 0.2 }), method: "GET", path: `/Users${filter('title co "y"')}` },

  { name: "create group", law: FLAT, method: "POST", path: "/Groups", body: group("new"), keeps: "newGroup" },
  {
    name: "member in",
    law: FLAT,
    method: "PATCH",
    path: "/Groups/{group}",
    body: patch({ op: "add", path: "members", value: [MEMBER] }),
  },
  {
    name: "member asked for",
    law: returned(0.05),
    method: "GET",
    path: `/Groups${filter('id eq "{group}" and members eq "{new}"')}`,
  },
  {
    name: "member out",
    law: FLAT,
    method: "PATCH",
    path: "/Groups/{group}",
    body: patch({ op: "remove", path: 'members[value eq "{new}"]' }),
  },
  { name: "get group without members", law: FLAT, method: "GET", path: `/Groups/{group}?${WITHOUT_MEMBERS}` },
  { name: "get group", law: returned(0.05), method: "GET", path: "/Groups/{group}" },
  { name: "filter group name", law: FLAT, method: "GET", path: `/Groups${filter('displayName eq "new"')}` },
  {
    name: "groups of a member",
    law: whole({ groups: 1.2 }, { groups: 0.02 }),
    method: "GET",
    path: `/Groups${filter('members.value eq "{user}"', `&count=10&${WITHOUT_MEMBERS}`)}`,
  },
  { name: "list groups, first page", law: COUNTED, method: "GET", path: `/Groups?count=5&${WITHOUT_MEMBERS}` },
  { name: "list groups with members", law: returned(0.05), method: "GET", path: "/Groups?count=5" },
  {
    name: "scan groups",
    law: whole({ groups: 0.2 }),
    method: "GET",
    path: `/Groups${filter('displayName co "am 1"', `&${WITHOUT_MEMBERS}`)}`,
  },
  {
    name: "rename group",
    law: FLAT,
    method: "PATCH",
    path: "/Groups/{newGroup}",
    body: patch({ op: "replace", path: "displayName", value: "newer" }),
  },
  { name: "replace group", law: FLAT, method: "PUT", path: "/Groups/{newGroup}", body: group("newest", [MEMBER]) },

  {
    name: "bulk",
    law: FLAT,
    method: "POST",
    path: "/Bulk",
    body: bulkBody(
      { method: "POST", path: "/Users", bulkId: "1", data: person("bulk") },
      { method: "DELETE", path: "/Groups/{newGroup}" },
    ),
  },
  {
    name: "search users",
    law: FLAT,
    method: "POST",
    path: "/Users/.search",
    body: search('userName eq "new@example.com"'),
  },
  {
    name: "search groups",
    law: FLAT,
    method: "POST",
    path: "/Groups/.search",
    body: search('displayName eq "team 1"'),
  },
  { name: "search both", law: FLAT, method: "POST", path: "/.search", body: search('id eq "{new}"') },
  { name: "query both", law: FLAT, method: "GET", path: filter('id eq "{new}"') },
  { name: "delete user", law: FLAT, method: "DELETE", path: "/Users/{new}" },
  { name: "delete user in every group", law: FLAT, method: "DELETE", path: "/Users/{user}" },
  { name: "delete group", law: FLAT, method: "DELETE", path: "/Groups/{group}" },
  { name: "get group after deletions", law: FLAT, method: "GET", path: "/Groups/{other}" },

  { name: "configuration", law: FLAT, method: "GET", path: "/ServiceProviderConfig" },
  { name: "resource types", law: FLAT, method: "GET", path: "/ResourceTypes" },
  { name: "resource type", law: FLAT, method: "GET", path: "/ResourceTypes/User" },
  { name: "schemas", law: FLAT, method: "GET", path: "/Schemas" },
  { name: "schema", law: FLAT, method: "GET", path: "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User" },
  { name: "oneself", law: FLAT, method: "GET", path: "/Me", status: 501 },
  {
    name: "access token",
    law: FLAT,
    method: "POST",
    path: "/oauth/token",
    form: "grant_type=client_credentials&client_id={org}&client_secret={clientSecret}",
  },
];
