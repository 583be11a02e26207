import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { type DynamoCalls, type DynamoSend, isWhole, tableThrough } from "./dynamoCalls.ts";
import { createStore, type Store, type StoreOptions } from "./session.ts";
import type { Table } from "./table.ts";

export type DynamoClient = Pick<DynamoDBDocumentClient, "send">;

type SdkCommand<I extends ServiceInputTypes, O extends ServiceOutputTypes> = Parameters<
  typeof DynamoDBDocumentClient.prototype.send<I, O>
>[0];

const COMMANDS: {
  readonly [O in keyof DynamoCalls]: new (
    input: DynamoCalls[O][0],
  ) => SdkCommand<DynamoCalls[O][0], DynamoCalls[O][1]>;
} = {
  GetItem: GetCommand,
  BatchGetItem: BatchGetCommand,
  TransactGetItems: TransactGetCommand,
  Query: QueryCommand,
  PutItem: PutCommand,
  DeleteItem: DeleteCommand,
  UpdateItem: UpdateCommand,
  TransactWriteItems: TransactWriteCommand,
  BatchWriteItem: BatchWriteCommand,
};

/**
 * @param client with marshall option `removeUndefinedValues`. Its retries must cover throttling, its request handler the
 * time limit
 */
export function sdkSend(client: DynamoClient): DynamoSend {
  return async (operation, input, signal) => {
    const output = await client.send(new COMMANDS[operation](input), { abortSignal: signal });
    if (isWhole(operation, input, output)) return output;
    // The fault of a server: it counts as an outage, like an answer that breaks off.
    throw Object.assign(new Error("DynamoDB's answer lacks its list"), { $fault: "server" });
  };
}

/** The table in DynamoDB, through the SDK's document client. */
export function dynamoTable(client: DynamoClient, tableName: string): Table {
  return tableThrough(sdkSend(client), tableName);
}

interface DynamoStoreOptions extends StoreOptions {
  readonly client: DynamoClient;
  readonly tableName: string;
}

/** In this file, so that a store in a local file loads no SDK. */
export function createDynamoStore({ client, tableName, ...options }: DynamoStoreOptions): Store {
  return createStore(dynamoTable(client, tableName), options);
}

/** SDK settings for functions: no call may take longer than its caller waits. */
export const CALLS = {
  maxAttempts: 4,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 3_000,
    // Without this the SDK only writes a warning after that time, and continues to wait.
    throwOnRequestTimeout: true,
    httpsAgent: { maxSockets: 100, keepAlive: true },
  },
} as const;

/** The only DynamoDB client of a function, made once per cold start. */
export function lambdaClient(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(CALLS), { marshallOptions: { removeUndefinedValues: true } });
}
