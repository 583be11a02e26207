import type { Endpoint } from "./edge/endpoint.ts";
import { endpointFromEnvironment } from "./runtime.ts";
import { administrationParts } from "./store/administrationParts.ts";

/** Composition of the one function that purges orgs, so that no other one carries the code for it. */
export function adminEndpoint(): Endpoint {
  return endpointFromEnvironment({ parts: administrationParts });
}
