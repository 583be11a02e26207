import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateTableCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";

/** The index from members to their groups; eventually consistent. */
export const REVERSE_INDEX = "gsi1";

/** The same table as in the stack in lib/; a test compares them. */
export function tableDefinition(tableName: string): CreateTableCommandInput {
  return {
    TableName: tableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["pk", "sk", "g1p", "g1s"].map((name) => ({ AttributeName: name, AttributeType: "S" })),
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: REVERSE_INDEX,
        KeySchema: [
          { AttributeName: "g1p", KeyType: "HASH" },
          { AttributeName: "g1s", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
  };
}

export async function tableExists(client: DynamoDBClient, tableName: string): Promise<boolean> {
  try {
    await client.send(new DescribeTableCommand({ TableName: tableName }));
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}

/**
 * Creates the table unless it exists, and waits until it is usable. For local databases: without the stream, since dynoxide
 * 1.2.1 gets slower with every record in it. A group of 10,000 took a minute instead of two seconds (`switchStream`).
 * @returns whether it was created now
 */
export async function ensureTable(client: DynamoDBClient, tableName: string): Promise<boolean> {
  if (await tableExists(client, tableName)) return false;
  try {
    await client.send(new CreateTableCommand({ ...tableDefinition(tableName), StreamSpecification: undefined }));
    await waitUntilTableExists({ client, minDelay: 1, maxWaitTime: 120 }, { TableName: tableName });
    return true;
  } catch (error) {
    if (error instanceof ResourceInUseException) return false;
    throw error;
  }
}

/**
 * Turns the stream of a local table on or off: it slows every write there.
 * @returns the ARN of the active stream
 */
export async function switchStream(
  client: DynamoDBClient,
  tableName: string,
  wanted: "on" | "off",
): Promise<string | undefined> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
  const on = Table?.StreamSpecification?.StreamEnabled === true;
  if (wanted === "off") {
    const off = { TableName: tableName, StreamSpecification: { StreamEnabled: false } };
    if (on) await client.send(new UpdateTableCommand(off));
    return undefined;
  }
  if (on) return Table.LatestStreamArn;
  const { StreamSpecification } = tableDefinition(tableName);
  const { TableDescription } = await client.send(new UpdateTableCommand({ TableName: tableName, StreamSpecification }));
  await waitUntilTableExists({ client, minDelay: 1, maxWaitTime: 120 }, { TableName: tableName });
  return TableDescription?.LatestStreamArn;
}
