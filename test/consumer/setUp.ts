import { addWorkspace } from "./product/addWorkspace.ts";
import { openDatabase } from "./product/database.ts";
import { BEFORE, OWNER } from "./story.ts";

/** The product's database as it was before Rollcall: accounts, a workspace with its owner, a domain that the customer has proved. */
export function prepareDatabase(path: string, org: string = BEFORE.org): void {
  const database = openDatabase(path);
  const addAccount = database.prepare("INSERT INTO accounts (email, email_verified, name) VALUES (?, ?, ?)");
  for (const { email, isVerified, name } of BEFORE.accounts) addAccount.run(email, isVerified ? 1 : 0, name);
  addWorkspace(database, org, OWNER, [BEFORE.domain]);
  database.close();
}
