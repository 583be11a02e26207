import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { type DynamoCalls, type DynamoSend, tableThrough } from "./dynamoCalls.ts";
import { createStore, type Store, type StoreOptions } from "./session.ts";
import type { Table } from "./table.ts";

export type DynamoClient = Pick<DynamoDBDocumentClient, "send">;

interface Sending {
  readonly abortSignal: AbortSignal | undefined;
}

const SENDERS: {
  readonly [O in keyof DynamoCalls]: (
    client: DynamoClient,
    input: DynamoCalls[O][0],
    options: Sending,
  ) => Promise<DynamoCalls[O][1]>;
} = {
  GetItem: (client, input, options) => client.send(new GetCommand(input), options),
  BatchGetItem: (client, input, options) => client.send(new BatchGetCommand(input), options),
  TransactGetItems: (client, input, options) => client.send(new TransactGetCommand(input), options),
  Query: (client, input, options) => client.send(new QueryCommand(input), options),
  PutItem: (client, input, options) => client.send(new PutCommand(input), options),
  DeleteItem: (client, input, options) => client.send(new DeleteCommand(input), options),
  UpdateItem: (client, input, options) => client.send(new UpdateCommand(input), options),
  TransactWriteItems: (client, input, options) => client.send(new TransactWriteCommand(input), options),
  BatchWriteItem: (client, input, options) => client.send(new BatchWriteCommand(input), options),
};

/**
 * @param client with marshall option `removeUndefinedValues`. Its retries must cover throttling, its request handler the
 * time limit
 */
export function sdkSend(client: DynamoClient): DynamoSend {
  return (operation, input, signal) => SENDERS[operation](client, input, { abortSignal: signal });
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
