import type { GatewayHandler } from "../endpoint.ts";
import { adminRoutes } from "../generated/admin.js";
import { ADMIN_HANDLERS, type AdminEndpoint, adminMeans } from "./admin.ts";
import { byKey } from "./byKey.ts";
import { callHandler, operationsOf } from "./signedHandler.ts";

/** Not for the org's own key: a purge frees the login name, which does not belong to the org. */
const CLOSED: readonly string[] = [adminRoutes.purgeOrg.path];

/**
 * The Lambda handler of `/app/v1/admin/`: the admin API's operations on one org, for that org's key. Operations on all of the
 * org's data (`orgs/{org}/data/…`) belong to another function and to the operator.
 */
export function keyedAdminHandler(endpoint: AdminEndpoint): GatewayHandler {
  return callHandler(
    endpoint,
    {
      root: "/app/v1/admin/",
      type: "admin.request",
      group: "admin",
      operations: operationsOf(adminRoutes, ADMIN_HANDLERS),
      means: adminMeans(endpoint),
    },
    byKey({
      scopeOf: () => "admin",
      isClosed: ({ path }) => CLOSED.includes(path),
      isOutside: ([, , what]) => what === "data",
    }),
  );
}
