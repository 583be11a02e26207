import type { ResourceDefinition } from "./definition.ts";
import { GROUPS } from "./groupActions.ts";
import { USERS } from "./userActions.ts";

/** All resource types, in the order of a query over all types. */
export const RESOURCES: readonly ResourceDefinition[] = [USERS, GROUPS];
