/**
 * Custom metrics in CloudWatch's embedded metric format: the number is on the log line of what happened, and CloudWatch takes
 * it from there. They have no dimensions, because each combination of name and dimension values costs $0.30 a month. They
 * repeat nothing that API Gateway, Lambda and DynamoDB count free of charge (ADR 19).
 */

export const COUNTS = [
  /** Requests that were answered 401. */
  "Unauthorized",
  /** Requests that were answered 503: throttled, contended, out of time. */
  "Busy",
  /** Writes that lost against another write and were repeated. */
  "Conflicts",
  /** Members left out of a group because the org has no such resource. */
  "SkippedMembers",
  /** Mass changes: more removals in an org than its limit allows. */
  "MassChange",
  /** Requests, and operations of bulk requests, that were refused because removals are held and nobody has decided yet. */
  "RemovalsHeld",
  /** Requests refused because the org or the deployment has used up its budget. */
  "BudgetRefusals",
  /** Lines that could not be written. The next line that is written has their number. */
  "LogFailures",
  /** Scheduled visits of the event log's worker that could not publish to the bus, or not erase values of deleted people. */
  "VisitsFailed",
  /** Delivery attempts that a webhook's receiver did not accept. */
  "WebhookFailures",
  /** Webhooks that were switched off. */
  "WebhooksDisabled",
  /** Users who keep a role as its last holder, or who were its last holder and are gone. */
  "RoleHeld",
  /** Users whose roles a run could not compute. */
  "RolesFailed",
] as const;

export const GAUGES = [
  /** Seconds since the oldest unsent message of a webhook was due. */
  "WebhookLateness",
  /** Age in seconds of the oldest change whose roles a run found still to compute; at least 60. */
  "RolesLateness",
  /** 1 for a red run of the canary, else 0. The 0 is written too, because silence is no good news. */
  "CanaryFailures",
  /** Milliseconds of the slowest answer of a canary run. */
  "CanaryMs",
  "JobsOpen",
  "TokenDaysToExpiry",
  "TokenDaysSinceUse",
] as const;

export type Metric = (typeof COUNTS)[number] | (typeof GAUGES)[number];

export type Metrics = Partial<Record<Metric, number>>;

/** Matches the gauges' names. A list of all names would make each bundle larger. */
export const GAUGE = /^(Can|Jobs|Token)|ness$/;
