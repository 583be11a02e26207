import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { StartRefused } from "./startRefused.ts";

/** `server.json` in the data folder: who owns it, and where its store is. Read by the command line tool. */
export interface ServerState {
  readonly pid: number;
  /** When the kernel started the process, so that another process with the same number is not taken for it. */
  readonly processStart?: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Absent while the server starts. */
  readonly port?: number;
  readonly url?: string;
  readonly store?: "dynoxide" | "dynamodb" | "memory";
  /** Absent for the in-memory store, which no other process can reach. */
  readonly storeEndpoint?: string;
  /** The embedded database's process. */
  readonly storePid?: number;
  readonly tableName?: string;
}

export interface FolderClaim {
  /** Absolute, symbolic links resolved. */
  readonly folder: string;
  /** What the last owner left when it was killed. */
  readonly leftBehind: ServerState | undefined;
  record(state: Omit<ServerState, "pid" | "processStart" | "startedAt">): void;
  release(): Promise<void>;
}

export type FolderClaimed =
  | { readonly outcome: "claimed"; readonly claim: FolderClaim }
  | { readonly outcome: "owned"; readonly owner: ServerState | undefined };

/**
 * Makes this process the only owner of a data folder, for as long as it lives and no longer: the claim is a socket name
 * that the kernel gives to one process and takes back when that ends, however it ends. `server.json` only informs.
 * @throws StartRefused when the folder cannot be written
 */
export async function claimFolder(path: string): Promise<FolderClaimed> {
  const folder = prepare(path);
  const unlock = await lock(folder);
  const last = readServerState(folder);
  if (unlock === "taken") return { outcome: "owned", owner: last };
  // An owner in another network namespace (a container) has its own socket names, yet is the same process.
  if (last !== undefined && isAlive(last)) {
    await unlock();
    return { outcome: "owned", owner: last };
  }
  const self = {
    pid: process.pid,
    processStart: processStart(process.pid),
    startedAt: new Date().toISOString(),
  };
  const record: FolderClaim["record"] = (state) => writeState(folder, { ...self, ...state });
  record({});
  const release = async (): Promise<void> => {
    rmSync(join(folder, "server.json"), { force: true });
    await unlock();
  };
  return {
    outcome: "claimed",
    claim: { folder, leftBehind: last, record, release },
  };
}

/** The owner of the folder, if it is running. */
export function liveOwner(folder: string): ServerState | undefined {
  const state = readServerState(folder);
  return state !== undefined && isAlive(state) ? state : undefined;
}

function readServerState(folder: string): ServerState | undefined {
  try {
    const state: unknown = JSON.parse(readFileSync(join(folder, "server.json"), "utf8"));
    return typeof state === "object" && state !== null && "pid" in state && typeof state.pid === "number"
      ? (state as ServerState)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all: a reader never sees half a file. */
function writeState(folder: string, state: ServerState): void {
  const path = join(folder, "server.json");
  writeFileSync(`${path}.${process.pid}`, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.${process.pid}`, path);
}

function prepare(path: string): string {
  try {
    make(path);
    const folder = realpathSync(path);
    const probe = join(folder, `.writable.${process.pid}`);
    writeFileSync(probe, "");
    rmSync(probe);
    return folder;
  } catch (error) {
    throw new StartRefused(
      `The data folder ${path} cannot be written (${codeOf(error)}). Choose another one with --data.`,
    );
  }
}

/** Folder by folder: `recursive` never comes back from a place that refuses with ENOENT, such as /proc. */
function make(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) make(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another server made it in this very moment.
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

/** @returns what gives the name back */
async function lock(folder: string): Promise<"taken" | (() => Promise<void>)> {
  // Elsewhere socket names are files that outlive their process; there the pid in server.json has to do.
  if (process.platform !== "linux") return async () => {};
  const server = createServer((socket) => socket.destroy());
  try {
    server.listen(`\0rollcall-${createHash("sha256").update(folder).digest("hex").slice(0, 32)}`);
    await once(server, "listening");
  } catch (error) {
    if (codeOf(error) === "EADDRINUSE") return "taken";
    throw error;
  }
  server.unref();
  return async () => {
    server.close();
    await once(server, "close");
  };
}

function isAlive(state: ServerState): boolean {
  if (state.pid === process.pid) return false;
  const start = processStart(state.pid);
  if (start !== undefined) return start === state.processStart;
  if (process.platform === "linux") return false;
  try {
    process.kill(state.pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** proc(5), `stat`: the 22nd word, counted after the program's name in parentheses; clock ticks since this boot. */
function processStart(pid: number): string | undefined {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const words = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return words[0] === "Z" ? undefined : `${boot}/${words[19]}`;
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : String(error);
}
