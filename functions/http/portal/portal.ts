import { getOrg } from "../../provisioning/changeOrg.ts";
import { EVERY_RULE } from "../../provisioning/portal/portalSettings.ts";
import type { GatewayHandler } from "../endpoint.ts";
import { portalRoutes } from "../generated/portal.js";
import type { PORTAL_READ_OPERATIONS } from "../signed/declarations/apis.ts";
import type { Handlers } from "../signed/route.ts";
import { bySignature, callHandler, operationsOf, type SignedApi } from "../signed/signedHandler.ts";
import { tenantUrlOf } from "../signed/views.ts";
import { bySession } from "./bySession.ts";
import { journalHandlers } from "./journalHandlers.ts";
import { preflightHandler } from "./origins.ts";
import { ownSessionHandlers } from "./ownSessionHandlers.ts";
import { pagesHandler } from "./pages.ts";
import type { PortalEndpoint, PortalMeans } from "./portalMeans.ts";
import { readHandlers } from "./readHandlers.ts";

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

/** All read operations of the pages. */
const HANDLERS: Handlers<PortalMeans, typeof PORTAL_READ_OPERATIONS> = {
  ...ownSessionHandlers,
  ...readHandlers,
  ...journalHandlers,
};

/** `/portal/v1/`: for sessions. */
function portalReadHandler(endpoint: PortalEndpoint): GatewayHandler {
  return callHandler(endpoint, portalApi("/portal/v1/", endpoint), bySession(endpoint.portal));
}

/** `/console/v1/`: the same operations for the operator, signed. */
export function consoleHandler(endpoint: PortalEndpoint): GatewayHandler {
  return callHandler(endpoint, portalApi("/console/v1/", endpoint), bySignature);
}

function portalApi(root: string, { portal }: PortalEndpoint): SignedApi<PortalMeans> {
  return {
    root,
    type: "portal.request",
    group: "portal",
    operations: operationsOf(portalRoutes, HANDLERS),
    means: (ctx, caller, named) => ({
      open: async () => {
        const org = await getOrg(caller.settings, named);
        ctx.logFields.orgId = org.id;
        return { org, managed: ctx.store.directory(org.id), unmanaged: ctx.store.unmanaged(org.id) };
      },
      settings: caller.settings,
      session: caller.portal,
      changeable: caller.portal === undefined ? EVERY_RULE : portal.rules,
      now: ctx.started,
      tenantUrlOf: (slug) => tenantUrlOf(ctx, slug),
    }),
  };
}
