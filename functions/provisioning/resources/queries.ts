import type { QueryDefinition } from "./definition.ts";
import { GROUP_QUERIES } from "./groupQueries.ts";
import { USER_QUERIES } from "./userQueries.ts";

/** The registry (registry.ts) without actions, for functions that only read. */
export const QUERIES: readonly QueryDefinition[] = [USER_QUERIES, GROUP_QUERIES];
