import type { JsonObject } from "../scim/json.ts";
import { nameKey } from "../scim/paths.ts";
import { isGroupId, isUserId } from "../scim/schema.ts";
import type { GroupRecord, ResourceRecord } from "../store/records.ts";
import type { StoredResources } from "../store/resources.ts";
import type { Directory } from "../store/session.ts";
import { teamNameOf, textValue, userFields } from "./directoryViews.ts";
import { OperatorError } from "./operatorError.ts";

/** What an operator sees through the admin API of an org's managed side (P15). `managed` marks what came through SCIM. */
export interface UserView {
  readonly id: string;
  readonly userName: string;
  readonly displayName: string | null;
  /** An inactive user keeps its memberships, but is no member of the org (P17). */
  readonly active: boolean;
  readonly emails: readonly { readonly value: string; readonly type?: string; readonly primary?: boolean }[];
  readonly managed: true;
}

export interface TeamView {
  readonly id: string;
  readonly name: string;
  readonly externalId: string | null;
  readonly managed: true;
}

export type MemberView =
  | (Pick<UserView, "id" | "userName" | "displayName" | "active" | "managed"> & { readonly kind: "user" })
  /** A nested team: listed, and gives nobody inherited membership (F8). */
  | (Pick<TeamView, "id" | "name" | "managed"> & { readonly kind: "team" });

export interface ViewPage<T> {
  readonly totalResults: number;
  readonly views: readonly T[];
}

export interface MembersPage {
  readonly team: TeamView;
  readonly members: readonly MemberView[];
  /** Give it as `after` to go on. */
  readonly next: string | undefined;
}

/** @param startIndex 1-based */
export function viewUsers({ users }: Directory, startIndex: number, count: number): Promise<ViewPage<UserView>> {
  return viewPage(users, startIndex, count, viewUser);
}

/** @param startIndex 1-based */
export function viewTeams({ groups }: Directory, startIndex: number, count: number): Promise<ViewPage<TeamView>> {
  return viewPage(groups, startIndex, count, viewTeam);
}

async function viewPage<R extends ResourceRecord, V>(
  store: Pick<StoredResources<R>, "page">,
  startIndex: number,
  count: number,
  view: (record: R) => V,
): Promise<ViewPage<V>> {
  const { total, records } = await store.page(startIndex - 1, count);
  return { totalResults: total, views: records.map(view) };
}

/**
 * One team and its members, users and nested teams alike, inactive users marked as such.
 * @param after `next` of the page before
 * @throws ScimError 404; 409 when several teams have the name, with their ids
 */
export async function viewTeamWithMembers(
  directory: Directory,
  idOrName: string,
  limit: number,
  after: string | undefined,
): Promise<MembersPage> {
  const record = await findTeam(directory, idOrName);
  const { ids, next } = await directory.memberships.members(record.id, limit, after);
  const [users, groups] = await Promise.all([
    directory.users.findMany(ids.filter(isUserId)),
    directory.groups.findMany(ids.filter(isGroupId)),
  ]);
  return { team: viewTeam(record), members: [...users.map(viewMember), ...groups.map(viewNested)], next };
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

function viewUser(record: ResourceRecord): UserView {
  const { id, userName, displayName, active, emails } = userFields(record);
  return { id, userName, displayName, active, emails: emails.flatMap(viewEmail), managed: true };
}

function viewEmail(email: JsonObject): UserView["emails"] {
  const value = textValue(email.value);
  if (value === undefined) return [];
  const type = textValue(email.type);
  return [{ value, ...(type === undefined ? {} : { type }), ...(email.primary === true ? { primary: true } : {}) }];
}

function viewTeam(record: GroupRecord): TeamView {
  return {
    id: record.id,
    name: teamNameOf(record),
    externalId: record.keys.externalId ?? null,
    managed: true,
  };
}

function viewMember(record: ResourceRecord): MemberView {
  const { id, userName, displayName, active, managed } = viewUser(record);
  return { kind: "user", id, userName, displayName, active, managed };
}

function viewNested(record: GroupRecord): MemberView {
  const { id, name, managed } = viewTeam(record);
  return { kind: "team", id, name, managed };
}
