import { getOrg } from "../../provisioning/changeOrg.ts";
import { EVERY_RULE } from "../../provisioning/portal/portalSettings.ts";
import type { GatewayHandler } from "../endpoint.ts";
import { portalRoutes } from "../generated/portal.js";
import type { PORTAL_READ_OPERATIONS } from "../signed/declarations/apis.ts";
import type { Handlers } from "../signed/route.ts";
import { bySignature, callHandler, operationsOf, type SignedApi } from "../signed/signedHandler.ts";
import { tenantUrlOf } from "../signed/tenantUrl.ts";
import { bySession } from "./bySession.ts";
import { journalHandlers } from "./journalHandlers.ts";
import { ownSessionHandlers } from "./ownSessionHandlers.ts";
import type { PortalEndpoint, PortalMeans } from "./portalMeans.ts";
import { readHandlers } from "./readHandlers.ts";

/** All read operations of the pages. */
const HANDLERS: Handlers<PortalMeans, typeof PORTAL_READ_OPERATIONS> = {
  ...ownSessionHandlers,
  ...readHandlers,
  ...journalHandlers,
};

/** `/portal/v1/`: for sessions. */
export function portalReadHandler(endpoint: PortalEndpoint): GatewayHandler {
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
