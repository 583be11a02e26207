import { isObject, type Json } from "../../../functions/scim/json.ts";
import { at } from "../../support/wire.ts";
import type { LiveStack } from "../liveStack.ts";
import { json, objectsIn } from "./deployed.ts";

export interface LogEvent {
  /** Milliseconds. */
  readonly at: number;
  readonly message: string;
}

/** 10,000 events a page at most, so 200,000: far more than a run writes. */
const MOST_PAGES = 20;

/**
 * What a log group of the stack holds since then, in the order CloudWatch gives it.
 * Source: CloudWatch Logs API Reference, FilterLogEvents (a page may be empty and have a next one).
 * @param since milliseconds
 */
export async function eventsOf({ aws }: LiveStack, logGroupName: string, since: number): Promise<LogEvent[]> {
  const found: LogEvent[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const input = { logGroupName, startTime: since, ...(nextToken === undefined ? {} : { nextToken }) };
    const answer = json(await aws.json("logs", "Logs_20140328.FilterLogEvents", input));
    for (const { message, timestamp } of objectsIn(at(answer, "events"))) {
      found.push({ at: Number(timestamp), message: String(message) });
    }
    const next = at(answer, "nextToken");
    if (typeof next !== "string") return found;
    nextToken = next;
  }
  throw new Error(`${logGroupName} has more than ${MOST_PAGES} pages`);
}

/** What Lambda itself says of one invocation. */
export interface Report {
  readonly requestId: string;
  readonly durationMs: number;
  readonly billedMs: number;
  readonly memoryMb: number;
  /** Of a cold start. */
  readonly initMs: number | undefined;
}

/**
 * The functions log as JSON, so a report is an event `platform.report`, written only where the system log level is INFO, that is
 * on a disposable stage. A function that logs as text, as all do in an emulator, has the same in one line with tabs.
 * Source: AWS Lambda Developer Guide, "Lambda Telemetry API Event schema reference", platform.report; "Log-level filtering";
 * "View logs for Lambda functions" for the text.
 */
export function reportIn(message: string): Report | undefined {
  const event = parsed(message);
  if (event === undefined) return reportOfText(message);
  if (at(event, "type") !== "platform.report") return undefined;
  const metrics = at(event, "record.metrics");
  const initMs = at(metrics, "initDurationMs");
  return {
    requestId: String(at(event, "record.requestId")),
    durationMs: Number(at(metrics, "durationMs")),
    billedMs: Number(at(metrics, "billedDurationMs")),
    memoryMb: Number(at(metrics, "memorySizeMB")),
    initMs: typeof initMs === "number" ? initMs : undefined,
  };
}

function reportOfText(message: string): Report | undefined {
  if (!message.startsWith("REPORT RequestId: ")) return undefined;
  const fields = new Map(message.split("\t").map((field) => halves(field)));
  const init = fields.get("Init Duration");
  return {
    requestId: fields.get("REPORT RequestId") ?? "",
    durationMs: Number.parseFloat(fields.get("Duration") ?? ""),
    billedMs: Number.parseFloat(fields.get("Billed Duration") ?? ""),
    memoryMb: Number.parseFloat(fields.get("Memory Size") ?? ""),
    initMs: init === undefined ? undefined : Number.parseFloat(init),
  };
}

function halves(field: string): [string, string] {
  const [name = "", value = ""] = field.split(": ");
  return [name, value];
}

export function reportsIn(events: readonly LogEvent[]): Report[] {
  return events.flatMap(({ message }) => reportIn(message) ?? []);
}

/** Our own line in an event; undefined for those of the platform and of API Gateway. */
export function lineOfOurs(message: string): Json | undefined {
  const line = parsed(message);
  const type = at(line, "type");
  return typeof type === "string" && !type.startsWith("platform.") ? line : undefined;
}

/** @returns undefined for text that is no JSON object */
export function parsed(message: string): Json | undefined {
  try {
    const value: Json = JSON.parse(message);
    return isObject(value) ? value : undefined;
  } catch {
    // Whoever reads the log says what a line without JSON means.
    return undefined;
  }
}
