import { deleteRole, getRole, putRole } from "../../provisioning/roles/catalogue.ts";
import { CatalogueError } from "../../provisioning/roles/catalogueError.ts";
import type { Database } from "../../store/database.ts";
import { readCatalogue } from "../../store/roles/policy.ts";
import type { ROLE_OPERATIONS } from "./declarations/roles.ts";
import type { Called, Handlers } from "./route.ts";

/**
 * The catalogue of roles. What the functions `directory` and `appWrite` need for it: to write `R#--------#A` and
 * `R#--------#N`; `appRead`: to read `R#--------#A`.
 */
export const roleHandlers: Handlers<object, typeof ROLE_OPERATIONS> = {
  listRoles: async (call) => {
    const { roles } = await readCatalogue(databaseOf(call));
    return { roles };
  },
  getRole: (call) => getRole(databaseOf(call), call.parameters.role),
  setRole: (call) => putRole(databaseOf(call), call.parameters.role, call.body),
  removeRole: async (call) => ({ roles: await deleteRole(databaseOf(call), call.parameters.role) }),
};

/** @throws ScimError 409 where the deployment has no roles */
function databaseOf({ ctx: { endpoint, store } }: Called<object>): Database {
  if (endpoint.roles !== true) throw CatalogueError.conflict("rolesOff");
  return store.database;
}
