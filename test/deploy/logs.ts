import { AwsV4Signer } from "aws4fetch";
import { faultsOf } from "../support/logLines.ts";
import type { Check } from "../support/target.ts";
import { at } from "../support/wire.ts";
import { CREDENTIALS } from "./deployment.ts";

/** Every line in the log groups of the deployed functions. */
export async function readLogs(endpoint: string): Promise<string[]> {
  const lines: string[] = [];
  const { logGroups = [] } = await call<{ logGroups?: { logGroupName: string }[] }>(endpoint, "DescribeLogGroups", {});
  for (const { logGroupName } of logGroups) {
    let nextToken: string | undefined;
    do {
      const page = await call<LogPage>(endpoint, "FilterLogEvents", { logGroupName, nextToken });
      for (const { message } of page.events ?? []) lines.push(message);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  }
  return lines;
}

/** What the on-call person does first: paste the reference of an error into a log query. */
export function referenceFindsLine(endpoint: string): Check {
  return {
    name: "the reference in an error finds the request's line in the log",
    run: async (target) => {
      const tenant = await target.org();
      const refused = await tenant.request({ method: "GET", path: "/Users/0000000000000000000000" });
      const reference = /\(ref: ([^)]+)\)$/.exec(String(at(refused.json, "detail")))?.[1];
      if (reference === undefined) return [`the error holds no reference: ${refused.text}`];
      const found = (await readLogs(endpoint)).filter((line) => line.includes(`"ref":"${reference}"`));
      return found.length === 1 ? [] : [`${found.length} lines have the reference ${reference}`];
    },
  };
}

/** CloudWatch holds nothing of ours but lines of the schema; the platform writes lines of its own beside them. */
export function everyLineIsOurs(endpoint: string): Check {
  return {
    name: "every line in the log groups is one that logLine.schema.json describes",
    run: async () => {
      const lines = (await readLogs(endpoint)).filter((line) => line.trimStart().startsWith('{"type":"'));
      if (lines.length < 100) return [`only ${lines.length} lines were found`];
      return lines.flatMap(faultsOf).slice(0, 10);
    },
  };
}

interface LogPage {
  readonly events?: readonly { readonly message: string }[];
  readonly nextToken?: string;
}

async function call<T>(url: string, operation: string, input: unknown): Promise<T> {
  const body = JSON.stringify(input);
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": `Logs_20140328.${operation}` };
  const signed = await new AwsV4Signer({ method: "POST", url, headers, body, service: "logs", ...CREDENTIALS }).sign();
  const response = await fetch(signed.url, { method: "POST", headers: signed.headers, body });
  if (!response.ok) throw new Error(`${operation}: ${response.status} ${await response.text()}`);
  // The shapes are those of the CloudWatch Logs API reference.
  return (await response.json()) as T;
}
