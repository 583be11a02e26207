import { searchHandler } from "./edge/search.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = searchHandler(endpointFromEnvironment());
