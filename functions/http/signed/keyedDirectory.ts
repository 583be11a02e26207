import type { Endpoint, GatewayHandler } from "../endpoint.ts";
import { directoryRoutes } from "../generated/directory.js";
import { byKey } from "./byKey.ts";
import { directoryApi } from "./directory.ts";
import { callHandler } from "./signedHandler.ts";

/** They are the application's, the same for every org, and it has to know what they mean. */
const ROLES: readonly string[] = [directoryRoutes.listRoles.path, directoryRoutes.getRole.path];

/**
 * The Lambda handler of `/app/v1/`: the directory API for who presents an application key. Two functions run it, one of
 * them with the right to read only; which gets a request the routes decide by its method.
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
