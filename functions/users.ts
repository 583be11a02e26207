import { usersHandler } from "./edge/users.ts";
import { endpointFromEnvironment } from "./runtime.ts";

export const handler = usersHandler(endpointFromEnvironment());
