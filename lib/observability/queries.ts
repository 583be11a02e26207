/** A question to the logs, saved in CloudWatch Logs Insights, so that nobody has to write it at three in the morning. */
export interface SavedQuery {
  /** The last part of its name in the console; the runbook uses it. */
  readonly name: string;
  /** What it answers. */
  readonly answers: string;
  /** Our functions' lines, or API Gateway's, which cover all requests, even those that reached no function. */
  readonly over: "functions" | "access log";
  /** Values to fill in before running; `{{name}}` marks them in the text. */
  readonly parameters: readonly LogParameter[];
  readonly text: string;
}

interface LogParameter {
  readonly name: string;
  readonly description: string;
}

const REF: LogParameter = { name: "ref", description: "What an error's detail shows as (ref: …)" };
const ORG: LogParameter = {
  name: "org",
  description: "Login name of the organization, the last word of its Tenant URL",
};
const ID: LogParameter = { name: "id", description: "SCIM id of the user or group: u… or g…" };

function query(
  name: string,
  answers: string,
  commands: readonly string[],
  { over = "functions", parameters = [] }: Partial<Pick<SavedQuery, "over" | "parameters">> = {},
): SavedQuery {
  return { name, answers, over, parameters, text: commands.join("\n| ") };
}

/** Alarms about 5xx, throttling and slowness count requests of every caller, so their queries search all of them. */
const OF_PROVIDERS_AND_APPLICATION = ["scim.request", "oauth.request", "directory.request", "portal.request"];
const ANY_REQUEST = among([...OF_PROVIDERS_AND_APPLICATION, "admin.request", "maintenance.request"]);
/** Administration and maintenance may work for seconds: the alarm SlowAnswers leaves them out. */
const ANSWERED_AT_ONCE = among(OF_PROVIDERS_AND_APPLICATION);

function among(types: readonly string[]): string {
  return `type in [${types.map((type) => `"${type}"`).join(", ")}]`;
}

/**
 * Every saved query. A test parses each, refuses unknown fields and commands that Logs Insights lacks, and runs each over lines
 * of real requests (test/unit/observability). Fields under `filter … =` at the top are indexed.
 */
export const SAVED_QUERIES: readonly SavedQuery[] = [
  query(
    "by-reference",
    "What happened to the request that an error's (ref: …) names",
    [
      "fields @timestamp, type, org, idp, op, method, route, status, scimType, detailCode, resourceId, ms, tokenId, @message",
      'filter ref = "{{ref}}"',
      "sort @timestamp asc",
      "limit 50",
    ],
    { parameters: [REF] },
  ),
  query(
    "failures-of-org",
    "Refused requests of one customer's identity provider, most frequent first, each with a reference to look up",
    [
      'filter org = "{{org}}" and type = "scim.request" and status >= 400',
      "stats count(*) as failures, latest(ref) as lastRef, latest(resourceId) as lastResource, latest(ts) as lastTime by op, status, scimType, detailCode",
      "sort failures desc",
      "limit 100",
    ],
    { parameters: [ORG] },
  ),
  query("bulk-refusals", "Who sent bulk requests that got 200 although some of their operations were refused", [
    'filter type = "scim.request" and operationsRefused > 0',
    "stats sum(operationsRefused) as refused, count(*) as requests, latest(ref) as lastRef, latest(ts) as lastTime by org, idp, tokenId",
    "sort refused desc",
    "limit 50",
  ]),
  query("top-errors", "What goes wrong most, over all organizations and callers", [
    `filter ${ANY_REQUEST} and status >= 400`,
    "stats count(*) as errors, count_distinct(org) as orgs, latest(ref) as lastRef by type, status, detailCode",
    "sort errors desc",
    "limit 25",
  ]),
  query(
    "resource-life",
    "Everything that was done to one user or group, oldest first",
    [
      "fields @timestamp, type, org, idp, op, status, detailCode, changed, tokenId, ref",
      'filter resourceId = "{{id}}"',
      "sort @timestamp asc",
      "limit 1000",
    ],
    { parameters: [ID] },
  ),
  query("conflict-storms", "Where an identity provider keeps creating what exists already (409), by five minutes", [
    'filter type = "scim.request" and status = 409',
    "stats count(*) as clashes, latest(ref) as lastRef by bin(5m) as time, org, idp, detailCode",
    "sort clashes desc",
    "limit 50",
  ]),
  query("contention", "Where requests waited for each other or for the table, by five minutes", [
    `filter ${ANY_REQUEST} and (conflicts > 0 or retries > 0 or status = 503)`,
    "stats count(*) as requests, sum(conflicts) as conflictsInAll, sum(retries) as retriesInAll, max(ms) as slowest, latest(ref) as lastRef by bin(5m) as time, org, op",
    "sort conflictsInAll desc",
    "limit 50",
  ]),
  query(
    "token-failures",
    "Who is refused because of a token, application key or portal session, and why; where that proves no organization, the line names none",
    [
      'filter type in ["scim.request", "oauth.request", "directory.request", "admin.request", "portal.request"] and status in [401, 403]',
      "stats count(*) as refused, latest(ref) as lastRef, earliest(ts) as firstTime, latest(ts) as lastTime by type, org, idp, keyId, status, detailCode",
      "sort refused desc",
      "limit 50",
    ],
  ),
  query(
    "expiring-tokens",
    "Which tokens, client secrets and trusts end within 30 days, or were not used for 30 days, as the daily report says",
    [
      'filter type = "tokens.notice"',
      "stats latest(expiresInDays) as days, latest(unusedDays) as unused, latest(ts) as asOf by org, tokenId, tokenKind",
      "sort days asc",
      "limit 1000",
    ],
  ),
  query("skipped-members", "Which groups were sent with members who are not users of the organization", [
    'filter type = "scim.request" and skippedMembers > 0',
    "stats sum(skippedMembers) as skipped, count(*) as requests, latest(ref) as lastRef by org, resourceId",
    "sort skipped desc",
    "limit 50",
  ]),
  query("slowest-operations", "Which operations take long: count, median, p99, and what they read and write", [
    `filter ${ANSWERED_AT_ONCE}`,
    "stats count(*) as requests, pct(ms, 50) as median, pct(ms, 99) as p99, max(ms) as slowest, avg(rcu) as readUnits, avg(wcu) as writeUnits by op, route",
    "sort p99 desc",
    "limit 25",
  ]),
  query(
    "slowest-requests",
    "The single slowest requests of one organization",
    [
      "fields @timestamp, op, route, status, ms, cold, ddbCalls, retries, conflicts, rcu, wcu, itemsOut, bytesIn, bytesOut, resourceId, ref",
      `filter org = "{{org}}" and ${ANSWERED_AT_ONCE}`,
      "sort ms desc",
      "limit 50",
    ],
    { parameters: [ORG] },
  ),
  query("cold-starts", "How many requests met a function that had to start first, and what that cost them", [
    `filter ${ANY_REQUEST}`,
    "stats count(*) as requests, sum(cold) as coldStarts, avg(cold) as share, max(ms) as slowest, avg(initMs) as startTook by bin(1h) as time, route",
    "sort coldStarts desc",
    "limit 50",
  ]),
  query("volume-by-idp", "How much each kind of identity provider sends, by the hour", [
    'filter type = "scim.request"',
    "stats count(*) as requests, count_distinct(org) as orgs by bin(1h) as time, idp, op",
    "sort time desc",
    "limit 500",
  ]),
  query(
    "changes-of-org",
    "What one organization's identity provider changed, by five minutes: the shape of a mass change",
    [
      'filter org = "{{org}}" and type = "scim.request" and status < 300 and (changed = 1 or op like /create|delete/)',
      "stats count(*) as changes, count_distinct(resourceId) as resources, sum(deactivated) as usersOff, sum(deleted) as usersDeleted, sum(membersAdded) as membersIn, sum(membersRemoved) as membersOut, latest(ref) as lastRef by bin(5m) as time, op, tokenId",
      "sort time asc",
      "limit 500",
    ],
    { parameters: [ORG] },
  ),
  query(
    "admin-changes",
    "What operators, the settings page and administrators in the portal changed, and who. A restore to an earlier second undoes these changes",
    [
      "fields @timestamp, org, op, actor, principal, tokenId, ref",
      // The other steps of an import, a check without repairs and a sweep leave nothing to do again.
      'filter status < 300 and (type in ["admin.request", "portal.request"] and method not in ["GET", "HEAD", "OPTIONS"] or type = "maintenance.request" and (op in ["data.finishImport", "data.eraseValues", "data.renewLog"] or repaired > 0))',
      "sort @timestamp asc",
      "limit 1000",
    ],
  ),
  query(
    "mass-changes",
    "Which organizations lost many users or memberships within an hour, and the request that crossed the limit",
    [
      "fields @timestamp, type, org, orgId, kind, lost, roster, windowMinutes, tokenId, ref",
      'filter type in ["org.massChange", "org.held", "org.massChangeUnwatched"]',
      "sort @timestamp desc",
      "limit 100",
    ],
  ),
  query("held-removals", "Organizations with held removals that nobody has decided on, most recent first", [
    'filter type = "scim.request" and RemovalsHeld > 0',
    "stats sum(RemovalsHeld) as held, earliest(ts) as firstTime, latest(ts) as lastTime, latest(ref) as lastRef by org, idp",
    "sort lastTime desc",
    "limit 100",
  ]),
  query("faults", "What broke in our own code: the error's name and the place it came from", [
    "fields @timestamp, type, op, org, ref, status, detailCode, cause.name, cause.at.0, cause.at.1",
    "filter ispresent(cause.name)",
    "sort @timestamp desc",
    "limit 100",
  ]),
  query("worker-errors", "What the functions that work in the background could not do", [
    "fields @timestamp, type, orgId, resourceId, cause.name, busCause.name, webhookCause.name, roleCause.name, again, missed.0, missed.1, unreadable, failed, published, ms",
    'filter type in ["events.batch", "events.unreadable", "events.visit", "sweep.batch", "sweep.unreadable", "sweep.visit", "webhooks.run", "webhooks.visit", "roles.run", "journal.batch"] and level = "ERROR"',
    "sort @timestamp desc",
    "limit 100",
  ]),
  query("webhook-runs", "How attempts to send webhooks ended, and which webhooks were switched off, latest first", [
    "fields @timestamp, type, orgId, webhookId, reason, outcomes, cause.name, ms",
    'filter type in ["webhooks.run", "webhooks.disabled"]',
    "sort @timestamp desc",
    "limit 100",
  ]),
  query("canary-runs", "Runs of the canary that failed, and where, latest first", [
    "fields @timestamp, outcome, faults.0, faults.1, step, status, ref, slowest, slowestMs, cause.name",
    'filter type = "canary.run" and outcome != "green"',
    "sort @timestamp desc",
    "limit 100",
  ]),
  query(
    "gateway-errors",
    "What API Gateway refused by itself: no function has a line of it",
    [
      'filter errorResponseType != "-" and integrationStatus = "-"',
      "stats count(*) as refused, latest(extendedRequestId) as lastRef by bin(5m) as time, errorResponseType, status, resourcePath",
      "sort refused desc",
      "limit 50",
    ],
    { over: "access log" },
  ),
  query(
    "gateway-by-reference",
    "What API Gateway knows of one request, when its reference has no line of ours",
    [
      "fields @timestamp, status, errorResponseType, integrationStatus, integrationRequestId, httpMethod, resourcePath, responseLatency, integrationLatency, wafResponseCode",
      'filter extendedRequestId = "{{ref}}" or integrationRequestId like "{{ref}}"',
      "sort @timestamp asc",
      "limit 20",
    ],
    { over: "access log", parameters: [REF] },
  ),
];

/** Indexed in the functions' log groups: `=` and `in` on them skip what cannot match. At most 20 for each group. */
export const INDEXED_FIELDS = ["ref", "org", "status", "reqId", "resourceId"] as const;
/** Indexed in the access log. */
export const INDEXED_ACCESS_FIELDS = ["extendedRequestId", "status", "errorResponseType"] as const;
