import { closeSync, existsSync, fdatasync, openSync, renameSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ChangeLog } from "../../functions/store/changeLog.ts";
import * as rows from "../../functions/store/sqliteRows.ts";
import { SqliteTable } from "../../functions/store/sqliteTable.ts";
import { plainItem } from "../../functions/store/streamRecord.ts";
import { checkItem } from "../../functions/store/tableChecks.ts";
import type { SyncDisk } from "../../functions/store/unsynced.ts";
import { codeOf, StartRefused } from "../rollcall/refused.ts";
import { makePrivately, resultCode } from "./ownerLock.ts";

export interface LocalFile {
  readonly table: SqliteTable;
  readonly log: ChangeLog;
  /** Empties the write-ahead log, which holds earlier versions of pages. */
  empty(): void;
  close(): void;
}

export const FILE_NAME = "rollcall.db";
/** "Roll": marks the file as ours. */
const APPLICATION_ID = 0x526f6c6c;
/** Raised with each change of the tables; a release opens files up to its own format. */
const FORMAT = 1;
/** `release`: the release that made the file's format. `open`: a process has the file open, or ended without closing it. */
const ABOUT = "create table if not exists about (name text primary key, value text not null) strict";
/** Earlier releases kept their data in this file of dynoxide. */
export const EARLIER_FILE = "data.db";
const TAKEN_OVER = "data.db.taken-over";

/**
 * Opens the local Rollcall's file, or makes it with the data that an earlier release kept in `data.db`. It checks the file
 * where the last process did not close it.
 * @param folder locked by this process (`ownerLock.ts`)
 * @throws StartRefused with a one-line message that says what to do
 */
export function openLocalFile(folder: string, release: string): LocalFile {
  const path = join(folder, FILE_NAME);
  let db: DatabaseSync | undefined;
  try {
    makePrivately(path);
    db = new DatabaseSync(path, { timeout: 0 });
    // Before the first read: without the shared memory file SQLite can open it on a full disk.
    db.exec("pragma locking_mode = exclusive");
    checkFormat(db, path);
    // Erased data is nowhere in the file once the write-ahead log is emptied.
    db.exec("pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on");
    // A checkpoint every 16 MB copies a page that changes often only once; each checkpoint delays everybody by two syncs.
    db.exec("pragma wal_autocheckpoint = 4000");
    begin(db, release);
    const { sync, end } = syncOf(db, path, () => table.commit());
    const table: SqliteTable = new SqliteTable(db, { sync });
    if (noteOf(db, "open") !== undefined) checkWhole(db, path);
    // This also proves that the file can be written.
    note(db, "open", String(process.pid));
    takeOver(db, folder);
    // `full` until here, where nobody else syncs: after a power cut the renamed earlier file must not be the only copy.
    db.exec("pragma synchronous = normal");
    const empty = (): void => {
      table.commit();
      table.db.exec("pragma wal_checkpoint(truncate)");
    };
    return {
      table,
      log: new ChangeLog(db),
      empty,
      close: () => {
        close(table);
        end();
      },
    };
  } catch (error) {
    db?.close();
    throw refusalOf(error, path) ?? error;
  }
}

/**
 * With `synchronous = normal` a commit is in the write-ahead log, which SQLite syncs before a checkpoint. Here that log is
 * synced before each answer (`unsynced.ts`), outside the event loop and once for all who wait: the guarantee of `full` (ADR
 * 54). SQLite does not lock the log, so closing it releases no lock.
 */
function syncOf(db: DatabaseSync, path: string, commit: () => void): { readonly sync: SyncDisk; end(): void } {
  let log: number | undefined;
  let failed = false;
  return {
    async sync() {
      log ??= openSync(`${path}-wal`, "r+");
      if (!failed && (await isSynced(log))) return;
      // The system may have dropped what it could not write, and would not report it again: write it to the file itself.
      failed = true;
      commit();
      db.exec("pragma wal_checkpoint(truncate)");
      failed = false;
    },
    end() {
      if (log !== undefined) closeSync(log);
    },
  };
}

function isSynced(file: number): Promise<boolean> {
  return new Promise((resolve) => fdatasync(file, (error) => resolve(error === null)));
}

/** The refusal for an error of the open file; undefined for other errors. */
export function fileRefusal(error: unknown, folder: string): StartRefused | undefined {
  return resultCode(error) === undefined ? undefined : refusalOf(error, join(folder, FILE_NAME));
}

function checkFormat(db: DatabaseSync, path: string): void {
  const [id, format] = [numberIn(db, "pragma application_id"), numberIn(db, "pragma user_version")];
  if (id === 0 && format === 0 && numberIn(db, "select count(*) from sqlite_schema") === 0) return;
  if (id !== APPLICATION_ID) throw new StartRefused(`${path} is no file of Rollcall. ${ELSEWHERE}`);
  if (format <= FORMAT) return;
  const needed = noteOf(db, "release");
  throw new StartRefused(`${path} is newer than this release: it needs Rollcall ${needed} or later. ${ELSEWHERE}`);
}

/** In one transaction: a file without its application id would look like another program's. */
function begin(db: DatabaseSync, release: string): void {
  if (numberIn(db, "pragma user_version") === FORMAT) return;
  db.exec(`begin immediate; pragma application_id = ${APPLICATION_ID}; pragma user_version = ${FORMAT}; ${ABOUT}`);
  note(db, "release", release);
  db.exec("commit");
}

function checkWhole(db: DatabaseSync, path: string): void {
  const [row] = db.prepare("pragma quick_check(1)").all();
  if (row?.quick_check !== "ok") throw damaged(path);
}

/** A transaction of its own, so that a failed takeover leaves nothing. The earlier file keeps its rows. */
function takeOver(db: DatabaseSync, folder: string): void {
  const [earlier, taken] = [join(folder, EARLIER_FILE), join(folder, TAKEN_OVER)];
  if (existsSync(earlier)) {
    // The rows are already here where a process ended between the copy and the rename.
    if (noteOf(db, "takingOver") === undefined) {
      if (numberIn(db, "select count(*) from items") > 0) return;
      copyItems(db, earlier);
    }
    try {
      renameSync(earlier, taken);
    } catch (error) {
      throw refusalOf(error, earlier) ?? error;
    }
  }
  // Also where a process ended right after the rename: a later data.db is another file.
  db.exec("delete from about where name = 'takingOver'");
}

function copyItems(db: DatabaseSync, path: string): void {
  let earlier: DatabaseSync | undefined;
  try {
    earlier = new DatabaseSync(path, { timeout: 0 });
    // Moves its log into the file: only the file is renamed, and a log left alone would be lost and would spoil a later file.
    earlier.exec("pragma journal_mode = delete; begin exclusive");
    const known = "select count(*) from sqlite_schema where type = 'table' and name = 'rollcall'";
    if (numberIn(earlier, known) === 0) throw new StartRefused(`${path} is no file of Rollcall. ${ELSEWHERE}`);
    const { put } = rows.prepare(db);
    db.exec("begin immediate");
    for (const { item_json } of earlier.prepare("select item_json from rollcall").iterate()) {
      const item = plainItem(JSON.parse(String(item_json)));
      const bytes = checkItem(item);
      put.run(String(item.pk), String(item.sk), ...rows.columnsOf(item), bytes, rows.encode(item));
    }
    const before = numberIn(earlier, "select count(*) from rollcall");
    const after = numberIn(db, "select count(*) from items");
    if (before !== after) throw new Error(`${after} of ${before} items`);
    note(db, "takingOver", String(after));
    db.exec("commit");
  } catch (error) {
    if (db.isTransaction) db.exec("rollback");
    throw refusalOf(error, path) ?? new StartRefused(`${path} cannot be taken over (${String(error)}). ${ELSEWHERE}`);
  } finally {
    earlier?.close();
  }
}

function close(table: SqliteTable): void {
  const { db } = table;
  try {
    table.commit();
    db.exec("delete from about where name = 'open'");
  } catch {
    // On a full disk the mark stays, and the next start only checks the file.
  }
  db.close();
}

const ELSEWHERE = "Move it away to start over, or name another folder with --data.";

/** SQLite would write the log of a killed process into the restored copy, and spoil it. */
function damaged(path: string): StartRefused {
  return new StartRefused(
    `${path} is damaged. Remove ${FILE_NAME}-wal if it exists, and put a copy back. Or move the file away to start over.`,
  );
}

/** The refusal for SQLite's primary result code, or for the file system's error. */
function refusalOf(error: unknown, path: string): StartRefused | undefined {
  if (error instanceof StartRefused) return error;
  const code = resultCode(error) ?? codeOf(error);
  switch (code) {
    case 5:
      return new StartRefused(`Another program has ${path} open. End it and start again.`);
    case 11:
      return damaged(path);
    case 13:
    case "ENOSPC":
      return new StartRefused(`The disk with ${path} is full. Make room and start again.`);
    case 26:
      return new StartRefused(`${path} is no database. ${ELSEWHERE}`);
    case 8:
    case 10:
    case 14:
      return unwritable(path, `SQLite's code ${code}`);
    default:
      return typeof code === "string" ? unwritable(path, code) : undefined;
  }
}

function unwritable(path: string, code: string): StartRefused {
  return new StartRefused(`${path} cannot be written (${code}). Make it writable, or name another folder with --data.`);
}

function numberIn(db: DatabaseSync, query: string): number {
  return Number(Object.values(db.prepare(query).get() ?? {})[0]);
}

function noteOf(db: DatabaseSync, name: string): string | undefined {
  const value = db.prepare("select value from about where name = ?").get(name)?.value;
  return typeof value === "string" ? value : undefined;
}

function note(db: DatabaseSync, name: string, value: string): void {
  db.prepare("insert or replace into about values (?, ?)").run(name, value);
}
