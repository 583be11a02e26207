// Made by `npm run generate` from functions/http/signed/declarations.
import type { APPLICATION_OPERATIONS } from "../signed/declarations/apis.ts";
import type { Routes } from "../signed/route.ts";

export declare const directoryRoutes: Routes<typeof APPLICATION_OPERATIONS>;
