/**
 * Custom metrics in CloudWatch's embedded format: the log line that says what happened carries the number, and CloudWatch
 * takes it from there. Without dimensions, because each name with each set of dimension values costs $0.30 a month; and
 * only what API Gateway, Lambda and DynamoDB do not count already for nothing (ADR 19).
 */

export const METRIC_UNITS = {
  /** Requests that were answered 401. */
  Unauthorized: "Count",
  /** Requests that were answered 503: throttled, contended, out of time. */
  Busy: "Count",
  /** Writes that lost against another one and were done again. */
  Conflicts: "Count",
  /** Members that a group was not given because they are nobody of the org. */
  SkippedMembers: "Count",
  /** Changes of more of an org than its rule allows at once. */
  MassChange: "Count",
  /** Requests refused because their org or the deployment has used up its share. */
  BudgetRefusals: "Count",
  /** Lines that could not be written; the next one that could says how many. */
  LogFailures: "Count",
  /** Attempts at a webhook that were not taken. */
  WebhookFailures: "Count",
  /** Webhooks that were switched off. */
  WebhooksDisabled: "Count",
  /** Seconds since the oldest message of a webhook was due. */
  WebhookLateness: "Gauge",
  /** Users who keep a role as its last holder, or were its last one and are gone. */
  RoleHeld: "Count",
  /** Users whose roles a run could not compute. */
  RolesFailed: "Count",
  /** Of a run of the canary: 1 where it was red. Also when it is 0, so that silence is no good news. */
  CanaryFailures: "Gauge",
  /** Milliseconds of its slowest answer. */
  CanaryMs: "Gauge",
  JobsOpen: "Gauge",
  TokenDaysToExpiry: "Gauge",
  TokenDaysSinceUse: "Gauge",
} as const;

export type Metric = keyof typeof METRIC_UNITS;

export type Metrics = Partial<Record<Metric, number>>;

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
  for (const Name of Object.keys(METRIC_UNITS) as Metric[]) {
    const value = metrics[Name];
    const isCount = METRIC_UNITS[Name] === "Count";
    if (value === undefined || (isCount && value === 0)) continue;
    values[Name] = value;
    described.push(isCount ? { Name, Unit: "Count" } : { Name });
  }
  if (described.length === 0) return line;
  const directive = { Namespace: NAMESPACE, Dimensions: NO_DIMENSIONS, Metrics: described };
  return { ...line, _aws: { Timestamp: at, CloudWatchMetrics: [directive] }, ...values };
}
