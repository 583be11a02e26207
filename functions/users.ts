import { resourceHandler } from "./http/resource.ts";
import { USERS } from "./provisioning/resources/userActions.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = resourceHandler(endpointFromEnvironment(), USERS);
