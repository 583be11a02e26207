import { createServer } from "node:http";
import { type Line, runQuery } from "./logsInsights/runQuery.ts";
import { closed, listening } from "./serving.ts";

/**
 * AWS's answers to the command line about logs: CloudFormation's resources of one stack, Logs Insights (which runs the given
 * query) and FilterLogEvents. The real services are not available here; requests and answers follow AWS's documentation.
 */
export interface FakeCloudWatch {
  readonly url: string;
  /** By log group. */
  readonly groups: Map<string, Line[]>;
  /** When a group was made, milliseconds since the epoch: no query may end earlier. Absent: long ago. */
  readonly made: Map<string, number>;
  /** Name of each call. */
  readonly asked: string[];
  /** Input of each CloudWatch Logs call. */
  readonly inputs: { readonly operation: string; readonly input: Input }[];
  /** The final status of queries, if not Complete. */
  fate: string | undefined;
  /** How often a query is asked for before it has ended: 0 unless the wait is what a test is about. */
  running: number;
  /** Calls that fail. */
  readonly refuses: Map<string, Refusal>;
  close(): Promise<void>;
}

type Input = Readonly<Record<string, unknown>>;

export interface Refusal {
  /** "cut": the connection ends without an answer; "silent": it stays open without one. */
  readonly status: number | "cut" | "silent";
  readonly type?: string;
  readonly message?: string;
  /** Remaining times; absent: always. */
  times?: number;
}

export const USERS_LOG = "/aws/lambda/Rollcall-users";
export const GROUPS_LOG = "Rollcall-GroupsLogs1234";
export const ACCESS_LOG = "Rollcall-ApiAccessLogABCD";

const RESOURCES: readonly (readonly [logical: string, physical: string, type: string])[] = [
  ["DataTable4D5E6F70", "Rollcall-table", "AWS::DynamoDB::GlobalTable"],
  ["usersFunction0A1B2C3D", "Rollcall-users", "AWS::Lambda::Function"],
  ["usersLogs0A1B2C3D", USERS_LOG, "AWS::Logs::LogGroup"],
  ["HttpAccessLog77001122", ACCESS_LOG, "AWS::Logs::LogGroup"],
  ["groupsFunction1A2B3C4D", "Rollcall-groups", "AWS::Lambda::Function"],
  ["groupsLogs1A2B3C4D", GROUPS_LOG, "AWS::Logs::LogGroup"],
];

export async function startFakeCloudWatch(): Promise<FakeCloudWatch> {
  const groups = new Map<string, Line[]>([USERS_LOG, GROUPS_LOG, ACCESS_LOG].map((name) => [name, []]));
  const asked: string[] = [];
  const refuses: FakeCloudWatch["refuses"] = new Map();
  const inputs: FakeCloudWatch["inputs"] = [];
  const made: FakeCloudWatch["made"] = new Map();
  const queries = new Map<string, { readonly rows: unknown[]; polls: number }>();
  const linesOf = (name: unknown): Line[] => {
    const lines = groups.get(String(name));
    if (lines === undefined) throw new Exception("ResourceNotFoundException");
    return lines;
  };
  const calls: Readonly<Record<string, (input: Input) => object>> = {
    StartQuery: ({ logGroupNames, startTime, endTime, queryString }) => {
      const within = (line: Line): boolean => {
        const at = timeOf(line);
        return at >= Number(startTime) * 1000 && at <= Number(endTime) * 1000;
      };
      const names = logGroupNames as string[];
      const lines = names.flatMap(linesOf).filter(within);
      if (names.some((name) => Number(endTime) * 1000 < (made.get(name) ?? 0))) {
        throw new Exception("MalformedQueryException");
      }
      const rows = runQuery(String(queryString), lines).map((row) =>
        Object.entries(row).map(([field, value]) => ({ field, value: String(value) })),
      );
      const queryId = `query-${queries.size}`;
      queries.set(queryId, { rows, polls: 0 });
      return { queryId };
    },
    GetQueryResults: ({ queryId }) => {
      const query = queries.get(String(queryId));
      if (query === undefined) throw new Error("no such query");
      query.polls += 1;
      if (fake.fate !== undefined) return { status: fake.fate, results: [] };
      return query.polls <= fake.running
        ? { status: "Running", results: [] }
        : { status: "Complete", results: query.rows };
    },
    StopQuery: () => ({ success: true }),
    // One event per page, so that callers must follow pages.
    FilterLogEvents: ({ logGroupName, filterPattern, startTime, endTime = Number.POSITIVE_INFINITY, nextToken }) => {
      const conditions = [...String(filterPattern).matchAll(/\$\.(\w+) = "(\*?)([^"]*)"/g)];
      const matches = (line: Line): boolean =>
        conditions.every(([, field = "", any, value = ""]) =>
          any === "*" ? String(line[field]).endsWith(value) : line[field] === value,
        );
      const events = linesOf(logGroupName)
        .map((line, index) => ({ line, timestamp: timeOf(line), eventId: `${logGroupName}-${index}` }))
        .filter(({ timestamp }) => timestamp >= Number(startTime) && timestamp <= Number(endTime))
        .filter(({ line }) => conditions.length > 0 && matches(line));
      const from = Number(nextToken ?? 0);
      const page = events.slice(from, from + 1);
      return {
        events: page.map(({ line, ...event }) => ({ ...event, message: JSON.stringify(line) })),
        ...(from + 1 < events.length ? { nextToken: String(from + 1) } : {}),
      };
    },
  };
  const answerTo = (operation: string, body: string): Answered => {
    asked.push(operation);
    const refusal = refuses.get(operation);
    if (refusal !== undefined) {
      if (refusal.times !== undefined) refusal.times -= 1;
      if (refusal.times === 0) refuses.delete(operation);
      const { status, type: __type, message } = refusal;
      if (operation === "ListStackResources") {
        return { status, text: `<ErrorResponse><Error><Code>${__type}</Code></Error></ErrorResponse>` };
      }
      return { status, text: JSON.stringify({ __type, message }) };
    }
    if (operation === "ListStackResources") return { status: 200, text: resources(body) };
    const call = calls[operation];
    const refused = (type: string) => ({ status: 400, text: JSON.stringify({ __type: type }) });
    if (call === undefined) return refused("UnknownOperationException");
    const input: Input = JSON.parse(body);
    inputs.push({ operation, input });
    try {
      return { status: 200, text: JSON.stringify(call(input)) };
    } catch (error) {
      if (error instanceof Exception) return refused(error.message);
      throw error;
    }
  };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const signed = /^AWS4-HMAC-SHA256 Credential=\w+\/\d{8}\/eu-west-1\/(logs|cloudformation)\//;
    const target = request.headers["x-amz-target"]?.toString().split(".")[1];
    const { status, text } = signed.test(request.headers.authorization ?? "")
      ? answerTo(target ?? new URLSearchParams(body).get("Action") ?? "", body)
      : { status: 403, text: JSON.stringify({ __type: "MissingAuthenticationTokenException" }) };
    if (status === "cut") response.destroy();
    else if (status !== "silent") response.writeHead(status).end(text);
  });
  const url = `http://127.0.0.1:${await listening(server)}`;
  const fake: FakeCloudWatch = {
    ...{ url, groups, made, asked, inputs, refuses },
    fate: undefined,
    running: 0,
    close: () => closed(server),
  };
  return fake;
}

/** An error of the service; its message is the name. */
class Exception extends Error {}

interface Answered {
  readonly status: Refusal["status"];
  readonly text: string;
}

/** A line's time of writing: its start plus the request's duration. The access log has one time. */
function timeOf({ ts, ms, requestTimeEpoch }: Line): number {
  return Number(requestTimeEpoch ?? Date.parse(String(ts)) + (Number(ms) || 0));
}

/** One resource per page. */
function resources(body: string): string {
  const from = Number(new URLSearchParams(body).get("NextToken") ?? 0);
  const [logical, physical, type] = RESOURCES[from] ?? ["", "", ""];
  const next = from + 1 < RESOURCES.length ? `<NextToken>${from + 1}</NextToken>` : "";
  return `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries><member>
    <LogicalResourceId>${logical}</LogicalResourceId><PhysicalResourceId>${physical}</PhysicalResourceId>
    <ResourceType>${type}</ResourceType><DriftInformation><StackResourceDriftStatus>NOT_CHECKED</StackResourceDriftStatus></DriftInformation>
    </member></StackResourceSummaries>${next}</ListStackResourcesResult></ListStackResourcesResponse>`;
}
