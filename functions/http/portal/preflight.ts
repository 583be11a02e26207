import type { GatewayHandler } from "../endpoint.ts";
import { contextHandler } from "../signed/signedHandler.ts";
import { preflightHeaders } from "./origins.ts";
import type { PortalEndpoint } from "./portalMeans.ts";

/** What browsers ask before the component calls the API from another site. Nothing is read for it. */
export function preflightHandler(endpoint: PortalEndpoint): GatewayHandler {
  const { origins } = endpoint.portal;
  return contextHandler(endpoint, { root: "/portal/v1/", type: "portal.request" }, async (ctx) => {
    ctx.logFields.op = "portal.preflight";
    return { statusCode: 204, headers: { "Cache-Control": "no-store", ...preflightHeaders(ctx, origins) }, body: "" };
  });
}
