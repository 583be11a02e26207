import { searchGroups, walkGroups } from "../provisioning/groupSearch.ts";
import type { Found } from "../provisioning/search.ts";
import type { Session } from "../provisioning/session.ts";
import { membersOfGroups, namesOfMembers } from "../provisioning/views.ts";
import { asksFor, includes, type Projection, project } from "../scim/projection.ts";
import { resourceObject, resourceText } from "../scim/render.ts";
import { groupType } from "../scim/resourceTypes.ts";
import type { Place } from "../scim/sorting.ts";
import type { GroupRecord } from "../store/directoryPorts.ts";
import type { WalkPage } from "./answerWalk.ts";
import type { Exchange } from "./exchange.ts";
import type { Listing } from "./listing.ts";

interface GroupTexts {
  readonly texts: readonly string[];
  /** Says when members were left out. */
  readonly headers: Readonly<Record<string, string>>;
}

/** @throws ScimError 400 */
export function findGroups(exchange: Exchange, session: Session, listing: Listing): Promise<Found<GroupRecord>> {
  return searchGroups(session, { ...listing, base: exchange.base });
}

/** One page of a walk by cursor. @throws ScimError 400 */
export async function walkOverGroups(
  exchange: Exchange,
  session: Session,
  listing: Listing,
  after: Place | undefined,
): Promise<WalkPage> {
  const walked = await walkGroups(session, { ...listing, base: exchange.base, after });
  return { ...walked, ...(await groupTexts(exchange, session, walked.records, listing.projection)) };
}

export async function groupTexts(
  exchange: Exchange,
  session: Session,
  records: readonly GroupRecord[],
  projection: Projection | undefined,
): Promise<GroupTexts> {
  const type = groupType(session.rules);
  const shown = includes(projection, "members") ? await membersOfGroups(session, records) : undefined;
  const names = shown && asksFor(projection, "members", "display") ? await namesOfMembers(session, shown) : undefined;
  const texts = records.map((record) => {
    const members = shown?.members.get(record.id);
    const location = groupLocation(exchange, record);
    const rendering = { ...record, type: "Group" as const, base: exchange.base, location, members, names };
    // What a group has on request only is not stored.
    if (projection === undefined) return resourceText(rendering);
    return JSON.stringify(project(type, resourceObject(rendering), projection));
  });
  return { texts, headers: shown?.omitted ? { "Rollcall-Members-Omitted": "true" } : {} };
}

export function groupLocation(exchange: Exchange, record: GroupRecord): string {
  return `${exchange.base}/Groups/${record.id}`;
}
