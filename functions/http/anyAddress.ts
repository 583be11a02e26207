import type { QueryDefinition, ResourceDefinition } from "../provisioning/resources/definition.ts";
import { PUBLISHED } from "../provisioning/roles/publishedRoles.ts";
import { PRESETS } from "../store/rules.ts";
import { bulkHandler } from "./bulk.ts";
import { discoveryHandler } from "./discovery.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import { searchHandler } from "./list.ts";
import { publishedHandler } from "./published.ts";
import { tenantSegments } from "./requestContext.ts";
import { resourceHandler } from "./resource.ts";

/**
 * Answers /Bulk and every path without a route of its own. A Tenant URL that ends in a slash makes addresses like
 * `…/acme//Users`, which no specific route matches. The function has the rights of all resource types' functions.
 */
export function anyAddressHandler(endpoint: Endpoint, definitions: readonly ResourceDefinition[]): GatewayHandler {
  const search = searchHandler(endpoint, definitions);
  const discovery = discoveryHandler(
    endpoint,
    definitions.map(({ type }) => type),
  );
  const at = ({ type }: QueryDefinition): string => type(PRESETS.standard).endpoint.slice(1);
  const handlers: ReadonlyMap<string | undefined, GatewayHandler> = new Map<string | undefined, GatewayHandler>([
    ...PUBLISHED.map((one): [string, GatewayHandler] => [at(one), publishedHandler(endpoint, one)]),
    ...definitions.map((one): [string, GatewayHandler] => [at(one), resourceHandler(endpoint, one)]),
    ["Bulk", bulkHandler(endpoint, definitions)],
    [".search", search],
    [undefined, search],
  ]);
  return (event, context) => {
    // An invoked event need not be a request. The chosen handler refuses such an event when it opens it.
    const path: unknown = event?.path;
    const [orgName, addressed] = tenantSegments(typeof path === "string" ? path : "/");
    const handler = orgName === undefined ? undefined : handlers.get(addressed);
    return (handler ?? discovery)(event, context);
  };
}
