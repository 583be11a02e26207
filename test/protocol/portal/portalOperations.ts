import { portalRoutes } from "../../../functions/http/generated/portal.js";
import { portalAdminRoutes } from "../../../functions/http/generated/portalAdmin.js";
import type { OperationRoute } from "../../../functions/http/signed/route.ts";
import type { JsonObject } from "../../../functions/scim/json.ts";
import type { Target } from "../../support/target.ts";
import { at, type Tenant } from "../../support/wire.ts";

/** One that a session may ask for, with what makes it succeed in an org of `seedPortalOrg`. */
export interface PortalOperation {
  readonly name: string;
  readonly method: string;
  /** Below /portal/v1, with the places of its values. */
  readonly path: string;
  readonly body: JsonObject | undefined;
}

const BODIES: Readonly<Partial<Record<keyof typeof portalAdminRoutes, JsonObject>>> = {
  changeOwnRules: { rules: { teamNameMaxLength: 50 } },
};

const { redeemPortalLink: _withoutSession, ...ofSessions } = portalAdminRoutes;

/** Made of what is declared: none is forgotten. */
export const PORTAL_CALLS: readonly PortalOperation[] = [...under("/", portalRoutes), ...under("/admin/", ofSessions)];

function under(root: string, routes: Readonly<Record<string, OperationRoute>>): readonly PortalOperation[] {
  const bodies: Readonly<Record<string, JsonObject | undefined>> = BODIES;
  return Object.entries(routes).map(([name, { method, path, body }]) => ({
    ...{ name, method, path: root + path },
    body: body === undefined ? undefined : (bodies[name] ?? {}),
  }));
}

/** The ids that paths name. */
export interface SeededOrg extends Tenant {
  readonly id: string;
  readonly values: Readonly<Record<string, string>>;
}

/** An org with something of everything that a path may name. @param displayName of its user, and a part of the group's name */
export async function seedPortalOrg(target: Target, displayName = "ada"): Promise<SeededOrg> {
  const tenant = await target.org();
  const { slug } = tenant;
  const user = await tenant.request({
    method: "POST",
    path: "/Users",
    body: {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
      userName: `ada@${slug}.example`,
      displayName,
      emails: [{ type: "work", value: `ada@${slug}.example` }],
    },
  });
  const userId = String(at(user.json, "id"));
  const group = await tenant.request({
    method: "POST",
    path: "/Groups",
    body: {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
      displayName: `${[...displayName].slice(0, 15).join("")} of ${slug}`,
      members: [{ value: userId }],
    },
  });
  const org = (await target.admin("GET", `/orgs/${slug}`)).json;
  const tokens = (await target.admin("GET", `/orgs/${slug}/tokens`)).json;
  const values = { userId, groupId: String(at(group.json, "id")), tokenId: String(at(tokens, "tokens.0.id")) };
  return { ...tenant, id: String(at(org, "id")), values };
}

/** The path of the operation, with the values of an org. @param org what names the org in the path */
export function filledPath({ path }: PortalOperation, org: string, values: SeededOrg["values"]): string {
  return path.replace("{org}", org).replace(/\{(\w+)\}/g, (_place, name: string) => values[name] ?? name);
}
