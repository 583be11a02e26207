import { randomBytes } from "node:crypto";
import { newGeneration } from "../../functions/provisioning/newId.ts";
import type { Database } from "../../functions/store/database.ts";
import { feedShardOf } from "../../functions/store/eventKeys.ts";
import { cursorName, EventLogStore } from "../../functions/store/eventLog.ts";
import type { OrgId } from "../../functions/store/keys.ts";
import { LogTransaction } from "../../functions/store/logTransaction.ts";

/** Events of one transaction, and so of one entry in the feed. */
interface NewEntry {
  readonly orgId: OrgId;
  readonly slug: string;
  /** Types of the events, each of another subject. */
  readonly types: readonly string[];
  /** Number of the subjects: unique for each entry. */
  readonly n: number;
}

/** Writes an entry of the feed and its events, like the log's writer. @returns whether nobody was faster */
export async function logEntry(
  database: Database,
  { orgId, slug, types, n }: NewEntry,
  newName = () => newGeneration(randomBytes),
): Promise<boolean> {
  const shard = feedShardOf(orgId);
  const store = new EventLogStore(database, shard);
  const subjects = types.map((_, index) => ({ orgId, subject: `u${n}x${index}` }));
  const state = await store.state([orgId], subjects);
  if (state.heads.get(orgId)?.closed === true) return false;
  const now = database.now();
  const transaction = new LogTransaction(state, { shard, now, retentionDays: 90, newGeneration: newName });
  for (const [index, type] of types.entries()) {
    const one = subjects[index];
    if (one === undefined || state.cursors.has(cursorName(one))) throw new Error("a subject twice");
    const text = JSON.stringify({ type, version: 1, time: new Date(now).toISOString(), actor: "", reference: "" });
    if (!transaction.add(one, { slug }, { version: 1 }, [{ version: 1, text, values: undefined }])) return false;
  }
  return (await store.commit(transaction.actions())) === "written";
}

/** Ends the org's log: a purge closes it, and the log's writer announces it. */
export async function logEnd(database: Database, orgId: OrgId): Promise<boolean> {
  const shard = feedShardOf(orgId);
  const store = new EventLogStore(database, shard);
  const state = await store.state([orgId], []);
  const head = state.heads.get(orgId);
  if (head === undefined || !head.closed || head.ended) return true;
  const transaction = new LogTransaction(state, {
    shard,
    now: database.now(),
    retentionDays: 90,
    newGeneration: () => "",
  });
  return transaction.end(orgId, head) && (await store.commit(transaction.actions())) === "written";
}
