// Made by `npm run generate` from functions/http/signed/declarations.
import type { MAINTENANCE_OPERATIONS } from "../signed/declarations/apis.ts";
import type { Routes } from "../signed/route.ts";

export declare const maintenanceRoutes: Routes<typeof MAINTENANCE_OPERATIONS>;
