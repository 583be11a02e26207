import Type from "typebox";
import type { JsonObject } from "../../../scim/json.ts";
import { closed, count, type Declarations, get, orNull, pageSize, texts, time } from "./declaration.ts";
import { event } from "./events.ts";
import { JOURNAL_OPERATIONS } from "./journal.ts";

/**
 * The pages' reads: of the portal by a session of one org, of the operator console by signature. Every operation concerns one
 * org and needs no right to write. portalSessions.ts declares what the pages change.
 */

const person = {
  id: Type.String(),
  userName: Type.String(),
  displayName: orNull(Type.String()),
  email: orNull(Type.String(), "The work address."),
  active: Type.Boolean(),
  lastModified: time(),
};
const group = { id: Type.String(), name: Type.String(), members: count(), lastModified: time() };
const next = orNull(Type.String(), "The value of after for the next page; null at the end.");
const after = Type.String({ minLength: 1, description: "The value of next in the earlier page." });
const search = (what: string) => Type.String({ minLength: 1, maxLength: 256, description: what });
const received = Type.Unsafe<JsonObject>({
  type: "object",
  description: "The SCIM resource as a GET of it answers, without members.",
  additionalProperties: true,
});

export const PORTAL_OPERATIONS = {
  getOverview: get("orgs/{org}/overview", "The organization as the pages show it", {
    answer: closed(
      {
        org: Type.String({ description: "Login name." }),
        id: Type.String(),
        displayName: Type.String(),
        tenantUrl: Type.String({ format: "uri" }),
        tokenEndpoint: Type.String({ format: "uri" }),
        clientId: Type.String(),
        preset: Type.String(),
        rules: Type.Unsafe<Readonly<Record<string, string | number | boolean>>>({
          type: "object",
          description: "Every rule with its value.",
        }),
        changeable: texts("The rules that the operator lets the organization change itself."),
        ready: Type.Boolean({ description: "Whether a token may be made and SCIM answers." }),
        notReady: texts("Why not: notEntitled, noSso, paused, deletionScheduled, purging."),
        reason: orNull(Type.String(), "The operator's reason for the deletion or the pause."),
        users: count(),
        groups: count(),
        liveTokens: count(),
        liveClientSecrets: count(),
        liveTrusts: count("Trusts, whose clients need no secret."),
        warnings: texts("Advice, by name: noAdmin, oneAdmin, noDomainForEmail, noDomainForUserName, noWayIn."),
      },
      { $id: "Overview" },
    ),
    answerDescription:
      "Its settings, as far as they concern the person who connects an identity provider, and how much has arrived.",
  }),
  ...JOURNAL_OPERATIONS,
  listPeople: get("orgs/{org}/people", "Provisioned users", {
    query: {
      search: search("The beginning of a user name or e-mail address, a whole external id, or an id."),
      after,
      count: pageSize(100, "users"),
    },
    answer: closed(
      {
        people: Type.Array(closed(person, { $id: "Person" })),
        next,
        total: orNull(count(), "Of all users; null for a search."),
      },
      { $id: "PersonList" },
    ),
    answerDescription: "A page of users.",
  }),
  getPerson: get("orgs/{org}/people/{userId}", "One provisioned user", {
    answer: closed(
      {
        ...person,
        attributes: received,
        groups: Type.Array(closed({ id: Type.String(), name: Type.String() })),
        access: closed({
          allowed: Type.Boolean({
            description: "What the sign-in gate answers now to an application that asks by user name.",
          }),
          reason: orNull(
            Type.Enum(["inactive", "noSuchUser", "ambiguous"]),
            "Null: allowed. noSuchUser and ambiguous: renamed or deleted while this was read.",
          ),
          sharedAddress: Type.Boolean({
            description:
              "Several active users, or more than 20 users, have the work address: an application that asks the gate by e-mail lets none of them in.",
          }),
        }),
        protected: Type.Boolean({ description: "Whether the operator protects this user from deactivation." }),
      },
      { $id: "PersonDetail" },
    ),
    answerDescription: "What was received about the user, and what follows from it.",
  }),
  listPersonHistory: get("orgs/{org}/people/{userId}/history", "What happened to one user, newest first", {
    description: "Also for a user who was deleted.",
    query: { before: after, count: pageSize(50, "events") },
    answer: closed({ events: Type.Array(event), next }, { $id: "PersonHistory" }),
    answerDescription: "A page of the event log, with values before and after.",
  }),
  listGroups: get("orgs/{org}/groups", "Provisioned groups", {
    query: { search: search("The beginning of the name, or an id."), after, count: pageSize(100, "groups") },
    answer: closed(
      {
        groups: Type.Array(closed(group, { $id: "GroupLine" })),
        next,
        total: orNull(count(), "Of all groups; null for a search."),
      },
      { $id: "GroupList" },
    ),
    answerDescription: "A page of groups.",
  }),
  getGroup: get("orgs/{org}/groups/{groupId}", "One provisioned group", {
    answer: closed({ ...group, attributes: received }, { $id: "GroupDetail" }),
    answerDescription: "What was received about the group.",
  }),
  listGroupMembers: get("orgs/{org}/groups/{groupId}/members", "Members of a group, page by page", {
    query: { after, count: pageSize(100, "members") },
    answer: closed(
      {
        members: Type.Array(
          closed({
            id: Type.String(),
            kind: Type.Enum(["user", "group"]),
            name: Type.String({ description: "userName, or name of the nested group." }),
            displayName: orNull(Type.String()),
            active: Type.Boolean({
              description: "Inactive members stay listed, but the application does not count them.",
            }),
          }),
        ),
        next,
      },
      { $id: "GroupMembers" },
    ),
    answerDescription: "A page of members.",
  }),
  listGroupHistory: get("orgs/{org}/groups/{groupId}/history", "What happened to one group, newest first", {
    query: { before: after, count: pageSize(50, "events") },
    answer: closed({ events: Type.Array(event), next }, { $id: "GroupHistory" }),
    answerDescription: "A page of the event log, with values before and after.",
  }),
} as const satisfies Declarations;
