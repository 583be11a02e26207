import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { codeOf, StartRefused } from "../rollcall/refused.ts";
import { lockFolder, resultCode } from "./ownerLock.ts";

/** `server.json` in the data folder names the owner. It only informs; the command line tool reads it. */
interface ServerState {
  readonly pid: number;
  /** Absent while a server starts, and where a command owns the folder. */
  readonly server?: RunningServer;
}

export interface RunningServer {
  readonly url: string;
}

export interface FolderClaim {
  /** Absolute, symbolic links resolved. */
  readonly folder: string;
  /** The last owner's record, where that process was killed. */
  readonly leftBehind: ServerState | undefined;
  /** @throws StartRefused */
  record(server: RunningServer): void;
  /** The server takes no more requests and releases the folder soon. */
  withdraw(): void;
  release(): void;
}

type FolderClaimed =
  | { readonly outcome: "claimed"; readonly claim: FolderClaim }
  | { readonly outcome: "owned"; readonly owner: ServerState | undefined };

/** A command that looks for an owner holds the lock for less than a millisecond. */
const TRIES = 10;
const PAUSE_MS = 20;

/**
 * Makes this process the only owner of a data folder until it ends.
 * @throws StartRefused when the folder cannot be written
 */
export async function claimFolder(path: string): Promise<FolderClaimed> {
  const folder = writable(path, () => prepare(path));
  for (let tries = 1; ; tries++) {
    const unlock = writable(path, () => lockFolder(folder));
    if (unlock !== undefined) return { outcome: "claimed", claim: claimOf(folder, unlock) };
    if (tries === TRIES) return { outcome: "owned", owner: readServerState(folder) };
    await wait(PAUSE_MS);
  }
}

/** Opens or writes a file in the folder at `path`. @throws StartRefused with a one-line message where that fails */
export function writable<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const result = resultCode(error);
    const code = result === undefined ? codeOf(error) : `SQLite's code ${result}`;
    const wayOut =
      code === "ENOSPC" || result === 13 ? "Its disk is full: make room" : "Choose another one with --data";
    throw new StartRefused(`The data folder ${path} cannot be written (${code}). ${wayOut}.`);
  }
}

function claimOf(folder: string, unlock: () => void): FolderClaim {
  const leftBehind = readServerState(folder);
  const self = { pid: process.pid };
  try {
    writable(folder, () => writeState(folder, self));
  } catch (error) {
    unlock();
    throw error;
  }
  const withdraw = (): void => rmSync(join(folder, "server.json"), { force: true });
  return {
    folder,
    leftBehind,
    record: (server) => writable(folder, () => writeState(folder, { ...self, server })),
    withdraw,
    release: () => {
      withdraw();
      unlock();
    },
  };
}

/** The owner of the folder, if it is running. */
export function liveOwner(folder: string): ServerState | undefined {
  if (!existsSync(join(folder, "owner.db"))) return undefined;
  try {
    const unlock = lockFolder(folder);
    unlock?.();
    return unlock === undefined ? (readServerState(folder) ?? NAMELESS) : undefined;
  } catch {
    // This disk or user cannot lock the file: trust the record in the folder.
    return readServerState(folder);
  }
}

/** The owner has the lock, but has not written its record yet, or is about to end. */
const NAMELESS: ServerState = { pid: 0 };

function readServerState(folder: string): ServerState | undefined {
  try {
    const state: unknown = JSON.parse(readFileSync(join(folder, "server.json"), "utf8"));
    // Only this file writes it, under the lock. Earlier releases wrote no `server`.
    return typeof state === "object" && state !== null && "pid" in state && typeof state.pid === "number"
      ? (state as ServerState)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Atomic: a reader never sees half a file. */
function writeState(folder: string, state: ServerState): void {
  const path = join(folder, "server.json");
  const draft = `${path}.${process.pid}`;
  // The file must be new, so that it gets this mode.
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
  renameSync(draft, path);
}

function prepare(path: string): string {
  make(path);
  const folder = realpathSync(path);
  const probe = join(folder, `.writable.${process.pid}`);
  // A killed process may have left it. A link in its place could lead to any file of this user.
  rmSync(probe, { force: true });
  writeFileSync(probe, "", { flag: "wx" });
  rmSync(probe);
  return folder;
}

/** Creates folder by folder: `recursive` never returns from a place that refuses with ENOENT, such as /proc. */
function make(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) make(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another server made the folder at the same time.
    if (codeOf(error) !== "EEXIST") throw error;
  }
}
