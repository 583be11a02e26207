import type { GatewayHandler } from "../endpoint.ts";
import { pagesHandler } from "./pages.ts";
import { consoleHandler, portalReadHandler } from "./portalApi.ts";
import type { PortalEndpoint } from "./portalMeans.ts";
import { preflightHandler } from "./preflight.ts";

/** The Lambda handler of the portal's pages and their reads: by session, or signed for the operator console. */
export function portalHandler(endpoint: PortalEndpoint): GatewayHandler {
  const pages = pagesHandler(endpoint);
  const preflight = preflightHandler(endpoint);
  const read = portalReadHandler(endpoint);
  const console = consoleHandler(endpoint);
  return (event, context) => {
    // Decide by the route: one path can be spelled in several ways.
    const { httpMethod, resource } = event;
    if (resource.startsWith("/console/")) return console(event, context);
    if (!resource.startsWith("/portal/v1")) return pages(event, context);
    return (httpMethod === "OPTIONS" ? preflight : read)(event, context);
  };
}
