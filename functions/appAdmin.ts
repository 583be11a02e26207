import { resolveTxt } from "./bus/resolveTxt.ts";
import { keyedAdminHandler } from "./http/signed/keyedAdmin.ts";
import { portalFromEnvironment } from "./portalSettings.ts";
import { endpointFromEnvironment, federationHosts } from "./runtime.ts";
import { webhooksFromEnvironment } from "./webhookMeans.ts";

export const handler = keyedAdminHandler({
  ...endpointFromEnvironment(),
  federationHosts: federationHosts(),
  resolveTxt,
  webhooks: webhooksFromEnvironment(),
  portal: portalFromEnvironment(),
});
