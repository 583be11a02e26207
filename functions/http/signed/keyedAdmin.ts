import type { GatewayHandler } from "../endpoint.ts";
import { adminRoutes } from "../generated/admin.js";
import { ADMIN_HANDLERS, type AdminEndpoint, adminMeans } from "./admin.ts";
import { byKey } from "./byKey.ts";
import { callHandler, operationsOf } from "./signedHandler.ts";

/** A purge sets a login name free, which is not the org's own. */
const CLOSED: readonly string[] = [adminRoutes.purgeOrg.path];

/**
 * The Lambda handler of `/app/v1/admin/`: those operations of the admin API that are about one org, for a key of that org. What
 * works on all of its data at once (`orgs/{org}/data/…`) is another function's, and the operator's.
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
