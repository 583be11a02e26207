import { adminHandler } from "./http/admin.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = adminHandler(endpointFromEnvironment());
