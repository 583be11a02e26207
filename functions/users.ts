import { resourceHandler } from "./http/resource.ts";
import { USERS } from "./provisioning/resources/userActions.ts";
import { warmHandler } from "./runtime.ts";

export const handler = await warmHandler((endpoint) => resourceHandler(endpoint, USERS), {
  method: "GET",
  path: "/Users",
  filter: 'userName eq "-"',
});
