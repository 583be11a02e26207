import { bulkHandler } from "./bulk.ts";
import { discoveryHandler } from "./discovery.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import { tenantSegments } from "./exchange.ts";
import { groupsHandler } from "./groups.ts";
import { searchHandler } from "./search.ts";
import { usersHandler } from "./users.ts";

/**
 * /Bulk, and whatever no other route serves: a Tenant URL that ends in a slash makes `…/acme//Users` of every address, which
 * API Gateway matches with no route of its own. It may do what the functions for users and groups may.
 */
export function anyAddressHandler(endpoint: Endpoint): GatewayHandler {
  const search = searchHandler(endpoint);
  const discovery = discoveryHandler(endpoint);
  const handlers: ReadonlyMap<string | undefined, GatewayHandler> = new Map([
    ["Users", usersHandler(endpoint)],
    ["Groups", groupsHandler(endpoint)],
    ["Bulk", bulkHandler(endpoint)],
    [".search", search],
    [undefined, search],
  ]);
  return (event, context) => {
    // Not every event that is sent to a function is a request: what is none is refused where it is opened.
    const path: unknown = event?.path;
    const [orgName, addressed] = tenantSegments(typeof path === "string" ? path : "/");
    const handler = orgName === undefined ? undefined : handlers.get(addressed);
    return (handler ?? discovery)(event, context);
  };
}
