import type { Database } from "../../store/database.ts";
import { JournalStore } from "../../store/journal.ts";
import type { FoldedLines } from "./foldLines.ts";

/**
 * Writes to the journals what lines of the log say. One org after the other, so that nobody's many requests take all of the time; what
 * one journal does not take keeps nothing from the others.
 * @param add `addTogether` where the table takes transactions at no higher price
 * @throws the first failure, after all were tried: the same lines may come again
 */
export async function keepLines(
  database: Database,
  { batches }: FoldedLines,
  add: "add" | "addTogether" = "add",
): Promise<void> {
  const failures: unknown[] = [];
  for (const [orgId, batch] of batches) {
    try {
      await new JournalStore(database, orgId)[add](batch);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
