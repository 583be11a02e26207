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

/** The members of a workspace. A pair counts while both its ends are here, and an inactive member is in no team. */
export function listPeople(database: Database, org: string): Person[] {
  const teams = database
    .prepare(
      `SELECT team_members.member, teams.name FROM team_members
       JOIN teams ON teams.org = team_members.org AND teams.id = team
       WHERE team_members.org = ? ORDER BY teams.name`,
    )
    .all(org);
  return database
    .prepare("SELECT id, account, name, email, active FROM members WHERE org = ? ORDER BY account")
    .all(org)
    .map(({ id, account, name, email, active }) => ({
      id: Number(account),
      name: String(name),
      email: email === null ? null : String(email),
      active: active === 1,
      teams: active === 1 ? teams.filter(({ member }) => member === id).map(({ name }) => String(name)) : [],
    }));
}

/** Of whoever is signed in. An owner who is in no directory yet has the name of the account. */
export function accountName(database: Database, account: number): string {
  return String(database.prepare("SELECT name FROM accounts WHERE id = ?").get(account)?.name);
}

export function listWorkspaces(database: Database): string[] {
  return database
    .prepare("SELECT org FROM workspaces ORDER BY org")
    .all()
    .map(({ org }) => String(org));
}
