import type { UserRecord } from "../provisioning/ports.ts";
import type { Session } from "../provisioning/session.ts";
import { searchUsers } from "../provisioning/userSearch.ts";
import { groupIdsOnce, groupsOfUsers } from "../provisioning/views.ts";
import { includes, type Projection, project } from "../scim/projection.ts";
import { type GroupOf, resourceObject, resourceText } from "../scim/render.ts";
import { userType } from "../scim/resourceTypes.ts";
import type { Exchange } from "./exchange.ts";
import type { Listing } from "./listing.ts";

/** A page of users as JSON texts. @throws ScimError 400, 403 sensitive */
export async function listUsers(
  exchange: Exchange,
  session: Session,
  listing: Listing,
): Promise<{ readonly texts: readonly string[]; readonly total: number }> {
  const { projection } = listing;
  const groupIdsOf = groupIdsOnce(session);
  const showsGroups = includes(projection, "groups");
  const found = await searchUsers(session, { ...listing, base: exchange.base, groupIdsOf, showsGroups });
  exchange.noted.itemsOut = found.records.length;
  // Groups cost one read per user. A user looked for by key shows them; a page of many only when asked by name.
  const shown = showsGroups && (found.byKey || projection?.mode === "only");
  const ids = found.records.map((record) => record.id);
  const groups = shown ? await groupsOfUsers(session, ids, groupIdsOf) : new Map<string, GroupOf[]>();
  const texts = found.records.map((record) =>
    userText(exchange, session, record, projection, groups.get(record.id) ?? []),
  );
  return { texts, total: found.total };
}

export function userText(
  exchange: Exchange,
  session: Session,
  record: UserRecord,
  projection: Projection | undefined,
  groups: readonly GroupOf[],
): string {
  const rendering = {
    ...record,
    type: "User" as const,
    base: exchange.base,
    location: userLocation(exchange, record),
    groups,
  };
  if (projection === undefined) return resourceText(rendering);
  return JSON.stringify(project(userType(session.rules), resourceObject(rendering), projection));
}

export function userLocation(exchange: Exchange, record: UserRecord): string {
  return `${exchange.base}/Users/${record.id}`;
}
