import { type Database, inTransaction } from "./database.ts";

/**
 * STANDS FOR the product's own sign-up: a workspace and its owner, whose address the product has verified. Once more, it does nothing.
 * @param domains which the customer has proved to own
 */
export function addWorkspace(database: Database, org: string, owner: string, domains: readonly string[]): void {
  inTransaction(database, () => {
    database.prepare("INSERT OR IGNORE INTO workspaces (org, name) VALUES (?, ?)").run(org, org);
    database.prepare("INSERT OR IGNORE INTO accounts (email, email_verified, name) VALUES (?, 1, ?)").run(owner, owner);
    database
      .prepare(
        "INSERT OR IGNORE INTO owners (org, account) SELECT ?, id FROM accounts WHERE email = ? AND email_verified = 1",
      )
      .run(org, owner);
    const addDomain = database.prepare("INSERT OR IGNORE INTO verified_domains (org, domain) VALUES (?, ?)");
    for (const domain of domains) addDomain.run(org, domain);
  });
}
