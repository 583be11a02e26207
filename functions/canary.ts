import { canaryHandler } from "./http/canary.ts";
import { sender } from "./probe/wire.ts";
import { endpointFromEnvironment, setting } from "./runtime.ts";
import { CANARY_SLUG } from "./store/canaryKeys.ts";

export const handler = canaryHandler({
  ...endpointFromEnvironment(),
  // `CANARY_URL` is the address of the API. The org's name is always the sandbox's.
  tenantUrl: `${setting("CANARY_URL")}/${CANARY_SLUG}`,
  send: sender("rollcall-canary"),
});
