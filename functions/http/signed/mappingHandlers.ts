import { MappingError } from "../../provisioning/roles/mappingChecks.ts";
import {
  getMappings,
  type MappingsOfOrg,
  type RoleAdministration,
  rebuildRoles,
  removeMappings,
  saveMappings,
} from "../../provisioning/roles/mappings.ts";
import { previewMappings } from "../../provisioning/roles/preview.ts";
import { isUserId } from "../../scim/schema.ts";
import type { MAPPING_OPERATIONS } from "./declarations/mappings.ts";
import { readCursor, sidesCursor } from "./readCall.ts";
import type { AdminMeans, Called, Handlers } from "./route.ts";

/**
 * The mappings of an org. For them the functions `admin` and `appAdmin` write the org's settings, `R#--------#N`,
 * `R#--------#O` and `R#--------#W*`, and read `R#--------#A` and `R#????????#A`.
 */
export const mappingHandlers: Handlers<AdminMeans, typeof MAPPING_OPERATIONS> = {
  getMappings: async (call) => mappingsView(await getMappings(administrationOf(call), call.parameters.org)),
  setMappings: async (call) =>
    mappingsView(await saveMappings(administrationOf(call), call.parameters.org, call.body, call.match)),
  removeMappings: async (call) =>
    mappingsView(await removeMappings(administrationOf(call), call.parameters.org, call.match)),
  previewMappings: async (call) => {
    const from = readCursor(call.query.cursor, isUserId);
    const page = await previewMappings(administrationOf(call), call.parameters.org, call.body, from);
    return { ...page, next: sidesCursor(page.next) };
  },
  rebuildRoles: async (call) => {
    await rebuildRoles(administrationOf(call), call.parameters.org);
    return { started: true };
  },
};

/** @throws ScimError 409 where the deployment has no roles */
function administrationOf({ ctx: { endpoint, store }, administration }: Called<AdminMeans>): RoleAdministration {
  if (!endpoint.roles) throw MappingError.conflict("rolesOff");
  return { ...administration, database: store.database, unmanaged: (orgId) => store.unmanaged(orgId) };
}

function mappingsView({ mappings: saved, teams }: MappingsOfOrg) {
  const { version, mode, defaultRole, mappings } = saved ?? { version: 0, mode: "highest" as const, mappings: [] };
  return {
    enabled: saved !== undefined,
    version,
    mode,
    ...(defaultRole !== undefined && { defaultRole }),
    mappings: mappings.map(({ team, role, priority }) => {
      const { displayName: teamName = null, managed = null } = teams.get(team) ?? {};
      return { team, role, priority, teamName, managed, ...(managed === null && { missing: true as const }) };
    }),
  };
}
