import { discoveryHandler } from "./edge/discovery.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = discoveryHandler(endpointFromEnvironment());
