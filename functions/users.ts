import { withGuard } from "./http/massChangeWatch.ts";
import { resourceHandler } from "./http/resource.ts";
import { USERS } from "./provisioning/resources/userActions.ts";
import { optionalSetting, warmHandler } from "./runtime.ts";

export const handler = await warmHandler(
  (endpoint) => resourceHandler(withGuard(endpoint, optionalSetting("MASS_CHANGE")), USERS),
  {
    method: "GET",
    path: "/Users",
    filter: 'userName eq "-"',
  },
);
