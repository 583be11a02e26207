import { resolveTxt } from "./bus/resolveTxt.ts";
import { adminHandler } from "./http/signed/admin.ts";
import { portalFromEnvironment } from "./portalSettings.ts";
import { endpointFromEnvironment, federationHosts } from "./runtime.ts";
import { webhooksFromEnvironment } from "./webhookMeans.ts";

export const handler = adminHandler({
  ...endpointFromEnvironment(),
  federationHosts: federationHosts(),
  resolveTxt,
  webhooks: webhooksFromEnvironment(),
  portal: portalFromEnvironment(),
});
