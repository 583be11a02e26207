import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

type Answered<T> = Exclude<T, undefined | null | false>;

/** Tries until the answer is neither undefined, null nor false. */
export async function eventually<T>(question: () => T | Promise<T>, milliseconds = 60_000): Promise<Answered<T>> {
  for (const end = Date.now() + milliseconds; ; ) {
    const answer = await question();
    if (answer !== undefined && answer !== null && answer !== false) return answer as Answered<T>;
    if (Date.now() > end) throw new Error("it did not happen in time");
    await wait(10);
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export interface Run {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

const running = new Set<ChildProcess>();

/** This Node on a file of the project, or on a piece of a module. */
export function run(
  args: readonly string[],
  environment: Record<string, string | undefined> = {},
  program = process.execPath,
): Run {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const env = {
    ...process.env,
    NODE_OPTIONS: undefined,
    DYNAMODB_ENDPOINT: undefined,
    ...environment,
  };
  const child = spawn(program, args, {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  const out = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    out.stderr += text;
  });
  const ended = once(child, "close").then(([code, signal]) => {
    running.delete(child);
    return (code ?? signal) as number | string;
  });
  return {
    child,
    pid: child.pid ?? -1,
    stdout: () => out.stdout,
    stderr: () => out.stderr,
    ended,
  };
}

/** Ends what a failed test left running. */
export async function endAll(): Promise<void> {
  await Promise.all(
    [...running].map(async (child) => {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    }),
  );
}
