import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ListTagsOfResourceCommand,
  RestoreTableToPointInTimeCommand,
  type TableDescription,
  type Tag,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { Refused } from "../refused.ts";
import type { Patience } from "./calls.ts";

export interface Wish {
  /** The table that was in use. */
  readonly source: string;
  /** The one to be made; where it is there already, the work on it continues. */
  readonly target: string;
  /** Whole seconds. */
  readonly at: Date;
}

export interface Restored {
  readonly table: string;
  readonly streamArn: string;
  /** The customer's key that encrypts it, as it did the source. */
  readonly keyArn: string | undefined;
}

/** What can be said beforehand. */
export interface Outlook {
  readonly earliest: Date | undefined;
  readonly latest: Date | undefined;
  /** Whether the target is there already, from this very restore. */
  readonly begun: boolean;
}

const POLL_MS = 10_000;
/** A note for every five minutes of waiting. */
const POLLS_A_NOTE = 30;
/** Ten minutes for a table that is busy with an earlier change. */
const BUSY_TRIES = 60;
/** Passing refusals of a change: another one is under way, or backups of a new table are being switched on. */
const BUSY = ["ResourceInUseException", "LimitExceededException", "ContinuousBackupsUnavailableException"];
/** While it is on its way, which takes up to an hour, nothing else needs it. */
const TTL_ON = ["ENABLED", "ENABLING"];
const TTL_ATTRIBUTE = "ttl";

/** @throws Refused where there is nothing to restore from, or the target is something else */
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
 * Makes the target as the source was at that second, and sets what a restore leaves out: stream, recovery, protection,
 * time to live, tags. Broken off anywhere, it continues where it stopped when it is called again. No limit of time: a large
 * table takes hours, and AWS makes it whether somebody waits or not.
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
  await settled(client, target, patience);
  for (const { name, needed, change } of CHANGES) {
    if (!(await needed(client, wish))) continue;
    patience.say(`Setting ${name}.`);
    await changed(() => change(client, wish), patience);
    await settled(client, target, patience);
  }
  return verified(client, wish);
}

interface Change {
  readonly name: string;
  needed(client: DynamoDBClient, wish: Wish): Promise<boolean>;
  change(client: DynamoDBClient, wish: Wish): Promise<unknown>;
}

/** One at a time: DynamoDB takes the next when the table is active again. */
const CHANGES: readonly Change[] = [
  {
    name: "deletion protection",
    needed: async (client, { target }) => (await insist(client, target)).DeletionProtectionEnabled !== true,
    change: (client, { target }) =>
      client.send(new UpdateTableCommand({ TableName: target, DeletionProtectionEnabled: true })),
  },
  {
    name: "stream",
    needed: async (client, { target }) => !streams(await insist(client, target)),
    change: (client, { target }) =>
      client.send(
        new UpdateTableCommand({
          TableName: target,
          StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
        }),
      ),
  },
  {
    name: "point-in-time recovery",
    needed: async (client, { target }) => !(await recovers(client, target)),
    change: (client, { target }) =>
      client.send(
        new UpdateContinuousBackupsCommand({
          TableName: target,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        }),
      ),
  },
  {
    name: "time to live",
    needed: async (client, { target }) => !(await expires(client, target)),
    change: (client, { target }) =>
      client.send(
        new UpdateTimeToLiveCommand({
          TableName: target,
          TimeToLiveSpecification: { Enabled: true, AttributeName: TTL_ATTRIBUTE },
        }),
      ),
  },
  {
    name: "tags",
    needed: async (client, wish) => (await missingTags(client, wish)).length > 0,
    change: async (client, wish) => {
      const { TableArn } = await insist(client, wish.target);
      await client.send(new TagResourceCommand({ ResourceArn: TableArn, Tags: await missingTags(client, wish) }));
    },
  },
];

/** @throws Refused naming what is missing: a restored table that lacks it would look like any other */
async function verified(client: DynamoDBClient, wish: Wish): Promise<Restored> {
  const missing: string[] = [];
  for (const { name, needed } of CHANGES) if (await needed(client, wish)) missing.push(name);
  const [source, target] = [await insist(client, wish.source), await insist(client, wish.target)];
  const keyArn = target.SSEDescription?.KMSMasterKeyArn;
  if (keyArn !== source.SSEDescription?.KMSMasterKeyArn) missing.push("the key of the source");
  if (shapeOf(target) !== shapeOf(source)) missing.push("keys and index of the source");
  const { LatestStreamArn } = target;
  if (missing.length > 0 || LatestStreamArn === undefined)
    throw new Refused(`${wish.target} lacks ${missing.join(", ") || "a stream"}: run the same command again.`);
  return { table: wish.target, streamArn: LatestStreamArn, keyArn };
}

function shapeOf({ GlobalSecondaryIndexes = [], KeySchema }: TableDescription): string {
  const indexes = GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) => [
    IndexName,
    KeySchema,
    Projection?.ProjectionType,
  ]);
  return JSON.stringify([KeySchema, indexes]);
}

function streams({ StreamSpecification }: TableDescription): boolean {
  return StreamSpecification?.StreamEnabled === true && StreamSpecification.StreamViewType === "NEW_AND_OLD_IMAGES";
}

async function recovers(client: DynamoDBClient, table: string): Promise<boolean> {
  return (await recoveryOf(client, table))?.PointInTimeRecoveryStatus === "ENABLED";
}

async function recoveryOf(client: DynamoDBClient, table: string) {
  const { ContinuousBackupsDescription } = await client.send(
    new DescribeContinuousBackupsCommand({ TableName: table }),
  );
  return ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
}

async function expires(client: DynamoDBClient, table: string): Promise<boolean> {
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: table }));
  return (
    TTL_ON.includes(TimeToLiveDescription?.TimeToLiveStatus ?? "") &&
    TimeToLiveDescription?.AttributeName === TTL_ATTRIBUTE
  );
}

/** Those of AWS itself cannot be set. */
async function missingTags(client: DynamoDBClient, { source, target }: Wish): Promise<Tag[]> {
  const there = new Map((await tagsOf(client, target)).map(({ Key, Value }) => [Key, Value]));
  const wanted = (await tagsOf(client, source)).filter(({ Key }) => Key?.startsWith("aws:") === false);
  return wanted.filter(({ Key, Value }) => there.get(Key) !== Value);
}

async function tagsOf(client: DynamoDBClient, table: string): Promise<Tag[]> {
  const { TableArn } = await insist(client, table);
  const tags: Tag[] = [];
  let next: string | undefined;
  do {
    const page = await client.send(new ListTagsOfResourceCommand({ ResourceArn: TableArn, NextToken: next }));
    tags.push(...(page.Tags ?? []));
    next = page.NextToken;
  } while (next !== undefined);
  return tags;
}

async function tableOf(client: DynamoDBClient, table: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: table }))).Table;
  } catch (error) {
    if (nameOf(error) === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

/** @throws Refused */
async function insist(client: DynamoDBClient, table: string): Promise<TableDescription> {
  const found = await tableOf(client, table);
  if (found === undefined) throw new Refused(`The table ${table} is gone.`);
  return found;
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

/** Waits until table and index can be used and changed. @throws Refused where that will never be */
async function settled(client: DynamoDBClient, table: string, { say, wait }: Patience): Promise<void> {
  for (let polls = 1; ; polls += 1) {
    // Just after its making, a table may not be found yet.
    const {
      GlobalSecondaryIndexes = [],
      RestoreSummary,
      TableStatus = "CREATING",
    } = (await tableOf(client, table)) ?? {};
    const active = [TableStatus, ...GlobalSecondaryIndexes.map(({ IndexStatus }) => IndexStatus)].every(
      (status) => status === "ACTIVE",
    );
    if (active && RestoreSummary?.RestoreInProgress !== true) return;
    if (!["CREATING", "UPDATING", "ACTIVE"].includes(TableStatus))
      throw new Refused(`${table} is ${TableStatus}: look at it in the DynamoDB console.`);
    if (polls % POLLS_A_NOTE === 0)
      say(`${table} is still ${TableStatus}. You may stop this command: run it again to continue.`);
    await wait(POLL_MS);
  }
}

/** @throws the refusal, where it stays */
async function changed(change: () => Promise<unknown>, { wait }: Patience): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await change();
      return;
    } catch (error) {
      if (tries === BUSY_TRIES || !BUSY.includes(nameOf(error))) throw error;
      await wait(POLL_MS);
    }
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "";
}
