import { isObject, type Json, type JsonObject } from "../scim/json.ts";
import { nameKey } from "../scim/paths.ts";
import { isGroupId, isUserId } from "../scim/schema.ts";
import type { GroupRecord, ResourceRecord } from "../store/records.ts";
import type { Directory } from "../store/session.ts";
import { OperatorError } from "./operatorError.ts";

/** What an operator and the application see of an org's managed side (P15). `managed` marks what came through SCIM. */
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
  /** 1-based. */
  readonly startIndex: number;
  readonly views: readonly T[];
}

export interface MembersPage {
  readonly team: TeamView;
  readonly members: readonly MemberView[];
  /** Give it as `after` to go on. */
  readonly next: string | undefined;
}

/** @param startIndex 1-based */
export async function viewUsers(directory: Directory, startIndex: number, count: number): Promise<ViewPage<UserView>> {
  const page = await directory.users.page(startIndex - 1, count);
  return { totalResults: page.total, startIndex, views: page.records.map(viewUser) };
}

/** @param startIndex 1-based */
export async function viewTeams(directory: Directory, startIndex: number, count: number): Promise<ViewPage<TeamView>> {
  const page = await directory.groups.page(startIndex - 1, count);
  return { totalResults: page.total, startIndex, views: page.records.map(viewTeam) };
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
  if (found === undefined) {
    throw OperatorError.notFound("teamNamed");
  }
  if (others.length > 0) {
    const ids = [found, ...others].map(({ id }) => id).join(", ");
    throw OperatorError.conflict("teamName", ids);
  }
  return found;
}

function viewUser(record: ResourceRecord): UserView {
  const attributes = attributesOf(record);
  return {
    id: record.id,
    userName: textOf(attributes.userName) ?? "",
    displayName: textOf(attributes.displayName) ?? null,
    active: attributes.active === true,
    emails: elementsOf(attributes.emails).flatMap(viewEmail),
    managed: true,
  };
}

function viewEmail(email: JsonObject): UserView["emails"] {
  const value = textOf(email.value);
  if (value === undefined) return [];
  const type = textOf(email.type);
  return [{ value, ...(type === undefined ? {} : { type }), ...(email.primary === true ? { primary: true } : {}) }];
}

function viewTeam(record: GroupRecord): TeamView {
  return {
    id: record.id,
    name: textOf(attributesOf(record).displayName) ?? "",
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

function attributesOf(record: { readonly attributes: string }): JsonObject {
  const attributes: Json = JSON.parse(record.attributes);
  return isObject(attributes) ? attributes : {};
}

function elementsOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
