import Type, { type Static, type TSchema } from "typebox";
import { FAULTS } from "../../probe/faults.ts";
import { STEPS } from "../../probe/round.ts";
import { SCIM_TYPES } from "../../scim/errors/family.ts";
import { attributeNames } from "../../scim/resourceTypes.ts";
import { IDENTITY_PROVIDERS, METHODS, OTHER_METHOD } from "../clientNames.ts";
import { COUNTS, GAUGES, type Metric } from "../metrics.ts";

/**
 * Declares every line that Rollcall writes. `npm run generate` makes lib/docs/logLine.schema.json from it, the tests check every
 * line they cause against it, and it types the `LogFields` of a request. Saved queries may use only these fields. No field may
 * hold personal data.
 */

const text = (description: string) => Type.String({ description });
const form = (pattern: string, description: string) => Type.String({ description, pattern });
const time = (description: string) => form("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$", description);
const count = (description: string) => Type.Integer({ description, minimum: 0 });
/** A count that is left out where it is zero. */
const some = (description: string) => Type.Integer({ description, minimum: 1 });
const tally = (pattern: string, description: string) =>
  Type.Unsafe<Readonly<Record<string, number>>>({
    type: "object",
    description,
    patternProperties: { [pattern]: { type: "integer", minimum: 1 } },
    additionalProperties: false,
  });
const cause = (description: string) =>
  Type.Object(
    { name: Type.String(), at: Type.Optional(Type.Array(Type.String(), { maxItems: 6 })) },
    { additionalProperties: false, description },
  );
const userId = form("^u[0-9A-Za-z]{22}$", "Id of the user.");

const METRICS = [...COUNTS.map((name) => [name, "Count"] as const), ...GAUGES.map((name) => [name, "Gauge"] as const)];
const metricFields = Object.fromEntries(
  METRICS.map(([name, unit]): [string, TSchema] => {
    const description = "Metric, see _aws.";
    return [name, unit === "Count" ? some(description) : Type.Number({ description })];
  }),
) as Readonly<Record<Metric, TSchema>>;

const embeddedMetrics = Type.Unsafe<object>({
  description: "CloudWatch's embedded metric format: which members of this line are metrics.",
  type: "object",
  required: ["Timestamp", "CloudWatchMetrics"],
  additionalProperties: false,
  properties: {
    Timestamp: { type: "integer" },
    CloudWatchMetrics: {
      type: "array",
      minItems: 1,
      maxItems: 1,
      items: {
        type: "object",
        required: ["Namespace", "Dimensions", "Metrics"],
        additionalProperties: false,
        properties: {
          Namespace: { const: "Rollcall" },
          Dimensions: { const: [[]] },
          Metrics: {
            type: "array",
            minItems: 1,
            items: {
              type: "object",
              required: ["Name"],
              additionalProperties: false,
              properties: { Name: { enum: METRICS.map(([name]) => name) }, Unit: { const: "Count" } },
            },
          },
        },
      },
    },
  },
});

/** Each field's meaning and form, the same on all lines. */
export const FIELDS = {
  timestamp: time(
    "The same as ts, under Lambda's name for it: Lambda treats a JSON line without it as INFO, whatever its level.",
  ),
  ts: time("When the work of the line began: ISO 8601, UTC, milliseconds."),
  level: Type.Enum(["INFO", "WARN", "ERROR"], { description: "ERROR: ours to fix. WARN: refused. INFO: done." }),
  ver: text("The release that wrote the line."),
  ref: text("The reference at the end of the error that the client saw."),
  reqId: text(
    "Lambda's own id of the request: joins the platform's lines, and integrationRequestId of the access log.",
  ),
  apigwReqId: text("API Gateway's own id of the request: extendedRequestId of its access log."),
  org: form(
    "^[a-z0-9-]{1,63}$",
    "Login name of the org whose token was presented, also when the token is no longer valid (admin, directory: the org in the path).",
  ),
  orgId: form("^[0-9A-Za-z]{8}$", "Id of the org. Never reused; a login name may be."),
  tokenId: form("^[0-9A-Za-z]{4,32}$", "Which token, client secret or trust: an id, no part of its text."),
  idp: Type.Enum([...IDENTITY_PROVIDERS], { description: "A guess from the User-Agent, for the log only." }),
  method: Type.Enum([...METHODS, OTHER_METHOD], { description: "HTTP method; OTHER for one that HTTP does not know." }),
  route: form("^(/[A-Za-z0-9.{}+_-]*)*$", "The route's template, never the path as sent."),
  op: form(
    "^[a-z]+\\.[A-Za-z]+$",
    "The requested operation: users.patch, groups.members, discovery.schemas, admin.rotateToken. `.none`: an operation that is not offered.",
  ),
  resource: form("^[A-Z][A-Za-z]+$", "The type of the resource with the id resourceId: User or Group."),
  resourceId: form("^[a-z][0-9A-Za-z]{22}$", "Id of the resource the request was about."),
  filterAttrs: Type.Array(Type.String(), { description: "Attributes and operators of the filter, without values." }),
  sortedBy: text("The attribute of sortBy."),
  patchPaths: Type.Array(Type.String(), {
    description: "Operations and paths of a PATCH, without values.",
    maxItems: 31,
  }),
  startIndex: Type.Integer({ description: "As asked for, after limits." }),
  count: count("As asked for, after limits."),
  byCursor: Type.Boolean({ description: "Whether pages are asked for by cursor." }),
  itemsOut: count("Resources in the answer."),
  groupsOut: count("Groups of a user in the answer."),
  changed: Type.Boolean({ description: "Whether a PUT or PATCH changed anything." }),
  statuses: tally("^\\d{3}$", "Bulk: how many operations ended with each status."),
  codes: tally("^[a-z][A-Za-z]*(\\.[A-Za-z0-9_]+)*$", "Bulk: how many operations were refused with each detail code."),
  operationsRefused: some("Bulk: how many operations were refused."),
  status: Type.Integer({ description: "HTTP status of the answer.", minimum: 200, maximum: 599 }),
  scimType: Type.Enum([...SCIM_TYPES], { description: "RFC 7644 Table 9, RFC 9865." }),
  detailCode: form("^[a-z][A-Za-z]*(\\.[A-Za-z0-9_]+)*$", "Our name of the case: lib/docs/ERRORS.md explains each."),
  cause: cause("Of an unexpected error: its name and stack frames, never its message."),
  bent: tally(
    "^[a-zA-Z]+(:[A-Za-z0-9.:$-]+)?$",
    "Quirks: what was accepted or left out contrary to the RFC, by rule and attribute, with counts.",
  ),
  skippedIds: Type.Array(Type.String({ pattern: "^[ug][0-9A-Za-z]{22}$" }), {
    description: "Ids of members that the org does not have: the first five in the form of our ids.",
    maxItems: 5,
  }),
  holderIds: Type.Array(Type.String({ pattern: "^[a-z][0-9A-Za-z]{22}$" }), {
    description: "Ids of the users or groups that already have the refused value, five at most.",
    maxItems: 5,
  }),
  attributes: Type.Array(Type.Enum([...attributeNames()]), {
    description: "Of a refused request: the attributes at fault, by their names in the schemas. Never a value.",
    uniqueItems: true,
  }),
  subject: form(
    "^[A-Za-z0-9_-]{12}$",
    "Of a user or group that could not be created: a keyed hash of its userName or group name, equal for equal names under one token. Its key is in no log: nobody can read a name from the hash, or try names out.",
  ),
  skippedMembers: some("Members that were not added, because the org does not have them."),
  tokenExpiresInDays: Type.Integer({ description: "Whole days until the token of the request expires." }),
  ms: Type.Number({ description: "Milliseconds from the event to the answer.", minimum: 0 }),
  ddbCalls: count("Calls of DynamoDB."),
  trips: count("Calls of DynamoDB that had to wait for an earlier one."),
  rcu: Type.Number({ description: "Read units consumed.", minimum: 0 }),
  wcu: Type.Number({ description: "Write units consumed.", minimum: 0 }),
  budgetWcu: some("Write units of the org's request budget, not among wcu."),
  budgetUnits: Type.Integer({
    description: "Units that the request cost the org's budget, where more than one.",
    minimum: 2,
  }),
  budgetFaults: some("Failed calls of the request budget: nobody is refused for them."),
  retries: count("Calls of DynamoDB that were made again."),
  conflicts: count("Writes that lost against another write and were repeated."),
  bytesIn: count("Bytes of the body that came in."),
  bytesOut: count("Bytes of the body that went out."),
  cold: Type.Boolean({ description: "Whether it was the first request of its process." }),
  initMs: count("On the first line of a process: milliseconds until it could take a request."),
  actor: text("Who acts: the calling application's own id of the person, or the AWS principal."),
  principal: text("The AWS principal that signed."),
  keyId: form("^[0-9A-Za-z]{12}$", "Which application key was presented: its id, no part of its text."),
  sessionId: form(
    "^[0-9A-Za-z]{12}$",
    "Which portal session asked, or which link or session was made, redeemed or ended: its id, no part of its text.",
  ),
  webhookId: form("^[0-9A-Za-z]{12}$", "Which webhook: its id, never its URL."),
  removed: count("Purge, a log that begins anew: items removed by this step."),
  found: count("Inspection: findings of this step."),
  imported: some("Import: lines of the file that this request stored, or found stored."),
  swept: count("Deletions that this step swept."),
  left: count("Deletions that this step could not sweep."),
  repaired: count("Inspection: findings that this step repaired."),
  done: Type.Boolean({ description: "Purge, inspection, a log that begins anew: whether nothing is left to do." }),
  access: form("^[A-Za-z]+$", "The answer of the sign-in gate."),
  why: form(
    "^[A-Za-z.]+$",
    "OAuth: why no token was granted; the client is not informed. assertion.audience and its kind: which check an assertion failed.",
  ),
  issuerKeys: Type.Enum(["fetched", "stale", "outOfReach"], {
    description:
      "OAuth: where the keys of an assertion's issuer came from, unless cached keys sufficed. stale: the issuer does not answer, and its earlier keys still count.",
  }),
  records: count("Records of the batch."),
  unreadable: some("Records, or markers of deletions, that were skipped."),
  again: some("Records that the stream has to deliver again."),
  published: count("Events that the bus accepted."),
  events: tally("^[a-z]+\\.[A-Za-z]+$", "How many events of each type came into the event logs."),
  busCause: cause("Why the bus accepted no more events: the next batch or visit continues there."),
  missed: Type.Array(Type.Integer({ minimum: 0 }), {
    description: "Shards of the feed with entries that expired before the bus had them: the bus missed their events.",
  }),
  damagedEvents: Type.Array(Type.String({ pattern: "^E#[0-9A-Za-z]{8}#L [0-9A-Za-z]{22}$" }), {
    description: "Keys of at most 20 events of the log that nobody can read and that the bus skipped.",
  }),
  damagedItems: Type.Array(text("Partition key and sort key."), {
    description:
      "Keys of at most 20 settings, tokens, keys, links or webhook endpoints that nobody can read and that a list skipped.",
  }),
  erased: count("Deleted users and teams whose values left the event log."),
  sequence: text("The record's place in the stream."),
  _aws: embeddedMetrics,
  membersAdded: some("Members that groups actually gained."),
  membersRemoved: some("Members that groups actually lost, without those of a deleted user or group."),
  adopted: some("Users of the application whom a create of the identity provider made managed (rule adoption)."),
  deactivated: some("Users whose active went from true."),
  deleted: some("Users that were deleted."),
  kind: Type.Enum(["users", "members"], { description: "Whether users lost access, or memberships ended." }),
  lost: count("How many were removed within the window."),
  asked: count("How many more the first held request would have removed."),
  limit: count("How many may be removed within the window."),
  roster: count("Users of the org at the beginning of the window."),
  windowMinutes: some("Length of the window that was added up."),
  orgs: count("Report of tokens: organizations that were read."),
  tokens: count("Report of tokens: live tokens, client secrets and trusts."),
  notices: count("Report of tokens: number of tokens.notice lines."),
  tokenKind: Type.Enum(["org", "client", "trust"], {
    description:
      "org: a token that an identity provider presents. client: a client secret. trust: replaces a client secret.",
  }),
  expiresInDays: count("Whole days until the token expires, below 30."),
  unusedDays: Type.Integer({
    description: "Whole days since the token was used, or made where it never was: 30 or more.",
    minimum: 30,
  }),
  letter: Type.Enum(["kept", "lost"], { description: "Whether the queue of dead letters has the record's place." }),
  deletions: Type.Integer({ description: "How many markers of deletions the batch had." }),
  unfinished: Type.Integer({
    description: "How many deletions could not be swept in the time; the schedule takes them up again.",
  }),
  open: Type.Integer({ description: "How many deletions older than five minutes still wait to be swept." }),
  messages: count("Messages for webhooks that were made."),
  webhookCause: cause("Why no more messages for webhooks were made: the next batch or visit continues there."),
  roleMarks: count("Users whose roles are to be computed."),
  roleWalks: count("Organizations where the roles of all users are to be computed."),
  roleCause: cause("Why the work on roles could not be put: the stream delivers the records again."),
  resets: Type.Array(Type.Integer({ minimum: 0 }), {
    description:
      "Shards of the feed with entries that expired before webhooks had messages of them: each webhook got a message that says so.",
  }),
  outcomes: tally(
    "^([1-5]xx|[A-Z][A-Za-z]+)$",
    "Webhooks: how many attempts ended with each class of status, or, without an answer, with each reason.",
  ),
  reason: Type.Enum(["gone", "failing"], {
    description: "Why a webhook was switched off. gone: it answered 410. failing: it accepted nothing for five days.",
  }),
  listed: count("Journal: requests that it lists."),
  reads: count("Journal: requests that only read, and are counted."),
  outcome: Type.Enum(["green", "red", "skipped"], {
    description: "Canary: whether the round found no fault. skipped: another run was under way.",
  }),
  faults: Type.Array(Type.Enum(Object.keys(FAULTS)), {
    description: "Canary: what was wrong, by the names that doctor gives it.",
    minItems: 1,
  }),
  warnings: Type.Array(Type.Enum(Object.keys(FAULTS)), {
    description: "Canary: findings that are not faults yet.",
    minItems: 1,
  }),
  looked: count("Roles: users whose roles were computed."),
  rolesChanged: count("Roles: users who got or lost a role, or have one for another reason."),
  walks: count("Roles: finished walks through all users of an organization."),
  waiting: some("Roles: users who wait for the next run, because the table was busy."),
  failed: some("Roles: users whose roles could not be computed; each run tries again."),
  role: text("Key of a role in the application's catalogue."),
  step: Type.Enum([...STEPS], { description: "Canary: the first step with something wrong." }),
  steps: count("Canary: steps that were played."),
  slowest: Type.Enum([...STEPS], { description: "Canary: the step whose answer took longest." }),
  slowestMs: count("Canary: how long that step took."),
  ...metricFields,
};

type Field = keyof typeof FIELDS;

/** The fields of one type of line, besides its `type`. */
interface LineDeclaration {
  readonly description: string;
  readonly required: readonly Field[];
  readonly optional: readonly Field[];
  /** Fields with a meaning of their own on this line. */
  readonly fields?: Readonly<Partial<Record<Field, TSchema>>>;
}

const EVERY = ["ts", "timestamp", "level"] as const;
const WORK = ["ddbCalls", "trips", "rcu", "wcu", "retries", "conflicts"] as const;
const LOGGED = ["_aws", "LogFailures"] as const;
/** On every line of a request that reached its handler. */
const REQUEST = [
  ...EVERY,
  ...WORK,
  "ver",
  "ref",
  "reqId",
  "apigwReqId",
  "idp",
  "method",
  "route",
  "op",
  "status",
  "ms",
  "bytesIn",
  "bytesOut",
  "cold",
] as const;
/** On the same lines, where they apply. */
const OF_REQUESTS = [
  ...LOGGED,
  "scimType",
  "detailCode",
  "cause",
  "bent",
  "initMs",
  "Unauthorized",
  "Busy",
  "Conflicts",
] as const;

/** Lines by their `type`. */
export const LINES = {
  "scim.request": {
    description: "One request to a SCIM endpoint, whatever its result.",
    required: REQUEST,
    optional: [
      ...OF_REQUESTS,
      "budgetWcu",
      "budgetUnits",
      "budgetFaults",
      "org",
      "orgId",
      "tokenId",
      "tokenExpiresInDays",
      "resource",
      "resourceId",
      "filterAttrs",
      "sortedBy",
      "patchPaths",
      "startIndex",
      "count",
      "byCursor",
      "itemsOut",
      "groupsOut",
      "changed",
      "statuses",
      "codes",
      "operationsRefused",
      "skippedMembers",
      "skippedIds",
      "holderIds",
      "attributes",
      "subject",
      "membersAdded",
      "membersRemoved",
      "adopted",
      "deactivated",
      "deleted",
      "SkippedMembers",
      "MassChange",
      "RemovalsHeld",
      "BudgetRefusals",
    ],
  },
  "oauth.request": {
    description: "One request for an access token.",
    required: REQUEST,
    optional: [
      ...OF_REQUESTS,
      "budgetWcu",
      "budgetUnits",
      "budgetFaults",
      "org",
      "orgId",
      "tokenId",
      "why",
      "issuerKeys",
      "BudgetRefusals",
    ],
  },
  "admin.request": {
    description: "One request to the administration API.",
    required: REQUEST,
    optional: [
      ...OF_REQUESTS,
      "org",
      "tokenId",
      "webhookId",
      "actor",
      "principal",
      "keyId",
      "sessionId",
      "removed",
      "done",
      "skippedMembers",
      "damagedItems",
    ],
  },
  "directory.request": {
    description: "One request of the application.",
    required: REQUEST,
    optional: [
      ...OF_REQUESTS,
      "org",
      "actor",
      "principal",
      "keyId",
      "access",
      "skippedMembers",
      "holderIds",
      "damagedItems",
    ],
  },
  "portal.request": {
    description:
      "One request of the portal: for its pages, their reads and their changes; and the operator console's reads.",
    required: REQUEST,
    optional: [
      ...OF_REQUESTS,
      "org",
      "orgId",
      "tokenId",
      "actor",
      "principal",
      "sessionId",
      "skippedMembers",
      "damagedItems",
    ],
  },
  "maintenance.request": {
    description: "One request to export, import, check or repair the data of an organization.",
    required: REQUEST,
    optional: [
      ...OF_REQUESTS,
      "org",
      "orgId",
      "actor",
      "principal",
      "found",
      "repaired",
      "removed",
      "imported",
      "swept",
      "left",
      "resourceId",
      "done",
    ],
  },
  "request.failed": {
    description:
      "A request that failed outside the middleware: an event that no request can be read from, or a fault of ours.",
    required: [...EVERY, "ver", "ref", "reqId", "apigwReqId", "status", "detailCode", "cause"],
    optional: [...LOGGED],
  },
  "gateway.refused": {
    description: "Local server only: what API Gateway's access log would say of a request that reached no function.",
    required: [...EVERY, "ref", "apigwReqId", "method", "route", "status", "detailCode"],
    optional: [...LOGGED, "cause"],
  },
  "events.batch": {
    description: "One batch of the table's stream, written to the event logs.",
    required: [...EVERY, "ver", "reqId", "records", "published", "events", "ms", "cold"],
    optional: [
      ...LOGGED,
      "unreadable",
      "again",
      "cause",
      "busCause",
      "missed",
      "damagedEvents",
      "initMs",
      "messages",
      "webhookCause",
      "resets",
      "roleMarks",
      "roleWalks",
      "roleCause",
    ],
  },
  "events.visit": {
    description: "A visit that published what the bus had missed, or erased values from the event logs.",
    required: [...EVERY, "ver"],
    optional: [
      ...LOGGED,
      "reqId",
      "published",
      "busCause",
      "missed",
      "damagedEvents",
      "erased",
      "cause",
      "ms",
      "VisitsFailed",
    ],
  },
  "events.unreadable": {
    description: "A record of the stream that cannot be read and is skipped.",
    required: [...EVERY, "ver", "cause"],
    optional: [...LOGGED, "sequence", "orgId", "resourceId", "letter"],
  },
  "org.massChange": {
    description: "Within an hour more of an org's people lost access or team memberships than everyday work explains.",
    required: [...EVERY, "ver", "orgId", "kind", "lost", "roster", "windowMinutes", "ref", "tokenId"],
    optional: [...LOGGED, "org", "MassChange"],
  },
  "org.held": {
    description: "The first removal that the org's rule massChange holds; later ones are held without a line.",
    required: [
      ...EVERY,
      "ver",
      "org",
      "orgId",
      "kind",
      "lost",
      "asked",
      "roster",
      "limit",
      "windowMinutes",
      "ref",
      "tokenId",
    ],
    optional: [...LOGGED, "MassChange"],
  },
  "org.massChangeUnwatched": {
    description: "An org's removals could not be counted: a mass change may go unseen.",
    required: [...EVERY, "ver", "orgId", "cause"],
    optional: [...LOGGED, "org"],
  },
  "journal.batch": {
    description: "Lines that the log delivered to the request journals of the portal.",
    required: [...EVERY, ...WORK, "ver", "reqId", "records", "listed", "reads", "orgs", "ms", "cold"],
    optional: [...LOGGED, "initMs", "unreadable", "cause"],
    fields: {
      orgs: count("Organizations whose journals were written."),
      unreadable: some("Lines that the journal cannot use."),
    },
  },
  "journal.visit": {
    description: "Local server only: lines that the request journal could not store and will retry.",
    required: [...EVERY, "ver"],
    optional: [...LOGGED, "cause"],
  },
  "webhooks.run": {
    description: "One run that sent webhooks, where messages were due.",
    required: [...EVERY, ...WORK, "ver", "reqId", "outcomes", "ms", "cold"],
    optional: [...LOGGED, "initMs", "cause", "WebhookFailures"],
  },
  "webhooks.disabled": {
    description: "A webhook gets nothing more until somebody enables it.",
    required: [...EVERY, "ver", "webhookId", "reason"],
    optional: [...LOGGED, "orgId", "WebhooksDisabled"],
  },
  "webhooks.visit": {
    description:
      "Each minute, if needed: makes webhook messages for events that no batch made messages for, and says how long messages are overdue.",
    required: [...EVERY, "ver"],
    optional: [...LOGGED, "reqId", "messages", "webhookCause", "resets", "ms", "cause", "WebhookLateness"],
  },
  "roles.run": {
    description: "One run that brought the roles of users up to date, where there was work.",
    required: [...EVERY, ...WORK, "ver", "reqId", "orgs", "looked", "rolesChanged", "walks", "done", "ms", "cold"],
    optional: [
      ...LOGGED,
      "initMs",
      "waiting",
      "failed",
      "orgId",
      "resourceId",
      "cause",
      "RolesFailed",
      "RolesLateness",
    ],
    fields: {
      orgs: count("Organizations with work on roles."),
      orgId: form("^[0-9A-Za-z]{8}$", "The organization whose work failed, or that of the first user who failed."),
      resourceId: form("^[a-z][0-9A-Za-z]{22}$", "Id of the first user who failed."),
      done: Type.Boolean({ description: "Whether the time was enough: the next run does the rest." }),
    },
  },
  "roles.held": {
    description:
      "A user keeps a role that no rule gives any more, because it may not lose its last holder (keepOne). It ends once somebody else has the role.",
    required: [...EVERY, "ver", "reqId", "orgId", "resourceId", "role"],
    optional: [...LOGGED, "RoleHeld"],
    fields: { resourceId: userId },
  },
  "roles.lastHolderGone": {
    description:
      "The last holder of a role that keeps one (keepOne) was deactivated or deleted: nobody of the organization has it now.",
    required: [...EVERY, "ver", "reqId", "orgId", "resourceId", "role"],
    optional: [...LOGGED, "RoleHeld"],
    fields: { resourceId: userId },
  },
  "roles.visit": {
    description: "Local server only: a run that could not begin and will be retried.",
    required: [...EVERY, "ver"],
    optional: [...LOGGED, "cause"],
  },
  "tokens.report": {
    description: "Once a day: how soon tokens expire, and which are no longer used.",
    required: [...EVERY, "ver", "reqId", "orgs", "tokens", "notices", "ms", "cold"],
    optional: [...LOGGED, "initMs", "cause", "damagedItems", "TokenDaysToExpiry", "TokenDaysSinceUse"],
  },
  "tokens.notice": {
    description:
      "Once a day: a live token, client secret or trust that expires within 30 days, or was not used for 30 days.",
    required: [...EVERY, "ver", "org", "tokenId", "tokenKind"],
    optional: [...LOGGED, "expiresInDays", "unusedDays"],
  },
  "canary.run": {
    description:
      "One run of the canary: it creates, changes and deletes a user and a group through the public address.",
    required: [...EVERY, ...WORK, "ver", "reqId", "outcome", "steps", "removed", "ms", "cold"],
    optional: [
      ...LOGGED,
      "faults",
      "warnings",
      "step",
      "status",
      "ref",
      "slowest",
      "slowestMs",
      "cause",
      "initMs",
      "CanaryFailures",
      "CanaryMs",
    ],
    fields: {
      status: Type.Integer({ description: "HTTP status of the answer to that step.", minimum: 100, maximum: 599 }),
      ref: text("The reference at the end of that answer, which is on the line of the request."),
      removed: count("Items of the sandbox that were removed after the round."),
    },
  },
  "sweep.unreadable": {
    description: "A record of the stream that the sweep cannot read and skips.",
    required: [...EVERY, "ver", "cause", "letter"],
    optional: [...LOGGED, "sequence", "orgId", "resourceId"],
  },
  "sweep.batch": {
    description: "Deletions from the stream that were swept.",
    required: [...EVERY, ...WORK, "ver", "ref", "deletions", "unfinished", "ms"],
    optional: [...LOGGED, "unreadable", "orgId", "resourceId", "cause"],
  },
  "sweep.visit": {
    description: "The second look at deletions of all orgs, where there was something to do.",
    required: [...EVERY, "ver"],
    optional: [
      ...LOGGED,
      ...WORK,
      "ref",
      "done",
      "open",
      "unreadable",
      "orgId",
      "resourceId",
      "ms",
      "cause",
      "JobsOpen",
    ],
    fields: { done: Type.Integer({ description: "How many deletions were swept completely." }) },
  },
} as const satisfies Readonly<Record<string, LineDeclaration>>;

type RequestLine = (typeof LINES)[Extract<keyof typeof LINES, `${string}.request`>];

/** Fields of a request's line that only some requests have. */
export type LogFields = {
  -readonly [F in RequestLine["optional"][number] | "op"]?: LogValue<Static<(typeof FIELDS)[F]>> | undefined;
} & {
  /** Number of values that the answer shows besides the resource's own, such as a user's groups. */
  [derivedOut: `${string}Out`]: number | undefined;
};

type LogValue<T> = T extends readonly (infer E)[] ? readonly E[] : T;
