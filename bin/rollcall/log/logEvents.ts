import { isObject, type Json, type JsonObject } from "../../../functions/scim/json.ts";
import { Refused } from "../refused.ts";
import type { Span } from "./insights.ts";
import { type LogLine, lineOf } from "./logReader.ts";
import type { LogsApi } from "./logsApi.ts";

const HOUR_MS = 3_600_000;
const LASTS_MS = 120_000;

export interface LogEvent {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly id: string;
  readonly line: LogLine;
}

/**
 * The lines in one log group that a pattern matches, oldest first.
 * @param filterPattern e.g. `{ $.org = "acme" }`
 * @param span without an end: up to now
 * @throws LogsRefusal, Refused
 */
export async function eventsOf(
  api: LogsApi,
  logGroupName: string,
  filterPattern: string,
  { from, to }: { readonly from: number; readonly to?: number },
  signal?: AbortSignal,
): Promise<LogEvent[]> {
  const found: LogEvent[] = [];
  const input: JsonObject = { logGroupName, filterPattern, startTime: Math.floor(from) };
  if (to !== undefined) input.endTime = Math.ceil(to);
  let nextToken: Json | undefined;
  do {
    if (nextToken !== undefined) input.nextToken = nextToken;
    const page = await api.call("FilterLogEvents", input, signal);
    const events = Array.isArray(page.events) ? page.events.filter(isObject) : [];
    for (const { timestamp, eventId, message } of events) {
      const line = lineOf(String(message));
      if (line !== undefined) found.push({ at: Number(timestamp), id: String(eventId ?? message), line });
    }
    nextToken = page.nextToken;
  } while (typeof nextToken === "string" && signal?.aborted !== true);
  return found;
}

/**
 * What Logs Insights would find, without its indexes: the log is read through, the latest first, in steps that double.
 * @param holds what the pattern says, for a log that matches more than it says
 * @throws Refused when it takes longer than two minutes; LogsRefusal
 */
export async function searchEvents(
  api: LogsApi,
  logGroupNames: readonly string[],
  filterPattern: string,
  holds: (line: LogLine) => boolean,
  { from, to, most }: Span & { readonly most: number },
): Promise<LogLine[]> {
  const until = Date.now() + LASTS_MS;
  let found: LogEvent[] = [];
  for (let [end, step] = [to, HOUR_MS]; end > from && found.length < most; step *= 2) {
    const start = Math.max(from, end - step);
    for (const name of logGroupNames) {
      if (Date.now() > until) {
        throw new Refused("The log could not be read through in two minutes: give a shorter --since.");
      }
      found.push(
        ...(await eventsOf(api, name, filterPattern, { from: start, to: end })).filter(({ line }) => holds(line)),
      );
    }
    end = start;
  }
  found = [...new Map(found.map((event) => [event.id, event])).values()];
  return found
    .sort((a, b) => a.at - b.at)
    .slice(-most)
    .map(({ line }) => line);
}
