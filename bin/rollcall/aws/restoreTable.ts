import { type DynamoDBClient, RestoreTableToPointInTimeCommand, type TableDescription } from "@aws-sdk/client-dynamodb";
import { tableDefinition } from "../../../functions/store/tableDefinition.ts";
import { Refused } from "../refused.ts";
import type { Patience } from "./calls.ts";
import { completed, insist, type Pair, type Restored, recoveryOf, tableOf } from "./completeTable.ts";

export interface Wish extends Pair {
  /** In whole seconds. */
  readonly at: Date;
}

/** What is known before a restore. */
interface Outlook {
  readonly earliest: Date | undefined;
  readonly latest: Date | undefined;
  /** Whether the target already exists, from this very restore. */
  readonly begun: boolean;
}

/** @throws Refused where there is no backup, or the target is another table */
export async function outlook(client: DynamoDBClient, { at, source, target }: Wish): Promise<Outlook> {
  const recovery = await recoveryOf(client, source);
  if (recovery?.PointInTimeRecoveryStatus !== "ENABLED")
    throw new Refused(`Point-in-time recovery of ${source} is off: there is nothing to restore from.`);
  const original = await tableOf(client, source);
  if (original === undefined) throw new Refused(`There is no table ${source}.`);
  const there = await tableOf(client, target);
  if (there !== undefined) refuseStranger(there, original, at);
  const { EarliestRestorableDateTime: earliest, LatestRestorableDateTime: latest } = recovery;
  return { earliest, latest, begun: there !== undefined };
}

/**
 * Restores the source at that second to the target, and sets what AWS's restore leaves out: stream, recovery, protection, time
 * to live, tags. Another call continues an interrupted restore. There is no time limit: a large table takes hours, and AWS
 * works without a waiting caller.
 * @throws Refused
 */
export async function restoreTable(client: DynamoDBClient, wish: Wish, patience: Patience): Promise<Restored> {
  const { at, source, target } = wish;
  const { begun } = await outlook(client, wish);
  if (!begun) {
    await client.send(
      new RestoreTableToPointInTimeCommand({ SourceTableName: source, TargetTableName: target, RestoreDateTime: at }),
    );
  }
  patience.say(begun ? `${target} is there already: continuing.` : `${target} is being made.`);
  const restored = await completed(client, wish, patience);
  const [original, made] = [await insist(client, source), await insist(client, target)];
  if (restored.keyArn !== original.SSEDescription?.KMSMasterKeyArn)
    throw new Refused(`${target} lacks the key of the source: run the same command again.`);
  if (shapeOf(made) !== shapeOf(original))
    throw new Refused(`${target} lacks keys and index of the source: run the same command again.`);
  return restored;
}

/**
 * Sets the same on a table that was restored another way, such as by AWS Backup. If the source is gone, there are no tags and
 * limits to copy.
 * @throws Refused where the table is not Rollcall's
 */
export async function finishTable(client: DynamoDBClient, pair: Pair, patience: Patience): Promise<Restored> {
  const { target } = pair;
  const found = await tableOf(client, target);
  if (found === undefined) throw new Refused(`There is no table ${target}.`);
  if (shapeOf(found) !== shapeOf(tableDefinition(target)))
    throw new Refused(`${target} has other keys or indexes than a table of Rollcall has: nothing was changed.`);
  return completed(client, pair, patience);
}

function shapeOf({
  GlobalSecondaryIndexes = [],
  KeySchema,
}: Pick<TableDescription, "GlobalSecondaryIndexes" | "KeySchema">): string {
  const indexes = GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) => [
    IndexName,
    KeySchema,
    Projection?.ProjectionType,
  ]);
  return JSON.stringify([KeySchema, indexes]);
}

/** @throws Refused unless the table is what this restore would have made */
function refuseStranger({ RestoreSummary, TableName }: TableDescription, source: TableDescription, at: Date): void {
  const from = RestoreSummary?.SourceTableArn;
  if (from === source.TableArn && RestoreSummary?.RestoreDateTime?.getTime() === at.getTime()) return;
  const what =
    from === undefined
      ? "and was not restored from anything"
      : `restored from ${from} as of ${RestoreSummary?.RestoreDateTime?.toISOString()}`;
  throw new Refused(`There is a table ${TableName} already, ${what}: choose another name with --table.`);
}
