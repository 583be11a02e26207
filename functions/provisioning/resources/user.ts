import { createUser, deleteUser, patchUser, readUser, replaceUser } from "../users.ts";
import type { ResourceDefinition } from "./definition.ts";
import { USER_QUERIES } from "./userQueries.ts";

export const USERS: ResourceDefinition = {
  ...USER_QUERIES,
  actions: { create: createUser, read: readUser, replace: replaceUser, patch: patchUser, delete: deleteUser },
};
