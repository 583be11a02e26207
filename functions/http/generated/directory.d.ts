// Made by `npm run generate` from functions/http/signed/declarations.
import type { DIRECTORY_OPERATIONS } from "../signed/declarations/directory.ts";
import type { Routes } from "../signed/route.ts";

export declare const directoryRoutes: Routes<typeof DIRECTORY_OPERATIONS>;
