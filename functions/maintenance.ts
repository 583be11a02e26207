import { maintenanceHandler } from "./http/maintenance.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = maintenanceHandler(endpointFromEnvironment());
