/**
 * Custom metrics in CloudWatch's embedded format: the log line that says what happened carries the number, and CloudWatch
 * takes it from there. Without dimensions, because each name with each set of dimension values costs $0.30 a month; and
 * only what API Gateway, Lambda and DynamoDB do not count already for nothing (ADR 19).
 */

export const COUNTS = [
  /** Requests that were answered 401. */
  "Unauthorized",
  /** Requests that were answered 503: throttled, contended, out of time. */
  "Busy",
  /** Writes that lost against another one and were done again. */
  "Conflicts",
  /** Members that a group was not given because they are nobody of the org. */
  "SkippedMembers",
  /** Changes of more of an org than its rule allows at once. */
  "MassChange",
  /** Requests and operations of bulk requests that were refused because removals are held and nobody decided. */
  "RemovalsHeld",
  /** Requests refused because their org or the deployment has used up its share. */
  "BudgetRefusals",
  /** Lines that could not be written; the next one that could says how many. */
  "LogFailures",
  /** Attempts at a webhook that were not taken. */
  "WebhookFailures",
  /** Webhooks that were switched off. */
  "WebhooksDisabled",
  /** Users who keep a role as its last holder, or were its last one and are gone. */
  "RoleHeld",
  /** Users whose roles a run could not compute. */
  "RolesFailed",
] as const;

export const GAUGES = [
  /** Seconds since the oldest message of a webhook was due. */
  "WebhookLateness",
  /** Seconds since the oldest change whose roles a run found still to be worked on; a minute at least. */
  "RolesLateness",
  /** Of a run of the canary: 1 where it was red. Also when it is 0, so that silence is no good news. */
  "CanaryFailures",
  /** Milliseconds of its slowest answer. */
  "CanaryMs",
  "JobsOpen",
  "TokenDaysToExpiry",
  "TokenDaysSinceUse",
] as const;

export type Metric = (typeof COUNTS)[number] | (typeof GAUGES)[number];

export type Metrics = Partial<Record<Metric, number>>;

/** `GAUGES` by what their names have alone: a function would carry the names of all in vain. */
export const GAUGE = /^(Can|Jobs|Token)|ness$/;

const NAMESPACE = "Rollcall";

/** Without dimensions: an empty set of them is one metric of the account and region. */
const NO_DIMENSIONS: readonly (readonly string[])[] = [[]];

/**
 * The line with the metrics that are worth writing: counts above zero, and every gauge. Without any, the line as it is.
 * @param at milliseconds since the epoch
 */
export function withMetrics(
  line: Readonly<Record<string, unknown>>,
  at: number,
  metrics: Metrics,
): Readonly<Record<string, unknown>> {
  const values: Metrics = {};
  const described: { readonly Name: Metric; readonly Unit?: "Count" }[] = [];
  for (const [name, value] of Object.entries(metrics)) {
    // The type says so.
    const Name = name as Metric;
    const isCount = !GAUGE.test(name);
    if (value === undefined || (isCount && value === 0)) continue;
    values[Name] = value;
    described.push(isCount ? { Name, Unit: "Count" } : { Name });
  }
  if (described.length === 0) return line;
  const directive = { Namespace: NAMESPACE, Dimensions: NO_DIMENSIONS, Metrics: described };
  return { ...line, _aws: { Timestamp: at, CloudWatchMetrics: [directive] }, ...values };
}
