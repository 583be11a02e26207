import { createHash, randomBytes } from "node:crypto";
import type { Client } from "rollcall/client";
import type { Database } from "./database.ts";

/** Whom the identity provider has vouched for, in a SAML response whose signature was checked. */
export type Identity = { readonly org: string } & (
  | { readonly email: string; readonly userName?: undefined }
  | { readonly userName: string; readonly email?: undefined }
);

export interface Session {
  readonly org: string;
  readonly account: number;
  /** Has to come back with each form. */
  readonly csrf: string;
}

/** @property token for the cookie; only its hash is stored */
export type SignIn = { readonly token: string } | { readonly refused: string; readonly isTemporary?: true };

const LIFETIME_MS = 8 * 3_600_000;

/**
 * Asks Rollcall whether the person may come in, and begins a session of the member in this product's own tables.
 * @param catchUp brings the copy up to date
 */
export async function signIn(
  database: Database,
  client: Pick<Client, "gate">,
  identity: Identity,
  catchUp: () => Promise<void>,
): Promise<SignIn> {
  const answer = await client.gate(identity);
  if (!answer.member) {
    const token = answer.reason === "noSuchUser" ? beginAsOwner(database, identity) : undefined;
    return token === undefined ? { refused: REFUSALS[answer.reason] } : { token };
  }
  const { id } = answer.user;
  // The copy may be a second behind the gate. Sync alone writes it, so that nobody brings back whom sync took out.
  const begun = beginAsMember(database, identity.org, id);
  if (begun !== undefined) return { token: begun };
  await catchUp();
  const token = beginAsMember(database, identity.org, id);
  return token === undefined ? { refused: "You were added a moment ago. Try again.", isTemporary: true } : { token };
}

const REFUSALS = {
  noSuchUser: "Your organization has not given you access.",
  inactive: "Your organization has ended your access.",
  ambiguous: "Several people have this e-mail address. Sign in by your user name.",
};

/** Looks and begins in one statement: whom sync deactivates in between gets no session. */
function beginAsMember(database: Database, org: string, id: string): string | undefined {
  return begin(database, "SELECT org, account FROM members WHERE org = ? AND id = ? AND active = 1", org, id);
}

/** An owner gets in until the directory knows them, so that somebody can make its first token. From then on it decides. */
function beginAsOwner(database: Database, { org, email }: Identity): string | undefined {
  const owner = `SELECT org, account FROM owners JOIN accounts ON accounts.id = account
    WHERE org = ? AND in_directory = 0 AND email = ? AND email_verified = 1`;
  return email === undefined ? undefined : begin(database, owner, org, email);
}

/** @param who selects org and account */
function begin(database: Database, who: string, ...values: string[]): string | undefined {
  database.prepare("DELETE FROM sessions WHERE expires <= ?").run(Date.now());
  const token = randomBytes(32).toString("base64url");
  const { changes } = database
    .prepare(`INSERT INTO sessions (hash, csrf, expires, org, account) SELECT ?, ?, ?, * FROM (${who})`)
    .run(hashOf(token), newCsrf(), Date.now() + LIFETIME_MS, ...values);
  return changes === 1 ? token : undefined;
}

export function sessionOf(database: Database, token: string): Session | undefined {
  const row = database
    .prepare("SELECT org, account, csrf FROM sessions WHERE hash = ? AND expires > ?")
    .get(hashOf(token), Date.now());
  return row && { org: String(row.org), account: Number(row.account), csrf: String(row.csrf) };
}

export function signOut(database: Database, token: string): void {
  database.prepare("DELETE FROM sessions WHERE hash = ?").run(hashOf(token));
}

/** A form counts once: a page that is loaded again makes no second token. @returns whether it was the session's */
export function takeCsrf(database: Database, token: string, csrf: string): boolean {
  const { changes } = database
    .prepare("UPDATE sessions SET csrf = ? WHERE hash = ? AND csrf = ?")
    .run(newCsrf(), hashOf(token), csrf);
  return changes === 1;
}

export function isOwner(database: Database, { org, account }: Session): boolean {
  return database.prepare("SELECT 1 FROM owners WHERE org = ? AND account = ?").get(org, account) !== undefined;
}

function newCsrf(): string {
  return randomBytes(32).toString("base64url");
}

function hashOf(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}
