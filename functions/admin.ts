import { adminEndpoint } from "./adminRuntime.ts";
import { adminHandler } from "./edge/admin.ts";

export const handler = adminHandler(adminEndpoint());
