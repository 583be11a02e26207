import { DatabaseSync } from "node:sqlite";
import { type Client, createClient } from "rollcall/client";
import { type IdentityProvider, identityProviders } from "rollcall/testkit";
import { isObject, type Json } from "../../../functions/scim/json.ts";
import { DirectoryCopy } from "../../../lib/docs/directoryCopy.ts";
import { expectStatus } from "../../support/org.ts";
import type { OrgRules, Target } from "../../support/target.ts";
import { at, type Tenant } from "../../support/wire.ts";

/** One organization with all who work on it: its identity provider, the application's client, and the copy that this one keeps. */
export interface Customer {
  readonly org: string;
  readonly tenant: Tenant;
  readonly idp: IdentityProvider;
  readonly client: Client;
  readonly copy: DirectoryCopy;
}

/** @param front where providers and the application reach the stack */
export async function newCustomer(
  target: Target,
  front: string,
  provider: "entra" | "okta",
  rules?: OrgRules,
): Promise<Customer> {
  const tenant = await target.org(rules);
  const org = tenant.slug;
  const idp = identityProviders().idp[provider]({ tenantUrl: `${front}/scim/v2/${org}`, token: tenant.token });
  const key = expectStatus(await target.admin("POST", "/app-keys", { scope: "directory.write", org }), 201);
  const client = createClient({ url: front, key: String(at(key.json, "secretKey")) });
  return { org, tenant, idp, client, copy: new DirectoryCopy(new DatabaseSync(":memory:"), org) };
}

/** What the copy has otherwise than the directory API; nothing once it has caught up. */
export async function copyDiffers({ client, copy, org }: Customer): Promise<string[]> {
  const users: object[] = [];
  for await (const user of client.users({ org })) {
    const { active, applicationId, displayName, id, linkVersion, userName, version } = user;
    users.push({ id, version, linkVersion, userName, displayName, active: Number(active), applicationId });
  }
  const teams: object[] = [];
  for await (const { id, displayName } of client.teams({ org })) {
    const members: string[] = [];
    for await (const { id: member } of client.members({ org, team: id, inactive: "include" })) members.push(member);
    teams.push({ id, displayName, members: members.sort() });
  }
  const byId = (rows: readonly object[]): string => JSON.stringify([...rows].map((row) => JSON.stringify(row)).sort());
  return [
    ...(byId(users) === byId(copy.users())
      ? []
      : [`the copy has users ${byId(copy.users())}, the directory ${byId(users)}`]),
    ...(byId(teams) === byId(copy.teams())
      ? []
      : [`the copy has teams ${byId(copy.teams())}, the directory ${byId(teams)}`]),
  ];
}

/** Who is active and who is in which group, as the provider has it and as the server answers it; nothing where they agree. */
export async function providerDiffers({ idp, tenant }: Customer): Promise<string[]> {
  const users = await resources(tenant, "/Users?count=100");
  const groups = await resources(tenant, "/Groups?count=100");
  const nameOf = new Map(users.map((user) => [at(user, "id"), at(user, "userName")]));
  const isActive = (user: Json): boolean => at(user, "active") === true;
  const there = {
    users: users.filter(isActive).map((user) => `${at(user, "userName")} ${at(user, "displayName")} ${at(user, "id")}`),
    groups: groups.map((group) => {
      const members = at(group, "members");
      const names = (Array.isArray(members) ? members : []).map((member) => nameOf.get(at(member, "value")));
      return `${at(group, "displayName")}: ${names.sort()}`;
    }),
  };
  const wanted = {
    users: idp.users
      .filter(({ active }) => active)
      .map(({ displayName, id, userName }) => `${userName} ${displayName} ${id}`),
    groups: idp.groups.map(({ members, name }) => `${name}: ${[...members].sort()}`),
  };
  return (["users", "groups"] as const).flatMap((kind) => {
    const [server, provider] = [there[kind].sort().join("; "), wanted[kind].sort().join("; ")];
    return server === provider ? [] : [`${kind} of the provider: ${provider}; of the server: ${server}`];
  });
}

async function resources(tenant: Tenant, path: string): Promise<Json[]> {
  const list = at((await tenant.request({ method: "GET", path })).json, "Resources");
  return (Array.isArray(list) ? list : []).filter(isObject);
}
