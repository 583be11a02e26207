import type { JsonObject } from "../scim/json.ts";
import { nameKey } from "../scim/paths.ts";
import { fittingPage } from "../scim/render.ts";
import { isGroupId, isUserId } from "../scim/schema.ts";
import { type LinkStore, NEVER_LINKED, type UserLink } from "../store/links.ts";
import type { GroupRecord, ResourceRecord } from "../store/records.ts";
import type { Directory } from "../store/session.ts";
import { teamNameOf, textValue, userFields } from "./directoryViews.ts";
import { OperatorError } from "./operatorError.ts";

/** The admin API's view of an org's managed side (P15). Handlers compile only where a view has what its declaration says. */

/** One org's managed side, and the links of its users. */
export interface Provisioned {
  readonly directory: Directory;
  readonly links: LinkStore;
}

/** @param startIndex 1-based */
export async function viewUsers({ directory: { users }, links }: Provisioned, startIndex: number, count: number) {
  const { total, records } = await users.page(startIndex - 1, count);
  const linked = await links.ofUsers(records.map(({ id }) => id));
  return { totalResults: total, views: cutToAnswer(records.map((record) => viewUser(record, linked.get(record.id)))) };
}

/** @param startIndex 1-based */
export async function viewTeams({ directory: { groups } }: Provisioned, startIndex: number, count: number) {
  const { total, records } = await groups.page(startIndex - 1, count);
  return { totalResults: total, views: records.map(viewTeam) };
}

/**
 * A team and a page of its members, users and nested teams, in the order of their ids. Inactive users are marked.
 * @param after `next` of the earlier page
 * @throws ScimError 404; 409 with their ids when several teams have the name
 */
export async function viewTeamWithMembers(
  { directory, links }: Provisioned,
  idOrName: string,
  limit: number,
  after: string | undefined,
) {
  const record = await findTeam(directory, idOrName);
  const { ids, users, groups, linked, next } = await pageOfMembers(directory, record.id, { limit, after, links });
  const people = users.map((user) => viewMember(user, linked?.get(user.id)));
  const views = new Map([...people, ...groups.map(viewNested)].map((view) => [view.id, view]));
  const found = ids.flatMap((id) => views.get(id) ?? []);
  const members = cutToAnswer(found);
  return { team: viewTeam(record), members, next: members.length < found.length ? members.at(-1)?.id : next };
}

/** The first views that fit into one answer: a displayName may have 48 KB. */
function cutToAnswer<V>(views: readonly V[]): readonly V[] {
  return views.slice(0, fittingPage(views.map((view) => JSON.stringify(view))).length);
}

interface MembersAsked {
  readonly limit: number;
  /** The last id of the earlier page. */
  readonly after: string | undefined;
  /** Absent: links are not read. */
  readonly links?: LinkStore;
}

/** A page of a group's existing members, and all ids of the page in their order. */
export async function pageOfMembers(
  { memberships, users, groups }: Directory,
  groupId: string,
  { limit, after, links }: MembersAsked,
) {
  const { ids, next } = await memberships.members(groupId, limit, after);
  const userIds = ids.filter(isUserId);
  const [people, nested, linked] = await Promise.all([
    users.findMany(userIds),
    groups.findMany(ids.filter(isGroupId)),
    links?.ofUsers(userIds),
  ]);
  return { ids, users: people, groups: nested, linked, next };
}

async function findTeam(directory: Directory, idOrName: string): Promise<GroupRecord> {
  const byId = isGroupId(idOrName) ? await directory.groups.find(idOrName) : undefined;
  if (byId !== undefined) return byId;
  const key = nameKey(idOrName);
  const candidates = await directory.groups.findMany(await directory.groups.idsByName(key));
  const [found, ...others] = candidates.filter(({ keys }) => keys.name === key);
  if (found === undefined) throw OperatorError.notFound("teamNamed");
  if (others.length > 0) {
    const ids = [found, ...others].map(({ id }) => id).join(", ");
    throw OperatorError.conflict("teamName", ids);
  }
  return found;
}

/** An inactive user keeps memberships, but is no member of the org (P17). */
function viewUser(record: ResourceRecord, { applicationId }: UserLink = NEVER_LINKED) {
  const { id, userName, displayName, active, emails } = userFields(record);
  const shown = { id, userName, displayName, active, emails: emails.flatMap(viewEmail) };
  return { ...shown, applicationId: applicationId ?? null, managed: true as const };
}

function viewEmail(email: JsonObject) {
  const value = textValue(email.value);
  if (value === undefined) return [];
  const type = textValue(email.type);
  return [{ value, ...(type === undefined ? {} : { type }), ...(email.primary === true ? { primary: true } : {}) }];
}

function viewTeam(record: GroupRecord) {
  const { externalId = null } = record.keys;
  return { id: record.id, name: teamNameOf(record), externalId, managed: true as const };
}

function viewMember(record: ResourceRecord, link: UserLink | undefined) {
  const { emails: _notOfMembers, ...member } = viewUser(record, link);
  return { kind: "user" as const, ...member };
}

/** A nested team: it is listed, but gives nobody membership (F8). */
function viewNested(record: GroupRecord) {
  const { id, name, managed } = viewTeam(record);
  return { kind: "team" as const, id, name, managed };
}
