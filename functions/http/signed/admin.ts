import type { ResolveTxt } from "../../provisioning/domains.ts";
import type { Endpoint, GatewayHandler } from "../endpoint.ts";
import { adminRoutes } from "../generated/admin.js";
import { applicationKeyHandlers } from "./applicationKeyHandlers.ts";
import type { ADMIN_OPERATIONS } from "./declarations/apis.ts";
import { domainHandlers } from "./domainHandlers.ts";
import { orgHandlers } from "./orgHandlers.ts";
import { provisionedHandlers } from "./provisionedHandlers.ts";
import type { AdminMeans, Handlers, WebhookMeans } from "./route.ts";
import { operationsOf, type SignedApi, signedHandler } from "./signedHandler.ts";
import { tenantUrlOf } from "./tenantUrl.ts";
import { tokenHandlers } from "./tokenHandlers.ts";
import { webhookHandlers } from "./webhookHandlers.ts";

const ROOT = "/admin/v1/";

export const ADMIN_HANDLERS: Handlers<AdminMeans, typeof ADMIN_OPERATIONS> = {
  ...orgHandlers,
  ...domainHandlers,
  ...tokenHandlers,
  ...applicationKeyHandlers,
  ...provisionedHandlers,
  ...webhookHandlers,
};

export interface AdminEndpoint extends Endpoint {
  readonly resolveTxt: ResolveTxt;
  /** Absent: the deployment has no webhooks. */
  readonly webhooks?: WebhookMeans | undefined;
}

/** The Lambda handler of `/admin/v1/`: organizations and their tokens, and a view of their users and teams. */
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
  return (ctx, { actor, settings }) => {
    const { endpoint, store, started, reference } = ctx;
    return {
      administration: {
        settings,
        directory: (orgId) => store.directory(orgId),
        now: started,
        randomBytes: (length) => endpoint.randomBytes(length),
        actor,
        adoption: endpoint.adoption === true,
        reference,
        logSettings: endpoint.logSettings,
        wait: (milliseconds) => endpoint.wait(milliseconds),
      },
      resolveTxt: admin.resolveTxt,
      webhooks: admin.webhooks,
      tenantUrlOf: (slug) => tenantUrlOf(ctx, slug),
    };
  };
}
