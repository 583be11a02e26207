import { isDeepStrictEqual } from "node:util";
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ListTagsOfResourceCommand,
  type OnDemandThroughput,
  type TableDescription,
  type Tag,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  type UpdateTableCommandInput,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { REVERSE_INDEX } from "../../../functions/store/tableDefinition.ts";
import { Refused } from "../refused.ts";
import type { Patience } from "./calls.ts";

/** Two tables by their names. */
export interface Pair {
  /** The earlier table. */
  readonly source: string;
  /** The new table; where it exists, the work on it continues. */
  readonly target: string;
}

export interface Restored {
  readonly table: string;
  readonly streamArn: string;
  /** The customer's key that encrypts it, like the source. */
  readonly keyArn: string | undefined;
}

const POLL_MS = 10_000;
/** A note for every five minutes of waiting. */
const POLLS_A_NOTE = 30;
/** Ten minutes for a table that is busy with an earlier change. */
const BUSY_TRIES = 60;
/** Passing refusals of a change: another change is under way, or a new table's backups are being switched on. */
const BUSY = ["ResourceInUseException", "LimitExceededException", "ContinuousBackupsUnavailableException"];
/** Switching on takes up to an hour, but nothing else waits for it. */
const TTL_ON = ["ENABLED", "ENABLING"];
const TTL_ATTRIBUTE = "ttl";

/** Waits for the table and sets what is missing. @throws Refused */
export async function completed(client: DynamoDBClient, pair: Pair, patience: Patience): Promise<Restored> {
  const { target } = pair;
  await settled(client, target, patience);
  for (const { name, needed, change } of CHANGES) {
    if (!(await needed(client, pair))) continue;
    patience.say(`Setting ${name}.`);
    await changed(() => change(client, pair), patience);
    await settled(client, target, patience);
  }
  return verified(client, pair);
}

interface Change {
  readonly name: string;
  needed(client: DynamoDBClient, pair: Pair): Promise<boolean>;
  change(client: DynamoDBClient, pair: Pair): Promise<unknown>;
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
  limited(
    "the limits of on-demand capacity",
    ({ OnDemandThroughput }) => OnDemandThroughput,
    (OnDemandThroughput) => ({ OnDemandThroughput }),
  ),
  limited(
    "those of the index",
    ({ GlobalSecondaryIndexes = [] }) => GlobalSecondaryIndexes[0]?.OnDemandThroughput,
    (OnDemandThroughput) => ({
      GlobalSecondaryIndexUpdates: [{ Update: { IndexName: REVERSE_INDEX, OnDemandThroughput } }],
    }),
  ),
  {
    name: "tags",
    needed: async (client, pair) => (await missingTags(client, pair)).length > 0,
    change: async (client, pair) => {
      const { TableArn } = await insist(client, pair.target);
      await client.send(new TagResourceCommand({ ResourceArn: TableArn, Tags: await missingTags(client, pair) }));
    },
  },
];

/** UpdateTable's values for no limits. */
const NO_LIMITS = { MaxReadRequestUnits: -1, MaxWriteRequestUnits: -1 };

/** @param of reads the limits of a table @param as makes the request that sets them */
function limited(
  name: string,
  of: (table: TableDescription) => OnDemandThroughput | undefined,
  as: (limits: OnDemandThroughput) => Omit<UpdateTableCommandInput, "TableName">,
): Change {
  const limitsOf = (table: TableDescription): OnDemandThroughput => ({ ...NO_LIMITS, ...of(table) });
  return {
    name,
    needed: async (client, { source, target }) => {
      const original = await tableOf(client, source);
      return original !== undefined && !isDeepStrictEqual(limitsOf(original), limitsOf(await insist(client, target)));
    },
    change: async (client, { source, target }) =>
      client.send(new UpdateTableCommand({ TableName: target, ...as(limitsOf(await insist(client, source))) })),
  };
}

/** @throws Refused naming what is missing: a restored table without it looks like any other */
async function verified(client: DynamoDBClient, pair: Pair): Promise<Restored> {
  const { target } = pair;
  const missing: string[] = [];
  for (const { name, needed } of CHANGES) if (await needed(client, pair)) missing.push(name);
  const { LatestStreamArn, SSEDescription } = await insist(client, target);
  if (missing.length > 0 || LatestStreamArn === undefined)
    throw new Refused(`${target} lacks ${missing.join(", ") || "a stream"}: run the same command again.`);
  return { table: target, streamArn: LatestStreamArn, keyArn: SSEDescription?.KMSMasterKeyArn };
}

function streams({ StreamSpecification }: TableDescription): boolean {
  return StreamSpecification?.StreamEnabled === true && StreamSpecification.StreamViewType === "NEW_AND_OLD_IMAGES";
}

async function recovers(client: DynamoDBClient, table: string): Promise<boolean> {
  return (await recoveryOf(client, table))?.PointInTimeRecoveryStatus === "ENABLED";
}

export async function recoveryOf(client: DynamoDBClient, table: string) {
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

/** Nobody can set AWS's own tags. */
async function missingTags(client: DynamoDBClient, { source, target }: Pair): Promise<Tag[]> {
  if ((await tableOf(client, source)) === undefined) return [];
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

export async function tableOf(client: DynamoDBClient, table: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: table }))).Table;
  } catch (error) {
    if (nameOf(error) === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

/** @throws Refused */
export async function insist(client: DynamoDBClient, table: string): Promise<TableDescription> {
  const found = await tableOf(client, table);
  if (found === undefined) throw new Refused(`The table ${table} is gone.`);
  return found;
}

/** Waits until table and index can be used and changed. @throws Refused where that can never happen */
async function settled(client: DynamoDBClient, table: string, { say, wait }: Patience): Promise<void> {
  for (let polls = 1; ; polls += 1) {
    // A new table may not be found at first.
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

/** @throws a lasting refusal */
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
