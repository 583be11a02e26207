import { isObject, type JsonObject } from "../../../functions/scim/json.ts";
import { Refused } from "../refused.ts";
import { type LogLine, linesIn } from "./logReader.ts";
import { type LogsApi, LogsRefusal, type Patience } from "./logsApi.ts";

const POLL_MS = 500;
const LASTS_MS = 60_000;

/** Within the time, milliseconds since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * What a query of Logs Insights finds in any of the log groups; it has to show `@message`.
 * @throws Refused when it fails, or does not end in a minute; LogsRefusal
 */
export async function askInsights(
  api: LogsApi,
  { wait, say }: Patience,
  logGroupNames: readonly string[],
  queryString: string,
  span: Span,
): Promise<LogLine[]> {
  const ask = async (names: readonly string[]): Promise<LogLine[]> => {
    const { queryId } = await api.call("StartQuery", {
      logGroupNames: [...names],
      startTime: Math.floor(span.from / 1000),
      endTime: Math.ceil(span.to / 1000),
      queryString,
    });
    return linesIn((await resultsOf(api, wait, String(queryId))).map((row) => row["@message"] ?? ""));
  };
  try {
    return await ask(logGroupNames);
  } catch (error) {
    if (logGroupNames.length < 2 || !isOfOneGroup(error)) throw error;
  }
  const answers: LogLine[][] = [];
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

/** A group that is gone, or that is younger than the time that is asked for, fails the query over all of them. */
function isOfOneGroup(error: unknown): error is LogsRefusal {
  return error instanceof LogsRefusal && ["ResourceNotFoundException", "MalformedQueryException"].includes(error.type);
}

async function resultsOf(
  api: LogsApi,
  wait: Patience["wait"],
  queryId: string,
): Promise<Readonly<Record<string, string>>[]> {
  for (let waited = 0; waited < LASTS_MS; waited += POLL_MS) {
    const { status, results } = await api.call("GetQueryResults", { queryId });
    if (status === "Complete") return (Array.isArray(results) ? results : []).map(rowOf);
    if (status !== "Scheduled" && status !== "Running" && status !== "Unknown") {
      throw new Refused(`The query in Logs Insights ended as ${String(status)}: try again.`);
    }
    await wait(POLL_MS);
  }
  // So that it does not count among those that run; whoever may not stop it need not know.
  await api.call("StopQuery", { queryId }).catch(() => undefined);
  throw new Refused("The query in Logs Insights did not end within a minute: give a shorter --since.");
}

function rowOf(row: unknown): Readonly<Record<string, string>> {
  const cells: JsonObject[] = Array.isArray(row) ? row.filter(isObject) : [];
  return Object.fromEntries(cells.map(({ field, value }) => [String(field), String(value)]));
}
