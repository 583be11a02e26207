import { rolesHandler } from "./http/roles.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = rolesHandler(endpointFromEnvironment());
