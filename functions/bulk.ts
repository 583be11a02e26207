import { anyAddressHandler } from "./http/anyAddress.ts";
import { withGuard } from "./http/massChangeWatch.ts";
import { RESOURCES } from "./provisioning/resources/registry.ts";
import { optionalSetting, warmHandler } from "./runtime.ts";

export const handler = await warmHandler(
  (endpoint) => anyAddressHandler(withGuard(endpoint, optionalSetting("MASS_CHANGE")), RESOURCES),
  {
    method: "GET",
    path: "/Users",
    filter: 'userName eq "-"',
  },
);
