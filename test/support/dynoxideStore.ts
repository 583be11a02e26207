import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createDynamoStore } from "../../functions/store/dynamoTable.ts";
import type { Store } from "../../functions/store/session.ts";
import { freshTable, localClient } from "./dynamoTable.ts";
import { startDynoxide } from "./dynoxide.ts";

/** A store on a DynamoDB-compatible server of its own. */
export async function dynoxideStore(): Promise<{
  readonly store: Store;
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  close(): Promise<void>;
}> {
  const dynoxide = await startDynoxide();
  const client = localClient(dynoxide.endpoint);
  const tableName = await freshTable(dynoxide.endpoint);
  const store = createDynamoStore({ client, tableName });
  return {
    store,
    client,
    tableName,
    close: async () => {
      client.destroy();
      await dynoxide.stop();
    },
  };
}
