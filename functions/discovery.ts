import { discoveryHandler } from "./edge/discovery.ts";
import { endpointFromEnvironment } from "./runtime.ts";
import { groupType } from "./scim/groupType.ts";
import { userType } from "./scim/userType.ts";

// The types of the registry (provisioning/resources), without what is done to their resources.
export const handler = discoveryHandler(endpointFromEnvironment(), [userType, groupType]);
