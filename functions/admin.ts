import { adminEndpointFromEnvironment } from "./adminEndpoint.ts";
import { adminHandler } from "./http/signed/admin.ts";

export const handler = adminHandler(adminEndpointFromEnvironment());
