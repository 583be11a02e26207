import type { Endpoint, GatewayHandler } from "../endpoint.ts";
import { byKey } from "./byKey.ts";
import { directoryApi } from "./directory.ts";
import { callHandler } from "./signedHandler.ts";

/**
 * The Lambda handler of `/app/v1/`: the directory API for who presents an application key. Two functions run it, one of
 * them with the right to read only; which gets a request the routes decide by its method.
 */
export function keyedDirectoryHandler(endpoint: Endpoint): GatewayHandler {
  return callHandler(
    endpoint,
    directoryApi("/app/v1/"),
    byKey({ scopeOf: ({ method }) => (method === "GET" ? "directory.read" : "directory.write") }),
  );
}
