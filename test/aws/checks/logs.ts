import { randomBytes } from "node:crypto";
import { isObject, type Json } from "../../../functions/scim/json.ts";
import { faultsOf } from "../../support/logLineSchema.ts";
import { at } from "../../support/wire.ts";
import type { LiveCheck, LiveStack } from "../liveStack.ts";
import { functionsOf, json, objectsIn, patiently, referenceOf, userNamed } from "./asking.ts";

/** How long CloudWatch may take until a line can be found. */
const PATIENCE = { seconds: 120, everyMs: 3000 };
/** So far back lines are read: a run is shorter. */
const LOOK_BACK_MS = 6 * 3_600_000;
/** Lines of one group to be told of; more would say the same. */
const MOST = 5;
/** 10,000 events a page at most, so 200,000: far more than a run writes. */
const MOST_PAGES = 20;

/** 1 request. What the functions' own references find, test/deploy/logs.ts asks of every deployed stack. */
export const references: LiveCheck = {
  name: "the reference in an error of API Gateway finds its line in the access log",
  run: async (stack) => {
    const since = Date.now() - 60_000;
    const request = { method: "GET", target: "/admin/v1/orgs", headers: {}, body: undefined };
    const unsigned = await stack.target.transport(request);
    const reference = referenceOf(unsigned);
    const { access } = logGroupsOf(stack);
    if (reference === undefined) return { differences: [`there is no reference in ${unsigned.text.slice(0, 200)}`] };
    if (access === undefined) return { differences: ["the stack has no access log"] };
    const line = await patiently(async () => {
      const events = await eventsOf(stack, access, since);
      return events.map(({ message }) => parsed(message)).find((one) => at(one, "extendedRequestId") === reference);
    }, PATIENCE);
    if (line === undefined) return { differences: [`the access log has no line of ${reference}`] };
    // API Gateway Developer Guide, "Variables for access logging": `$context.error.responseType`.
    const type = String(at(line, "errorResponseType") ?? "-");
    if (type === "-") return { differences: [`the access log names no type of error for ${reference}`] };
    return { differences: [], notes: [`the access log calls an unsigned request ${type}`] };
  },
};

/** 3 requests, and what the run has written so far. No value of a request may get into a log (product.md 5.8). */
export const lines: LiveCheck = {
  name: "every line in the stack's log groups is one of ours or the platform's, and holds no value of a request",
  run: async (stack) => {
    const tenant = await stack.target.org();
    const mark = `mark${randomBytes(8).toString("hex")}`;
    const body = userNamed(`${mark}@example.com`, { displayName: mark });
    await tenant.request({ method: "POST", path: "/Users", body });
    await tenant.request({ method: "POST", path: "/Users", body });
    await tenant.request({ method: "GET", path: `/Users?filter=displayName eq "${mark}"` });
    const { access, all } = logGroupsOf(stack);
    const read = async (group: string) =>
      (await eventsOf(stack, group, Date.now() - LOOK_BACK_MS)).map(({ message }) => message);
    const users = (await functionsOf(stack)).find(({ name }) => name === "users")?.logGroup ?? "";
    const arrived = await patiently(async () => {
      const ours = (await read(users)).filter((message) => at(lineOfOurs(message), "org") === tenant.slug);
      return ours.length >= 3 ? true : undefined;
    }, PATIENCE);
    const differences = arrived === undefined ? ["the last requests are not in the log after two minutes"] : [];
    let count = 0;
    for (const group of all) {
      const messages = await read(group);
      count += messages.length;
      const faults = messages.flatMap((message) => [
        ...([mark, tenant.token].some((secret) => message.includes(secret))
          ? ["a line holds a value of a request"]
          : []),
        ...(group === access ? accessFaults(message) : functionFaults(message)),
      ]);
      differences.push(...[...new Set(faults)].slice(0, MOST).map((fault) => `${group}: ${fault}`));
    }
    return { differences, figures: [{ name: "lines that were read", value: count, unit: "" }] };
  },
};

/** Lambda's own events stand beside ours (Developer Guide, "Lambda Telemetry API Event schema reference"). */
function functionFaults(message: string): string[] {
  const isPlatform = String(at(parsed(message), "type")).startsWith("platform.");
  return isPlatform ? [] : faultsOf(message);
}

/** `lib/scimApi.ts` says what is in it. */
function accessFaults(message: string): string[] {
  const line = parsed(message);
  const isOne = typeof at(line, "extendedRequestId") === "string" && /^\d{3}$/.test(String(at(line, "status")));
  return isOne ? [] : [`no access log line: ${message.slice(0, 200)}`];
}

/** No request. CloudWatch Logs API Reference, DescribeLogGroups: a group without `retentionInDays` keeps its lines for ever. */
export const retention: LiveCheck = {
  name: "every log group keeps its lines for a time that is set",
  run: async (stack) => {
    const days = new Map<string, Json | undefined>();
    for (const name of logGroupsOf(stack).all) {
      const answer = json(
        await stack.aws.json("logs", "Logs_20140328.DescribeLogGroups", { logGroupNamePrefix: name }),
      );
      const found = objectsIn(at(answer, "logGroups")).find((one) => one.logGroupName === name);
      days.set(name, found?.retentionInDays);
    }
    const times = new Set(days.values());
    return {
      differences: [
        ...(days.size === 0 ? ["the stack has no log group"] : []),
        ...[...days].flatMap(([name, set]) => (set === undefined ? [`${name} keeps its lines for ever`] : [])),
        ...(times.size > 1 ? [`the groups keep their lines for different times: ${[...times].join(", ")}`] : []),
      ],
      notes: [`log groups keep their lines for ${[...times].join(", ")} days`],
    };
  },
};

/** Every log group of the stack and, apart, that of API Gateway. */
export function logGroupsOf({ resources }: LiveStack): { all: string[]; access: string | undefined } {
  const groups = resources.filter(({ type }) => type === "AWS::Logs::LogGroup");
  return {
    all: groups.map(({ physicalId }) => physicalId),
    access: groups.find(({ logicalId }) => logicalId.includes("AccessLog"))?.physicalId,
  };
}

export interface LogEvent {
  /** Milliseconds. */
  readonly at: number;
  readonly message: string;
}

/**
 * What a log group of the stack holds since then, in the order CloudWatch gives it (CloudWatch Logs API Reference,
 * FilterLogEvents: a page may be empty and have a next one).
 * @param since milliseconds
 */
export async function eventsOf({ aws }: LiveStack, logGroupName: string, since: number): Promise<LogEvent[]> {
  const found: LogEvent[] = [];
  let nextToken: Json | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const input = { logGroupName, startTime: since, nextToken };
    const answer = json(await aws.json("logs", "Logs_20140328.FilterLogEvents", input));
    for (const { message, timestamp } of objectsIn(at(answer, "events"))) {
      found.push({ at: Number(timestamp), message: String(message) });
    }
    nextToken = at(answer, "nextToken");
    if (typeof nextToken !== "string") return found;
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
 * The functions log as JSON, so a report is an event `platform.report`, written only where the system log level is INFO, that
 * is on a disposable stage; an emulator's functions write the same as one line with tabs. Source: AWS Lambda Developer Guide,
 * "Lambda Telemetry API Event schema reference", "Log-level filtering", and "View logs for Lambda functions" for the text.
 */
export function reportIn(message: string): Report | undefined {
  const event = parsed(message);
  if (event === undefined) return reportOfText(message);
  if (at(event, "type") !== "platform.report") return undefined;
  const metric = (name: string) => at(event, `record.metrics.${name}`);
  const initMs = metric("initDurationMs");
  return {
    requestId: String(at(event, "record.requestId")),
    durationMs: Number(metric("durationMs")),
    billedMs: Number(metric("billedDurationMs")),
    memoryMb: Number(metric("memorySizeMB")),
    initMs: typeof initMs === "number" ? initMs : undefined,
  };
}

function reportOfText(message: string): Report | undefined {
  const requestId = /^REPORT RequestId: (\S+)/.exec(message)?.[1];
  if (requestId === undefined) return undefined;
  const number = (name: string) => Number.parseFloat(new RegExp(`\t${name}: ([\\d.]+)`).exec(message)?.[1] ?? "");
  const init = number("Init Duration");
  return {
    requestId,
    durationMs: number("Duration"),
    billedMs: number("Billed Duration"),
    memoryMb: number("Memory Size"),
    initMs: Number.isNaN(init) ? undefined : init,
  };
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
    // Each reader says what a line without JSON means.
    return undefined;
  }
}
