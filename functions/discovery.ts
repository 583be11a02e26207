import { discoveryHandler } from "./edge/discovery.ts";
import { endpointFromEnvironment } from "./runtime.ts";
import { groupType, userType } from "./scim/resourceTypes.ts";

// The types of the registry (provisioning/resources), without what is done to their resources.
export const handler = discoveryHandler(endpointFromEnvironment(), [userType, groupType]);
