import type { ResourceDefinition } from "./definition.ts";
import { GROUPS } from "./group.ts";
import { USERS } from "./user.ts";

/** Every type of resource, in the order in which a query over all of them shows them. */
export const RESOURCES: readonly ResourceDefinition[] = [USERS, GROUPS];
