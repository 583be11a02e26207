import { RESERVED } from "../provisioning/timeBudget.ts";
import type { WorkerContext, WorkerEndpoint } from "./endpoint.ts";
import { type LogLine, logWriter } from "./logWriter.ts";
import type { Metrics } from "./metrics.ts";

type Level = "INFO" | "WARN" | "ERROR";

/** One call of a worker, and its lines. */
export interface WorkerRun {
  /** Milliseconds since the epoch. */
  readonly started: number;
  /** From then on no work is begun, so that the line is still written. Milliseconds since the epoch. */
  readonly until: number;
  /** Fields of the line that says how the process began. */
  readonly beginning: { readonly cold: boolean; readonly initMs: number | undefined };
  /** Writes a line that the run adds. */
  note(type: string, level: Level, fields: LogLine, metrics?: Metrics): void;
  /** Writes the line about the run itself. */
  end(type: string, level: Level, fields: LogLine, metrics?: Metrics): void;
}

/** @returns begins a run; the first one of the process is the cold one */
export function workerRuns(endpoint: WorkerEndpoint): (context: WorkerContext) => WorkerRun {
  const write = logWriter(endpoint);
  let cold = true;
  return ({ awsRequestId: reqId, getRemainingTimeInMillis }) => {
    const started = endpoint.now();
    const beginning = { cold, initMs: cold ? endpoint.initMs : undefined };
    cold = false;
    const note: WorkerRun["note"] = (type, level, fields, metrics) => {
      const line = { type, ts: new Date(started).toISOString(), level, ver: endpoint.version, ...fields };
      write(() => ({ line, at: started, ...(metrics && { metrics }) }));
    };
    return {
      started,
      until: started + getRemainingTimeInMillis() - RESERVED.worker,
      beginning,
      note,
      end: (type, level, fields, metrics) =>
        note(type, level, { reqId, ...fields, ms: endpoint.now() - started }, metrics),
    };
  };
}
