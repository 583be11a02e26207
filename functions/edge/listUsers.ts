import type { Found } from "../provisioning/search.ts";
import type { Session } from "../provisioning/session.ts";
import { searchUsers, walkUsers } from "../provisioning/userSearch.ts";
import { type GroupIdsOf, groupIdsOnce, groupsOfUsers, type Names, namesOfManagers } from "../provisioning/views.ts";
import { asksFor, includes, isShownAsStored, type Projection, project, type Selection } from "../scim/projection.ts";
import { type GroupOf, resourceObject, resourceText } from "../scim/render.ts";
import { userType } from "../scim/resourceTypes.ts";
import { ENTERPRISE_SCHEMA } from "../scim/schema.ts";
import type { Place } from "../scim/sorting.ts";
import type { UserRecord } from "../store/directoryPorts.ts";
import type { WalkPage } from "./answerWalk.ts";
import type { Exchange } from "./exchange.ts";
import type { Listing } from "./listing.ts";

/** Users found, and what it takes to show them. */
export interface UsersFound extends Found<UserRecord> {
  readonly groupIdsOf: GroupIdsOf;
}

/** @throws ScimError 400, 403 sensitive */
export async function findUsers(exchange: Exchange, session: Session, listing: Listing): Promise<UsersFound> {
  const groupIdsOf = groupIdsOnce(session);
  const showsGroups = includes(listing.projection, "groups");
  const found = await searchUsers(session, { ...listing, base: exchange.base, groupIdsOf, showsGroups });
  return { ...found, groupIdsOf };
}

/** One page of a walk by cursor. @throws ScimError 400, 403 sensitive */
export async function walkOverUsers(
  exchange: Exchange,
  session: Session,
  listing: Listing,
  after: Place | undefined,
): Promise<WalkPage> {
  const groupIdsOf = groupIdsOnce(session);
  const showsGroups = includes(listing.projection, "groups");
  const walked = await walkUsers(session, { ...listing, base: exchange.base, groupIdsOf, showsGroups, after });
  return { ...walked, texts: await userTexts(exchange, session, { ...walked, groupIdsOf }, listing), headers: {} };
}

/** As JSON texts, in order. */
export async function userTexts(
  exchange: Exchange,
  session: Session,
  { records, byKey, groupIdsOf }: Pick<UsersFound, "records" | "byKey" | "groupIdsOf">,
  { projection }: Listing,
): Promise<readonly string[]> {
  // Groups cost one read per user. A user looked for by key shows them; a page of many only when asked by name.
  const shown = includes(projection, "groups") && (byKey || projection?.mode === "only");
  const ids = records.map((record) => record.id);
  const groups = shown ? await groupsOfUsers(session, ids, groupIdsOf) : new Map<string, GroupOf[]>();
  const managers = await managersShown(session, records, projection);
  return records.map((record) => {
    return userText(exchange, session, record, { projection, managers, groups: groups.get(record.id) ?? [] });
  });
}

/** The names of the users' managers, where the client asked for them. */
export async function managersShown(
  session: Session,
  records: readonly UserRecord[],
  projection: Projection | undefined,
): Promise<Names | undefined> {
  if (!asksFor(projection, ENTERPRISE_SCHEMA, "manager", "displayName")) return undefined;
  return namesOfManagers(session, records);
}

/** What else than the record a user's answer shows. */
interface Shown {
  readonly projection: Projection | undefined;
  readonly groups: readonly GroupOf[];
  readonly managers: Names | undefined;
  readonly written?: Selection | undefined;
}

export function userText(
  exchange: Exchange,
  session: Session,
  record: UserRecord,
  { projection, groups, managers, written }: Shown,
): string {
  const type = userType(session.rules);
  const rendering = {
    ...record,
    type: "User" as const,
    base: exchange.base,
    location: userLocation(exchange, record),
    groups,
    names: managers,
  };
  if (projection === undefined && isShownAsStored(type)) return resourceText(rendering);
  return JSON.stringify(project(type, resourceObject(rendering), projection, written));
}

export function userLocation(exchange: Exchange, record: UserRecord): string {
  return `${exchange.base}/Users/${record.id}`;
}
