import type { Database } from "./database.ts";

/** Somebody of a workspace, as its pages show it. */
export interface Person {
  /** Of the account: the product's own id. */
  readonly id: number;
  readonly name: string;
  readonly email: string | null;
  readonly active: boolean;
  readonly teams: readonly string[];
}

/**
 * The members of a workspace, or one of them. A pair counts while both its ends are here, and an inactive member is in no team.
 * @param account absent: all
 */
export function listPeople(database: Database, org: string, account: number | null = null): Person[] {
  const rows = database
    .prepare(
      `SELECT account, members.name, email, active, teams.name AS team FROM members
       LEFT JOIN team_members ON active = 1 AND team_members.org = members.org AND member = members.id
       LEFT JOIN teams ON teams.org = members.org AND teams.id = team
       WHERE members.org = ? AND account = ifnull(?, account) ORDER BY account, team`,
    )
    .all(org, account);
  return [...Map.groupBy(rows, (row) => row.account).values()].flatMap((ofOne) => {
    const [{ account, name, email, active } = {}] = ofOne;
    const teams = ofOne.flatMap(({ team }) => (team === null ? [] : [String(team)]));
    return { id: Number(account), name: String(name), email: textOf(email), active: active === 1, teams };
  });
}

/** Of a person who is signed in. An owner who is in no directory yet has the name of the account. */
export function accountName(database: Database, account: number): string {
  return String(database.prepare("SELECT name FROM accounts WHERE id = ?").get(account)?.name);
}

export function listWorkspaces(database: Database): string[] {
  return database
    .prepare("SELECT org FROM workspaces ORDER BY org")
    .all()
    .map(({ org }) => String(org));
}

/** Rollcall said, signed, that an organization was purged. It is kept, because the copy of a workspace ends by a later sync. */
export function noteEnd(database: Database, org: string): void {
  database.prepare("INSERT OR IGNORE INTO ended_orgs SELECT org FROM workspaces WHERE org = ?").run(org);
}

export function isEnded(database: Database, org: string): boolean {
  return database.prepare("SELECT 1 FROM ended_orgs WHERE org = ?").get(org) !== undefined;
}

/** There is one of that name again. */
export function forgetEnd(database: Database, org: string): void {
  database.prepare("DELETE FROM ended_orgs WHERE org = ?").run(org);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
