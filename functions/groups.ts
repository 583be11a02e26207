import { withGuard } from "./http/massChangeWatch.ts";
import { resourceHandler } from "./http/resource.ts";
import { GROUPS } from "./provisioning/resources/groupActions.ts";
import { optionalSetting, warmHandler } from "./runtime.ts";

export const handler = await warmHandler(
  (endpoint) => resourceHandler(withGuard(endpoint, optionalSetting("MASS_CHANGE")), GROUPS),
  {
    method: "GET",
    path: "/Groups",
    filter: 'displayName eq "-"',
  },
);
