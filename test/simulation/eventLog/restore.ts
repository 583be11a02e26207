import type { Database } from "../../../functions/store/database.ts";
import { keyText } from "../../../functions/store/keys.ts";
import { removeFormer, renewFeed, renewHead } from "../../../functions/store/renewLog.ts";
import { SettingsStore } from "../../../functions/store/settings.ts";
import type { Item, ItemChange, Key } from "../../../functions/store/table.ts";
import type { Chance } from "../world.ts";
import type { Commit, GradualTable } from "./gradualTable.ts";

export type Backup = readonly (Item & Key)[];

/**
 * The table after a restore: of the log it may have half a transaction, and its cursors may be ahead of the resources. The
 * resources themselves are whole: another command repairs those (`fsck --repair`).
 */
export function backupOf(table: GradualTable, chance: Chance): Backup {
  const items = new Map(table.contents().map((item) => [keyText(item), item]));
  const put = ({ key }: ItemChange, item: Item | undefined) => {
    if (item === undefined) items.delete(keyText(key));
    else items.set(keyText(key), { ...item, ...key });
  };
  const stands = ({ key, after }: ItemChange, item: Item | undefined = table.at(key)) => item === after;
  for (const change of table.underWay) if (!isOfLog(change)) put(change, change.after);
  const undone = new Set<string>();
  const isLast = (change: ItemChange) => stands(change) && !undone.has(keyText(change.key));
  for (const commit of table.recent) {
    if (commit.length < 2 || chance.next() < 0.5) continue;
    const whole = !isLogCommit(commit);
    if (whole && !commit.every(isLast)) break;
    for (const change of commit) {
      if (!isLast(change) || (!whole && chance.next() < 0.5)) continue;
      undone.add(keyText(change.key));
      put(change, change.before);
    }
  }
  return [...items.values()];
}

function isLogCommit(commit: Commit): boolean {
  return commit.every(isOfLog);
}

function isOfLog({ key: { pk } }: ItemChange): boolean {
  return pk.startsWith("E#") || pk.startsWith("F#");
}

/** Like `rollcall events renew`, before providers may write again. */
export async function renewAll(database: Database, newGeneration: () => string): Promise<void> {
  const { orgs } = await new SettingsStore(database).orgs(100);
  for (const { id, slug, eventRetentionDays: retentionDays } of orgs) {
    const generation = newGeneration();
    const outcome = await renewHead(database, id, { slug, retentionDays }, generation, Math.floor(database.now()));
    if (outcome === "renewed") await removeFormer(database, id, generation, Number.POSITIVE_INFINITY);
  }
  await renewFeed(database, newGeneration);
}
