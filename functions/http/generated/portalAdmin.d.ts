// Made by `npm run generate` from functions/http/signed/declarations.
import type { PORTAL_ADMIN_OPERATIONS } from "../signed/declarations/portalSessions.ts";
import type { Routes } from "../signed/route.ts";

export declare const portalAdminRoutes: Routes<typeof PORTAL_ADMIN_OPERATIONS>;
