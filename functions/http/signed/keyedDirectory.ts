import type { Endpoint, GatewayHandler } from "../endpoint.ts";
import { directoryRoutes } from "../generated/directory.js";
import { byKey } from "./byKey.ts";
import { directoryApi } from "./directory.ts";
import { callHandler } from "./signedHandler.ts";

/** The catalogue of roles belongs to the application and is the same for every org. A key of one org may read it. */
const ROLES: readonly string[] = [directoryRoutes.listRoles.path, directoryRoutes.getRole.path];

/**
 * The Lambda handler of `/app/v1/`: the directory API for application keys. Two functions run it, one with read rights only.
 * The route's method selects the function.
 */
export function keyedDirectoryHandler(endpoint: Endpoint): GatewayHandler {
  return callHandler(
    endpoint,
    directoryApi("/app/v1/"),
    byKey({
      scopeOf: ({ method }) => (method === "GET" ? "directory.read" : "directory.write"),
      isCommon: ({ method, path }) => method === "GET" && ROLES.includes(path),
    }),
  );
}
