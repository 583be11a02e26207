import { canaryHandler } from "./http/canary.ts";
import { sender } from "./probe/wire.ts";
import { endpointFromEnvironment, setting } from "./runtime.ts";
import { CANARY_SLUG } from "./store/canaryKeys.ts";

export const handler = canaryHandler({
  ...endpointFromEnvironment(),
  // The stack says where the API is, and this alone for which org.
  tenantUrl: `${setting("CANARY_URL")}/${CANARY_SLUG}`,
  send: sender("rollcall-canary"),
});
