import type { GroupRecord } from "../provisioning/ports.ts";
import type { Found } from "../provisioning/search.ts";
import type { Session } from "../provisioning/session.ts";
import { equalities } from "../scim/filter/equalities.ts";
import { parseFilter } from "../scim/filter/parseFilter.ts";
import type { ListRequest } from "../scim/listRequest.ts";
import { listResponse } from "../scim/paging.ts";
import { groupType, userType } from "../scim/resourceTypes.ts";
import type { ResourceType } from "../scim/schema.ts";
import { comparePlaces } from "../scim/sorting.ts";
import type { Answer } from "./answer.ts";
import type { Endpoint, GatewayHandler } from "./endpoint.ts";
import type { Exchange } from "./exchange.ts";
import { findGroups, groupTexts } from "./listGroups.ts";
import { type Listing, listingOf, listRequestOf } from "./listing.ts";
import { findUsers, type UsersFound, userTexts } from "./listUsers.ts";
import { methodNotAllowed, notOnThisPath } from "./refusals.ts";
import { scimHandler } from "./scimHandler.ts";
import { sessionOf } from "./sessionOf.ts";

/** Queries over all resource types: GET on the Tenant URL, and POST /.search (RFC 7644 sections 3.4.2.1 and 3.4.3). */
export function searchHandler(endpoint: Endpoint): GatewayHandler {
  return scimHandler(endpoint, { wanted: () => [], checksToken: () => "always", answer });
}

async function answer(exchange: Exchange): Promise<Answer> {
  const session = sessionOf(exchange);
  const [endpoint, ...beyond] = exchange.segments;
  if (beyond.length > 0 || (endpoint !== undefined && endpoint !== ".search")) throw notOnThisPath();
  const method = endpoint === undefined ? "GET" : "POST";
  if (exchange.method !== method) throw methodNotAllowed(exchange, [method]);
  const request = listRequestOf(exchange);
  const listings: Listings = {
    groups: listingOf(exchange, request, groupType(session.rules), "unassigned"),
    users: listingOf(exchange, request, userType(session.rules), "unassigned"),
  };
  const asked = {
    users: !isExcluded(request, userType(session.rules)),
    groups: !isExcluded(request, groupType(session.rules)),
  };
  const sorted = listings.users.sort !== undefined;
  const found = await (sorted ? findSorted : findOneAfterTheOther)(exchange, session, listings, asked);
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

interface Listings {
  readonly users: Listing;
  readonly groups: Listing;
}

interface FoundOfBoth {
  readonly total: number;
  readonly users: UsersFound;
  readonly groups: Found<GroupRecord>;
  /** The ids of the page. */
  readonly order: readonly string[];
}

type Asked = Readonly<Record<keyof Listings, boolean>>;

const NO_GROUPS: Found<GroupRecord> = { total: 0, records: [], places: [], byKey: false };
const NO_USERS: UsersFound = { total: 0, records: [], places: [], byKey: false, groupIdsOf: async () => [] };

/** Users come before groups, and each type is read as far as the page reaches. */
async function findOneAfterTheOther(
  exchange: Exchange,
  session: Session,
  listings: Listings,
  asked: Asked,
): Promise<FoundOfBoth> {
  const users = asked.users ? await findUsers(exchange, session, listings.users) : NO_USERS;
  const { startIndex, count } = listings.groups;
  const rest = { startIndex: Math.max(1, startIndex - users.total), count: count - users.records.length };
  const groups = asked.groups ? await findGroups(exchange, session, { ...listings.groups, ...rest }) : NO_GROUPS;
  const order = [...users.records, ...groups.records].map(({ id }) => id);
  return { total: users.total + groups.total, users, groups, order };
}

/** Both types in one order: the page lies within the first of each. */
async function findSorted(
  exchange: Exchange,
  session: Session,
  listings: Listings,
  asked: Asked,
): Promise<FoundOfBoth> {
  const { startIndex, count, sort } = listings.users;
  const first = startIndex - 1;
  const head = { startIndex: 1, count: first + count };
  const users = asked.users ? await findUsers(exchange, session, { ...listings.users, ...head }) : NO_USERS;
  const groups = asked.groups ? await findGroups(exchange, session, { ...listings.groups, ...head }) : NO_GROUPS;
  const order = [...(users.places ?? []), ...(groups.places ?? [])]
    .sort((left, right) => comparePlaces({ descending: sort?.descending === true }, left, right))
    .slice(first, first + count)
    .map(({ id }) => id);
  const shown = new Set(order);
  return {
    total: users.total + groups.total,
    users: { ...users, records: users.records.filter(({ id }) => shown.has(id)) },
    groups: { ...groups, records: groups.records.filter(({ id }) => shown.has(id)) },
    order,
  };
}

/** Whether the filter asks for another type: then none of this one has to be looked at. */
function isExcluded({ filter }: ListRequest, type: ResourceType): boolean {
  if (filter === undefined) return false;
  return equalities(parseFilter(filter, type, "unassigned")).some(
    ({ path, value }) => path === "meta.resourceType" && value !== type.name,
  );
}
