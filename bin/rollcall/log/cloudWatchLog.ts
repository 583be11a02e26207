import { AwsRefusal, type Patience } from "../aws/calls.ts";
import { logsApi } from "../aws/logsApi.ts";
import { askInsights, type LogEvent, logEventsOf, type Span, searchEvents } from "../aws/searchLogs.ts";
import { DeployedStack } from "../aws/stack.ts";
import { Refused } from "../refused.ts";
import { type FoundLine, type LogReader, lineTime, OVERLAP_MS, type Question, textAt } from "./logReader.ts";

const POLL_MS = 2_000;
/** Lines become visible after some seconds and out of order: each look overlaps this much. */
const LATE_MS = 30_000;
/** A few lines of long runs come later: every tenth look overlaps this much. */
const LATEST_MS = 300_000;
const LOOKS_BETWEEN = 10;

interface Search extends Span {
  readonly groups: readonly string[];
  /** A Logs Insights condition, and the same as a FilterLogEvents pattern. */
  readonly condition: string;
  readonly pattern: string;
  holds(line: FoundLine): boolean;
  readonly most: number;
}

/**
 * CloudWatch of a deployed stack: searches use Logs Insights, which has indexes, or FilterLogEvents where its permission is
 * missing. Following always uses FilterLogEvents.
 * @throws Refused
 */
export async function cloudWatchLog(stack: string, region: string, patience: Patience): Promise<LogReader> {
  const { accessLog, logGroups: functions } = await new DeployedStack(stack, region).parts();
  if (functions.length === 0) throw new Refused(`The stack ${stack} in ${region} has no log group: is it a Rollcall?`);
  const api = logsApi(stack, region, patience);
  let withoutInsights = false;
  const search = async ({ groups, condition, pattern, holds, ...span }: Search): Promise<FoundLine[]> => {
    if (!withoutInsights) {
      const commands = ["fields @timestamp, @message", `filter ${condition}`, "sort @timestamp desc"];
      const text = [...commands, `limit ${span.most}`].join("\n| ");
      try {
        return (await askInsights(api, patience, groups, text, span)).slice(0, span.most);
      } catch (error) {
        if (!(error instanceof AwsRefusal && /AccessDenied/.test(error.type))) throw error;
        withoutInsights = true;
        patience.say(
          "Your credentials may not use Logs Insights, so the command reads the whole log. That takes longer.",
        );
      }
    }
    return searchEvents(api, groups, pattern, holds, span);
  };
  return {
    name: `the log groups of stack ${stack} in ${region}`,
    gaps: [
      "Logs Insights shows a line some seconds, at times a minute, after the request: try again if it was just now.",
      `The request may have gone to another stack or region than ${stack} in ${region}: compare the Tenant URL with org setup.`,
    ],
    find: async ({ equal, ...rest }: Question) => {
      const wanted = Object.entries(equal).map(([field, value]) => [field, quotable(value)] as const);
      const lines = await search({
        ...rest,
        groups: functions,
        condition: wanted.map(([field, value]) => `${field} = "${value}"`).join(" and "),
        pattern: `{ ${wanted.map(([field, value]) => `($.${field} = "${value}")`).join(" && ")} }`,
        holds: (line) => wanted.every(([field, value]) => line[field] === value),
      });
      return lines.sort((a, b) => lineTime(a) - lineTime(b));
    },
    gateway: async ({ field, text }, from, to) => {
      if (accessLog === undefined) return [];
      const id = quotable(text);
      // Our reference is the end of Lambda's id.
      const ours = {
        condition: `integrationRequestId like "${id}"`,
        pattern: `{ $.integrationRequestId = "*${id}" }`,
        holds: (line: FoundLine) => textAt(line, "integrationRequestId").endsWith(text),
      };
      const gateways = {
        condition: `extendedRequestId = "${id}"`,
        pattern: `{ $.extendedRequestId = "${id}" }`,
        holds: (line: FoundLine) => line.extendedRequestId === text,
      };
      return search({
        groups: [accessLog],
        ...(field === "ref" ? ours : gateways),
        from,
        to,
        most: 5,
      });
    },
    follow: async (org, since, take, signal) => {
      const pattern = `{ $.org = "${quotable(org)}" }`;
      const groups = new Set(functions);
      const poll = async (from: number): Promise<LogEvent[]> => {
        const events: LogEvent[] = [];
        for (const group of groups) {
          try {
            events.push(...(await logEventsOf(api, group, pattern, { from }, signal)));
          } catch (error) {
            if (!isGone(error) || groups.size === 1) throw error;
            groups.delete(group);
            patience.say(`The log group ${group} is gone: its lines cannot be shown.`);
          }
        }
        return events.filter(({ line }) => line.org === org).sort((a, b) => a.at - b.at);
      };
      const seen = new Map<string, number>();
      const beginning = Math.min(since, api.now()) - OVERLAP_MS;
      let from = beginning;
      for (let looks = 1; !signal.aborted; looks += 1) {
        const begun = api.now();
        const events = await poll(from).catch((error: unknown) => {
          if (signal.aborted) return [];
          throw error;
        });
        for (const { at, id, line } of events) {
          if (!seen.has(id)) take(line);
          seen.set(id, at);
        }
        // By the clock, not by the last line: otherwise an idle org's log would be read from the beginning each time.
        from = Math.max(beginning, begun - (looks % LOOKS_BETWEEN === 0 ? LATEST_MS : LATE_MS));
        for (const [id, at] of seen) if (at < begun - LATEST_MS) seen.delete(id);
        await patience.wait(POLL_MS, signal);
      }
    },
  };
}

function isGone(error: unknown): boolean {
  return error instanceof AwsRefusal && error.type === "ResourceNotFoundException";
}

/** Values come from us (ids, login names), so nothing needs escapes. @throws Refused for others */
function quotable(value: string): string {
  if (/^[\w.:/+=@-]*$/.test(value)) return value;
  throw new Refused("No line can have this value.");
}
