import { readFileSync } from "node:fs";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { type Batch, type Change, createClient, type SyncOptions } from "rollcall/client";

/**
 * A copy of an organization's users and teams in SQLite, kept by `sync`: an example, to be taken over. Any database with transactions
 * does as well.
 *
 *   node lib/docs/directoryCopy.ts http://127.0.0.1:3000 KEY_FILE acme [--follow]
 */

/** What to keep of users, beside id, version and linkVersion: take what you need. */
export const KEPT_FIELDS = ["userName", "displayName", "active", "applicationId"] as const;
type Kept = (typeof KEPT_FIELDS)[number];

/** Memberships are pairs without foreign keys: an event may name a member whose own event comes later. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS users (id TEXT PRIMARY KEY, org TEXT, seen TEXT, version INTEGER, linkVersion INTEGER,
    userName TEXT, displayName TEXT, active INTEGER, applicationId TEXT);
  CREATE TABLE IF NOT EXISTS teams (id TEXT PRIMARY KEY, org TEXT, seen TEXT, version INTEGER, displayName TEXT);
  CREATE TABLE IF NOT EXISTS memberships (team TEXT, member TEXT, org TEXT, seen TEXT, PRIMARY KEY (team, member));
  CREATE TABLE IF NOT EXISTS cursors (org TEXT PRIMARY KEY, cursor TEXT);
  -- A pair shows only while both of its ends are there.
  CREATE VIEW IF NOT EXISTS members AS SELECT team, member FROM memberships
    WHERE team IN (SELECT id FROM teams) AND (member IN (SELECT id FROM users) OR member IN (SELECT id FROM teams))`;

export class DirectoryCopy {
  readonly #db: DatabaseSync;
  readonly #org: string;

  constructor(db: DatabaseSync, org: string) {
    db.exec(TABLES);
    this.#db = db;
    this.#org = org;
  }

  /** What `sync` has to be told. */
  get options(): SyncOptions<Kept> {
    return {
      org: this.#org,
      fields: KEPT_FIELDS,
      cursorStore: { read: () => this.cursor },
      apply: (batch) => this.apply(batch),
    };
  }

  get cursor(): string | undefined {
    const row = this.#db.prepare("SELECT cursor FROM cursors WHERE org = ?").get(this.#org);
    return row === undefined ? undefined : String(row.cursor);
  }

  /** Data and cursor in one transaction. @returns false where another sync of the same copy went on */
  apply({ after, changes, cursor }: Batch<Kept>): boolean {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      const isNext = this.cursor === after;
      if (isNext) {
        for (const change of changes) this.#make(change);
        this.#run("INSERT OR REPLACE INTO cursors VALUES (?, ?)", this.#org, cursor);
      }
      this.#db.exec("COMMIT");
      return isNext;
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  #make(change: Change<Kept>): void {
    const org = this.#org;
    switch (change.type) {
      case "user.put": {
        const { id, version, linkVersion, userName, displayName, active, applicationId } = change.user;
        const values = [version, linkVersion, userName, displayName, Number(active), applicationId];
        this.#run("INSERT OR REPLACE INTO users VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", id, org, change.seen, ...values);
        break;
      }
      case "user.delete":
        this.#run("DELETE FROM users WHERE id = ?", change.id);
        break;
      case "team.put": {
        const { id, version, displayName } = change.team;
        this.#run("INSERT OR REPLACE INTO teams VALUES (?, ?, ?, ?, ?)", id, org, change.seen, version, displayName);
        break;
      }
      case "team.delete":
        this.#run("DELETE FROM memberships WHERE team = ?", change.id);
        this.#run("DELETE FROM teams WHERE id = ?", change.id);
        break;
      case "membership.put": {
        const { team, member, seen } = change;
        this.#run("INSERT OR REPLACE INTO memberships VALUES (?, ?, ?, ?)", team, member, org, seen);
        break;
      }
      case "membership.delete":
        this.#run("DELETE FROM memberships WHERE team = ? AND member = ?", change.team, change.member);
        break;
      case "memberships.deleteUnseen":
        this.#run("DELETE FROM memberships WHERE team = ? AND seen <> ?", change.team, change.seen);
        break;
      case "snapshot.end":
        for (const table of ["users", "teams", "memberships"])
          this.#run(`DELETE FROM ${table} WHERE org = ? AND seen <> ?`, org, change.seen);
        break;
      case "org.end":
        for (const table of ["users", "teams", "memberships"]) this.#run(`DELETE FROM ${table} WHERE org = ?`, org);
    }
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#db.prepare(sql).run(...values);
  }

  users() {
    const columns = "id, version, linkVersion, userName, displayName, active, applicationId";
    return this.#db.prepare(`SELECT ${columns} FROM users WHERE org = ? ORDER BY id`).all(this.#org);
  }

  /** Teams, each with the ids of the members that show. */
  teams() {
    const teams = this.#db.prepare("SELECT id, displayName FROM teams WHERE org = ? ORDER BY id").all(this.#org);
    const members = this.#db.prepare("SELECT member FROM members WHERE team = ? ORDER BY member");
    return teams.map(({ id = null, displayName }) => {
      return { id, displayName, members: members.all(id).map(({ member }) => member) };
    });
  }
}

async function main([url = "", keyFile = "", org = "", follow]: readonly string[]): Promise<void> {
  const client = createClient({ url, key: readFileSync(keyFile, "utf8") });
  const copy = new DirectoryCopy(new DatabaseSync(":memory:"), org);
  const show = () => {
    for (const { userName, active, applicationId } of copy.users()) {
      console.log({ userName, active: active === 1, applicationId });
    }
    for (const { displayName, members } of copy.teams()) console.log({ displayName, members });
  };
  console.log(await client.sync(copy.options));
  show();
  if (follow !== "--follow") return;
  const apply = (batch: Batch<Kept>) => {
    const isApplied = copy.apply(batch);
    if (isApplied) show();
    return isApplied;
  };
  await client.sync({ ...copy.options, apply, follow: new AbortController().signal });
}

if (import.meta.main) await main(process.argv.slice(2));
