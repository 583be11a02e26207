import { maintenanceHandler } from "./edge/maintenance.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = maintenanceHandler(endpointFromEnvironment());
