import { resolveTxt } from "./bus/resolveTxt.ts";
import { keyedAdminHandler } from "./http/signed/keyedAdmin.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = keyedAdminHandler({ ...endpointFromEnvironment(), resolveTxt });
