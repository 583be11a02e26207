import { searchHandler } from "./http/list.ts";
import { QUERIES } from "./provisioning/resources/queries.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = searchHandler(endpointFromEnvironment(), QUERIES);
