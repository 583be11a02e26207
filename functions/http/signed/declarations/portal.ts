import Type from "typebox";
import type { JsonObject } from "../../../scim/json.ts";
import { closed, count, type Declarations, get, orNull, pageSize, texts, time } from "./declaration.ts";
import { event } from "./events.ts";

/**
 * What the pages read: the portal's by a session of one org, the operator console's by signature. All of it is one org's, read
 * only, and needs no right to write. What the pages change is declared in portalAdmin.ts.
 */

const code = (description: string) => Type.String({ description });
const idp = Type.String({
  description: "Which identity provider it seems to be: entra, okta, onelogin, google, jumpcloud …, other.",
});

const contact = closed(
  {
    at: time(),
    idp,
    op: code("What it asked for: users.list, users.create …"),
    status: Type.Integer(),
    ref: Type.String({ description: "Finds the request in the activity and in the operator's log." }),
  },
  { $id: "Contact" },
);

const entry = closed(
  {
    at: time(),
    ref: Type.String({ description: "The reference at the end of the error, or of the log line." }),
    idp,
    op: code("What was asked for: users.create, users.patch, groups.members, bulk.process, oauth.token …"),
    status: Type.Integer({ description: "HTTP status of the answer." }),
    outcome: Type.Enum(["done", "partly", "refused", "failed"], {
      description:
        "done: as asked. partly: done, but something was left out of it (members nobody knows, operations of a bulk request). refused: the identity provider has to change something (4xx). failed: our side could not (5xx).",
    }),
    code: orNull(
      code("Our name of the reason: the catalogue of texts and remedies is by this."),
      "Null: nothing was refused.",
    ),
    attributes: texts("The attributes at fault, as /Schemas names them. Never a value."),
    resource: orNull(Type.Enum(["user", "group"])),
    resourceId: orNull(Type.String(), "Null where there is no such resource, as with a refused create."),
    name: orNull(
      Type.String(),
      "What the resource is called now: userName or name of the group. Null where it is gone or never came to be.",
    ),
    subject: orNull(
      Type.String(),
      "Of a refused create: the same text for the same person or group, from which neither can be told. A search for a user name finds it.",
    ),
    tokenId: orNull(Type.String()),
    changed: orNull(Type.Boolean(), "Of a PUT or PATCH that was carried out: whether it changed anything."),
    skippedMembers: count("Members left out because nobody of this organization has the id."),
    quirks: texts("What was accepted although the RFC says otherwise, by rule and attribute."),
    operations: orNull(
      closed({
        done: count(),
        refused: count(),
        codes: Type.Unsafe<Readonly<Record<string, number>>>({ type: "object" }),
      }),
      "Of a bulk request.",
    ),
  },
  { $id: "ActivityEntry" },
);

const problem = closed(
  {
    code: code("Our name of the reason."),
    status: Type.Integer(),
    rule: orNull(Type.String(), "The rule of the organization that refuses it, where one does."),
    requests: count(),
    people: count("How many different people it affects, as far as the requests told them apart."),
    groups: count("The same of groups."),
    first: time(),
    last: time(),
    idp,
    attributes: texts(),
    refs: texts("Of the latest requests, five at most."),
    resourceIds: texts("Of those it affects who exist, five at most."),
    solved: Type.Boolean({
      description: "Whether each person and group it affects has since been written without being refused.",
    }),
  },
  { $id: "Problem" },
);

const person = {
  id: Type.String(),
  userName: Type.String(),
  displayName: orNull(Type.String()),
  email: orNull(Type.String(), "The work address."),
  active: Type.Boolean(),
  lastModified: time(),
};
const group = { id: Type.String(), name: Type.String(), members: count(), lastModified: time() };
const next = orNull(Type.String(), "Give it as after to go on; null at the end.");
const after = Type.String({ minLength: 1, description: "The value of next in the earlier page." });
const search = (what: string) => Type.String({ minLength: 1, maxLength: 256, description: what });
const received = Type.Unsafe<JsonObject>({
  type: "object",
  description: "The SCIM resource as a GET of it answers, without members.",
  additionalProperties: true,
});

const hour = closed(
  {
    hour: time(),
    reads: count("Reads that were answered."),
    writes: count("Changes that were carried out."),
    refused: count("Requests that were refused (4xx)."),
    failed: count("Requests that our side could not answer (5xx)."),
  },
  { $id: "HourOfRequests" },
);

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
        notReady: texts("Why not: notEntitled, noSso, paused, deletionScheduled."),
        users: count(),
        groups: count(),
        liveTokens: count(),
        liveClientSecrets: count(),
        warnings: texts("What does not work as it stands, and what to do."),
      },
      { $id: "Overview" },
    ),
    answerDescription:
      "Its settings, as far as they concern the person who connects an identity provider, and how much has arrived.",
  }),
  getContact: get("orgs/{org}/contact", "When the identity provider last came, and with what", {
    description: "Cheap: for pages that ask every two seconds.",
    answer: closed(
      {
        now: time(),
        last: orNull(contact, "Of any request with a live token."),
        read: orNull(contact, "The last request that only read: a connection test does."),
        written: orNull(contact, "The last change that was carried out."),
        refused: orNull(contact, "The last request that was refused."),
        tokenUsedAt: orNull(
          time(),
          "To the hour, and at once when a token is used first: also where there is no journal yet.",
        ),
        users: count(),
        groups: count(),
      },
      { $id: "ContactState" },
    ),
    answerDescription: "The latest requests of each kind.",
  }),
  listActivity: get("orgs/{org}/activity", "Requests, newest first", {
    description:
      "The request journal of the last 14 days: changes and refused requests, each; reads that were answered are only counted. The journal follows a request within seconds.",
    query: {
      after,
      since: Type.String({
        minLength: 1,
        description: "The value of newest in an earlier answer: only what came later.",
      }),
      outcome: Type.String({ pattern: "^(done|partly|refused|failed)$", description: "Only these." }),
      code: Type.String({ minLength: 1, description: "Only what was refused with this code." }),
      resource: Type.String({ pattern: "^(user|group)$", description: "Only about users, or about groups." }),
      id: Type.String({ pattern: "^[ug][0-9A-Za-z]{22}$", description: "Only about the resource of this id." }),
      name: search("Only about who has this user name, or the group of this name: also refused creates of it."),
      from: Type.String({ format: "date-time", description: "Only from then on." }),
      to: Type.String({ format: "date-time", description: "Only before then." }),
      count: pageSize(200, "entries"),
    },
    answer: closed(
      {
        entries: Type.Array(entry),
        next,
        newest: orNull(Type.String(), "Give it as since, to ask for what came later; null where there is nothing."),
      },
      { $id: "Activity" },
    ),
    answerDescription: "A page of requests.",
  }),
  listProblems: get("orgs/{org}/problems", "Refused requests of the last 14 days, by cause", {
    query: { from: Type.String({ format: "date-time", description: "Only from then on." }) },
    answer: closed(
      { problems: Type.Array(problem), complete: Type.Boolean({ description: "Whether all entries were looked at." }) },
      { $id: "ProblemList" },
    ),
    answerDescription: "The causes, those that affect most people first.",
  }),
  getHealth: get("orgs/{org}/health", "Whether provisioning is well", {
    answer: closed(
      {
        now: time(),
        contact: orNull(contact, "Of the last request with a live token."),
        hours: Type.Array(hour, { description: "The last 48 hours, oldest first, those without requests too." }),
        expiring: Type.Array(
          closed({
            id: Type.String(),
            kind: Type.Enum(["token", "clientSecret"]),
            description: Type.String(),
            expiresAt: time(),
          }),
          { description: "Live credentials that expire within 30 days." },
        ),
        skippedMembers: count("Members left out within 7 days."),
        skippedIn: texts("References of the latest requests that left members out, five at most."),
        massChanges: Type.Array(
          closed({ at: time(), kind: Type.Enum(["users", "members"]), count: count(), ofUsers: count() }),
          {
            description:
              "Of the last 14 days: deactivations, deletions or ended memberships beyond the deployment's share within an hour.",
          },
        ),
      },
      { $id: "Health" },
    ),
    answerDescription: "Contact, traffic, and what somebody should look at.",
  }),
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
        total: orNull(count(), "Of all; null for a search."),
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
          allowed: Type.Boolean({ description: "What the sign-in gate answers now." }),
          reason: orNull(code("inactive, protected, ambiguous …"), "Null: allowed."),
        }),
        protected: Type.Boolean({ description: "Whether the operator protects this user from deactivation." }),
      },
      { $id: "PersonDetail" },
    ),
    answerDescription: "What was received of the user, and what follows from it.",
  }),
  listPersonHistory: get("orgs/{org}/people/{userId}/history", "What happened to one user, newest first", {
    description: "Also of a user who was deleted.",
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
        total: orNull(count(), "Of all; null for a search."),
      },
      { $id: "GroupList" },
    ),
    answerDescription: "A page of groups.",
  }),
  getGroup: get("orgs/{org}/groups/{groupId}", "One provisioned group", {
    answer: closed({ ...group, attributes: received }, { $id: "GroupDetail" }),
    answerDescription: "What was received of the group.",
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
              description: "Members who are not stay listed, and do not count for the application.",
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
