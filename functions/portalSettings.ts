import { type PortalSettings, readPortalSettings } from "./provisioning/portal/portalSettings.ts";
import { optionalSetting } from "./runtime.ts";

/** What the deployment says of its portal; undefined where it has none. In a file that most functions do not carry. */
export function portalFromEnvironment(): PortalSettings | undefined {
  const text = optionalSetting("PORTAL");
  return text === undefined ? undefined : readPortalSettings(text);
}
