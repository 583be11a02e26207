import { groupError } from "../../scim/error.ts";
import { namePrefix } from "../../scim/paths.ts";
import { isGroupId, isUserId } from "../../scim/schema.ts";
import type { GroupRecord, ResourceRecord } from "../../store/records.ts";
import { GROUP_LAYOUT } from "../../store/storedTypes.ts";
import type { Application } from "../application.ts";
import { shortened, teamNameOf, userFields } from "../directoryViews.ts";
import { OperatorError } from "../operatorError.ts";
import { pageOfMembers } from "../provisionedViews.ts";
import { GROUP_QUERIES } from "../resources/groupQueries.ts";
import { type ListAsked, type ListedPage, listPage, receivedOf } from "./lists.ts";

/** @throws ScimError 400 for a cursor of another list */
export function listGroups(application: Application, asked: ListAsked): Promise<ListedPage<GroupRecord>> {
  const { groups } = application.managed;
  return listPage(application, { type: GROUP_LAYOUT, store: groups, beginningsOf }, asked);
}

function beginningsOf(text: string) {
  return { externalId: text, name: namePrefix(text), value: undefined };
}

/** A group in the pages' list. */
export function groupLine(record: GroupRecord) {
  const { id, memberCount, lastModified } = record;
  return { id, name: teamNameOf(record), members: memberCount, lastModified };
}

/** A group with its attributes as in the answer to a GET that excludes members. @throws ScimError 404 */
export async function findGroup(application: Application, id: string) {
  const record = await groupOf(application, id);
  return { record, attributes: await receivedOf(application, GROUP_QUERIES, record, "members") };
}

/**
 * A page of members in the order of their ids, nested groups included. Inactive users are listed: they are members for the identity
 * provider, but not for the application (P14).
 * @throws ScimError 400, 404
 */
export async function listGroupMembers(application: Application, id: string, limit: number, after: string | undefined) {
  if (after !== undefined && !isUserId(after) && !isGroupId(after)) throw OperatorError.invalidValue("after");
  const [page] = await Promise.all([
    pageOfMembers(application.managed, id, { limit, after }),
    groupOf(application, id),
  ]);
  const lines = new Map([...page.users.map(userMember), ...page.groups.map(groupMember)].map((one) => [one.id, one]));
  return { members: page.ids.flatMap((one) => lines.get(one) ?? []), next: page.next ?? null };
}

async function groupOf({ managed: { groups } }: Application, id: string): Promise<GroupRecord> {
  const record = isGroupId(id) ? await groups.find(id) : undefined;
  if (record === undefined) throw groupError("notFound.group", []);
  return record;
}

function userMember(record: ResourceRecord) {
  const { id, userName, displayName, active } = userFields(record);
  return { id, kind: "user" as const, name: userName, displayName: shortened(displayName), active };
}

function groupMember(record: GroupRecord) {
  return { id: record.id, kind: "group" as const, name: teamNameOf(record), displayName: null, active: true };
}
