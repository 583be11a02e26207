import type { CloudWatchLogsEvent, Context } from "aws-lambda";
import { foldLines } from "../provisioning/journal/foldLines.ts";
import { keepLines } from "../provisioning/journal/keepLines.ts";
import { JOURNALED_LINES } from "../provisioning/journal/readLine.ts";
import { RESERVED, workerTime } from "../provisioning/timeBudget.ts";
import { isObject, type Json } from "../scim/json.ts";
import type { Database } from "../store/database.ts";
import { causeOf, logWriter } from "./logWriter.ts";
import { usageFields } from "./usageFields.ts";

/**
 * Which lines the journal gets, in CloudWatch Logs' language of JSON patterns (User Guide, "Filter pattern syntax"): requests and
 * mass changes that name an org. The journal's own lines are of no such type, so that none leads to another.
 */
export const JOURNAL_FILTER = `{ ($.orgId = "*") && (${JOURNALED_LINES.map((type) => `($.type = "${type}")`).join(" || ")}) }`;

/** Clocks of two functions differ by less. */
const AHEAD_MS = 86_400_000;

export interface JournalEndpoint {
  /** For one delivery. @param signal ends its calls */
  open(signal: AbortSignal): Database;
  /** The lines of a delivery. @throws Error for what is none */
  readDelivery(event: CloudWatchLogsEvent): readonly string[];
  now(): number;
  log(line: Readonly<Record<string, unknown>>): void;
  readonly version: string;
  readonly initMs?: number;
}

/**
 * Takes what CloudWatch Logs delivers of the lines that functions wrote, at least once, and writes it to the journals of the orgs. A
 * failure is thrown after its line, so that Lambda tries the same delivery again: that changes nothing of what was written.
 */
export function journalHandler(endpoint: JournalEndpoint) {
  const write = logWriter(endpoint);
  let cold = true;
  return async (
    event: CloudWatchLogsEvent,
    { awsRequestId, getRemainingTimeInMillis }: Pick<Context, "awsRequestId" | "getRemainingTimeInMillis">,
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

/** What is no JSON is passed over, and what says that it is of another day to come: it would be the last contact until then. */
function lineIn(message: string, latest: string): unknown {
  try {
    const line: Json = JSON.parse(message);
    return isObject(line) && String(line.ts) > latest ? undefined : line;
  } catch {
    return undefined;
  }
}
