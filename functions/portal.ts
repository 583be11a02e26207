import { portalHandler } from "./http/portal/portal.ts";
import { readPortalSettings } from "./provisioning/portal/portalSettings.ts";
import { answeringEndpoint, setting } from "./runtime.ts";

export const handler = portalHandler({ ...answeringEndpoint(), portal: readPortalSettings(setting("PORTAL")) });
