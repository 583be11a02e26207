import type { Database } from "../../store/database.ts";
import { JournalStore } from "../../store/journal.ts";
import type { FoldedLines } from "./foldLines.ts";

/**
 * Writes log lines to the journals of their orgs. Orgs are written one after the other, so that one org's many requests cannot take
 * all the time. A failure does not stop the other orgs.
 * @param add `addTogether` where transactions cost no more than single writes
 * @throws the first failure, after all orgs were tried; the same lines may come again
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
