import type { Batch, Change } from "rollcall/client";
import { type Database, inTransaction } from "./database.ts";
import { deleteMember, type FIELDS, putMember } from "./members.ts";

type Field = (typeof FIELDS)[number];

export function readCursor(database: Database, org: string): string | undefined {
  const row = database.prepare("SELECT cursor FROM cursors WHERE org = ?").get(org);
  return row === undefined ? undefined : String(row.cursor);
}

/**
 * Makes the changes of a batch and stores its cursor, in one transaction: whenever this process dies, both are there or neither.
 * @returns false where another process of the product was faster
 */
export function applyBatch(database: Database, { org, changes, after, cursor }: Batch<Field>): boolean {
  return inTransaction(database, () => {
    if (readCursor(database, org) !== after) return false;
    for (const change of changes) applyChange(database, org, change);
    database
      .prepare("INSERT INTO cursors VALUES (?, ?) ON CONFLICT (org) DO UPDATE SET cursor = excluded.cursor")
      .run(org, cursor);
    return true;
  });
}

function applyChange(database: Database, org: string, change: Change<Field>): void {
  const run = (sql: string, ...values: string[]) => database.prepare(sql).run(org, ...values);
  switch (change.type) {
    case "user.put":
      putMember(database, org, change.user, change.seen);
      break;
    case "user.delete":
      deleteMember(database, org, change.id);
      break;
    case "team.put": {
      const { id, displayName } = change.team;
      run("INSERT OR REPLACE INTO teams (org, id, name, seen) VALUES (?, ?, ?, ?)", id, displayName, change.seen);
      break;
    }
    case "team.delete":
      run("DELETE FROM teams WHERE org = ? AND id = ?", change.id);
      run("DELETE FROM team_members WHERE org = ? AND team = ?", change.id);
      break;
    case "membership.put": {
      const { team, member, seen } = change;
      run("INSERT OR REPLACE INTO team_members (org, team, member, seen) VALUES (?, ?, ?, ?)", team, member, seen);
      break;
    }
    case "membership.delete":
      run("DELETE FROM team_members WHERE org = ? AND team = ? AND member = ?", change.team, change.member);
      break;
    case "memberships.deleteUnseen":
      run("DELETE FROM team_members WHERE org = ? AND team = ? AND seen <> ?", change.team, change.seen);
      break;
    case "snapshot.end":
      deleteUnseen(database, org, change.seen);
      break;
    case "org.end":
      deleteUnseen(database, org, null);
      break;
  }
}

/** @param seen null: everything goes */
function deleteUnseen(database: Database, org: string, seen: string | null): void {
  const gone = database.prepare("SELECT id FROM members WHERE org = ? AND seen IS NOT ?").all(org, seen);
  for (const { id } of gone) deleteMember(database, org, String(id));
  database.prepare("DELETE FROM teams WHERE org = ? AND seen IS NOT ?").run(org, seen);
  database.prepare("DELETE FROM team_members WHERE org = ? AND seen IS NOT ?").run(org, seen);
}
