import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { tableThrough } from "../../functions/store/dynamoCalls.ts";
import { sdkSend } from "../../functions/store/dynamoTable.ts";
import { createStore, type Store } from "../../functions/store/session.ts";
import type { Table } from "../../functions/store/table.ts";
import type { TableClient } from "../../lib/bundling.ts";
import { freshTable, localClient, signedLocally } from "./dynamoTable.ts";
import { startDynoxide } from "./dynoxide.ts";
import { localStore } from "./localStore.ts";
import { TABLE_CLIENT } from "./proof.ts";

/** A store on its own DynamoDB-compatible server. @param kind client of its calls */
export async function dynoxideStore(kind: TableClient = TABLE_CLIENT): Promise<{
  readonly store: Store;
  /** The SDK's client. */
  readonly client: DynamoDBDocumentClient;
  /** The store's table. */
  readonly table: Table;
  readonly tableName: string;
  close(): Promise<void>;
}> {
  const dynoxide = await startDynoxide();
  const client = localClient(dynoxide.endpoint);
  const tableName = await freshTable(dynoxide.endpoint);
  const own = signedLocally(dynoxide.endpoint);
  const table = tableThrough(kind === "sdk" ? sdkSend(client) : own.send, tableName);
  return {
    store: createStore(table),
    table,
    client,
    tableName,
    close: async () => {
      client.destroy();
      own.close();
      await dynoxide.stop();
    },
  };
}

/** A store that a suite opens, and closes in the end. */
export interface OpenedStore {
  readonly store: Store;
  close(): Promise<void>;
}

/** The stores of suites that run on both: where, and how it is opened. */
export const BOTH_STORES: readonly (readonly [where: string, open: () => Promise<OpenedStore>])[] = [
  ["in memory", async () => ({ store: localStore(), close: async () => undefined })],
  ["on dynoxide", () => dynoxideStore()],
];
