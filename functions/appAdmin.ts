import { adminEndpoint } from "./adminMeans.ts";
import { keyedAdminHandler } from "./http/signed/keyedAdmin.ts";

export const handler = keyedAdminHandler(adminEndpoint());
