import { bulkHandler } from "./edge/bulk.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = bulkHandler(endpointFromEnvironment());
