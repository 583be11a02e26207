import Type from "typebox";
import type { JsonObject } from "../../../scim/json.ts";
import { closed, count, type Declarations, get, orNull, pageSize, post, slug, texts } from "./declaration.ts";
import { ORG_OPERATIONS } from "./orgs.ts";
import { PORTAL_ADMIN_OPERATIONS, PORTAL_SESSION_OPERATIONS } from "./portalSessions.ts";

/** The API of the operator console (`rollcall console`). No function serves it: the console's server on the operator's machine does. */

const { createOrg, getOrg, pauseOrg, resumeOrg, restoreOrg } = ORG_OPERATIONS;
const { redeemPortalLink: _redeem, endOwnSession, changeOwnRules, ...credentials } = PORTAL_ADMIN_OPERATIONS;

/** The only operations of the admin API that the console's pages may call, below `admin/` with the same paths. The console signs them. */
export const CONSOLE_ADMIN_OPERATIONS = {
  ...credentials,
  createOrg,
  getOrg,
  pauseOrg,
  resumeOrg,
  restoreOrg,
  ...PORTAL_SESSION_OPERATIONS,
} as const satisfies Declarations;

/** Operations below `admin/` that the console answers itself: the admin API has other operations for them. */
export const CONSOLE_OWN_ADMIN_OPERATIONS = { endOwnSession, changeOwnRules } as const satisfies Declarations;

const org = ORG_OPERATIONS.getOrg.answer;

/** Below `console/`. */
export const CONSOLE_OPERATIONS = {
  beginConsole: post("session", "Exchange the one-time token of the address for the bearer of further requests", {
    body: closed(
      { token: Type.String({ description: "The text after #console= in the address." }) },
      { $id: "ConsoleToken" },
    ),
    answer: closed(
      { bearer: Type.String({ description: "For the header Authorization, until the console ends." }) },
      { $id: "ConsoleBearer" },
    ),
    answerDescription: "Shown this once.",
    conflicts: false,
  }),
  findOrgs: get("orgs", "Organizations by the beginning of their login name", {
    query: {
      search: Type.String({
        minLength: 1,
        description: "The beginning of a login name, ignoring case, or a whole id.",
      }),
      after: Type.String({ minLength: 1, description: "The value of next in the earlier page." }),
      count: pageSize(100, "organizations"),
    },
    answer: closed(
      { orgs: Type.Array(org), next: orNull(slug, "The value of after for the next page; null at the end.") },
      { $id: "FoundOrgs" },
    ),
    answerDescription: "A page of organizations, by login name.",
  }),
  deleteOrg: post("orgs/{org}/deletion", "Schedule the deletion of an organization", {
    description: "SCIM answers 403 with the reason at once; nothing is removed before somebody purges it.",
    body: closed(
      {
        reason: ORG_OPERATIONS.scheduleDeletion.body.properties.reason,
        confirm: Type.String({ description: "The login name, as somebody typed it." }),
      },
      { $id: "OrgDeletion" },
    ),
    answer: org,
    answerDescription: "The organization as it is now.",
  }),
} as const satisfies Declarations;

const line = Type.Unsafe<JsonObject>({ type: "object", description: "A line of the log, as it is." });

const section = closed({ title: Type.String(), lines: texts() }, { $id: "ToldSection" });

const explanation = closed(
  {
    reference: Type.String(),
    line,
    remedy: Type.Unsafe<object | null>({ description: "What happened and what to do, by console." }),
    rule: Type.Unsafe<object | null>({ description: "The rule at work: name, and value now." }),
    around: Type.Array(line),
    changes: Type.Array(line),
    operations: Type.Array(Type.Unsafe<object>({ type: "object" }), {
      description: "What was refused of a bulk request.",
    }),
    sections: Type.Array(section, { description: "All of it in words, as `rollcall explain` prints it." }),
  },
  { $id: "ErrorExplanation" },
);

const deadLetters = Type.Array(
  closed({
    queue: Type.String(),
    waiting: count("About how many."),
    shown: Type.Array(closed({ id: Type.String(), says: Type.String() })),
  }),
  { description: "By queue; empty for a server without queues." },
);

const orgOfPage = Type.String({ description: "Login name." });

/**
 * Below `console/`. Answers come line by line (application/x-ndjson). Each line is a JSON object with one member: `note`, a
 * sentence for the person who waits; `item`, one subject of the run; at the end `result`, or `error` with status, code and
 * detail. Closing the connection ends the run.
 */
export const CONSOLE_RUNS = {
  tailLines: get("orgs/{org}/lines", "The last lines of an organization, then those that come", {
    description: "Item: ShownLine. It ends only with follow=false.",
    query: {
      status: Type.String({ minLength: 1, description: "Only these, e.g. 409 or 4xx,503." }),
      op: Type.String({ minLength: 1, description: "Only these operations, e.g. users.patch or groups." }),
      idp: Type.String({ minLength: 1, description: "Only from this identity provider: entra, okta, …" }),
      resource: Type.String({ minLength: 1, description: "Only about this user or group." }),
      errors: Type.String({ minLength: 1, description: "true: only requests that failed." }),
      last: Type.Integer({ minimum: 0, default: 100, most: 1000, description: "Begin with so many lines." }),
      since: Type.String({
        minLength: 1,
        description: "How far back to look for them, e.g. 30m; absent: 7d.",
      }),
      follow: Type.String({ minLength: 1, description: "false: end after the last lines." }),
    },
    answer: closed(
      {
        shown: count(),
        lookedAt: count("How many lines of the organization there were, whatever the filters let through."),
      },
      { $id: "TailEnd" },
    ),
    answerDescription: "How many there were.",
  }),
  explainError: post("explain", "Say what happened to a request, why, and what to do", {
    body: closed(
      {
        text: Type.String({ minLength: 1, description: "The reference, or the error as somebody pasted it." }),
        since: Type.Optional(Type.String({ description: "How far back to look, e.g. 12h; absent: 14d." })),
      },
      { $id: "PastedError" },
    ),
    answer: closed(
      {
        found: Type.Array(explanation),
        missing: texts("Why other references in the text were not found."),
        rest: texts("References beyond the first five."),
      },
      { $id: "Explanations" },
    ),
    answerDescription: "One explanation for each reference.",
    conflicts: false,
  }),
  listJobs: get("jobs", "Unfinished work of all organizations, and dead letters", {
    answer: closed(
      {
        orgs: Type.Array(
          closed({
            org: orgOfPage,
            orgId: Type.String(),
            deletions: count(),
            unswept: count(),
            begun: count("Large changes that did not end."),
            oldest: Type.String(),
          }),
        ),
        lookedAt: count("Organizations."),
        deadLetters,
      },
      { $id: "OpenWork" },
    ),
    answerDescription: "The organizations with unfinished work, and the dead letters.",
  }),
  retryJobs: post("jobs/retry", "Sweep the open deletions of all organizations now, and work off dead letters", {
    answer: closed(
      {
        orgs: Type.Array(
          closed({
            id: Type.String(),
            org: orgOfPage,
            done: count(),
            again: count(),
            left: Type.Array(Type.Unsafe<JsonObject>({ type: "object" })),
            problem: orNull(Type.String()),
          }),
        ),
        lookedAt: count("Organizations."),
        letters: Type.Array(
          closed({
            id: Type.String(),
            queue: Type.String(),
            says: Type.String(),
            outcome: Type.Unsafe<string>(Type.Enum(["removed", "stays"])),
            because: Type.String(),
          }),
        ),
        more: Type.Boolean({ description: "There are more dead letters than one run takes: run it again." }),
      },
      { $id: "WorkedOff" },
    ),
    answerDescription: "What was done for the organizations with such work, and for dead letters.",
    conflicts: false,
  }),
  checkData: post("orgs/{org}/fsck", "Check that the stored data of an organization is consistent, or repair it", {
    body: closed(
      {
        repair: Type.Optional(Type.Boolean({ default: false })),
        index: Type.Optional(Type.Boolean({ default: false, description: "Also ask the index." })),
        events: Type.Optional(
          Type.Boolean({ default: false, description: "Also compare the event log with the data." }),
        ),
        confirm: Type.Optional(
          Type.String({ description: "The login name, as somebody typed it: a repair needs it." }),
        ),
      },
      { $id: "DataCheck" },
    ),
    answer: closed(
      {
        org: orgOfPage,
        broken: count(),
        findings: Type.Array(
          Type.Unsafe<JsonObject>({ type: "object", description: "As in inspectOrg and inspectLog." }),
        ),
        unsettled: Type.Array(Type.Unsafe<string>(Type.String())),
        examined: count("Items."),
        steps: count(),
        cost: closed({ rcu: Type.Number(), wcu: Type.Number() }),
      },
      { $id: "DataReport" },
    ),
    answerDescription: "What was found, and what was done about it.",
    conflicts: false,
  }),
} as const satisfies Declarations;
