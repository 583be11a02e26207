import { createStore, type Store, type StoreOptions } from "./createStore.ts";
import { type DynamoClient, dynamoTable } from "./dynamoTable.ts";

export interface DynamoStoreOptions extends StoreOptions {
  readonly client: DynamoClient;
  readonly tableName: string;
}

/** Apart from `createStore`, so that a store in a file loads no SDK. */
export function createDynamoStore({ client, tableName, ...options }: DynamoStoreOptions): Store {
  return createStore(dynamoTable(client, tableName), options);
}
