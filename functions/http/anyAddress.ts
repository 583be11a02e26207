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
 * /Bulk, and whatever no other route serves: a Tenant URL that ends in a slash makes `…/acme//Users` of every address, which
 * API Gateway matches with no route of its own. It may do what the functions of all resource types may.
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
    // Not every event that is sent to a function is a request: what is none is refused where it is opened.
    const path: unknown = event?.path;
    const [orgName, addressed] = tenantSegments(typeof path === "string" ? path : "/");
    const handler = orgName === undefined ? undefined : handlers.get(addressed);
    return (handler ?? discovery)(event, context);
  };
}
