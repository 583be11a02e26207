// Made by `npm run generate` from functions/http/signed/declarations.
import type { PORTAL_READ_OPERATIONS } from "../signed/declarations/apis.ts";
import type { Routes } from "../signed/route.ts";

export declare const portalRoutes: Routes<typeof PORTAL_READ_OPERATIONS>;
