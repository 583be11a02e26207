import { maintenanceHandler } from "./http/signed/maintenance.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = maintenanceHandler(endpointFromEnvironment());
