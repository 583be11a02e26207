import type { CloudWatchLogsEvent } from "aws-lambda";
import { foldLines, keepLines } from "../provisioning/journal/foldLines.ts";
import { JOURNALED_LINES } from "../provisioning/journal/readLine.ts";
import { workerTime } from "../provisioning/timeBudget.ts";
import { isObject, type Json } from "../scim/json.ts";
import type { Database } from "../store/database.ts";
import type { WorkerContext, WorkerEndpoint } from "./endpoint.ts";
import { causeOf, usageFields } from "./logWriter.ts";
import { workerRuns } from "./workerRun.ts";

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
  const begin = workerRuns(endpoint);
  return async (event: CloudWatchLogsEvent, context: WorkerContext): Promise<void> => {
    const run = begin(context);
    const { started, until } = run;
    const database = endpoint.open(workerTime(until - started));
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
    run.end("journal.batch", cause === undefined ? "INFO" : "ERROR", {
      records: messages.length,
      unreadable: folded?.passedOver || undefined,
      listed: folded?.listed ?? 0,
      reads: folded?.reads ?? 0,
      orgs: folded?.batches.size ?? 0,
      cause,
      ...run.beginning,
      ...usageFields(usage),
    });
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
