import { maintenanceHandler } from "./edge/maintenance.ts";
import { maintenanceEndpoint } from "./maintenanceRuntime.ts";

export const handler = maintenanceHandler(maintenanceEndpoint());
