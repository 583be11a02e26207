import { accessOf, type Person } from "../../provisioning/access.ts";
import type { Application } from "../../provisioning/application.ts";
import {
  findDeletion,
  findSeen,
  listMembers,
  listSeen,
  readSeenFilter,
  SEEN_TEAMS,
  SEEN_USERS,
} from "../../provisioning/bothSides.ts";
import {
  answerTeam,
  answerUser,
  answerUsers,
  cutToFit,
  readFields,
  TEAM_FIELDS,
  USER_FIELDS,
} from "../../provisioning/directoryAnswers.ts";
import {
  type DirectoryTeam,
  type DirectoryUser,
  directoryTeam,
  directoryUser,
  memberUser,
} from "../../provisioning/directoryViews.ts";
import { findLinked, type Linked, linkUser, unlinkUser } from "../../provisioning/links.ts";
import {
  type CreatedOne,
  createOwnUser,
  createOwnUsers,
  readApplicationId,
  readNewUsers,
} from "../../provisioning/newUsers.ts";
import { OperatorError } from "../../provisioning/operatorError.ts";
import { currentRoles, type RolesAhead, readRolesAhead } from "../../provisioning/roles/currentRoles.ts";
import {
  addMember,
  createOwnTeam,
  deleteOwnTeam,
  deleteOwnUser,
  removeMember,
  renameOwnTeam,
  updateOwnUser,
} from "../../provisioning/unmanaged.ts";
import { isObject, isWellFormedText, type Json, type JsonObject } from "../../scim/json.ts";
import { isGroupId, isUserId } from "../../scim/schema.ts";
import { directoryRoutes } from "../generated/directory.js";
import { noteCause, noteHolders, toScimError } from "../renderError.ts";
import type { DIRECTORY_OPERATIONS } from "./declarations/directory.ts";
import { readCursor, readObject, sidesCursor } from "./readCall.ts";
import type { BodyForm, Handlers } from "./route.ts";

export interface DirectoryMeans {
  /** Finds the org of the path, once the request is valid. @throws ScimError 404, 409, 503 */
  application(): Promise<Application>;
}

export const directoryHandlers: Handlers<DirectoryMeans, typeof DIRECTORY_OPERATIONS> = {
  listUsers: async ({ application, query: { applicationId, cursor, count, fields: names, filter: text } }) => {
    const wanted = applicationId === undefined ? undefined : readApplicationId(applicationId);
    if (wanted !== undefined && (cursor ?? text) !== undefined) throw OperatorError.invalidValue("applicationIdAlone");
    const from = readCursor(cursor, SEEN_USERS.isId);
    const fields = readFields<DirectoryUser>(USER_FIELDS, names);
    const filter = readSeenFilter(SEEN_USERS, text);
    const of = await application();
    const page =
      wanted === undefined
        ? await listSeen(of, SEEN_USERS, { limit: count, from, filter })
        : { found: [await findLinked(of, wanted)].filter((user) => user !== undefined), next: undefined };
    const { views, next } = cutToFit(page, await answerUsers(of, page.found, fields));
    return { users: views, next: sidesCursor(next) };
  },
  createUser: async ({ application, body }) => {
    const of = await application();
    const made = await createOwnUser(of, body);
    return newUserView(of, made, await readRolesAhead(of, [made.record.id]));
  },
  createUsers: async ({ ctx, application, body }) => {
    const entries = readNewUsers(body.users);
    const of = await application();
    const created = await createOwnUsers(of, entries, {
      readEntry,
      refuse: (error) => {
        noteCause(ctx, error);
        return toScimError(error);
      },
    });
    noteHolders(
      ctx,
      created.flatMap((one) => (one.outcome === "refused" ? [one.error] : [])),
    );
    const made = created.flatMap((one) => (one.outcome === "made" ? [one.user.record.id] : []));
    const ahead = await readRolesAhead(of, made);
    return { results: created.map((one) => resultView(of, one, ahead)) };
  },
  getUser: async ({ application, parameters, query }) => {
    const fields = readFields<DirectoryUser>(USER_FIELDS, query.fields);
    const of = await application();
    return answerUser(of, await findSeen(of, SEEN_USERS, parameters.id), fields);
  },
  updateUser: async ({ application, parameters, body, match }) => {
    const of = await application();
    const record = await updateOwnUser(of, parameters.id, body, match);
    const linked = await of.links.ofUsers([record.id]);
    return directoryUser(of.org, false, record, { link: linked.get(record.id) });
  },
  deleteUser: async ({ application, parameters, match }) => {
    await deleteOwnUser(await application(), parameters.id, match);
    return undefined;
  },
  linkUser: async ({ application, parameters, body }) => {
    const applicationId = readApplicationId(body.applicationId);
    const of = await application();
    const { managed, record, link } = await linkUser(of, parameters.id, applicationId);
    return directoryUser(of.org, managed, record, { link });
  },
  unlinkUser: async ({ application, parameters }) => {
    const of = await application();
    const { managed, record, link } = await unlinkUser(of, parameters.id);
    return directoryUser(of.org, managed, record, { link });
  },
  listTeams: async ({ application, query: { cursor, count, fields: names, filter: text } }) => {
    const from = readCursor(cursor, SEEN_TEAMS.isId);
    const fields = readFields<DirectoryTeam>(TEAM_FIELDS, names);
    const filter = readSeenFilter(SEEN_TEAMS, text);
    const of = await application();
    const page = await listSeen(of, SEEN_TEAMS, { limit: count, from, filter });
    const teams = page.found.map((team) => answerTeam(of, team, fields));
    const { views, next } = cutToFit(page, teams);
    return { teams: views, next: sidesCursor(next) };
  },
  createTeam: async ({ application, body }) => {
    const name = teamName(body);
    const of = await application();
    return directoryTeam(of.org, false, await createOwnTeam(of, name));
  },
  getTeam: async ({ application, parameters, query }) => {
    const fields = readFields<DirectoryTeam>(TEAM_FIELDS, query.fields);
    const of = await application();
    return answerTeam(of, await findSeen(of, SEEN_TEAMS, parameters.id), fields);
  },
  renameTeam: async ({ application, parameters, body, match }) => {
    const name = teamName(body);
    const of = await application();
    return directoryTeam(of.org, false, await renameOwnTeam(of, parameters.id, name, match));
  },
  deleteTeam: async ({ application, parameters, match }) => {
    await deleteOwnTeam(await application(), parameters.id, match);
    return undefined;
  },
  listMembers: async ({ application, parameters, query: { cursor, count, include } }) => {
    const { after } = readCursor(cursor, (id) => isUserId(id) || isGroupId(id));
    const inactive = include === undefined ? "leftOut" : "included";
    const page = await listMembers(await application(), parameters.id, count, after, inactive);
    const { views, next } = cutToFit(page, page.found);
    return { members: views, next: sidesCursor(next) };
  },
  addMember: async ({ application, parameters }) => {
    const of = await application();
    const { managed, record } = await addMember(of, parameters.id, parameters.userId);
    const linked = await of.links.ofUsers([record.id]);
    return memberUser(managed, record, linked.get(record.id));
  },
  removeMember: async ({ application, parameters }) => {
    await removeMember(await application(), parameters.id, parameters.userId);
    return undefined;
  },
  getAccess: async ({ ctx, application, query }) => {
    const person = personOf(query);
    const access = await accessOf(await application(), person);
    ctx.logFields.access = access.reason ?? "member";
    return access;
  },
  getDeleted: async ({ application, parameters }) => {
    const { managed, tombstone } = await findDeletion(await application(), parameters.id);
    const { id, kind, stamp } = tombstone;
    return {
      id,
      kind: kind === "group" ? "team" : "user",
      managed,
      deletedAt: stamp.at,
      deletedBy: stamp.tokenId,
      reference: stamp.reference,
    };
  },
};

/** An entry has the form of `createUser`'s body. @throws ScimError 400 */
function readEntry(json: Json): JsonObject {
  const form: BodyForm | undefined = directoryRoutes.createUser.body;
  if (form === undefined) throw new Error("no user is made without a body");
  if (!isObject(json)) throw OperatorError.invalidValue("memberType", "An entry of users", "an object");
  return readObject(json, form, "An entry of users");
}

/** A new user is in no team yet, and may have the default role. */
function newUserView({ org }: Application, made: Linked, ahead: RolesAhead | undefined): DirectoryUser {
  const { managed, record, link } = made;
  return directoryUser(org, managed, record, { link, teams: [], roles: currentRoles(ahead, made, []) });
}

function resultView(application: Application, one: CreatedOne, ahead: RolesAhead | undefined) {
  switch (one.outcome) {
    case "made":
      return { status: 201, user: newUserView(application, one.user, ahead) };
    case "found": {
      const { managed, record, link } = one.user;
      return { status: 200, user: directoryUser(application.org, managed, record, { link }) };
    }
    case "refused": {
      const { status, scimType, message, code, values } = one.error;
      return { status, error: { ...(scimType !== undefined && { scimType }), detail: message, code, values } };
    }
  }
}

/** @throws ScimError 400 for an empty name */
function teamName({ displayName }: { readonly displayName: string }): string {
  if (displayName.trim() !== "") return displayName;
  throw OperatorError.invalidValue("teamNameMissing");
}

/** @throws ScimError 400 unless exactly one of the four is given */
function personOf(query: Readonly<Record<Person["by"], string | undefined>>): Person {
  const [person, ...others] = (["email", "userName", "externalId", "applicationId"] as const).flatMap(
    (by): Person[] => {
      const value = query[by];
      return value === undefined ? [] : [{ by, value }];
    },
  );
  if (person === undefined || others.length > 0) throw OperatorError.invalidValue("person");
  if (person.value !== "" && isWellFormedText(person.value)) return person;
  throw OperatorError.invalidValue("personText", person.by);
}
