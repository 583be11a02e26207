import { listResponse } from "../scim/paging.ts";
import { groupType, userType } from "../scim/resourceTypes.ts";
import type { Answer } from "./answer.ts";
import { answerWalk } from "./answerWalk.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import type { Exchange } from "./exchange.ts";
import { findBoth, type Listings, walkOverBoth } from "./findBoth.ts";
import { groupTexts } from "./listGroups.ts";
import { listingOf, listRequestOf } from "./listing.ts";
import { userTexts } from "./listUsers.ts";
import { operationOnAll } from "./operation.ts";
import { methodNotAllowed, notOnThisPath } from "./refusals.ts";
import { scimHandler } from "./scimHandler.ts";
import { sessionOf } from "./sessionOf.ts";

/** Queries over all resource types: GET on the Tenant URL, and POST /.search (RFC 7644 sections 3.4.2.1 and 3.4.3). */
export function searchHandler(endpoint: Endpoint): GatewayHandler {
  return scimHandler(endpoint, { operation: operationOnAll, wanted: () => [], checksToken: () => "always", answer });
}

async function answer(exchange: Exchange): Promise<Answer> {
  const session = sessionOf(exchange);
  const [endpoint, ...beyond] = exchange.segments;
  if (beyond.length > 0 || (endpoint !== undefined && endpoint !== ".search")) throw notOnThisPath();
  const method = endpoint === undefined ? "GET" : "POST";
  if (exchange.method !== method) throw methodNotAllowed([method]);
  const request = listRequestOf(exchange, session.bent);
  const listings: Listings = {
    groups: listingOf(exchange, request, groupType(session.rules), "unassigned"),
    users: listingOf(exchange, request, userType(session.rules), "unassigned"),
  };
  if (request.cursor !== undefined) {
    return answerWalk(exchange, session, request, listings.users, {
      endpoint: "/",
      // An attribute that one type does not have is printed for the other one.
      filter: request.filter && `${listings.users.canonicalFilter}, ${listings.groups.canonicalFilter}`,
      pageBehind: (after) => walkOverBoth(exchange, session, listings, after),
      total: async () => (await findBoth(exchange, session, listings)).total,
    });
  }
  const found = await findBoth(exchange, session, listings);
  const users = await userTexts(exchange, session, found.users, listings.users);
  const groups = await groupTexts(exchange, session, found.groups.records, listings.groups.projection);
  const texts = new Map<string, string>();
  for (const [index, { id }] of found.users.records.entries()) texts.set(id, users[index] ?? "");
  for (const [index, { id }] of found.groups.records.entries()) texts.set(id, groups.texts[index] ?? "");
  const page = found.order.map((id) => texts.get(id) ?? "");
  exchange.noted.itemsOut = page.length;
  const body = listResponse(page, found.total, listings.users.startIndex);
  return { status: 200, headers: groups.headers, body };
}
