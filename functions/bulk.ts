import { anyAddressHandler } from "./http/anyAddress.ts";
import { RESOURCES } from "./provisioning/resources/registry.ts";
import { warmHandler } from "./runtime.ts";

export const handler = await warmHandler((endpoint) => anyAddressHandler(endpoint, RESOURCES), {
  method: "GET",
  path: "/Users",
  filter: 'userName eq "-"',
});
