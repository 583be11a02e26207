import { resourceHandler } from "./http/resource.ts";
import { GROUPS } from "./provisioning/resources/groupActions.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = resourceHandler(endpointFromEnvironment(), GROUPS);
