import { equalities } from "../scim/filter/equalities.ts";
import { parseFilter } from "../scim/filter/parseFilter.ts";
import type { ListRequest } from "../scim/listRequest.ts";
import { listResponse } from "../scim/paging.ts";
import { groupType, userType } from "../scim/resourceTypes.ts";
import type { ResourceType } from "../scim/schema.ts";
import type { Answer } from "./answer.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import type { Exchange } from "./exchange.ts";
import { listGroups } from "./listGroups.ts";
import { listingOf, listRequestOf } from "./listing.ts";
import { listUsers } from "./listUsers.ts";
import { methodNotAllowed, notOnThisPath } from "./refusals.ts";
import { scimHandler } from "./scimHandler.ts";
import { sessionOf } from "./sessionOf.ts";

/** Queries over all resource types: GET on the Tenant URL, and POST /.search (RFC 7644 sections 3.4.2.1 and 3.4.3). */
export function searchHandler(endpoint: Endpoint): GatewayHandler {
  return scimHandler(endpoint, { wanted: () => [], checksToken: () => "always", answer });
}

/** Users come before groups; each is read as far as the page reaches. */
async function answer(exchange: Exchange): Promise<Answer> {
  const session = sessionOf(exchange);
  const [endpoint, ...beyond] = exchange.segments;
  if (beyond.length > 0 || (endpoint !== undefined && endpoint !== ".search")) throw notOnThisPath();
  const method = endpoint === undefined ? "GET" : "POST";
  if (exchange.method !== method) throw methodNotAllowed(exchange, [method]);
  const request = listRequestOf(exchange);
  const ofGroups = listingOf(exchange, request, groupType(session.rules), "unassigned");
  const ofUsers = listingOf(exchange, request, userType(session.rules), "unassigned");
  const users = isExcluded(request, userType(session.rules))
    ? { texts: [], total: 0 }
    : await listUsers(exchange, session, ofUsers);
  const groups = isExcluded(request, groupType(session.rules))
    ? { texts: [], headers: {}, total: 0 }
    : await listGroups(exchange, session, {
        ...ofGroups,
        startIndex: Math.max(1, ofGroups.startIndex - users.total),
        count: ofGroups.count - users.texts.length,
      });
  const texts = [...users.texts, ...groups.texts];
  exchange.noted.itemsOut = texts.length;
  const body = listResponse(texts, users.total + groups.total, ofUsers.startIndex);
  return { status: 200, headers: groups.headers, body };
}

/** Whether the filter asks for another type: then none of this one has to be looked at. */
function isExcluded({ filter }: ListRequest, type: ResourceType): boolean {
  if (filter === undefined) return false;
  return equalities(parseFilter(filter, type, "unassigned")).some(
    ({ path, value }) => path === "meta.resourceType" && value !== type.name,
  );
}
