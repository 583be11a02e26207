import { adminEndpoint } from "./adminMeans.ts";
import { adminHandler } from "./http/signed/admin.ts";

export const handler = adminHandler(adminEndpoint());
