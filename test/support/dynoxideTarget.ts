import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { startDynoxide } from "../../bin/local/dynoxide.ts";
import type { Endpoint } from "../../functions/edge/endpoint.ts";
import { createDynamoStore } from "../../functions/store/store.ts";
import { ensureTable } from "../../functions/store/table.ts";
import { inProcessTarget } from "./inProcess.ts";
import type { Target } from "./target.ts";
import { testEndpoint } from "./testEndpoint.ts";

/** The handlers in this process on a DynamoDB-compatible server of their own; undefined where no binary is installed. */
export async function dynoxideTarget(
  log?: Endpoint["log"],
): Promise<(Target & { close(): Promise<void> }) | undefined> {
  const start = await startDynoxide();
  if (start.outcome === "missing") return undefined;
  if (start.outcome === "failed") throw new Error(`dynoxide did not start: ${start.reason}`);
  const client = new DynamoDBClient({
    endpoint: start.dynoxide.endpoint,
    region: "local",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  await ensureTable(client, "rollcall");
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const store = createDynamoStore({ client: documents, tableName: "rollcall" });
  const target = inProcessTarget("dynoxide", testEndpoint(store, log), 1000);
  return {
    ...target,
    close: async () => {
      client.destroy();
      await start.dynoxide.stop();
    },
  };
}
