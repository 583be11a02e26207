import { maintenanceHandler } from "./http/maintenance.ts";
import { endpointFromEnvironment } from "./runtime.ts";
import { STORED_TYPES } from "./store/storedTypes.ts";

export const handler = maintenanceHandler(endpointFromEnvironment(), STORED_TYPES);
