import { StoreBusy } from "../store/records.ts";
import type { LogFields } from "./declarations/logLine.ts";
import { type Metrics, withMetrics } from "./metrics.ts";

export type LogLine = Readonly<Record<string, unknown>>;

/** Where the lines of one function go. */
interface Log {
  log(line: LogLine): void;
}

/** A line before it is written, and what CloudWatch shall count of it. */
export interface PendingLine {
  readonly line: LogLine;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly metrics?: Metrics;
}

export type LogWriter = (make: () => PendingLine) => void;

/**
 * Adds to every line the `timestamp` (RFC 3339) that Lambda asks of JSON: without one it takes the line for INFO, and a log
 * level above that would drop our errors (Lambda Developer Guide, "Using Lambda advanced logging controls with Node.js").
 * Writes lines and never throws: a line that cannot be made or written must not fail what was carried out. Since the log is
 * what failed, the failures are counted here, and the next line that gets through says how many.
 */
export function logWriter(endpoint: Log): LogWriter {
  let failures = 0;
  return (make) => {
    try {
      const { line, at, metrics = {} } = make();
      endpoint.log(
        withMetrics({ ...line, timestamp: new Date(at).toISOString() }, at, { ...metrics, LogFailures: failures }),
      );
      failures = 0;
    } catch {
      failures += 1;
    }
  };
}

/** Of Node's errors the code says more than the name, which is Error: `ECONNREFUSED`. */
const SYSTEM_CODE = /^E[A-Z_]{2,30}$/;

/**
 * The name of what happened and where, never its message: messages of libraries repeat values of the request. Of a store
 * that is busy it is what made it so.
 */
export function causeOf(error: unknown): NonNullable<LogFields["cause"]> {
  if (error instanceof StoreBusy && error.cause !== undefined) return causeOf(error.cause);
  if (!(error instanceof Error)) return { name: typeof error };
  const { message, stack = "" } = error;
  const name =
    "code" in error && typeof error.code === "string" && SYSTEM_CODE.test(error.code) ? error.code : error.name;
  // The stack begins with the message, and a line of that may look like a frame.
  const behind = stack.slice(Math.max(0, stack.indexOf(message)) + message.length);
  const frames = behind.split("\n").filter((line) => line.trimStart().startsWith("at "));
  return { name, at: frames.slice(0, 6).map((frame) => frame.trim()) };
}
