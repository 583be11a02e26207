import { type PortalSettings, readPortalSettings } from "./provisioning/portal/portalSettings.ts";
import { optionalSetting } from "./runtime.ts";

/** The deployment's portal settings; undefined where it has no portal. A file of its own keeps it out of most bundles. */
export function portalFromEnvironment(): PortalSettings | undefined {
  const text = optionalSetting("PORTAL");
  return text === undefined ? undefined : readPortalSettings(text);
}
