import type { ResourceDefinition } from "./definition.ts";
import { USER_ACTIONS } from "./userActions.ts";
import { USER_QUERIES } from "./userQueries.ts";

export const USERS: ResourceDefinition = { ...USER_QUERIES, actions: USER_ACTIONS };
