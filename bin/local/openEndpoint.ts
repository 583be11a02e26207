import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { dynamoTable } from "../../functions/store/dynamoTable.ts";
import { createStore } from "../../functions/store/session.ts";
import { readRecord } from "../../functions/store/streamRecord.ts";
import { ensureTable, switchStream, tableExists } from "../../functions/store/tableDefinition.ts";
import { printedStart } from "../rollcall/printedCommand.ts";
import { StartRefused } from "../rollcall/refused.ts";
import { failureName } from "./shardFollower.ts";
import type { ChangeSource, MissingTable, OpenStore } from "./storePort.ts";
import { TableStream } from "./tableStream.ts";

const TABLE_NAME = "rollcall";

/** The store in another DynamoDB. @throws StartRefused when it does not answer, or when the table is missing and must exist */
export async function openEndpoint(endpoint: string, missingTable: MissingTable): Promise<OpenStore> {
  const client = clientFor(endpoint);
  try {
    if (missingTable === "make") await ensureTable(client, TABLE_NAME);
    else if (!(await tableExists(client, TABLE_NAME))) {
      throw new StartRefused(
        `There is no Rollcall in the DynamoDB at ${endpoint}, which DYNAMODB_ENDPOINT names. Begin one with: ${printedStart(undefined)}`,
      );
    }
  } catch (error) {
    client.destroy();
    if (error instanceof StartRefused) throw error;
    throw new StartRefused(
      `The DynamoDB at ${endpoint} cannot be used (${failureName(error)}). DYNAMODB_ENDPOINT names it.`,
    );
  }
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const table = dynamoTable(documents, TABLE_NAME);
  return {
    store: createStore(table),
    table,
    kind: "dynamodb",
    follow: () => streamSource(client, endpoint),
    // DynamoDB removes expired items itself.
    clean: async () => undefined,
    close: () => client.destroy(),
  };
}

/** Switches the stream on. */
async function streamSource(client: DynamoDBClient, endpoint: string): Promise<ChangeSource> {
  try {
    const streamArn = await switchStream(client, TABLE_NAME, "on");
    if (streamArn === undefined) throw new Error("NoStream");
    const stream = await TableStream.open({ endpoint, streamArn }, "TRIM_HORIZON");
    const next = async () =>
      (await stream.read()).map((record) => ({
        name: String(record.dynamodb?.SequenceNumber),
        read: () => readRecord(record),
      }));
    return { next, confirm: () => undefined };
  } catch (error) {
    throw new StartRefused(`The DynamoDB at ${endpoint} gives no stream of changes (${failureName(error)}).`);
  }
}

function clientFor(endpoint: string): DynamoDBClient {
  const { AWS_ACCESS_KEY_ID, AWS_PROFILE, AWS_REGION } = process.env;
  const anonymous = AWS_ACCESS_KEY_ID === undefined && AWS_PROFILE === undefined;
  return new DynamoDBClient({
    endpoint,
    region: AWS_REGION ?? "us-east-1",
    // Emulators want a signature but check none; a real endpoint gets the person's own credentials.
    ...(anonymous ? { credentials: { accessKeyId: "local", secretAccessKey: "local" } } : {}),
    maxAttempts: 4,
    requestHandler: {
      connectionTimeout: 1_000,
      // A busy laptop is slower than AWS. Without the flag the SDK only warns.
      requestTimeout: 10_000,
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: 100, keepAlive: true },
    },
  });
}
