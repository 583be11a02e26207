import { resourceHandler } from "./http/resource.ts";
import { USERS } from "./provisioning/resources/user.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = resourceHandler(endpointFromEnvironment(), USERS);
