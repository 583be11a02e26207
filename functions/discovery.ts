import { discoveryHandler } from "./http/discovery.ts";
import { QUERIES } from "./provisioning/resources/queries.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = discoveryHandler(
  endpointFromEnvironment(),
  QUERIES.map(({ type }) => type),
);
