import { GROUP_SCHEMA, PATCH_OP, USER_SCHEMA } from "../../functions/scim/schema.ts";
import type { Check, Target } from "../support/target.ts";
import { type Answer, at, connect, type Tenant } from "../support/wire.ts";

/** What a first deployment must show: one life of a user and a group, and the errors on either side of the functions. */
export const smoke: readonly Check[] = [
  { name: "an org and its token are made through the deployed admin API", run: administration },
  { name: "a user and a group are provisioned, found, changed and deactivated", run: provisioning },
  { name: "what a resource says of its own address can be requested", run: locations },
  { name: "a token that was made up is answered 401 with a challenge", run: wrongToken },
  { name: "an unknown id and an unknown endpoint are SCIM errors", run: notFound },
  { name: "an unsigned admin request never reaches the function", run: unsigned },
  { name: "the generic ServiceProviderConfig needs no token", run: anonymous },
];

async function administration(target: Target): Promise<string[]> {
  const tenant = await target.org();
  const { slug } = tenant;
  const org = await target.admin("GET", `/orgs/${slug}`);
  const tokens = await target.admin("GET", `/orgs/${slug}/tokens`);
  const second = await target.admin("POST", `/orgs/${slug}/tokens`, {});
  return [
    ...wants("GET org", org, 200),
    ...same("its Tenant URL", at(org.json, "tenantUrl"), tenant.tenantUrl),
    ...wants("GET tokens", tokens, 200),
    ...(tokens.text.includes(tenant.token) ? ["the list of tokens holds the token itself"] : []),
    ...wants("a second generate", second, 409),
  ];
}

async function provisioning(target: Target): Promise<string[]> {
  const tenant = await target.org();
  const config = await tenant.request({ method: "GET", path: "/ServiceProviderConfig" });
  const made = await tenant.request({ method: "POST", path: "/Users", body: user("ada@example.com") });
  const id = String(at(made.json, "id"));
  const found = await tenant.request({ method: "GET", path: '/Users?filter=userName eq "ADA@example.com"' });
  const deactivated = await tenant.request({ method: "PATCH", path: `/Users/${id}`, body: patch("active", false) });
  const group = await tenant.request({
    method: "POST",
    path: "/Groups",
    body: { schemas: [GROUP_SCHEMA], displayName: "Engineering" },
  });
  const groupPath = `/Groups/${String(at(group.json, "id"))}`;
  const joined = await tenant.request({
    method: "PATCH",
    path: groupPath,
    body: { schemas: [PATCH_OP], Operations: [{ op: "add", path: "members", value: [{ value: id }] }] },
  });
  const members = await tenant.request({ method: "GET", path: groupPath });
  const deleted = await tenant.request({ method: "DELETE", path: `/Users/${id}` });
  const gone = await tenant.request({ method: "GET", path: `/Users/${id}` });
  const left = await tenant.request({ method: "GET", path: groupPath });
  return [
    ...wants("GET ServiceProviderConfig", config, 200),
    ...wants("POST user", made, 201),
    ...wants("filter by userName", found, 200),
    ...same("totalResults of the filter", at(found.json, "totalResults"), 1),
    ...same("the user found", at(found.json, "Resources.0.id"), id),
    ...wants("PATCH active", deactivated, 200),
    ...same("active after the PATCH", at(deactivated.json, "active"), false),
    ...wants("POST group", group, 201),
    ...wants("PATCH members", joined, 204),
    ...same("the member", at(members.json, "members.0.value"), id),
    ...wants("DELETE user", deleted, 204),
    ...wants("GET of the deleted user", gone, 404),
    ...same("members after the user's deletion", at(left.json, "members.0"), undefined),
  ];
}

async function locations(target: Target): Promise<string[]> {
  const tenant = await target.org();
  const made = await tenant.request({ method: "POST", path: "/Users", body: user("grace@example.com") });
  const location = String(at(made.json, "meta.location"));
  const read = await byUrl(target, tenant, location);
  return [
    ...same("meta.location", location, `${tenant.tenantUrl}/Users/${String(at(made.json, "id"))}`),
    ...same("the Location header", made.headers.location, location),
    ...wants("GET of meta.location", read, 200),
  ];
}

async function wrongToken(target: Target): Promise<string[]> {
  const tenant = await target.org();
  const stranger = connect(target.transport, { ...tenant, token: "made-up" });
  const refused = await stranger.request({ method: "GET", path: "/Users" });
  return [
    ...wants("GET with a made-up token", refused, 401),
    ...scimError("its body", refused),
    ...(challengeOf(refused) === undefined ? ["the 401 has no WWW-Authenticate"] : []),
  ];
}

/** API Gateway renames the header on its way out; the emulator does not. */
function challengeOf({ headers }: Answer): string | undefined {
  return headers["www-authenticate"] ?? headers["x-amzn-remapped-www-authenticate"];
}

async function notFound(target: Target): Promise<string[]> {
  const tenant = await target.org();
  const id = await tenant.request({ method: "GET", path: "/Users/0000000000000000000000" });
  const endpoint = await tenant.request({ method: "GET", path: "/Devices" });
  const elsewhere = await target.transport({ method: "GET", target: "/nothing/here", headers: {}, body: undefined });
  const root = await target.transport({ method: "GET", target: "/", headers: {}, body: undefined });
  return [
    ...wants("GET of an unknown id", id, 404),
    ...scimError("its body", id),
    ...wants("GET of an unknown endpoint", endpoint, 404),
    ...scimError("its body", endpoint),
    ...wants("GET outside /scim/v2", elsewhere, 404),
    ...scimError("its body", elsewhere),
    ...wants("GET / (answered by API Gateway itself)", root, 404),
    ...scimError("its body", root),
  ];
}

async function unsigned(target: Target): Promise<string[]> {
  const refused = await target.transport({ method: "GET", target: "/admin/v1/orgs", headers: {}, body: undefined });
  return [...wants("an unsigned GET /admin/v1/orgs", refused, 404), ...scimError("its body", refused)];
}

async function anonymous(target: Target): Promise<string[]> {
  const path = "/scim/v2/whoever/ServiceProviderConfig";
  const config = await target.transport({ method: "GET", target: path, headers: {}, body: undefined });
  return wants("GET ServiceProviderConfig without a token", config, 200);
}

function byUrl(target: Target, tenant: Tenant, url: string): Promise<Answer> {
  const headers = { Authorization: `Bearer ${tenant.token}` };
  return target.transport({ method: "GET", target: url.slice(target.base.length), headers, body: undefined });
}

function user(userName: string): unknown {
  return { schemas: [USER_SCHEMA], userName, emails: [{ type: "work", primary: true, value: userName }], active: true };
}

function patch(path: string, value: unknown): unknown {
  return { schemas: [PATCH_OP], Operations: [{ op: "replace", path, value }] };
}

export function wants(what: string, answer: Answer, status: number): string[] {
  return answer.status === status
    ? []
    : [`${what}: ${status} was due, ${answer.status} came: ${answer.text.slice(0, 300)}`];
}

export function same(what: string, actual: unknown, expected: unknown): string[] {
  return actual === expected ? [] : [`${what}: ${JSON.stringify(expected)} was due, ${JSON.stringify(actual)} came`];
}

export function scimError(what: string, answer: Answer): string[] {
  return [
    ...same(`${what}, schemas`, at(answer.json, "schemas.0"), "urn:ietf:params:scim:api:messages:2.0:Error"),
    ...same(`${what}, status`, at(answer.json, "status"), String(answer.status)),
    ...same(`${what}, media type`, answer.headers["content-type"], "application/scim+json"),
    ...(/\(ref: [^)]+\)$/.test(String(at(answer.json, "detail")))
      ? []
      : [`${what}: its detail has no reference: ${answer.text}`]),
  ];
}
