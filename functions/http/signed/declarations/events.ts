import Type from "typebox";
import type { JsonObject } from "../../../scim/json.ts";
import { closed, type Declarations, get, pageSize } from "./declaration.ts";

const values = (description: string) =>
  Type.Optional(Type.Unsafe<JsonObject>({ type: "object", description, additionalProperties: true }));
const ids = (description: string) => Type.Optional(Type.Array(Type.String(), { description, maxItems: 99 }));
const cursorOf = (description: string) => Type.String({ minLength: 1, description });

export const event = closed(
  {
    seq: Type.Integer({ minimum: 1, description: "Number in the organization's log: without gaps, ascending." }),
    id: cursorOf("The place after this event: pass it as after to continue from here."),
    type: Type.String({ pattern: "^[a-z]+(\\.[a-z]+){1,2}$", description: "What happened, such as user.created." }),
    time: Type.String({
      description:
        "When it was done: ISO 8601, UTC. Empty where it is not known: an earlier release kept no time, or `fsck` found the deletion after 30 days.",
    }),
    org: Type.String({ description: "Login name." }),
    resource: Type.String({
      description: "Id of the user, team or token; the organization's id for its settings, import for an import.",
    }),
    version: Type.Integer({
      minimum: 0,
      description:
        "The resource's version after the change. A consumer that has this version or a later one ignores the event, except added and removed, which it always applies.",
    }),
    applicationId: Type.Optional(
      Type.String({
        description:
          "Of an event about a user: what the user is linked to now, as every read shows it. Absent where there is no link, and for a deleted user once the deletion was swept.",
      }),
    ),
    linkVersion: Type.Optional(
      Type.Integer({
        minimum: 1,
        description:
          "Version of the user's link. Only user.linked and user.unlinked have it; use it instead of version.",
      }),
    ),
    rolesVersion: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: "Version of the user's roles. Only user.roles.changed has it; use it instead of version.",
      }),
    ),
    from: Type.Optional(
      Type.Integer({
        minimum: 1,
        description:
          "Only where this event stands for several versions: from is the first of them, version the last. Read the resource itself; 404 means that it was deleted.",
      }),
    ),
    managed: Type.Optional(
      Type.Boolean({ description: "Whether the identity provider's side changed; absent for tokens and settings." }),
    ),
    changed: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'Sorted names of attributes; in an extension, the URN comes before the name. ["*"]: not known, read the resource itself.',
      }),
    ),
    added: ids("Ids of the members that joined the team."),
    removed: ids("Ids of the members that left the team; not of members that were deleted."),
    actor: Type.String({
      description: "Id of the token or client secret, or who called the API. Empty in the same cases as time.",
    }),
    reference: Type.String({ description: "Finds the log line of the request. Empty in the same cases as time." }),
    before: values("The changed attributes before the change, by the names in changed."),
    after: values(
      "The changed attributes after the change, by the names in changed. Of a creation or adoption: the whole resource, an extension as an object under its URN.",
    ),
    valuesOmitted: Type.Optional(
      Type.Literal(true, {
        description:
          "The log holds no values of this change: by the deployment's choice, because they are over 16 KB, or because they were erased.",
      }),
    ),
  },
  { $id: "Event" },
);

const next = cursorOf("The value of after for the next page, also where it equals head: later events follow it.");
const feedEntry = Type.Union(
  [
    closed({
      org: Type.String({ description: "Login name." }),
      orgId: Type.String(),
      from: Type.Integer({ minimum: 1, description: "seq of the first new event of this organization." }),
      to: Type.Integer({ minimum: 1, description: "seq of the last one." }),
    }),
    closed({
      org: Type.String(),
      orgId: Type.String(),
      ended: Type.Literal(true, { description: "The organization was purged." }),
    }),
  ],
  { $id: "FeedEntry" },
);

const limit = Type.Integer({
  minimum: 1,
  default: 100,
  most: 1000,
  description: "Maximum number of events on the page; a number above 1000 counts as 1000.",
});

/** The event log of each org, and the feed over all logs. */
export const EVENT_OPERATIONS = {
  listEvents: get("orgs/{org}/events", "Events of an organization, in their order", {
    description:
      "Every change of a user, team, membership, setting or token, numbered without gaps. It is in the log within seconds of the answer to its request. Take a snapshot first: read head, list users and teams and the members of each team, remove from your copy what is not listed, then read from that head. A page may be empty without being the last: go on with next until it equals head. Cost: 3 read units, one for every 4 KB of events, and a few for the links of their users: about 18 for 100 changes of small users, in 5 calls. With types a page looks at up to 1,000 events. With resource it costs a read unit and a call for each event of that resource after the cursor; where there are more than 200, it looks at all events, as with types.",
    query: {
      after: cursorOf(
        "next or head of an earlier answer, or the id of an event. 0: from the very first event, and 410 if it is gone. Absent: from the oldest event that can be read.",
      ),
      since: Type.String({
        format: "date-time",
        description: "Instead of after: begins with the first event that was logged then or later.",
      }),
      limit,
      types: Type.String({
        minLength: 1,
        description:
          "Only events of these types, with commas between them; user.* is all events of users. A change of a team's attributes and members at once is a team.updated.",
      }),
      resource: Type.String({ minLength: 1, description: "Only events of the user, team or token with this id." }),
      wait: Type.Integer({
        minimum: 0,
        maximum: 20,
        default: 0,
        description:
          "Seconds to wait for an event where there is none yet. Only the local server waits: a deployment answers at once, because an open request would occupy its function.",
      }),
    },
    answer: closed(
      { events: Type.Array(event), next, head: cursorOf("The place after the last event.") },
      { $id: "EventList" },
    ),
    answerDescription: "A page of events.",
    gone: true,
  }),
  getHistory: get("orgs/{org}/history/{id}", "Events of one user, team or token, from the newest one on", {
    description: "Also for a resource that was deleted. Cost: 4 read units, and a read unit and a call for each event.",
    parameters: { id: "Id of the user, team or token; the organization's id for its settings." },
    query: {
      before: cursorOf("The value of next in the earlier page."),
      limit: pageSize(100, "events"),
    },
    answer: closed(
      {
        events: Type.Array(event),
        next: Type.Optional(cursorOf("The next page's value for before; absent at the end.")),
      },
      { $id: "History" },
    ),
    answerDescription: "A page of events.",
    gone: true,
  }),
  listHeads: get("orgs", "All organizations, with the heads of their event logs", {
    description: "By login name. Where the head equals the one you have, nothing has happened since.",
    query: {
      count: pageSize(100, "organizations"),
      cursor: Type.String({ minLength: 1, description: "The value of next in the earlier page." }),
    },
    answer: closed(
      {
        orgs: Type.Array(closed({ org: Type.String(), id: Type.String(), head: cursorOf("Head of its event log.") })),
        next: Type.Optional(Type.String({ description: "The value of cursor for the next page; absent at the end." })),
      },
      { $id: "HeadList" },
    ),
    answerDescription: "A page of organizations.",
  }),
  readFeed: get("feed", "Which organizations have new events", {
    description:
      "For one worker that serves all organizations: 16 shards, each with entries numbered without gaps, kept for 7 days. An organization stays in one shard. Keep a cursor for each shard and for each organization. An entry says that the organization's log goes on; read the log from your cursor. To begin, ask each shard without after, and keep its next. Then list the organizations, and read each log whose head is not the one you hold. 410 means: begin again in this way. Cost: 2 read units for up to 40 entries.",
    query: {
      shard: Type.Integer({ minimum: 0, maximum: 15, description: "There are 16." }),
      after: cursorOf(
        "next or head of an earlier answer of this shard. 0: from its very first entry on, and 410 where that is gone. Absent: the answer has no entries, only the next with which you begin. It lies some entries before the head, so that you miss none that is being written.",
      ),
      limit,
    },
    answer: closed(
      {
        entries: Type.Array(feedEntry),
        next,
        head: cursorOf("The place after the last entry."),
      },
      { $id: "Feed" },
    ),
    answerDescription: "A page of entries.",
    gone: true,
  }),
} as const satisfies Declarations;
