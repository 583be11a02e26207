import { groupsHandler } from "./edge/groups.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = groupsHandler(endpointFromEnvironment());
