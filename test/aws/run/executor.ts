import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openAccount } from "../../../bin/preflight/aws.ts";
import { readPackage } from "../../../bin/readSettings.ts";
import { runCommand } from "../../deploy/command.ts";
import type { LiveCheck } from "../liveStack.ts";
import type { AccountPlace } from "../openStack.ts";
import type { Executor } from "./liveRun.ts";
import { NotBegun } from "./plan.ts";
import { scrub } from "./scrub.ts";
import { briefSuitesOn, suitesOn } from "./suites.ts";

const PROJECT = fileURLToPath(new URL("../../..", import.meta.url));

export interface ExecutorProps {
  readonly place: AccountPlace;
  readonly checks: readonly LiveCheck[];
  /** For what the run needs on this machine: the cloud assembly, exports. */
  readonly folder: string;
  /** Where RESULTS-aws.md goes. */
  readonly results: string;
  readonly print: (line: string) => void;
  /** What is played over the wire: all, or what shows that the run works. */
  readonly suites: "all" | "brief";
}

/** @throws Refused when there are no credentials */
export async function executorOf({ checks, folder, place, print, results, suites }: ExecutorProps): Promise<Executor> {
  const { env, region } = place;
  return {
    place,
    account: await openAccount(region, env, place.open),
    assembly: join(folder, "cdk.out"),
    versions: {
      rollcall: `${readPackage("version")}, ${await commit()}`,
      node: process.versions.node,
      "aws-cdk": readPackage("devDependencies", "aws-cdk"),
      "aws-cdk-lib": installed("aws-cdk-lib"),
    },
    checks,
    now: Date.now,
    random: () => randomBytes(3).toString("hex"),
    print,
    ask,
    cdk: async (args, signal) => {
      const file = join(PROJECT, "node_modules", ".bin", "cdk");
      const onOutput = (text: string): void => {
        for (const line of scrub(text).split("\n")) if (worthPrinting(line)) print(`    ${line}`);
      };
      await runCommand({ file, args, cwd: PROJECT, env, signal, onOutput });
    },
    write: (text) => writeFileSync(results, text),
    wait,
    suites: (stack) => (suites === "all" ? suitesOn(stack, folder) : briefSuitesOn(stack)),
  };
}

/** Of the hundreds of events of a stack those that tell why it failed. */
function worthPrinting(line: string): boolean {
  return line.trim() !== "" && !/_(IN_PROGRESS|COMPLETE|SKIPPED) *\|/.test(line);
}

async function ask(question: string, signal: AbortSignal): Promise<string> {
  if (!process.stdin.isTTY) throw new NotBegun("There is nobody to ask: give --yes-account ID.");
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // While a line is read the terminal hands Ctrl-C to the reader.
  terminal.on("SIGINT", () => process.emit("SIGINT"));
  try {
    return await terminal.question(question, { signal });
  } finally {
    terminal.close();
  }
}

function installed(name: string): string {
  return String(JSON.parse(readFileSync(join(PROJECT, "node_modules", name, "package.json"), "utf8")).version);
}

async function commit(): Promise<string> {
  try {
    const git = async (...args: string[]): Promise<string> =>
      (await promisify(execFile)("git", args, { cwd: PROJECT })).stdout.trim();
    const changed = (await git("status", "--porcelain")) === "" ? "" : ", changed since";
    return `commit ${(await git("rev-parse", "HEAD")).slice(0, 12)}${changed}`;
  } catch {
    return "no git checkout";
  }
}
