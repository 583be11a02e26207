import Type from "typebox";
import { closed, count, type Declarations, get, orNull, pageSize, texts, time } from "./declaration.ts";

/** The pages' reads of the request journal: read only, one org. Empty where the deployment has no journal yet. */

const code = (description: string) => Type.String({ description });
const idp = Type.String({
  description: "A guess which identity provider this is: entra, okta, onelogin, google, jumpcloud …, other.",
});

const contact = closed(
  {
    at: time(),
    idp,
    op: code("The operation: users.list, users.create …"),
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
    op: code("The operation: users.create, users.patch, groups.members, bulk.run, oauth.token …"),
    status: Type.Integer({ description: "HTTP status of the answer." }),
    outcome: Type.Enum(["done", "partly", "refused", "failed"], {
      description:
        "done: as asked. partly: done without some parts (unknown members, operations of a bulk request). refused: the identity provider has to change something (4xx). failed: a fault on our side (5xx).",
    }),
    code: orNull(code("The error code. lib/docs/ERRORS.md has its text and remedy."), "Null: nothing was refused."),
    attributes: texts("The attributes at fault, as /Schemas names them. Never a value."),
    resource: orNull(Type.Enum(["user", "group"])),
    resourceId: orNull(Type.String(), "Null where there is no such resource, as with a refused create."),
    name: orNull(
      Type.String(),
      "The resource's current name: userName, or the group's name. Null where it was deleted or never created.",
    ),
    subject: orNull(
      Type.String(),
      "For a refused create: a text that is the same for the same person or group. It does not reveal the name, but a search for the name finds the entry.",
    ),
    tokenId: orNull(Type.String()),
    changed: orNull(Type.Boolean(), "For a successful PUT or PATCH: whether it changed anything."),
    skippedMembers: count("Members left out because the organization has no user or group of that id."),
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
    code: code("The error code."),
    status: Type.Integer(),
    rule: orNull(Type.String(), "The rule of the organization that refuses it, where one does."),
    requests: count(),
    people: count("How many different people it affects, as far as the requests told them apart."),
    groups: count("How many different groups it affects."),
    first: time(),
    last: time(),
    idp,
    attributes: texts(),
    refs: texts("References of the latest requests, five at most."),
    resourceIds: texts("Ids of existing people and groups that it affects, five at most."),
    solved: Type.Boolean({
      description: "Whether each person and group it affects has since been written without being refused.",
    }),
  },
  { $id: "Problem" },
);

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

const next = orNull(Type.String(), "The value of after for the next page; null at the end.");
/** An entry's place in the journal. */
const PLACE = "^[0-9]{13}\\.[0-9A-Za-z]{1,64}$";
const after = Type.String({ pattern: PLACE, description: "The value of next in the earlier page." });
const instant = (description: string) =>
  Type.String({
    format: "date-time",
    pattern:
      "^20\\d\\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,9})?)?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$",
    must: "a date and time such as 2026-01-31T12:00:00Z",
    description,
  });

export const JOURNAL_OPERATIONS = {
  getContact: get("orgs/{org}/contact", "The latest requests of the identity provider", {
    description: "Cheap: for pages that ask every two seconds.",
    answer: closed(
      {
        now: time(),
        last: orNull(contact, "The last request with a live token."),
        read: orNull(contact, "The last request that only read, such as a connection test."),
        written: orNull(contact, "The last change that was carried out."),
        refused: orNull(contact, "The last request that was refused."),
        tokenUsedAt: orNull(
          time(),
          "Accurate to the hour; the first use of a token shows at once. Known even where there is no journal yet.",
        ),
        users: count(),
        groups: count(),
      },
      { $id: "ContactState" },
    ),
    answerDescription: "The latest request of each kind.",
  }),
  listActivity: get("orgs/{org}/activity", "Requests, newest first", {
    description:
      "The request journal of the last 14 days: each change and each refused request; reads that were answered are only counted. The journal follows a request within seconds.",
    query: {
      after,
      since: Type.String({
        pattern: PLACE,
        must: "the value of newest in an earlier answer",
        description:
          "The value of newest in an earlier answer. Returns later entries, and again those of the minute before, because lines may arrive late. Use ref to recognize entries.",
      }),
      outcome: Type.String({
        pattern: "^(done|partly|refused|failed)$",
        must: "done, partly, refused or failed",
        description: "Only requests with this outcome.",
      }),
      code: Type.String({ minLength: 1, description: "Only what was refused with this code." }),
      resource: Type.String({
        pattern: "^(user|group)$",
        must: "user or group",
        description: "Only about users, or about groups.",
      }),
      id: Type.String({
        pattern: "^[ug][0-9A-Za-z]{22}$",
        must: "the id of a user or group",
        description: "Only about the resource with this id.",
      }),
      name: Type.String({
        minLength: 1,
        maxLength: 256,
        description: "Only about the user or group of this name, refused creates included.",
      }),
      from: instant("Only from then on."),
      to: instant("Only before then."),
      count: pageSize(200, "entries"),
    },
    answer: closed(
      {
        entries: Type.Array(entry),
        next,
        newest: orNull(
          Type.String(),
          "Only on a first page. Pass it as since to get later entries; null where there are no entries.",
        ),
      },
      { $id: "Activity" },
    ),
    answerDescription:
      "A page of requests. With filters, a page may be short or empty and still have a next page: each page looks at a limited number of requests.",
  }),
  listProblems: get("orgs/{org}/problems", "Refused requests of the last 14 days, by cause", {
    query: { from: instant("Only from then on.") },
    answer: closed(
      { problems: Type.Array(problem), complete: Type.Boolean({ description: "Whether all entries were looked at." }) },
      { $id: "ProblemList" },
    ),
    answerDescription: "The causes; those that affect the most people come first.",
  }),
  getHealth: get("orgs/{org}/health", "Whether provisioning is well", {
    answer: closed(
      {
        now: time(),
        contact: orNull(contact, "The last request with a live token."),
        hours: Type.Array(hour, { description: "The last 48 hours, oldest first, those without requests too." }),
        expiring: Type.Array(
          closed({
            id: Type.String(),
            kind: Type.Enum(["token", "clientSecret", "trust"]),
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
              "Of the last 14 days: hours in which deactivations, deletions or ended memberships exceeded the share in the setting massChange.",
          },
        ),
      },
      { $id: "Health" },
    ),
    answerDescription: "Contact, traffic, and what somebody should look at.",
  }),
} as const satisfies Declarations;
