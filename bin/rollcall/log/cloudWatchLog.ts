import { setTimeout as wait } from "node:timers/promises";
import { isObject, type JsonObject } from "../../../functions/scim/json.ts";
import { awsEndpoint } from "../awsEndpoint.ts";
import { Refused } from "../refused.ts";
import { signedFetch } from "../signedHttp.ts";
import { type LogLine, type LogReader, lineOf, linesIn, type Question, timeOf } from "./logReader.ts";
import { stackLogGroups } from "./stackLogGroups.ts";

const POLL_QUERY_MS = 500;
const QUERY_LASTS_MS = 60_000;
const POLL_EVENTS_MS = 2_000;
/** Events of one moment become visible over some seconds: so far back is looked again, and what was seen is left out. */
const OVERLAP_MS = 15_000;
/** One page of FilterLogEvents. */
const PAGE = 1_000;

/** CloudWatch of a deployed stack: questions go to Logs Insights, which has indexes; what is new, to FilterLogEvents. */
export async function cloudWatchLog(stack: string, region: string): Promise<LogReader> {
  const { functions, accessLog } = await stackLogGroups(stack, region, process.env);
  const call = await logsApi(region, stack);
  const query = async (logGroupNames: readonly string[], text: string, from: number, to: number) => {
    const { queryId } = await call("StartQuery", {
      logGroupNames: [...logGroupNames],
      startTime: Math.floor(from / 1000),
      endTime: Math.ceil(to / 1000),
      queryString: text,
    });
    return resultsOf(call, String(queryId));
  };
  return {
    name: `the log groups of stack ${stack} in ${region}`,
    gaps: [
      "Logs Insights shows a line some seconds, at times a minute, after the request: try again if it was just now.",
      `The request may have gone to another stack or region than ${stack} in ${region}: compare the Tenant URL with org setup.`,
    ],
    find: async ({ equal, from, to, most }: Question) => {
      const conditions = Object.entries(equal).map(([field, value]) => `${field} = "${quotable(value)}"`);
      const commands = ["fields @timestamp, @message", `filter ${conditions.join(" and ")}`, "sort @timestamp desc"];
      const rows = await query(functions, [...commands, `limit ${most}`].join("\n| "), from, to);
      return messagesOf(rows).sort((a, b) => timeOf(a) - timeOf(b));
    },
    gateway: async (reference, from, to) => {
      if (accessLog === undefined) return [];
      const text = `fields @timestamp, @message\n| filter requestId like "${quotable(reference)}"\n| limit 5`;
      const rows = await query([accessLog], text, from, to);
      return messagesOf(rows);
    },
    follow: async (org, since, take, signal) => {
      const filterPattern = `{ $.org = "${quotable(org)}" }`;
      const seen = new Map<string, number>();
      let from = since;
      while (!signal.aborted) {
        const events: { readonly at: number; readonly id: string; readonly line: LogLine }[] = [];
        for (const logGroupName of functions) {
          events.push(...(await eventsOf(call, { logGroupName, filterPattern, startTime: from })));
        }
        for (const { at, id, line } of events.sort((a, b) => a.at - b.at)) {
          if (seen.has(id)) continue;
          seen.set(id, at);
          take(line);
        }
        from = Math.max(from, ...[...seen.values()].map((at) => at - OVERLAP_MS));
        for (const [id, at] of seen) if (at < from) seen.delete(id);
        await wait(POLL_EVENTS_MS, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

type Call = (operation: string, input: JsonObject) => Promise<JsonObject>;

async function logsApi(region: string, stack: string): Promise<Call> {
  const { url } = awsEndpoint("logs", region, process.env);
  const send = await signedFetch("logs", region);
  return async (operation, input) => {
    const response = await send(`${url}/`, {
      method: "POST",
      headers: { "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": `Logs_20140328.${operation}` },
      body: JSON.stringify(input),
    });
    const answer = lineOf(await response.text());
    if (response.ok && answer !== undefined) return answer;
    const type = String(answer?.__type ?? `status ${response.status}`).replace(/^.*#/, "");
    if (/AccessDenied|UnrecognizedClient|ExpiredToken|InvalidSignature/.test(type)) {
      throw new Refused(
        `Your AWS credentials may not do logs:${operation} on the log groups of stack ${stack} (${type}). Reading the log takes logs:StartQuery, logs:GetQueryResults and logs:FilterLogEvents on them.`,
      );
    }
    if (type === "ResourceNotFoundException") {
      throw new Refused(`A log group of stack ${stack} is gone: it was deleted outside the stack. Deploy again.`);
    }
    if (/LimitExceeded|Throttling/.test(type))
      throw new Refused(`CloudWatch is busy (${type}): try again in a minute.`);
    throw new Refused(`CloudWatch answered ${operation} with ${type}.`);
  };
}

/** @throws Refused when it fails, or does not end in a minute */
async function resultsOf(call: Call, queryId: string): Promise<Readonly<Record<string, string>>[]> {
  for (const end = Date.now() + QUERY_LASTS_MS; Date.now() < end; ) {
    const { status, results } = await call("GetQueryResults", { queryId });
    if (status === "Complete") return (Array.isArray(results) ? results : []).map(rowOf);
    if (status !== "Scheduled" && status !== "Running" && status !== "Unknown") {
      throw new Refused(`The query in Logs Insights ended as ${String(status)}: try again.`);
    }
    await wait(POLL_QUERY_MS);
  }
  throw new Refused("The query in Logs Insights did not end within a minute: give a shorter --since.");
}

function messagesOf(rows: readonly Readonly<Record<string, string>>[]): LogLine[] {
  return linesIn(rows.map((row) => row["@message"] ?? ""));
}

function rowOf(row: unknown): Readonly<Record<string, string>> {
  const cells: JsonObject[] = Array.isArray(row) ? row.filter(isObject) : [];
  return Object.fromEntries(cells.map(({ field, value }) => [String(field), String(value)]));
}

async function eventsOf(call: Call, input: JsonObject) {
  const found: { at: number; id: string; line: LogLine }[] = [];
  let nextToken: string | undefined;
  do {
    const page = await call("FilterLogEvents", {
      ...input,
      limit: PAGE,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    const events = Array.isArray(page.events) ? page.events.filter(isObject) : [];
    for (const { timestamp, eventId, message } of events) {
      const line = lineOf(String(message));
      if (line !== undefined) found.push({ at: Number(timestamp), id: String(eventId), line });
    }
    nextToken = typeof page.nextToken === "string" ? page.nextToken : undefined;
  } while (nextToken !== undefined);
  return found;
}

/** What is asked for comes from us (ids, login names), so that nothing has to be escaped. @throws Refused */
function quotable(value: string): string {
  if (/^[\w.:/+=@-]*$/.test(value)) return value;
  throw new Refused("No line can have this value.");
}
