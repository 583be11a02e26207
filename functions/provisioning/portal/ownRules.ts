import type { Json } from "../../scim/json.ts";
import type { Administration } from "../changeOrg.ts";
import { type OrgAnswer, updateOrg } from "../orgs.ts";
import { PortalRefusal } from "./portalRefusal.ts";
import type { RuleName } from "./portalSettings.ts";

/**
 * Changes rules for the org's own administrator: all wishes, or none.
 * @param changeable rules that the operator left to the org @param wishes null returns a rule to the preset
 * @throws ScimError 403 for any other rule, 400 invalidValue, 404, 409 for a rule that the deployment does not allow
 */
export async function changeOwnRules(
  administration: Administration,
  slug: string,
  changeable: readonly RuleName[],
  wishes: Readonly<Record<string, Json>>,
): Promise<OrgAnswer> {
  for (const name of Object.keys(wishes)) {
    if (!changeable.some((rule) => rule === name)) throw PortalRefusal.refused("rule", name);
  }
  return updateOrg(administration, slug, { changedRules: wishes });
}
