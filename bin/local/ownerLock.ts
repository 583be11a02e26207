import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { codeOf } from "../rollcall/refused.ts";

/** SQLite's primary result code for a file that another connection has locked. */
const BUSY = 5;
/** A connection that nobody names any more is closed with the rest of the garbage, and its lock is gone. */
const held = new Set<DatabaseSync>();

/**
 * Takes a folder for this process, until it gives it back or ends, however it ends: an exclusive transaction on a file that
 * holds nothing. Such a lock holds between containers as well.
 * @returns what gives the folder back; undefined where somebody has it
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
 * Makes a database file that nobody else may read; SQLite gives its log the same mode. One that exists is not opened: to
 * close it would drop the locks that this process may hold on it.
 * @throws Error of the file system
 */
export function makePrivately(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

/**
 * SQLite's primary result code (https://www.sqlite.org/rescode.html), of which the extended ones are refinements: of the error
 * itself, or of what caused it.
 */
export function resultCode(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  if ("errcode" in error) return Number(error.errcode) & 0xff;
  return "cause" in error ? resultCode(error.cause) : undefined;
}
