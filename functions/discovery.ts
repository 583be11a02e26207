import { discoveryHandler } from "./http/discovery.ts";
import { QUERIES } from "./provisioning/resources/queries.ts";
import { warmHandler } from "./runtime.ts";

const types = QUERIES.map(({ type }) => type);

export const handler = await warmHandler((endpoint) => discoveryHandler(endpoint, types), {
  method: "GET",
  path: "/Schemas",
});
