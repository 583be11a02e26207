/**
 * Every metric of dashboard and alarms with its source. None has a dimension for organizations, which would cost $0.30 a month
 * each. A test checks that our own are emitted and AWS's exist.
 */
export interface Measured {
  readonly source: Source;
  readonly name: string;
}

/**
 * `api`: this API's stage. `table`: the table without its index, `index`: the index. `function`: each function except the daily
 * report (`report`) and the journal, which Lambda retries. `answering`: each function that answers at once. `worker`: each
 * function on the table's stream. `failures`: each queue of a worker's failures. `account`: all Lambda functions of account and
 * region, which share one concurrency limit. `own`: our functions' lines, as embedded metrics. `accessLog`: a metric filter of
 * this stack.
 */
export type Source =
  | "api"
  | "table"
  | "index"
  | "function"
  | "answering"
  | "report"
  | "worker"
  | "failures"
  | "account"
  | "own"
  | "accessLog";

/** AWS's namespaces; our own are named below. */
export const NAMESPACES: Readonly<Record<Source, string>> = {
  api: "AWS/ApiGateway",
  table: "AWS/DynamoDB",
  index: "AWS/DynamoDB",
  function: "AWS/Lambda",
  answering: "AWS/Lambda",
  report: "AWS/Lambda",
  worker: "AWS/Lambda",
  failures: "AWS/SQS",
  account: "AWS/Lambda",
  own: "Rollcall",
  accessLog: "Rollcall",
};

export const METRICS = {
  requests: { source: "api", name: "Count" },
  latency: { source: "api", name: "Latency" },
  integrationLatency: { source: "api", name: "IntegrationLatency" },
  clientErrors: { source: "api", name: "4XXError" },
  serverErrors: { source: "api", name: "5XXError" },
  refused: { source: "accessLog", name: "Refused429" },
  readUnits: { source: "table", name: "ConsumedReadCapacityUnits" },
  writeUnits: { source: "table", name: "ConsumedWriteCapacityUnits" },
  readThrottles: { source: "table", name: "ReadThrottleEvents" },
  writeThrottles: { source: "table", name: "WriteThrottleEvents" },
  indexReadThrottles: { source: "index", name: "ReadThrottleEvents" },
  indexWriteThrottles: { source: "index", name: "WriteThrottleEvents" },
  concurrency: { source: "account", name: "ConcurrentExecutions" },
  functionThrottles: { source: "account", name: "Throttles" },
  functionErrors: { source: "function", name: "Errors" },
  answerTime: { source: "answering", name: "Duration" },
  reportRuns: { source: "report", name: "Invocations" },
  reportErrors: { source: "report", name: "Errors" },
  streamLag: { source: "worker", name: "IteratorAge" },
  deadLetters: { source: "failures", name: "ApproximateNumberOfMessagesVisible" },
  unauthorized: { source: "own", name: "Unauthorized" },
  busy: { source: "own", name: "Busy" },
  conflicts: { source: "own", name: "Conflicts" },
  skippedMembers: { source: "own", name: "SkippedMembers" },
  massChange: { source: "own", name: "MassChange" },
  removalsHeld: { source: "own", name: "RemovalsHeld" },
  rolesLateness: { source: "own", name: "RolesLateness" },
  budgetRefusals: { source: "own", name: "BudgetRefusals" },
  logFailures: { source: "own", name: "LogFailures" },
  visitsFailed: { source: "own", name: "VisitsFailed" },
  canaryFailures: { source: "own", name: "CanaryFailures" },
  canaryMs: { source: "own", name: "CanaryMs" },
  jobsOpen: { source: "own", name: "JobsOpen" },
  tokenDaysToExpiry: { source: "own", name: "TokenDaysToExpiry" },
  tokenDaysSinceUse: { source: "own", name: "TokenDaysSinceUse" },
  webhookFailures: { source: "own", name: "WebhookFailures" },
  webhooksDisabled: { source: "own", name: "WebhooksDisabled" },
  webhookLateness: { source: "own", name: "WebhookLateness" },
} as const satisfies Readonly<Record<string, Measured>>;

export type MetricKey = keyof typeof METRICS;
