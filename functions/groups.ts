import { resourceHandler } from "./http/resource.ts";
import { GROUPS } from "./provisioning/resources/groupActions.ts";
import { warmHandler } from "./runtime.ts";

export const handler = await warmHandler((endpoint) => resourceHandler(endpoint, GROUPS), {
  method: "GET",
  path: "/Groups",
  filter: 'displayName eq "-"',
});
