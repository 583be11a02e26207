import { PATCH_OP, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import type { AwsCalls } from "../../aws/liveStack.ts";
import { expectStatus } from "../../support/org.ts";
import type { Target } from "../../support/target.ts";
import { type Answer, at, type Tenant } from "../../support/wire.ts";
import { type Customer, newCustomer } from "./customers.ts";

/** Three organizations: one of Entra, one of Okta, and one that will be gone. */
export interface Scene {
  readonly entra: Customer;
  readonly okta: Customer;
  readonly gone: Tenant;
  /** Id of the person who leaves after the second that is restored. */
  readonly leaver: string;
  /** A second token of Okta's organization, which is revoked after that second. */
  readonly revoked: { readonly id: string; readonly secret: string };
}

/** As it should be again: the state at the second. */
export async function provision(target: Target, front: string): Promise<Scene> {
  const entra = await newCustomer(target, front, "entra");
  const ada = await entra.idp.assign("ada@example.com");
  await entra.idp.assign("grace@example.com");
  const { id: leaver } = await entra.idp.assign("edith@example.com");
  await entra.idp.pushGroup("Engineering", ["ada@example.com", "grace@example.com"]);
  await entra.client.link({ org: entra.org, id: ada.id, applicationId: "account-1" });
  expectStatus(await target.directory("POST", `/orgs/${entra.org}/users`, { userName: "own" }), 201);
  const okta = await newCustomer(target, front, "okta", { changed: { liveTokens: "many" } });
  await okta.idp.assign("alan@example.com");
  await okta.idp.assign("barbara@example.com");
  await okta.idp.pushGroup("Operations", ["alan@example.com", "barbara@example.com"]);
  const made = expectStatus(await target.admin("POST", `/orgs/${okta.org}/tokens`, { description: "second" }), 201);
  const revoked = { id: String(at(made.json, "token.id")), secret: String(at(made.json, "secretToken")) };
  const gone = await target.org();
  expectStatus(await gone.request({ method: "POST", path: "/Users", body: user("kept@example.com") }), 201);
  return { entra, okta, gone, leaver, revoked };
}

/** Work after the second, in which nothing is wrong, and which a restore takes back. */
export async function workOn(target: Target, { entra, leaver, okta, revoked }: Scene): Promise<void> {
  await entra.idp.assign("radia@example.com");
  const grace = await entra.idp.rename("grace@example.com", { familyName: "Murray" });
  await entra.idp.unassign("edith@example.com");
  await entra.client.link({ org: entra.org, id: grace.id, applicationId: "account-2" });
  const left = await entra.client.gate({ org: entra.org, email: "edith@example.com" });
  if (left.member) throw new Error(`${leaver} did not leave`);
  await okta.idp.assign("tony@example.com");
  await okta.idp.addMember("Operations", "tony@example.com");
  expectStatus(await target.admin("DELETE", `/orgs/${okta.org}/tokens/${revoked.id}`), 200);
}

/** A script that got hold of a token, a hand in the wrong settings, and items of the table that nobody may write. */
export async function damage(target: Target, scene: Scene, { aws, table }: { aws: AwsCalls; table: string }) {
  const { entra, gone, okta } = scene;
  const [ada, grace, alan, barbara] = await Promise.all([
    idOf(entra.tenant, "/Users", "ada@example.com"),
    idOf(entra.tenant, "/Users", "grace@example.com"),
    idOf(okta.tenant, "/Users", "alan@example.com"),
    idOf(okta.tenant, "/Users", "barbara@example.com"),
  ]);
  const team = await idOf(entra.tenant, "/Groups", "Engineering");
  expectStatus(await entra.tenant.request({ method: "DELETE", path: `/Users/${ada}` }), 204);
  expectStatus(await patched(entra.tenant, `/Groups/${team}`, { op: "remove", path: "members" }), 204);
  expectStatus(await patched(okta.tenant, `/Users/${barbara}`, { op: "replace", value: { displayName: "X" } }), 200);
  expectStatus(await target.admin("PATCH", `/orgs/${entra.org}`, { changedRules: { teamNameMaxLength: 3 } }), 200);
  const write = (operation: string, input: object): Promise<unknown> =>
    aws.json("dynamodb", `DynamoDB_20120810.${operation}`, { TableName: table, ...input });
  const [entraId, oktaId, goneId] = await Promise.all(
    [entra.org, okta.org, gone.slug].map((org) => orgId(target, org)),
  );
  await write("PutItem", { Item: { ...key(`O#${entraId}#U`, grace), d: { S: "no JSON" } } });
  await write("DeleteItem", { Key: key(`O#${oktaId}#U`, alan) });
  await write("DeleteItem", { Key: key("S#orgs", gone.slug) });
  await write("DeleteItem", { Key: key(`C#${goneId}`, "META") });
}

function key(pk: string, sk: string) {
  return { pk: { S: pk }, sk: { S: sk } };
}

async function orgId(target: Target, org: string): Promise<string> {
  return String(at((await target.admin("GET", `/orgs/${org}`)).json, "id"));
}

export function patched(tenant: Tenant, path: string, operation: object): Promise<Answer> {
  return tenant.request({ method: "PATCH", path, body: { schemas: [PATCH_OP], Operations: [operation] } });
}

async function idOf(tenant: Tenant, endpoint: "/Users" | "/Groups", name: string): Promise<string> {
  const attribute = endpoint === "/Users" ? "userName" : "displayName";
  const found = await tenant.request({ method: "GET", path: `${endpoint}?filter=${attribute} eq "${name}"` });
  return String(at(found.json, "Resources.0.id"));
}

function user(userName: string): unknown {
  return { schemas: [USER_SCHEMA], userName, emails: [{ type: "work", primary: true, value: userName }], active: true };
}
