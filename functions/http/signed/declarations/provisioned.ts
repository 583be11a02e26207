import Type from "typebox";
import { after, closed, type Declarations, get, orNull, pageSize, startIndex } from "./declaration.ts";

/** An operator's view of what an identity provider provisioned. */

const managed = Type.Literal(true, { description: "Made by the identity provider through SCIM." });

const person = {
  id: Type.String(),
  userName: Type.String(),
  displayName: orNull(Type.String()),
  active: Type.Boolean(),
  applicationId: orNull(Type.String(), "The application's own id of the user, where one is linked."),
};
const user = closed(
  {
    ...person,
    emails: Type.Array(
      closed({ value: Type.String(), type: Type.Optional(Type.String()), primary: Type.Optional(Type.Boolean()) }),
    ),
    managed,
  },
  { $id: "User" },
);
const team = closed(
  { id: Type.String(), name: Type.String(), externalId: orNull(Type.String()), managed },
  { $id: "Team" },
);
const member = Type.Union(
  [
    closed({ kind: Type.Literal("user"), ...person, managed }),
    closed(
      { kind: Type.Literal("team"), id: Type.String(), name: Type.String(), managed },
      { description: "A nested team; it gives nobody inherited membership." },
    ),
  ],
  { $id: "Member" },
);
const page = { totalResults: Type.Integer(), startIndex: Type.Integer(), itemsPerPage: Type.Integer() };

export const PROVISIONED_OPERATIONS = {
  listUsers: get("orgs/{org}/users", "Provisioned users", {
    query: { startIndex, count: pageSize(100, "users") },
    answer: closed({ ...page, users: Type.Array(user) }, { $id: "UserList" }),
    answerDescription: "A page of users.",
  }),
  listTeams: get("orgs/{org}/teams", "Provisioned teams", {
    query: { startIndex, count: pageSize(100, "teams") },
    answer: closed({ ...page, teams: Type.Array(team) }, { $id: "TeamList" }),
    answerDescription: "A page of teams.",
  }),
  getTeam: get("orgs/{org}/teams/{idOrName}", "A team and its members", {
    description: "Inactive users are listed and marked. 409 when several teams have the name.",
    query: { count: pageSize(1000, "members"), after: after("^[ug][0-9A-Za-z]{22}$") },
    answer: closed(
      { team, members: Type.Array(member), next: Type.Optional(Type.String()) },
      { $id: "TeamWithMembers" },
    ),
    answerDescription: "The team with a page of its members.",
    conflicts: true,
  }),
} as const satisfies Declarations;
