import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Line, runQuery } from "./logsInsights/runQuery.ts";

/**
 * What the command line asks of AWS about logs: the resources of one stack by CloudFormation, Logs Insights (which runs the
 * query it is given) and FilterLogEvents. The real services cannot be had here; requests and answers are as AWS documents
 * them.
 */
export interface FakeCloudWatch {
  readonly url: string;
  /** By log group. */
  readonly groups: ReadonlyMap<string, Line[]>;
  /** Each call, by its name. */
  readonly asked: string[];
  /** The calls that are refused, and how. */
  readonly refuses: Map<string, { readonly status: number; readonly type: string }>;
  close(): Promise<void>;
}

export const USERS_LOG = "/aws/lambda/Rollcall-users";
export const GROUPS_LOG = "Rollcall-GroupsLogs1234";
export const ACCESS_LOG = "Rollcall-ApiAccessLogABCD";

const RESOURCES: readonly (readonly [logical: string, physical: string, type: string])[] = [
  ["Table", "Rollcall-table", "AWS::DynamoDB::GlobalTable"],
  ["UsersLogs", USERS_LOG, "AWS::Logs::LogGroup"],
  ["ApiAccessLog77", ACCESS_LOG, "AWS::Logs::LogGroup"],
  ["GroupsLogs", GROUPS_LOG, "AWS::Logs::LogGroup"],
];

export async function startFakeCloudWatch(): Promise<FakeCloudWatch> {
  const groups = new Map<string, Line[]>([USERS_LOG, GROUPS_LOG, ACCESS_LOG].map((name) => [name, []]));
  const asked: string[] = [];
  const refuses: FakeCloudWatch["refuses"] = new Map();
  const queries = new Map<string, { readonly rows: unknown[]; polls: number }>();
  const calls: Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => object>> = {
    StartQuery: ({ logGroupNames, startTime, endTime, queryString }) => {
      const within = (line: Line): boolean => {
        const at = Number(line.requestTimeEpoch ?? Date.parse(String(line.ts)));
        return at >= Number(startTime) * 1000 && at <= Number(endTime) * 1000;
      };
      const lines = (logGroupNames as string[]).flatMap((name) => groups.get(name) ?? []).filter(within);
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
      return query.polls === 1 ? { status: "Running", results: [] } : { status: "Complete", results: query.rows };
    },
    // One event a page, so that pages have to be followed.
    FilterLogEvents: ({ logGroupName, filterPattern, startTime, nextToken }) => {
      const org = /^\{ \$\.org = "([^"]+)" \}$/.exec(String(filterPattern))?.[1];
      const events = (groups.get(String(logGroupName)) ?? [])
        .map((line, index) => ({ line, timestamp: Date.parse(String(line.ts)), eventId: `${logGroupName}-${index}` }))
        .filter(({ line, timestamp }) => line.org === org && timestamp >= Number(startTime));
      const from = Number(nextToken ?? 0);
      const page = events.slice(from, from + 1);
      return {
        events: page.map(({ line, ...event }) => ({ ...event, message: JSON.stringify(line) })),
        ...(from + 1 < events.length ? { nextToken: String(from + 1) } : {}),
      };
    },
  };
  const answerTo = (target: string | undefined, body: string): { status: number; text: string } => {
    const operation = target?.split(".")[1] ?? new URLSearchParams(body).get("Action") ?? "";
    asked.push(operation);
    const refusal = refuses.get(operation);
    if (refusal !== undefined) return { status: refusal.status, text: JSON.stringify({ __type: refusal.type }) };
    if (operation === "ListStackResources") return { status: 200, text: resources(body) };
    const call = calls[operation];
    if (call === undefined) return { status: 400, text: JSON.stringify({ __type: "UnknownOperationException" }) };
    return { status: 200, text: JSON.stringify(call(JSON.parse(body))) };
  };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const signed = /^AWS4-HMAC-SHA256 Credential=\w+\/\d{8}\/eu-west-1\/(logs|cloudformation)\//;
    const { status, text } = signed.test(request.headers.authorization ?? "")
      ? answerTo(request.headers["x-amz-target"]?.toString(), body)
      : { status: 403, text: JSON.stringify({ __type: "MissingAuthenticationTokenException" }) };
    response.writeHead(status).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, groups, asked, refuses, close: () => closed(server) };
}

/** One resource a page. */
function resources(body: string): string {
  const from = Number(new URLSearchParams(body).get("NextToken") ?? 0);
  const [logical, physical, type] = RESOURCES[from] ?? ["", "", ""];
  const next = from + 1 < RESOURCES.length ? `<NextToken>${from + 1}</NextToken>` : "";
  return `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries><member>
    <LogicalResourceId>${logical}</LogicalResourceId><PhysicalResourceId>${physical}</PhysicalResourceId>
    <ResourceType>${type}</ResourceType><DriftInformation><StackResourceDriftStatus>NOT_CHECKED</StackResourceDriftStatus></DriftInformation>
    </member></StackResourceSummaries>${next}</ListStackResourcesResult></ListStackResourcesResponse>`;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
