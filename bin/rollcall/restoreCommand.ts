import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DOCUMENTS_FOLDER } from "../installation.ts";
import { pause } from "../local/terminal.ts";
import type { Pair, Restored } from "./aws/completeTable.ts";
import type { Wish } from "./aws/restoreTable.ts";
import type { Command, Invocation } from "./command.ts";
import { flag, text, textOption } from "./options.ts";
import { deployedStack } from "./place.ts";
import { printedCommand } from "./printedCommand.ts";
import { Refused, Unreachable, UsageError } from "./refused.ts";

export const restoreCommand: Command = {
  name: "restore",
  arguments: [],
  summary:
    "make a new table with the data of one earlier second, and change nothing else; the next deployment can use the table",
  options: {
    to: text("TIME", "the second, such as 2026-01-02T03:04:00Z"),
    table: text("NAME", "name of the new table (default: stack and time)"),
    "dry-run": flag("say whether the restore is possible, and make nothing"),
    finish: text("NAME", "make no table: complete the table NAME, which AWS Backup or the console restored"),
  },
  refuses: ["data", "url", "actor"],
  run: restore,
};

async function restore(invocation: Invocation): Promise<number> {
  const { options, place } = invocation;
  const { region, stack } = deployedStack(place);
  const asked = askedOf(options, stack);
  const { DeployedStack } = await import("./aws/stack.ts");
  const deployed = new DeployedStack(stack, region);
  const pair: Pair = { source: await deployed.output("TableName"), target: asked.target };
  const { DynamoDBClient } = await import("@aws-sdk/client-dynamodb");
  const { TOOL_CALLS } = await import("./aws/calls.ts");
  const client = new DynamoDBClient({ ...TOOL_CALLS, region, maxAttempts: 8 });
  const { at } = asked;
  if (at !== undefined && options["dry-run"] === true)
    return answered(() => foresee(client, { ...pair, at }, invocation));
  const restored = await answered(() => work(client, pair, at, invocation));
  const own = (await deployed.resources()).some(({ physicalId, type }) => type === TABLE && physicalId === pair.source);
  const asOf = at === undefined ? {} : { asOf: at.toISOString() };
  invocation.print({ ...restored, source: pair.source, ...asOf }, () =>
    nextSteps(restored, { ...pair, at }, { own, region, stack }).join("\n"),
  );
  return 0;
}

interface Asked {
  readonly target: string;
  /** Undefined where the table exists, restored another way. */
  readonly at: Date | undefined;
}

/** @throws UsageError */
function askedOf(options: Invocation["options"], stack: string): Asked {
  const finish = textOption(options, "finish");
  if (finish !== undefined) {
    if ((options.to ?? options.table ?? options["dry-run"]) !== undefined)
      throw new UsageError("--finish goes with none of --to, --table and --dry-run: the table is there already.");
    return { target: tableName("--finish", finish), at: undefined };
  }
  const at = secondOf(textOption(options, "to"));
  const name = textOption(options, "table") ?? `${stack}-${at.toISOString().replace(/\.\d+Z|[-:]/g, "")}Z`;
  return { target: tableName("--table", name), at };
}

/** @throws UsageError */
function tableName(option: string, name: string): string {
  if (/^[A-Za-z0-9_.-]{3,255}$/.test(name)) return name;
  throw new UsageError(`${option} takes 3 to 255 letters, digits, _ . or -.`);
}

async function work(
  client: DynamoDBClient,
  pair: Pair,
  at: Date | undefined,
  { terminal }: Invocation,
): Promise<Restored> {
  const { finishTable, restoreTable } = await import("./aws/restoreTable.ts");
  const patience = { say: terminal.err, wait: pause };
  return at === undefined ? finishTable(client, pair, patience) : restoreTable(client, { ...pair, at }, patience);
}

const TABLE = "AWS::DynamoDB::GlobalTable";

/** @returns 1 where AWS would refuse that second */
async function foresee(client: DynamoDBClient, wish: Wish, { print }: Invocation): Promise<number> {
  const { outlook } = await import("./aws/restoreTable.ts");
  const { begun, earliest, latest } = await outlook(client, wish);
  const inside = earliest !== undefined && latest !== undefined && wish.at >= earliest && wish.at <= latest;
  const possible = begun || inside;
  const outcome = begun
    ? `This restore already made ${wish.target}: without --dry-run, the command continues it.`
    : possible
      ? `Without --dry-run, ${wish.target} is made as of ${said(wish.at)}. It takes minutes to hours, by size.`
      : `${said(wish.at)} is outside that time.`;
  print({ ...wish, at: wish.at.toISOString(), earliest, latest, begun, possible }, () =>
    [`${wish.source} can be put back to any second from ${said(earliest)} to ${said(latest)}.`, outcome].join("\n"),
  );
  return possible ? 0 : 1;
}

function nextSteps(
  { keyArn, streamArn, table }: Restored,
  { at, source }: Pair & Pick<Asked, "at">,
  { own, region, stack }: { readonly own: boolean; readonly stack: string; readonly region: string },
): string[] {
  return [
    at === undefined
      ? `${table} has stream, recovery, protection and time to live now, and the tags of ${source} if that table exists.`
      : `${table} holds everything as of ${said(at)}, with stream, recovery, protection, time to live and tags of ${source}.`,
    "Next:",
    `1. In rollcall.json, or as props of the construct: "tableStreamArn": "${streamArn}"`,
    "   and none of warmThroughput, maxReadRequestUnits and maxWriteRequestUnits: the new table has the limits of the old one.",
    ...(own ? [] : [`   and no "split"; a stack ${stack}Table stays as it is.`]),
    ...(keyArn === undefined ? [] : [`   "customerKey": "${keyArn}"`]),
    "2. npx cdk diff, then: npx cdk deploy",
    `3. End again what must not work any longer: ${DOCUMENTS_FOLDER}/RUNBOOK.md, Restore. Then: ${printedCommand({ kind: "stack", stack, region }, "start --all")}`,
  ];
}

/** In whole seconds, as AWS restores. */
function said(date: Date | undefined): string {
  return date === undefined ? "an unknown time" : date.toISOString().replace(/\.\d+Z$/, "Z");
}

/** @throws UsageError */
function secondOf(text: string | undefined): Date {
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/;
  const day = text?.slice(0, "2026-01-02".length) ?? "";
  const at = new Date(text !== undefined && form.test(text) ? text : Number.NaN);
  // JavaScript takes February 30 for March 2.
  if (Number.isNaN(at.getTime()) || !new Date(day).toJSON().startsWith(day))
    throw new UsageError("--to takes a second with its zone, such as 2026-01-02T03:04:00Z.");
  if (at.getTime() > Date.now()) throw new UsageError("--to lies in the future.");
  return at;
}

/** Turns AWS's refusals into a sentence with what to do. @throws Refused */
async function answered<T>(work: () => Promise<T>): Promise<T> {
  const { AwsRefusal, asked } = await import("./aws/calls.ts");
  try {
    return await asked("DynamoDB", work);
  } catch (error) {
    if (error instanceof Unreachable || error instanceof AwsRefusal) {
      throw new Refused(`${error.message} Run the same command again: it continues where it stopped.`);
    }
    throw error;
  }
}
