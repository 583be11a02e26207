import { OperatorError } from "../../provisioning/operatorError.ts";
import { CatalogueError, deleteRole, getRole, putRole, versionOf } from "../../provisioning/roles/catalogue.ts";
import { etagOf } from "../../scim/render.ts";
import type { Database } from "../../store/database.ts";
import { readCatalogue } from "../../store/roles/policy.ts";
import type { Role } from "../../store/roles/roleRecords.ts";
import type { ROLE_OPERATIONS } from "./declarations/roles.ts";
import type { Called, Handlers } from "./route.ts";

/**
 * The catalogue of roles. For it the functions `directory` and `appWrite` write `R#--------#A` and `R#--------#N`, and
 * `appRead` reads `R#--------#A`.
 */
export const roleHandlers: Handlers<object, typeof ROLE_OPERATIONS> = {
  listRoles: async (call) => {
    const { roles } = await readCatalogue(databaseOf(call));
    return { roles: roles.map(roleView) };
  },
  getRole: async (call) => roleView(await getRole(databaseOf(call), call.parameters.role)),
  setRole: async (call) => {
    const { version, ...wishes } = call.body;
    if (version !== undefined && !(Number.isSafeInteger(version) && version > 0)) {
      throw OperatorError.invalidValue("wholeNumber", "version");
    }
    const match = call.match ?? (version === undefined ? undefined : etagOf(version));
    return roleView(await putRole(databaseOf(call), call.parameters.role, wishes, match));
  },
  removeRole: async (call) => {
    const left = await deleteRole(databaseOf(call), call.parameters.role, call.match);
    return { roles: left.map(roleView) };
  },
};

function roleView(role: Role) {
  return { ...role, version: versionOf(role) };
}

/** @throws ScimError 409 where the deployment has no roles */
function databaseOf({ ctx: { endpoint, store } }: Called<object>): Database {
  if (endpoint.roles !== true) throw CatalogueError.conflict("rolesOff");
  return store.database;
}
