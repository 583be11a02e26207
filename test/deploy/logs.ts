import type { LiveStack } from "../aws/liveStack.ts";
import { eventually } from "../local/processes.ts";
import { faultsOf } from "../support/logLineSchema.ts";
import type { Check } from "../support/target.ts";
import { at } from "../support/wire.ts";

/** CloudWatch shows a line some seconds after it was written, the emulator when it comes to it beside all else that CI runs. */
export const LOG_PATIENCE_MS = 240_000;

/**
 * Lines in the log groups of the stack.
 * @param filterPattern in the syntax of CloudWatch; absent: every line
 */
export async function readLogs(
  { aws, resources }: Pick<LiveStack, "aws" | "resources">,
  filterPattern?: string,
): Promise<string[]> {
  const lines: string[] = [];
  for (const { physicalId, type } of resources) {
    if (type !== "AWS::Logs::LogGroup") continue;
    let nextToken: string | undefined;
    do {
      const input = { logGroupName: physicalId, filterPattern, nextToken };
      // The shape is that of the CloudWatch Logs API reference.
      const page = (await aws.json("logs", "Logs_20140328.FilterLogEvents", input)) as LogPage;
      for (const { message } of page.events ?? []) lines.push(message);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  }
  return lines;
}

/** Milliseconds. */
const ASKED_EVERY = 5_000;

/**
 * Asks, and waits for what its log line shows; again and again, since the emulator takes a line that comes a moment later than
 * the answer only with the next answer of the same environment, while on AWS no line waits for another one.
 */
export async function askingUntil<T>(look: () => T | Promise<T>, ask: () => Promise<unknown>) {
  for (const end = Date.now() + LOG_PATIENCE_MS; ; ) {
    await ask();
    try {
      return await eventually(look, ASKED_EVERY);
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

/** What the on-call person does first: paste the reference of an error into a log query. */
export function referenceFindsLine(stack: LiveStack): Check {
  return {
    name: "the reference in an error finds the request's line in the log",
    run: async (target) => {
      const tenant = await target.org();
      const ask = () => tenant.request({ method: "GET", path: "/Users/0000000000000000000000" });
      const refused = await ask();
      const reference = /\(ref: ([^)]+)\)$/.exec(String(at(refused.json, "detail")))?.[1];
      if (reference === undefined) return [`the error holds no reference: ${refused.text}`];
      const lines = async (): Promise<string[] | undefined> => {
        const read = await readLogs(stack, `{ $.ref = "${reference}" }`);
        const found = read.filter((line) => line.includes(`"ref":"${reference}"`));
        return found.length > 0 ? found : undefined;
      };
      const found = await askingUntil(lines, ask);
      return found.length === 1 ? [] : [`${found.length} lines have the reference ${reference}`];
    },
  };
}

/** CloudWatch holds nothing of ours but lines of the schema; the platform writes lines of its own beside them. */
export function everyLineIsOurs(stack: LiveStack): Check {
  return {
    name: "every line in the log groups is one that logLine.schema.json describes",
    run: async () => {
      const lines = (await readLogs(stack)).filter((line) => line.trimStart().startsWith('{"type":"'));
      if (lines.length < 100) return [`only ${lines.length} lines were found`];
      return lines.flatMap(faultsOf).slice(0, 10);
    },
  };
}

interface LogPage {
  readonly events?: readonly { readonly message: string }[];
  readonly nextToken?: string;
}
