import { spawn } from "node:child_process";

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the command and all it started. */
  readonly signal?: AbortSignal;
  /** Called with each piece of its output as it comes. */
  readonly onOutput?: (text: string) => void;
}

/** From the polite request to end until the other one. */
const GRACE_MS = 10_000;

/**
 * Settles only when the command has ended; gives the whole output.
 * @throws Error with the last lines of the output when the command fails, or was ended by the signal
 */
export function runCommand({ args, cwd, env, file, onOutput, signal }: Command): Promise<string> {
  return new Promise((resolve, reject) => {
    // With a signal it has a group of its own: Ctrl-C in the terminal is for us to hear, and what it started ends with it.
    const child = spawn(file, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: signal !== undefined });
    const end = (name: NodeJS.Signals): void => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        process.kill(-child.pid, name);
    };
    let late: NodeJS.Timeout | undefined;
    const stop = (): void => {
      end("SIGTERM");
      late = setTimeout(() => end("SIGKILL"), GRACE_MS);
    };
    const leave = (): void => end("SIGKILL");
    if (signal !== undefined) {
      process.once("exit", leave);
      signal.addEventListener("abort", stop, { once: true });
      if (signal.aborted) stop();
    }
    let output = "";
    const collect = (chunk: Buffer): void => {
      const text = chunk.toString("utf8");
      output += text;
      onOutput?.(text);
    };
    const settled = (): void => {
      clearTimeout(late);
      process.off("exit", leave);
      signal?.removeEventListener("abort", stop);
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", (cause) => {
      settled();
      reject(cause);
    });
    child.on("close", (code, killed) => {
      settled();
      if (code === 0) resolve(output);
      else {
        const last = output.split("\n").slice(-30).join("\n");
        reject(new Error(`${file} ${args.join(" ")} ended with ${code ?? killed}:\n${last}`));
      }
    });
  });
}
