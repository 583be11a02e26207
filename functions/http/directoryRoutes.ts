import { accessOf } from "../provisioning/access.ts";
import type { Application } from "../provisioning/application.ts";
import {
  findDeletion,
  findTeam,
  findUser,
  listMembers,
  listTeams,
  listUsers,
  type SidesPage,
} from "../provisioning/bothSides.ts";
import { directoryTeam, directoryUser, memberUser } from "../provisioning/sideViews.ts";
import {
  addMember,
  createOwnTeam,
  createOwnUser,
  deleteOwnTeam,
  deleteOwnUser,
  removeMember,
  renameOwnTeam,
  updateOwnUser,
} from "../provisioning/unmanaged.ts";
import type { Answer } from "./answer.ts";
import { cursorOf, readCursor, readInactive, readPerson, readTeamName, readUserWishes } from "./directoryReading.ts";
import { readCount } from "./jsonReading.ts";
import type { RequestContext } from "./requestContext.ts";
import type { SignedRoute } from "./signedApi.ts";

/** One authorized request of the directory API. */
export interface DirectoryCall {
  readonly ctx: RequestContext;
  /** Finds the org of the path: after the request was understood. @throws ScimError 404 */
  application(): Promise<Application>;
  /** The value of a `{name}` of the route's path, decoded. */
  parameter(name: string): string;
}

export interface DirectoryRoute extends SignedRoute {
  answer(call: DirectoryCall): Promise<Answer>;
}

/** Per page, at most. */
const PAGE = 100;
const MEMBERS_PAGE = 1000;

export const DIRECTORY_ROUTES: readonly DirectoryRoute[] = [
  {
    method: "GET",
    path: "orgs/{org}/users",
    operation: "listUsers",
    answer: async ({ ctx, application }) => {
      const [from, count] = [readCursor(ctx), readCount(ctx, "count", PAGE, PAGE)];
      return page("users", await listUsers(await application(), count, from));
    },
  },
  {
    method: "POST",
    path: "orgs/{org}/users",
    operation: "createUser",
    answer: async ({ ctx, application }) => {
      const wishes = readUserWishes(ctx);
      const of = await application();
      return json(201, directoryUser(of.org, false, await createOwnUser(of, wishes)));
    },
  },
  {
    method: "GET",
    path: "orgs/{org}/users/{id}",
    operation: "getUser",
    answer: async ({ application, parameter }) => {
      const of = await application();
      const { managed, record } = await findUser(of, parameter("id"));
      return json(200, directoryUser(of.org, managed, record));
    },
  },
  {
    method: "PATCH",
    path: "orgs/{org}/users/{id}",
    operation: "updateUser",
    answer: async ({ ctx, application, parameter }) => {
      const wishes = readUserWishes(ctx);
      const of = await application();
      return json(200, directoryUser(of.org, false, await updateOwnUser(of, parameter("id"), wishes)));
    },
  },
  {
    method: "DELETE",
    path: "orgs/{org}/users/{id}",
    operation: "deleteUser",
    answer: async ({ application, parameter }) => {
      await deleteOwnUser(await application(), parameter("id"));
      return { status: 204 };
    },
  },
  {
    method: "GET",
    path: "orgs/{org}/teams",
    operation: "listTeams",
    answer: async ({ ctx, application }) => {
      const [from, count] = [readCursor(ctx), readCount(ctx, "count", PAGE, PAGE)];
      return page("teams", await listTeams(await application(), count, from));
    },
  },
  {
    method: "POST",
    path: "orgs/{org}/teams",
    operation: "createTeam",
    answer: async ({ ctx, application }) => {
      const name = readTeamName(ctx);
      const of = await application();
      return json(201, directoryTeam(of.org, false, await createOwnTeam(of, name)));
    },
  },
  {
    method: "GET",
    path: "orgs/{org}/teams/{id}",
    operation: "getTeam",
    answer: async ({ application, parameter }) => {
      const of = await application();
      const { managed, record } = await findTeam(of, parameter("id"));
      return json(200, directoryTeam(of.org, managed, record));
    },
  },
  {
    method: "PATCH",
    path: "orgs/{org}/teams/{id}",
    operation: "renameTeam",
    answer: async ({ ctx, application, parameter }) => {
      const name = readTeamName(ctx);
      const of = await application();
      return json(200, directoryTeam(of.org, false, await renameOwnTeam(of, parameter("id"), name)));
    },
  },
  {
    method: "DELETE",
    path: "orgs/{org}/teams/{id}",
    operation: "deleteTeam",
    answer: async ({ application, parameter }) => {
      await deleteOwnTeam(await application(), parameter("id"));
      return { status: 204 };
    },
  },
  {
    method: "GET",
    path: "orgs/{org}/teams/{id}/members",
    operation: "listMembers",
    answer: async ({ ctx, application, parameter }) => {
      const { after } = readCursor(ctx);
      const count = readCount(ctx, "count", MEMBERS_PAGE, MEMBERS_PAGE);
      const inactive = readInactive(ctx);
      return page("members", await listMembers(await application(), parameter("id"), count, after, inactive));
    },
  },
  {
    method: "PUT",
    path: "orgs/{org}/teams/{id}/members/{userId}",
    operation: "addMember",
    answer: async ({ application, parameter }) => {
      const of = await application();
      const { managed, record } = await addMember(of, parameter("id"), parameter("userId"));
      return json(200, memberUser(of.org, managed, record));
    },
  },
  {
    method: "DELETE",
    path: "orgs/{org}/teams/{id}/members/{userId}",
    operation: "removeMember",
    answer: async ({ application, parameter }) => {
      await removeMember(await application(), parameter("id"), parameter("userId"));
      return { status: 204 };
    },
  },
  {
    method: "GET",
    path: "orgs/{org}/access",
    operation: "getAccess",
    answer: async ({ ctx, application }) => {
      const person = readPerson(ctx);
      const access = await accessOf(await application(), person);
      ctx.logFields.access = access.reason ?? "member";
      return json(200, access);
    },
  },
  {
    method: "GET",
    path: "orgs/{org}/deleted/{id}",
    operation: "getDeleted",
    answer: async ({ application, parameter }) => {
      const { managed, tombstone } = await findDeletion(await application(), parameter("id"));
      const { id, kind, stamp } = tombstone;
      return json(200, {
        id,
        kind: kind === "group" ? "team" : "user",
        managed,
        deletedAt: stamp.at,
        deletedBy: stamp.tokenId,
        reference: stamp.reference,
      });
    },
  },
];

function page(name: "users" | "teams" | "members", { views, next }: SidesPage<unknown>): Answer {
  return json(200, { [name]: views, ...(next === undefined ? {} : { next: cursorOf(next) }) });
}

function json(status: number, value: unknown): Answer {
  return { status, body: JSON.stringify(value) };
}
