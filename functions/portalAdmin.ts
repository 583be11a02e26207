import { portalAdminHandler } from "./http/portal/portalAdmin.ts";
import { readPortalSettings } from "./provisioning/portal/portalSettings.ts";
import { endpointFromEnvironment, setting } from "./runtime.ts";

export const handler = portalAdminHandler({
  ...endpointFromEnvironment(),
  portal: readPortalSettings(setting("PORTAL")),
});
