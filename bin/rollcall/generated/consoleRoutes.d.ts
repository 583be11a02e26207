// Made by `npm run generate` from functions/http/signed/declarations.
import type {
  CONSOLE_ADMIN_OPERATIONS,
  CONSOLE_OPERATIONS,
  CONSOLE_OWN_ADMIN_OPERATIONS,
  CONSOLE_RUNS,
} from "../../../functions/http/signed/declarations/console.ts";
import type { PORTAL_OPERATIONS } from "../../../functions/http/signed/declarations/portal.ts";
import type { PORTAL_ENTRY_OPERATIONS } from "../../../functions/http/signed/declarations/portalSessions.ts";
import type { Routes } from "../../../functions/http/signed/route.ts";

export declare const CONSOLE_ENTRY_ROUTES: Routes<typeof PORTAL_ENTRY_OPERATIONS>;
export declare const CONSOLE_OWN_ADMIN_ROUTES: Routes<typeof CONSOLE_OWN_ADMIN_OPERATIONS>;
export declare const CONSOLE_ROUTES: Routes<typeof CONSOLE_OPERATIONS>;
export declare const CONSOLE_RUN_ROUTES: Routes<typeof CONSOLE_RUNS>;
export declare const PORTAL_READ_ROUTES: Routes<typeof PORTAL_OPERATIONS>;
export declare const CONSOLE_ADMIN_ROUTES: Routes<typeof CONSOLE_ADMIN_OPERATIONS>;
