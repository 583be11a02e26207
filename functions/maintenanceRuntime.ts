import type { Endpoint } from "./edge/endpoint.ts";
import { endpointFromEnvironment } from "./runtime.ts";
import { maintenanceParts } from "./store/maintenanceParts.ts";

/** Composition of the one function that works on all of an org at once, so that no other one carries the code for it. */
export function maintenanceEndpoint(): Endpoint {
  return endpointFromEnvironment({ parts: maintenanceParts });
}
