import type { CloudWatchLogsEvent } from "aws-lambda";
import { foldLines, keepLines } from "../provisioning/journal/foldLines.ts";
import { JOURNALED_LINES } from "../provisioning/journal/readLine.ts";
import { RESERVED, workerTime } from "../provisioning/timeBudget.ts";
import { isObject, type Json } from "../scim/json.ts";
import type { Database } from "../store/database.ts";
import type { WorkerContext, WorkerEndpoint } from "./endpoint.ts";
import { causeOf, logWriter, usageFields } from "./logWriter.ts";

/**
 * Selects the lines that the journal gets, as a JSON filter pattern of CloudWatch Logs (User Guide, "Filter pattern syntax"):
 * requests and mass changes with an org. The journal's own lines have another type, so that they cause no further delivery.
 */
export const JOURNAL_FILTER = `{ ($.orgId = "*") && (${JOURNALED_LINES.map((type) => `($.type = "${type}")`).join(" || ")}) }`;

/** The clocks of two functions differ by less than this. */
const AHEAD_MS = 86_400_000;

interface JournalEndpoint extends WorkerEndpoint {
  /** A database for one delivery. @param signal ends its calls */
  open(signal: AbortSignal): Database;
  /** The log lines in a delivery. @throws Error for an event that is no delivery */
  readDelivery(event: CloudWatchLogsEvent): readonly string[];
}

/**
 * Takes log lines that CloudWatch Logs delivers at least once, and writes them to the journals of the orgs. It throws a
 * failure after logging it, so that Lambda repeats the delivery. A repeated delivery changes nothing that is written.
 */
export function journalHandler(endpoint: JournalEndpoint) {
  const write = logWriter(endpoint);
  let cold = true;
  return async (
    event: CloudWatchLogsEvent,
    { awsRequestId, getRemainingTimeInMillis }: WorkerContext,
  ): Promise<void> => {
    const { now, version } = endpoint;
    const started = now();
    const database = endpoint.open(workerTime(getRemainingTimeInMillis() - RESERVED.worker));
    const { usage } = database;
    let messages: readonly string[] = [];
    let folded: ReturnType<typeof foldLines> | undefined;
    let cause: Record<string, unknown> | undefined;
    try {
      messages = endpoint.readDelivery(event);
      const latest = new Date(started + AHEAD_MS).toISOString();
      folded = foldLines(messages.map((message) => lineIn(message, latest)));
      await keepLines(database, folded);
    } catch (error) {
      cause = causeOf(error);
    }
    const line = {
      type: "journal.batch",
      ts: new Date(started).toISOString(),
      level: cause === undefined ? "INFO" : "ERROR",
      ver: version,
      reqId: awsRequestId,
      records: messages.length,
      unreadable: folded?.passedOver || undefined,
      listed: folded?.listed ?? 0,
      reads: folded?.reads ?? 0,
      orgs: folded?.batches.size ?? 0,
      cause,
      ms: now() - started,
      cold,
      initMs: cold ? endpoint.initMs : undefined,
      ...usageFields(usage),
    };
    write(() => ({ line, at: started }));
    cold = false;
    if (cause !== undefined) throw new Error("what the log delivered is not in the journal");
  };
}

/** Undefined for text that is no JSON, and for a line dated more than a day ahead: it would stay the last contact until then. */
function lineIn(message: string, latest: string): unknown {
  try {
    const line: Json = JSON.parse(message);
    return isObject(line) && String(line.ts) > latest ? undefined : line;
  } catch {
    return undefined;
  }
}
