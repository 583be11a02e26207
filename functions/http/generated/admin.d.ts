// Made by `npm run generate` from functions/http/signed/declarations.
import type { ADMIN_OPERATIONS } from "../signed/declarations/apis.ts";
import type { Routes } from "../signed/route.ts";

export declare const adminRoutes: Routes<typeof ADMIN_OPERATIONS>;
