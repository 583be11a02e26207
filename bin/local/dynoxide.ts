import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";

export interface DynoxideOptions {
  /** Absolute path of the database file; without it everything is kept in memory. */
  readonly dbPath?: string;
  /** Another binary than the installed package's. */
  readonly binary?: string;
}

/** A DynamoDB-compatible server of our own. */
export interface Dynoxide {
  readonly endpoint: string;
  readonly pid: number;
  /** Resolves when the process is gone, asked for or not. */
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

export type DynoxideStart =
  | { readonly outcome: "started"; readonly dynoxide: Dynoxide }
  /** No binary for this platform is installed. */
  | { readonly outcome: "missing" }
  /** It ended at once, e.g. over an unreadable database file; `reason` is what it said. */
  | { readonly outcome: "failed"; readonly reason: string };

/**
 * Starts dynoxide as the child of a shell, and watches over it. The shell reads a pipe whose other end only this process
 * holds: when this process ends, however that happens (`kill -9` too), the kernel closes the pipe, the read ends, and the
 * shell ends dynoxide. It is the parent that knows the pid, so the pid cannot belong to somebody else by then. `$3` and on
 * is the command; descriptor 3 is open in dynoxide alone, so its end tells us of dynoxide's.
 */
const GUARD = `"$@" </dev/null >&3 2>&1 3>&- &
pid=$!
exec 3>&-
trap '' TERM INT HUP
echo "$pid"
read -r _
kill -KILL "$pid" 2>/dev/null
wait "$pid"
`;

/** Milliseconds to start in; measured: about 10. */
const START_MS = 10_000;
/** Milliseconds to end in after SIGTERM. Ended the hard way it loses nothing: every answered write is in SQLite's log. */
const STOP_MS = 2_000;

export async function startDynoxide(options: DynoxideOptions = {}): Promise<DynoxideStart> {
  const binary = options.binary ?? installedBinary();
  if (binary === undefined) return { outcome: "missing" };
  // Port 0: the kernel chooses, and nobody can take the port between the choice and its use.
  const command = [binary, "--host", "127.0.0.1", "--port", "0"];
  if (options.dbPath !== undefined) command.push("--db-path", options.dbPath);
  // A session of its own: Ctrl-C in the terminal must not end the database before the last request is answered.
  const guard = spawn("/bin/sh", ["-c", GUARD, "rollcall-guard", ...command], {
    detached: true,
    stdio: ["pipe", "pipe", "ignore", "pipe"],
  });
  // Writing to a guard that is gone is no surprise; its exit is what counts.
  guard.stdin?.on("error", () => {});
  const output = outputOf(guard.stdio[3] as Readable);
  const pid = await pidFrom(guard);
  const port = pid === undefined ? undefined : await portOf(pid, output);
  if (pid === undefined || port === undefined) {
    guard.stdin?.end();
    return {
      outcome: "failed",
      reason: output.text().trim() || `${basename(binary)} did not start`,
    };
  }
  return {
    outcome: "started",
    dynoxide: running(guard, pid, port, output.ended),
  };
}

function running(guard: ChildProcess, pid: number, port: number, outputEnded: Promise<void>): Dynoxide {
  const guardGone = new Promise<void>((resolve) => guard.once("exit", () => resolve()));
  // Nobody watches over dynoxide any more, so it must not outlive this moment.
  void guardGone.then(() => kill(pid, "SIGKILL"));
  // The guard's read ends, so that it takes leave of its child and ends too.
  void outputEnded.then(() => guard.stdin?.end());
  const exited = Promise.all([outputEnded, guardGone]).then(() => {});
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    kill(pid, "SIGTERM");
    await Promise.race([outputEnded, wait(STOP_MS, undefined, { ref: false })]);
    guard.stdin?.end();
    await exited;
  };
  return {
    endpoint: `http://127.0.0.1:${port}`,
    pid,
    exited,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** The binary of the package for this platform, of which only Linux x64 is installed with the project. */
export function installedBinary(): string | undefined {
  const name = `@dynoxide/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), "dynoxide");
  } catch {
    return undefined;
  }
}

/**
 * Ends a dynoxide that a killed server and its guard left behind. Ends nothing that is not provably it: the process must
 * run a program of that name on this very database file.
 */
export async function endLeftover(pid: number, dbPath: string): Promise<void> {
  if (!isOurs(pid, dbPath)) return;
  kill(pid, "SIGKILL");
  while (isOurs(pid, dbPath)) await wait(10);
}

function isOurs(pid: number, dbPath: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    const path = words[words.indexOf("--db-path") + 1];
    return basename(readlinkSync(`/proc/${pid}/exe`)) === "dynoxide" && path === dbPath;
  } catch {
    return false;
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}

interface Output {
  text(): string;
  readonly ended: Promise<void>;
}

/** Keeps the first kilobytes, enough for an error message, and throws the rest away. */
function outputOf(stream: Readable): Output {
  let text = "";
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    if (text.length < 4096) text += chunk;
  });
  return {
    text: () => text,
    ended: new Promise((resolve) => stream.on("error", () => {}).once("close", resolve)),
  };
}

/** What the guard says first. @returns undefined when there is no shell or it ended before */
function pidFrom(guard: ChildProcess): Promise<number | undefined> {
  return new Promise((resolve) => {
    guard.stdout?.once("data", (line: Buffer) => resolve(Number(String(line))));
    guard.once("exit", () => resolve(undefined)).once("error", () => resolve(undefined));
  });
}

/** The port our own child listens on, read from the kernel. @returns undefined when it ended or took too long */
async function portOf(pid: number, output: Output): Promise<number | undefined> {
  let ended = false;
  void output.ended.then(() => {
    ended = true;
  });
  for (const end = Date.now() + START_MS; !ended && Date.now() < end; ) {
    const port = listeningPort(pid);
    if (port !== undefined) return port;
    await wait(5);
  }
  return undefined;
}

/** proc(5): descriptors of a socket read `socket:[inode]`; `net/tcp` lists local address, state (0A listens) and inode. */
function listeningPort(pid: number): number | undefined {
  try {
    const links = readdirSync(`/proc/${pid}/fd`).map((fd) => readLink(`/proc/${pid}/fd/${fd}`));
    const sockets = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
    for (const line of readFileSync(`/proc/${pid}/net/tcp`, "utf8").split("\n")) {
      const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
      if (state === "0A" && sockets.has(inode)) return Number.parseInt(local.split(":")[1] ?? "", 16);
    }
  } catch {
    // The process is starting or has ended: both show soon enough.
  }
  return undefined;
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}
