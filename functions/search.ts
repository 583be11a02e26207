import { searchHandler } from "./http/search.ts";
import { QUERIES } from "./provisioning/resources/queries.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = searchHandler(endpointFromEnvironment(), QUERIES);
