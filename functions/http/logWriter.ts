import { StoreBusy, type Usage } from "../store/records.ts";
import type { LogFields } from "./declarations/logLine.ts";
import { GAUGE, type Metric, type Metrics } from "./metrics.ts";

export type LogLine = Readonly<Record<string, unknown>>;

/** Where one function's lines go. */
interface Log {
  log(line: LogLine): void;
}

/** A line, and the metrics that CloudWatch takes from it. */
export interface PendingLine {
  readonly line: LogLine;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly metrics?: Metrics;
}

export type LogWriter = (make: () => PendingLine) => void;

const NAMESPACE = "Rollcall";

/** An empty set of dimensions: one metric per account and region. */
const NO_DIMENSIONS: readonly (readonly string[])[] = [[]];

/**
 * Writes lines and never throws: a log failure must not fail work that was done. It counts failures, and the next line that
 * is written has their number. It adds all counts above zero and every gauge, and a `timestamp` (RFC 3339). Without it Lambda
 * treats a JSON line as INFO, and a higher log level would drop our errors (Lambda Developer Guide, "Using Lambda advanced
 * logging controls with Node.js").
 */
export function logWriter(endpoint: Log): LogWriter {
  let failures = 0;
  return (make) => {
    try {
      const { line, at, metrics } = make();
      const values: Metrics = {};
      const described: { readonly Name: Metric; readonly Unit?: "Count" }[] = [];
      for (const [name, value] of Object.entries({ ...metrics, LogFailures: failures })) {
        // `Metrics` has no other keys.
        const Name = name as Metric;
        const isCount = !GAUGE.test(name);
        if (value === undefined || (isCount && value === 0)) continue;
        values[Name] = value;
        described.push(isCount ? { Name, Unit: "Count" } : { Name });
      }
      const stamped = { ...line, timestamp: new Date(at).toISOString() };
      const directive = { Namespace: NAMESPACE, Dimensions: NO_DIMENSIONS, Metrics: described };
      const _aws = { Timestamp: at, CloudWatchMetrics: [directive] };
      endpoint.log(described.length === 0 ? stamped : { ...stamped, _aws, ...values });
      failures = 0;
    } catch {
      failures += 1;
    }
  };
}

/** A Node system error is named `Error`; its code says more: `ECONNREFUSED`. */
const SYSTEM_CODE = /^E[A-Z_]{2,30}$/;

/**
 * The error's name and stack frames, never its message: messages of libraries repeat values of the request. For a busy store
 * this is the cause of its state.
 */
export function causeOf(error: unknown): NonNullable<LogFields["cause"]> {
  if (error instanceof StoreBusy && error.cause !== undefined) return causeOf(error.cause);
  if (!(error instanceof Error)) return { name: typeof error };
  const { message, stack = "" } = error;
  const name =
    "code" in error && typeof error.code === "string" && SYSTEM_CODE.test(error.code) ? error.code : error.name;
  // The stack begins with the message, and a line of the message may look like a frame.
  const behind = stack.slice(Math.max(0, stack.indexOf(message)) + message.length);
  const frames = behind.split("\n").filter((line) => line.trimStart().startsWith("at "));
  return { name, at: frames.slice(0, 6).map((frame) => frame.trim()) };
}

/** What a worker's run cost, as log fields. */
export function usageFields({ calls, trips, rcu, wcu, retries, conflicts }: Usage) {
  return { ddbCalls: calls, trips, rcu, wcu, retries, conflicts };
}
