import type { Endpoint } from "./edge/endpoint.ts";
import { endpointFromEnvironment } from "./runtime.ts";
import { dynamoInspections } from "./store/inspection/inspection.ts";

/** Composition of the one function that inspects orgs, so that no other one carries the code for it. */
export function maintenanceEndpoint(): Endpoint {
  return endpointFromEnvironment({ inspections: dynamoInspections });
}
