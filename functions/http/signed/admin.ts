import type { ResolveTxt } from "../../provisioning/domains.ts";
import { PortalSessionStore } from "../../store/portalSessions.ts";
import type { Endpoint, GatewayHandler } from "../endpoint.ts";
import { adminRoutes } from "../generated/admin.js";
import { applicationKeyHandlers } from "./applicationKeyHandlers.ts";
import type { ADMIN_OPERATIONS } from "./declarations/apis.ts";
import { holdHandlers } from "./holdHandlers.ts";
import { mappingHandlers } from "./mappingHandlers.ts";
import { domainHandlers, orgHandlers } from "./orgHandlers.ts";
import { portalSessionHandlers } from "./portalSessionHandlers.ts";
import { provisionedHandlers } from "./provisionedHandlers.ts";
import type { AdminMeans, Handlers, WebhookMeans } from "./route.ts";
import { administrationOf, operationsOf, type SignedApi, signedHandler } from "./signedHandler.ts";
import { tokenHandlers } from "./tokenHandlers.ts";
import { trustHandlers } from "./trustHandlers.ts";
import { portalUrlOf, tenantUrlOf } from "./views.ts";
import { webhookHandlers } from "./webhookHandlers.ts";

const ROOT = "/admin/v1/";

export const ADMIN_HANDLERS: Handlers<AdminMeans, typeof ADMIN_OPERATIONS> = {
  ...orgHandlers,
  ...domainHandlers,
  ...holdHandlers,
  ...tokenHandlers,
  ...trustHandlers,
  ...applicationKeyHandlers,
  ...provisionedHandlers,
  ...webhookHandlers,
  ...portalSessionHandlers,
  ...mappingHandlers,
};

export interface AdminEndpoint extends Endpoint {
  readonly resolveTxt: ResolveTxt;
  /** Absent: the deployment has no webhooks. */
  readonly webhooks?: WebhookMeans | undefined;
}

/** The Lambda handler of `/admin/v1/`: organizations, their tokens and settings, and a view of their users and teams. */
export function adminHandler(endpoint: AdminEndpoint): GatewayHandler {
  return signedHandler(endpoint, {
    root: ROOT,
    type: "admin.request",
    group: "admin",
    operations: operationsOf(adminRoutes, ADMIN_HANDLERS),
    means: adminMeans(endpoint),
  });
}

export function adminMeans(admin: AdminEndpoint): SignedApi<AdminMeans>["means"] {
  return (ctx, caller) => ({
    administration: administrationOf(ctx, caller),
    resolveTxt: admin.resolveTxt,
    webhooks: admin.webhooks,
    portal: ctx.endpoint.portal && {
      url: portalUrlOf(ctx),
      sessionsOf: (orgId) => new PortalSessionStore(ctx.store.database, orgId),
    },
    tenantUrlOf: (slug) => tenantUrlOf(ctx, slug),
  });
}
