import type { ResourceDefinition } from "./definition.ts";
import { GROUPS } from "./groupActions.ts";
import { USERS } from "./userActions.ts";

/** Every type of resource, in the order in which a query over all of them shows them. */
export const RESOURCES: readonly ResourceDefinition[] = [USERS, GROUPS];
