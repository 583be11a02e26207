import { ScimError } from "../scim/error.ts";
import { isObject, type JsonObject } from "../scim/json.ts";
import { type PatchOperation, resolvePatch } from "../scim/patch/resolvePatch.ts";
import { wrongType } from "../scim/readValue.ts";
import { preconditionOf } from "../scim/render.ts";
import { groupType, userType } from "../scim/resourceTypes.ts";
import { GROUP_SCHEMA, isUserId } from "../scim/schema.ts";
import type { GroupRecord, ResourceRecord } from "../store/records.ts";
import { type Application, locked } from "./application.ts";
import { findSeen, type OfSide, SEEN_TEAMS, SEEN_USERS } from "./bothSides.ts";
import { OperatorError } from "./operatorError.ts";
import { GROUP_ACTIONS } from "./resources/groupActions.ts";
import { USER_ACTIONS } from "./resources/userActions.ts";
import { waitToRetry } from "./retrying.ts";
import { stampOf } from "./session.ts";

/** The application's changes of its own users and teams. Changes of managed resources get 409 (P16, F7). */

/**
 * Merges the wishes into the user as in RFC 7396: null removes an attribute, and a list replaces the whole list.
 * @param match If-Match
 * @throws ScimError 400, 404, 409 uniqueness, 409 when the user is managed, 412
 */
export async function updateOwnUser(
  application: Application,
  id: string,
  wishes: JsonObject,
  match?: string,
): Promise<ResourceRecord> {
  await assertOwnUser(application, id);
  const { rules, quirks } = application.own;
  const merge = () => resolvePatch(userType(rules), mergeOperations(wishes, ""), rules, quirks);
  const { record } = await unlessAdopted(application, id, () =>
    USER_ACTIONS.patch(application.own, id, merge, preconditionOf(match)),
  );
  return record;
}

/** @param match If-Match @throws ScimError 404, 409 when the user is managed, 412 */
export async function deleteOwnUser(application: Application, id: string, match?: string): Promise<void> {
  await assertOwnUser(application, id);
  await unlessAdopted(application, id, () => USER_ACTIONS.delete(application.own, id, preconditionOf(match)));
}

/** @throws ScimError 400, 409 uniqueness */
export async function createOwnTeam({ own }: Application, displayName: string): Promise<GroupRecord> {
  return GROUP_ACTIONS.create(own, { schemas: [GROUP_SCHEMA], displayName });
}

/** @param match If-Match @throws ScimError 400, 404, 409 uniqueness, 409 when the team is managed, 412 */
export async function renameOwnTeam(
  application: Application,
  id: string,
  displayName: string,
  match?: string,
): Promise<GroupRecord> {
  await findOwnTeam(application, id);
  const { rules, quirks } = application.own;
  const change: PatchOperation = { op: "replace", path: "displayName", value: displayName };
  const rename = () => resolvePatch(groupType(rules), [change], rules, quirks);
  const { record } = await GROUP_ACTIONS.patch(application.own, id, rename, preconditionOf(match));
  return record;
}

/** @param match If-Match @throws ScimError 404, 409 when the team is managed, 412 */
export async function deleteOwnTeam(application: Application, id: string, match?: string): Promise<void> {
  await findOwnTeam(application, id);
  await GROUP_ACTIONS.delete(application.own, id, preconditionOf(match));
}

/**
 * Makes any user of the org, managed or not, a member. An inactive managed user may be added, and appears in the team once
 * reactivated, as with SCIM (P14).
 * @throws ScimError 404, 409 when the team is managed, 503 when every attempt lost against another writer
 */
export async function addMember(
  application: Application,
  teamId: string,
  userId: string,
): Promise<OfSide<ResourceRecord>> {
  const user = await changeMember(application, teamId, userId, "add");
  if (user === undefined) throw new Error("a member was added without having been read");
  return user;
}

/** For a user who is no member, or no longer exists, nothing changes. @throws ScimError 404, 409 when the team is managed, 503 */
export async function removeMember(application: Application, teamId: string, userId: string): Promise<void> {
  await changeMember(application, teamId, userId, "remove");
}

async function changeMember(
  application: Application,
  teamId: string,
  userId: string,
  change: "add" | "remove",
): Promise<OfSide<ResourceRecord> | undefined> {
  const { groups, memberships } = application.own.directory;
  for (let attempt = 1; ; attempt += 1) {
    const reads = [
      findOwnTeam(application, teamId),
      change === "add" ? findSeen(application, SEEN_USERS, userId) : undefined,
      isUserId(userId) ? memberships.among(teamId, [userId]) : new Set<string>(),
    ] as const;
    // If both are missing, always report the team, whichever read ends first.
    await Promise.allSettled(reads);
    const [team, user, present] = [await reads[0], await reads[1], await reads[2]];
    if (present.has(userId) === (change === "add") || !isUserId(userId)) return user;
    const members = change === "add" ? { add: [userId], remove: [] } : { add: [], remove: [userId] };
    const { outcome } = await groups.change(team, members, stampOf(application.own));
    if (outcome === "changed") return user;
    if (outcome === "taken") throw new Error("a change of the membership met the name");
    if (outcome === "missing") throw OperatorError.notFound("team");
    await waitToRetry(application.own, attempt, "lost");
  }
}

async function assertOwnUser(application: Application, id: string): Promise<void> {
  const { managed } = await findSeen(application, SEEN_USERS, id);
  if (managed) throw locked(application.org, "user");
}

/** A user missing from the application's side may just have been adopted. @throws ScimError 409 in that case */
async function unlessAdopted<R>(application: Application, id: string, change: () => Promise<R>): Promise<R> {
  try {
    return await change();
  } catch (error) {
    const isGone = error instanceof ScimError && error.status === 404;
    if (isGone && application.own.otherSide !== undefined) await assertOwnUser(application, id);
    throw error;
  }
}

async function findOwnTeam(application: Application, id: string): Promise<GroupRecord> {
  const { managed, record } = await findSeen(application, SEEN_TEAMS, id);
  if (managed) throw locked(application.org, "team");
  return record;
}

/** @param prefix of the paths: `name.` inside name */
function mergeOperations(wishes: JsonObject, prefix: string): PatchOperation[] {
  return Object.entries(wishes).flatMap(([name, value]): PatchOperation[] => {
    const path = prefix + name;
    if (value === null) return [{ op: "remove", path, value: undefined }];
    if (path === "name" && isObject(value)) return mergeOperations(value, "name.");
    // PATCH would take the forms of identity providers, such as {"value": "x"}.
    if (typeof value === "object" && path !== "emails")
      throw wrongType(path, path === "name" ? "an object" : "a string");
    return [{ op: "replace", path, value }];
  });
}
