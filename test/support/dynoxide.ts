import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";

export interface Dynoxide {
  readonly endpoint: string;
  stop(): Promise<void>;
}

const STARTED_WITHIN = 10_000;
/** State of a listening socket in /proc/net/tcp. */
const LISTENING = "0A";

/**
 * Starts a DynamoDB-compatible server, in memory or on a file. The system chooses the port; it is read from the sockets of our
 * own child process, so that no other server on the machine is mistaken for it.
 *
 * For a second opinion ROLLCALL_TEST_DYNAMODB names another running server, such as DynamoDB Local:
 *   `ROLLCALL_TEST_DYNAMODB=http://127.0.0.1:8000 npm test -- test/contract test/protocol/races.test.ts`.
 */
export async function startDynoxide(options: { readonly dbPath?: string } = {}): Promise<Dynoxide> {
  const other = process.env.ROLLCALL_TEST_DYNAMODB;
  if (other !== undefined && options.dbPath === undefined) return { endpoint: other, stop: async () => undefined };
  const binary = createRequire(import.meta.url).resolve("@dynoxide/linux-x64/dynoxide");
  const file = options.dbPath === undefined ? [] : ["--db-path", options.dbPath];
  const child = spawn(binary, ["--host", "127.0.0.1", "--port", "0", ...file], { stdio: "ignore" });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const port = await portOf(child).catch((error: unknown) => {
    kill();
    throw error;
  });
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async stop() {
      process.removeListener("exit", kill);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function portOf(child: ChildProcess): Promise<number> {
  const deadline = Date.now() + STARTED_WITHIN;
  await once(child, "spawn");
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`dynoxide ended at once with exit code ${child.exitCode}`);
    const port = listeningPort(child.pid ?? 0);
    if (port !== undefined) return port;
    // Polls, because nothing announces the port of another process.
    await sleep(5);
  }
  throw new Error("dynoxide opened no port");
}

/** The port on which a process listens, by its socket's inode. */
function listeningPort(pid: number): number | undefined {
  const sockets = new Set<string>();
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    sockets.add(linkOf(`/proc/${pid}/fd/${descriptor}`));
  }
  for (const line of readFileSync(`/proc/${pid}/net/tcp`, "utf8").split("\n").slice(1)) {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state === LISTENING && sockets.has(`socket:[${inode}]`)) return Number.parseInt(local?.split(":")[1] ?? "", 16);
  }
  return undefined;
}

/** Descriptors may disappear while they are listed. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch (error) {
    // No check of its class: under Jest, Node's errors are of another realm.
    if (typeof error === "object" && error !== null && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}
