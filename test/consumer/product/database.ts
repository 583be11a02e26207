import { DatabaseSync } from "node:sqlite";

/** What the product had before it met Rollcall: accounts with ids of its own, each good for several workspaces. */
const BEFORE = `
  CREATE TABLE IF NOT EXISTS workspaces (org TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT COLLATE NOCASE,
    email_verified INTEGER NOT NULL,
    name TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS account_of_email ON accounts (email) WHERE email_verified = 1;
  CREATE TABLE IF NOT EXISTS owners (
    org TEXT NOT NULL, account INTEGER NOT NULL, in_directory INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (org, account)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS verified_domains (
    org TEXT NOT NULL, domain TEXT NOT NULL COLLATE NOCASE, PRIMARY KEY (org, domain)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS sessions (
    hash BLOB PRIMARY KEY, org TEXT NOT NULL, account INTEGER NOT NULL, csrf TEXT NOT NULL, expires INTEGER NOT NULL
  ) STRICT;
`;

/**
 * The copy of Rollcall's directory. `seen` is what sync says; the primary keys are Rollcall's ids. Memberships are pairs of ids
 * without foreign keys, because either end may come later than the pair.
 */
const COPY = `
  CREATE TABLE IF NOT EXISTS cursors (org TEXT PRIMARY KEY, cursor TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS ended_orgs (org TEXT PRIMARY KEY) STRICT;
  CREATE TABLE IF NOT EXISTS members (
    org TEXT NOT NULL, id TEXT NOT NULL, account INTEGER NOT NULL, name TEXT NOT NULL, email TEXT,
    active INTEGER NOT NULL, linked INTEGER NOT NULL, seen TEXT NOT NULL, PRIMARY KEY (org, id), UNIQUE (org, account)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS teams (
    org TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, seen TEXT NOT NULL, PRIMARY KEY (org, id)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS team_members (
    org TEXT NOT NULL, team TEXT NOT NULL, member TEXT NOT NULL, seen TEXT NOT NULL, PRIMARY KEY (org, team, member)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS teams_of_member ON team_members (org, member);
`;

export type Database = DatabaseSync;

export function openDatabase(path: string): Database {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;");
  database.exec(BEFORE + COPY);
  return database;
}

/** All of it or nothing. There is no await in it: what else the process does would fall into the same transaction. */
export function inTransaction<T>(database: Database, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
