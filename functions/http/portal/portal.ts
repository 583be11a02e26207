import type { GatewayHandler } from "../endpoint.ts";
import { consoleHandler, portalReadHandler } from "./portalApi.ts";
import type { PortalEndpoint } from "./portalMeans.ts";

/** The Lambda handler of the portal's pages, and of all that they read: by session, or signed for the operator console. */
export function portalHandler(endpoint: PortalEndpoint): GatewayHandler {
  const read = portalReadHandler(endpoint);
  const console = consoleHandler(endpoint);
  return (event, context) => {
    // The route, and not the path, which may say the same in several ways.
    const ofConsole = event.resource.startsWith("/console/");
    return (ofConsole ? console : read)(event, context);
  };
}
