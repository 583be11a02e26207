import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { codeOf } from "../rollcall/refused.ts";

/** SQLite's primary result code for a file that another connection has locked. */
const BUSY = 5;
/** An unreferenced connection is garbage-collected, and its lock with it. */
const held = new Set<DatabaseSync>();

/**
 * Locks a folder until it is released or this process ends in any way: an exclusive transaction on an empty file. Such a lock
 * also works between containers.
 * @returns the release; undefined where another process has the lock
 */
export function lockFolder(folder: string): (() => void) | undefined {
  const path = join(folder, "owner.db");
  makePrivately(path);
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    lock.exec("begin exclusive");
    held.add(lock);
    return () => {
      if (held.delete(lock)) lock.close();
    };
  } catch (error) {
    lock.close();
    if (resultCode(error) === BUSY) return undefined;
    throw error;
  }
}

/**
 * Makes a database file that nobody else may read; SQLite gives its log the same mode. It does not open an existing file,
 * because closing it would drop the locks that this process may hold on it.
 * @throws Error of the file system
 */
export function makePrivately(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

/** SQLite's primary result code (https://www.sqlite.org/rescode.html) of the error or of its cause; extended codes refine it. */
export function resultCode(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  if ("errcode" in error) return Number(error.errcode) & 0xff;
  return "cause" in error ? resultCode(error.cause) : undefined;
}
