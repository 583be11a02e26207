import type { SyncedUser, UserField } from "rollcall/client";
import type { Database } from "./database.ts";

/** What the product keeps of each user. */
export const FIELDS = [
  "userName",
  "displayName",
  "name",
  "emails",
  "active",
  "applicationId",
] as const satisfies readonly UserField[];
export type DirectoryUser = SyncedUser<(typeof FIELDS)[number]>;

/** Takes a user as sync gives it. Who may no longer sign in has no session from here on. */
export function putMember(database: Database, org: string, user: DirectoryUser, seen: string): void {
  const held = database.prepare("SELECT account FROM members WHERE org = ? AND id = ?").get(org, user.id);
  const account = held === undefined ? accountFor(database, org, user) : Number(held.account);
  const isLinked = user.applicationId === String(account);
  database
    .prepare(
      `INSERT INTO members (org, id, account, name, email, active, linked, seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (org, id) DO UPDATE SET
         name = excluded.name, email = excluded.email, active = excluded.active, linked = excluded.linked, seen = excluded.seen`,
    )
    .run(org, user.id, account, nameOf(user), emailOf(user) ?? null, user.active ? 1 : 0, isLinked ? 1 : 0, seen);
  database.prepare("UPDATE owners SET in_directory = 1 WHERE org = ? AND account = ?").run(org, account);
  if (!user.active) endSessions(database, org, account);
}

/** The account stays, with all that it made; it is no member of this workspace any more. */
export function deleteMember(database: Database, org: string, id: string): void {
  const gone = database.prepare("DELETE FROM members WHERE org = ? AND id = ? RETURNING account").get(org, id);
  if (gone !== undefined) endSessions(database, org, Number(gone.account));
}

function endSessions(database: Database, org: string, account: number): void {
  database.prepare("DELETE FROM sessions WHERE org = ? AND account = ?").run(org, account);
}

/**
 * The account of a user who is new here. Whoever administers an identity provider can write any address into it, so an address
 * leads to an account that exists only where the workspace has proved that the domain is its own, and the account's owner the address.
 */
function accountFor(database: Database, org: string, user: DirectoryUser): number {
  const isFree = "NOT EXISTS (SELECT 1 FROM members WHERE org = ? AND account = accounts.id)";
  // Rollcall knows who it is from an earlier copy: only this product links.
  const linked = user.applicationId === null ? undefined : Number(user.applicationId);
  if (linked !== undefined && database.prepare(`SELECT 1 FROM accounts WHERE id = ? AND ${isFree}`).get(linked, org)) {
    return linked;
  }
  const email = emailOf(user);
  const isVerified = email !== undefined && isOwnDomain(database, org, email);
  const holder = isVerified
    ? database
        .prepare(`SELECT id, ${isFree} AS is_free FROM accounts WHERE email = ? AND email_verified = 1`)
        .get(org, email)
    : undefined;
  if (holder?.is_free === 1) return Number(holder.id);
  // A second user with the address of an account has an account of their own, for which the address proves nothing.
  const made = database
    .prepare("INSERT INTO accounts (email, email_verified, name) VALUES (?, ?, ?)")
    .run(email ?? null, isVerified && holder === undefined ? 1 : 0, nameOf(user));
  return Number(made.lastInsertRowid);
}

function isOwnDomain(database: Database, org: string, email: string): boolean {
  const domain = email.slice(email.lastIndexOf("@") + 1);
  return database.prepare("SELECT 1 FROM verified_domains WHERE org = ? AND domain = ?").get(org, domain) !== undefined;
}

function emailOf({ emails }: DirectoryUser): string | undefined {
  return (emails.find(({ type }) => type === "work") ?? emails.find(({ primary }) => primary) ?? emails[0])?.value;
}

function nameOf({ displayName, name, userName }: DirectoryUser): string {
  const parts = [name?.givenName, name?.familyName].filter((part) => typeof part === "string");
  return displayName ?? name?.formatted ?? (parts.length > 0 ? parts.join(" ") : userName);
}
