import type { GatewayHandler } from "../endpoint.ts";
import { contextHandler } from "../signed/signedHandler.ts";
import { preflightHeaders } from "./origins.ts";
import type { PortalEndpoint } from "./portalMeans.ts";

/** Answers the CORS preflight of the component. It reads no data. */
export function preflightHandler(endpoint: PortalEndpoint): GatewayHandler {
  const { origins } = endpoint.portal;
  return contextHandler(endpoint, { root: "/portal/v1/", type: "portal.request" }, async (ctx) => {
    ctx.logFields.op = "portal.preflight";
    return { statusCode: 204, headers: { "Cache-Control": "no-store", ...preflightHeaders(ctx, origins) }, body: "" };
  });
}
