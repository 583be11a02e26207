import Type, { type TSchema } from "typebox";
import type { Json, JsonObject } from "../../../scim/json.ts";
import {
  closed,
  type Declarations,
  get,
  orNull,
  pageSize,
  patch,
  post,
  put,
  readByUseCase,
  remove,
  time,
} from "./declaration.ts";
import { DIRECTORY_FORMS } from "./directoryForms.ts";

const { managed, nameWith, name, email, displayName, teamOfUser, assignedRole } = DIRECTORY_FORMS;
const { userMembers, teamMembers, user, team, chosenUser, chosenTeam, member } = DIRECTORY_FORMS;

const next = Type.Optional(
  Type.String({
    description:
      "The value of cursor for the next page. Absent at the end; a page may be shorter than asked for, and the last one empty.",
  }),
);
/** The use case checks the values against SCIM's user schema. */
const userBody = (properties: Readonly<Record<string, TSchema>>, $id: string) =>
  Type.Unsafe<JsonObject>(closed(properties, { $id }));
const maybe = (schema: TSchema) => Type.Optional(readByUseCase<Json>(schema));
const userName = Type.String({ minLength: 1 });
const teamName = closed(
  { displayName: Type.String({ minLength: 1, description: "At most 256 characters." }) },
  { $id: "TeamName" },
);

const fields = (of: object) =>
  Type.String({
    minLength: 1,
    description: `What the answer shows, with commas between the names: ${Object.keys(of).join(", ")}. The id is always there.`,
  });
const filter = Type.String({
  minLength: 1,
  description:
    'A filter of SCIM (RFC 7644 section 3.4.2.2) over the attributes of SCIM, such as: active eq true and meta.lastModified gt "2026-01-02T00:00:00Z". It cannot ask for memberships. In a filter, roles are those that the identity provider sent.',
});
const cursor = Type.String({
  minLength: 1,
  description: "The value of next in the earlier page; absent for the first page. Opaque.",
});
const applicationId = Type.String({
  minLength: 1,
  maxLength: 256,
  description: "The application's own id of the user, compared exactly.",
});
const newUser = userBody(
  {
    userName: readByUseCase<Json>(userName),
    displayName: maybe(Type.String()),
    name: maybe(name),
    emails: maybe(Type.Array(email)),
    applicationId: maybe(applicationId),
  },
  "NewUser",
);
const result = closed(
  {
    status: Type.Integer({
      description: "201: the user was made. 200: the user existed already. Otherwise error says why there is no user.",
    }),
    user: Type.Optional(user),
    error: Type.Optional(
      closed({
        scimType: Type.Optional(Type.String()),
        detail: Type.String(),
        code: Type.String({ description: "As in errors of this API." }),
        values: Type.Array(Type.Union([Type.String(), Type.Number()])),
      }),
    ),
  },
  { $id: "NewUserResult" },
);
const ofUser = { id: "Id of the user." };
const ofTeam = { id: "Id of the team." };
const ofMember = { ...ofTeam, userId: "Id of the user." };
const text = (description: string) => Type.String({ minLength: 1, description });
const DONE = "Done. There is no body.";

/** An org's users and teams for the application: it reads both sides, changes its own, and has the sign-in gate. */
export const DIRECTORY_OPERATIONS = {
  listUsers: get("orgs/{org}/users", "Users of both sides, page by page", {
    description:
      "First the users that SCIM made, then the application's own; the order is stable. Inactive managed users are listed and marked: they are not members of the organization. Teams are shown only where fields names them; they cost half a read unit for each managed user, one for each membership and one for each team. Where the organization has roles, they cost one query for the page (about 8 read units for 100 users), unless fields leaves out roles and rolesVersion. A filter by userName, externalId, id or an e-mail address finds its users by index; any other filter looks at every user, up to 10,000 for each page, so a page may be short or empty and still have a next one.",
    query: {
      count: pageSize(100, "users"),
      cursor,
      fields: fields(userMembers),
      filter,
      applicationId: {
        ...applicationId,
        description: "Only the user with this applicationId: a list of one or none. Not with filter or cursor.",
      },
    },
    answer: closed({ users: Type.Array(chosenUser), next }, { $id: "UserList" }),
    answerDescription: "A page of users.",
  }),
  createUser: post("orgs/{org}/users", "Make an unmanaged user", {
    description:
      "The same userName and e-mail address may exist on the managed side. With applicationId the user is linked from the first moment on.",
    body: newUser,
    status: 201,
    answer: user,
    answerDescription: "The new user.",
  }),
  createUsers: post("orgs/{org}/users/bulk", "Make many unmanaged users, each with its link", {
    description:
      "Each entry succeeds or fails by itself: the answer has one result for each, in the same order. A user and its link are made together or not at all. If an existing user has the userName and applicationId of an entry, the result is 200 and that user, unchanged: a call can be repeated. Of entries with the same userName or applicationId, the first one counts. The whole call is refused only for a value that no body may contain, such as U+0000. Cost: 6 write units for a user, 2 for each e-mail address and 4 for the link.",
    body: closed(
      { users: readByUseCase<Json>(Type.Array(newUser, { minItems: 1, maxItems: 100 })) },
      { $id: "NewUsers" },
    ),
    answer: closed({ results: Type.Array(result) }, { $id: "NewUserResults" }),
    answerDescription: "What became of each.",
  }),
  getUser: get("orgs/{org}/users/{id}", "One user", {
    description:
      "With its teams, unless fields leaves them out: they cost a read unit, and two for each team. Where the organization has roles, these cost 2 read units and one for each 4 KB of the catalogue of roles; if the answer has no teams, roles cost one read unit in all.",
    parameters: ofUser,
    query: { fields: fields(userMembers) },
    answer: chosenUser,
    answerDescription: "The user.",
    versioned: true,
  }),
  updateUser: patch("orgs/{org}/users/{id}", "Change an unmanaged user", {
    description:
      "JSON merge patch: what the body names is set, null removes it, emails are replaced as a whole. 409 for a managed user.",
    parameters: ofUser,
    body: userBody(
      {
        userName: maybe(userName),
        displayName: maybe(displayName),
        name: maybe(orNull(nameWith(orNull(Type.String())))),
        emails: maybe(orNull(Type.Array(email))),
      },
      "UserChange",
    ),
    answer: user,
    answerDescription: "The user as it is now.",
    versioned: true,
  }),
  deleteUser: remove("orgs/{org}/users/{id}", "Delete an unmanaged user", {
    description: "The user leaves all teams at once. 409 for a managed user.",
    parameters: ofUser,
    answerDescription: DONE,
    versioned: true,
  }),
  linkUser: put("orgs/{org}/users/{id}/link", "Link a user to a record of the application", {
    description:
      "A user of either side. An applicationId belongs to one user of the organization at most: 409 names the user who has it. An earlier link of the user ends. The same request again changes nothing. A link ends with its user.",
    parameters: ofUser,
    body: closed({ applicationId: readByUseCase<Json>(applicationId) }, { $id: "Link" }),
    answer: user,
    answerDescription: "The user, without its teams and roles.",
  }),
  unlinkUser: remove("orgs/{org}/users/{id}/link", "End the link of a user", {
    description: "If there was none, nothing changes.",
    parameters: ofUser,
    answer: user,
    answerDescription: "The user, without its teams and roles.",
  }),
  listTeams: get("orgs/{org}/teams", "Teams of both sides, page by page", {
    description: "First the teams that SCIM made, then the application's own; the order is stable.",
    query: { count: pageSize(100, "teams"), cursor, fields: fields(teamMembers), filter },
    answer: closed({ teams: Type.Array(chosenTeam), next }, { $id: "TeamList" }),
    answerDescription: "A page of teams.",
  }),
  createTeam: post("orgs/{org}/teams", "Make an unmanaged team", {
    description:
      "Names of unmanaged teams are unique among themselves, ignoring case; a managed team may have the same name.",
    body: teamName,
    status: 201,
    answer: team,
    answerDescription: "The new team.",
  }),
  getTeam: get("orgs/{org}/teams/{id}", "One team", {
    parameters: ofTeam,
    query: { fields: fields(teamMembers) },
    answer: chosenTeam,
    answerDescription: "The team.",
    versioned: true,
  }),
  renameTeam: patch("orgs/{org}/teams/{id}", "Rename an unmanaged team", {
    description: "409 for a managed team.",
    parameters: ofTeam,
    body: teamName,
    answer: team,
    answerDescription: "The team as it is now.",
    versioned: true,
  }),
  deleteTeam: remove("orgs/{org}/teams/{id}", "Delete an unmanaged team", {
    description: "409 for a managed team.",
    parameters: ofTeam,
    answerDescription: DONE,
    versioned: true,
  }),
  listMembers: get("orgs/{org}/teams/{id}/members", "Members of a team, page by page", {
    description:
      "Direct members of the team. Managed users who are not active are left out until they are reactivated, unless include=inactive asks for them. Nested teams are listed and give nobody membership.",
    parameters: ofTeam,
    query: {
      count: pageSize(1000, "members"),
      cursor,
      include: Type.Literal("inactive", {
        description: "inactive also lists managed users who are not active.",
      }),
    },
    answer: closed({ members: Type.Array(member), next }, { $id: "MemberList" }),
    answerDescription: "A page of members.",
  }),
  addMember: put("orgs/{org}/teams/{id}/members/{userId}", "Make a user a member of an unmanaged team", {
    description:
      "Any user of the organization, managed or not; one who is a member already stays one. 409 for a managed team.",
    parameters: ofMember,
    answer: member,
    answerDescription: "The member.",
  }),
  removeMember: remove("orgs/{org}/teams/{id}/members/{userId}", "Take a user out of an unmanaged team", {
    description: "If the user was no member, nothing changes. 409 for a managed team.",
    parameters: ofMember,
    answerDescription: DONE,
  }),
  getAccess: get("orgs/{org}/access", "The sign-in gate: is this person a member now, and of which teams?", {
    description:
      "Give exactly one of email, userName, externalId and applicationId. Strongly consistent: changes that activate, deactivate, delete, rename, re-address, link or unlink a user, or take one out of a team, count if they were answered before this request began. The very next answer after an identity provider got its 2xx for active:false says inactive. A team may be missing from teams for as long as an index lags, usually far less than a second, in two cases: a managed user just joined a team of the application, or a member of more than 40 teams just joined any team. Where several users match, a managed one goes before an unmanaged one, and an active one before an inactive one of the same side: a person whom the identity provider deactivated does not come in through the application's own user of the same name. Cost: 6.5 read units and 2 for each team, in 5 round trips to the database; in an organization with roles 2 more, and one for each 4 KB of the catalogue of roles.",
    query: {
      email: text("One of the person's e-mail addresses, ignoring case."),
      userName: text("The person's userName, ignoring case."),
      externalId: text("The person's id at the identity provider; only managed users have one."),
      applicationId: text("The application's own id of the person, which a link gave to a user."),
    },
    answer: closed(
      {
        member: Type.Boolean({ description: "A managed user who is active, or an unmanaged one." }),
        reason: Type.Optional(
          Type.Enum(["noSuchUser", "inactive", "ambiguous"], {
            description:
              "Only where member is false. ambiguous: several users match and none goes before the others; ask by userName.",
          }),
        ),
        user: orNull(user),
        candidates: Type.Optional(
          Type.Array(user, { minItems: 2, description: "Only where several users match: all of them." }),
        ),
        teams: Type.Array(teamOfUser, {
          description: "Direct memberships of either side; empty for somebody who is no member.",
        }),
        roles: Type.Array(assignedRole, {
          description:
            "The person's roles, by key, as they follow now from teams, attributes and mappings. Empty for somebody who is no member, and where the organization has no roles. A role with keepOne stays until Rollcall has processed the change that ends it.",
        }),
      },
      { $id: "Access" },
    ),
    answerDescription: "The answer, also for somebody who is no member.",
  }),
  getDeleted: get("orgs/{org}/deleted/{id}", "What became of a user or team that is gone", {
    description: "For 30 days after the deletion.",
    parameters: { id: "Former id of the user or team." },
    answer: closed(
      {
        id: Type.String(),
        kind: Type.Enum(["user", "team"]),
        managed,
        deletedAt: time(),
        deletedBy: Type.String({ description: "Id of the token, or the actor of the call, that deleted it." }),
        reference: Type.String({ description: "Finds the log line of the deletion." }),
      },
      { $id: "Deleted" },
    ),
    answerDescription: "Kind, time and reference of the deletion; no names.",
  }),
} as const satisfies Declarations;
