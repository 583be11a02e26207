import type { AwsCalls } from "../aws/liveStack.ts";
import { type Answered, type Message, startFaultyProxy } from "../support/faultyProxy.ts";
import { type Line, runQuery } from "../support/logsInsights/runQuery.ts";
import { readLogs } from "./logs.ts";

export interface EmulatorProxy {
  readonly url: string;
  /** As with credentials that lack logs:StartQuery. */
  denied: boolean;
  close(): Promise<void>;
}

/**
 * The emulator with two things more that AWS has. Its Logs Insights knows no condition on a field of a line and would find
 * every line: here queries are carried out over the lines that the deployed functions wrote. And its API Gateway does not say
 * by which host name and protocol it was reached unless it is told.
 */
export async function startEmulatorProxy(port: number, aws: AwsCalls): Promise<EmulatorProxy> {
  const results: unknown[] = [];
  const startQuery = async (input: Query): Promise<object> => {
    const groups = input.logGroupNames.map((physicalId) => ({
      logicalId: "",
      physicalId,
      type: "AWS::Logs::LogGroup",
    }));
    const lines = (await readLogs({ aws, resources: groups })).flatMap(linesIn);
    const within = ({ ts }: Line): boolean => {
      const at = Date.parse(String(ts)) / 1000;
      return at >= input.startTime && at <= input.endTime;
    };
    const rows = runQuery(input.queryString, lines.filter(within));
    const cells = (row: object) => Object.entries(row).map(([field, value]) => ({ field, value: String(value) }));
    return { queryId: String(results.push(rows.map(cells)) - 1) };
  };
  const proxy = await startFaultyProxy(port);
  proxy.meddling = {
    request: (message) => asGateway(message, new URL(proxy.url).port),
    instead: async ({ body, headers }) => {
      const operation = String(headers["x-amz-target"]).split(".")[1];
      if (operation === "StartQuery") {
        return front.denied
          ? json(400, { __type: "AccessDeniedException" })
          : json(200, await startQuery(JSON.parse(body)));
      }
      if (operation !== "GetQueryResults") return undefined;
      return json(200, { status: "Complete", results: results[Number(JSON.parse(body).queryId)] });
    },
  };
  const front: EmulatorProxy = { url: proxy.url, denied: false, close: proxy.close };
  return front;
}

interface Query {
  readonly logGroupNames: readonly string[];
  /** Seconds since the epoch. */
  readonly startTime: number;
  readonly endTime: number;
  readonly queryString: string;
}

/** By the name that API Gateway would have: it resolves to nothing, and stands in Host alone. */
function asGateway(message: Message, port: string): Message {
  const [, id, path] = /^\/_aws\/execute-api\/(\w+)(\/.*)$/.exec(message.path) ?? [];
  const headers = { ...message.headers, "x-forwarded-proto": "http" };
  if (id === undefined || path === undefined) return { ...message, headers };
  return { ...message, path, headers: { ...headers, host: `${id}.execute-api.localhost:${port}` } };
}

function json(status: number, body: object): Answered {
  return { status, headers: { "content-type": "application/x-amz-json-1.1" }, body: JSON.stringify(body) };
}

/** The platform's own lines are no lines of ours. */
function linesIn(text: string): Line[] {
  return text.trimStart().startsWith('{"type":"') ? [JSON.parse(text)] : [];
}
