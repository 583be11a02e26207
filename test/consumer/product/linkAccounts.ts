import { type Client, RollcallError } from "rollcall/client";
import type { Database } from "./database.ts";

/**
 * Tells Rollcall which account each new member is, so that its answers have the product's id, also for a copy made anew. It follows
 * the transaction that chose the account; if the process dies in between, the next round finds the member still unlinked.
 * @throws RollcallError
 */
export async function linkAccounts(
  database: Database,
  client: Client,
  org: string,
  signal: AbortSignal,
): Promise<void> {
  const unlinked = database.prepare("SELECT id, account FROM members WHERE org = ? AND linked = 0").all(org);
  let refusal: RollcallError | undefined;
  for (const { id, account } of unlinked) {
    try {
      await client.link({ org, id: String(id), applicationId: String(account), signal });
      database.prepare("UPDATE members SET linked = 1 WHERE org = ? AND id = ?").run(org, String(id));
    } catch (error) {
      if (!(error instanceof RollcallError) || error.isTransient) throw error;
      // Deleted meanwhile: its event comes. Another refusal of one holds up no other one.
      if (error.code !== "notFound.user") refusal = error;
    }
  }
  if (refusal !== undefined) throw refusal;
}
