import {
  FilterLogEventsCommand,
  GetQueryResultsCommand,
  type ResultField,
  StartQueryCommand,
  StopQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { objectIn } from "../../../functions/scim/json.ts";
import { type FoundLine, linesIn } from "../log/logReader.ts";
import { Refused } from "../refused.ts";
import { AwsRefusal, type Patience } from "./calls.ts";
import type { LogsApi } from "./logsApi.ts";

const POLL_MS = 500;
const QUERY_LASTS_MS = 60_000;
const SEARCH_LASTS_MS = 120_000;
const HOUR_MS = 3_600_000;

/** A time span, milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The results of a Logs Insights query over the log groups; it must show `@message`.
 * @throws Refused when it fails, or takes longer than a minute; AwsRefusal
 */
export async function askInsights(
  api: LogsApi,
  { wait, say }: Patience,
  logGroupNames: readonly string[],
  queryString: string,
  { from, to }: Span,
): Promise<FoundLine[]> {
  const ask = async (names: readonly string[]): Promise<FoundLine[]> => {
    const query = new StartQueryCommand({
      logGroupNames: [...names],
      startTime: Math.floor(from / 1000),
      endTime: Math.ceil(to / 1000),
      queryString,
    });
    const { queryId } = await api.call("StartQuery", (client) => client.send(query));
    const rows = await resultsOf(api, wait, String(queryId));
    return linesIn(rows.map((row) => row.find(({ field }) => field === "@message")?.value ?? ""));
  };
  try {
    return await ask(logGroupNames);
  } catch (error) {
    if (logGroupNames.length < 2 || !isOfOneGroup(error)) throw error;
  }
  const answers: FoundLine[][] = [];
  let failure: unknown;
  for (const name of logGroupNames) {
    try {
      answers.push(await ask([name]));
    } catch (error) {
      if (!isOfOneGroup(error)) throw error;
      failure = error;
      if (error.type === "ResourceNotFoundException") say(`The log group ${name} is gone: its lines cannot be found.`);
    }
  }
  if (answers.length === 0) throw failure;
  return answers.flat();
}

/** A deleted group, or one younger than the time span, fails the query over all groups. */
function isOfOneGroup(error: unknown): error is AwsRefusal {
  return error instanceof AwsRefusal && ["ResourceNotFoundException", "MalformedQueryException"].includes(error.type);
}

async function resultsOf(api: LogsApi, wait: Patience["wait"], queryId: string): Promise<ResultField[][]> {
  for (let waited = 0; waited < QUERY_LASTS_MS; waited += POLL_MS) {
    const poll = new GetQueryResultsCommand({ queryId });
    const { results = [], status } = await api.call("GetQueryResults", (client) => client.send(poll));
    if (status === "Complete") return results;
    if (status !== "Scheduled" && status !== "Running" && status !== "Unknown") {
      throw new Refused(`The query in Logs Insights ended as ${String(status)}: try again.`);
    }
    await wait(POLL_MS);
  }
  // Frees its place among the running queries; a missing permission to stop it does not matter.
  await api.call("StopQuery", (client) => client.send(new StopQueryCommand({ queryId }))).catch(() => undefined);
  throw new Refused("The query in Logs Insights did not end within a minute: give a shorter --since.");
}

export interface LogEvent {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly id: string;
  readonly line: FoundLine;
}

/**
 * The lines of one log group that match a pattern, oldest first.
 * @param filterPattern e.g. `{ $.org = "acme" }`
 * @param span without an end: up to now
 * @throws AwsRefusal, Refused
 */
export async function logEventsOf(
  api: LogsApi,
  logGroupName: string,
  filterPattern: string,
  { from, to }: { readonly from: number; readonly to?: number },
  signal?: AbortSignal,
): Promise<LogEvent[]> {
  const found: LogEvent[] = [];
  const endTime = to === undefined ? undefined : Math.ceil(to);
  let nextToken: string | undefined;
  do {
    const page = new FilterLogEventsCommand({
      logGroupName,
      filterPattern,
      startTime: Math.floor(from),
      endTime,
      nextToken,
    });
    const answer = await api.call("FilterLogEvents", (client, options) => client.send(page, options), signal);
    for (const { timestamp = 0, eventId, message = "" } of answer.events ?? []) {
      const line = objectIn(message);
      if (line !== undefined) found.push({ at: timestamp, id: eventId ?? message, line });
    }
    nextToken = answer.nextToken;
  } while (nextToken !== undefined && signal?.aborted !== true);
  return found;
}

/**
 * Finds what Logs Insights would, without its indexes: reads the log in doubling steps, the latest first.
 * @param holds the exact condition, for logs where the pattern matches more
 * @throws Refused when it takes longer than two minutes; AwsRefusal
 */
export async function searchEvents(
  api: LogsApi,
  logGroupNames: readonly string[],
  filterPattern: string,
  holds: (line: FoundLine) => boolean,
  { from, to, most }: Span & { readonly most: number },
): Promise<FoundLine[]> {
  const until = Date.now() + SEARCH_LASTS_MS;
  const found = new Map<string, LogEvent>();
  for (let [end, step] = [to, HOUR_MS]; end > from && found.size < most; step *= 2) {
    const start = Math.max(from, end - step);
    for (const name of logGroupNames) {
      if (Date.now() > until) {
        throw new Refused("Reading the log took more than two minutes: give a shorter --since.");
      }
      for (const event of await logEventsOf(api, name, filterPattern, { from: start, to: end })) {
        if (holds(event.line)) found.set(event.id, event);
      }
    }
    end = start;
  }
  const inOrder = [...found.values()].sort((a, b) => a.at - b.at);
  return inOrder.slice(-most).map(({ line }) => line);
}
