import { searchHandler } from "./http/list.ts";
import { QUERIES } from "./provisioning/resources/queries.ts";
import { warmHandler } from "./runtime.ts";

export const handler = await warmHandler((endpoint) => searchHandler(endpoint, QUERIES), {
  method: "POST",
  path: "/.search",
});
