import { adminEndpointFromEnvironment } from "./adminEndpoint.ts";
import { keyedAdminHandler } from "./http/signed/keyedAdmin.ts";

export const handler = keyedAdminHandler(adminEndpointFromEnvironment());
