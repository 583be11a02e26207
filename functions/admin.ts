import { adminHandler } from "./edge/admin.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = adminHandler(endpointFromEnvironment());
