import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Endpoint } from "./edge/endpoint.ts";
import { readBudget } from "./provisioning/requestBudget.ts";
import { DynamoBuckets } from "./store/buckets.ts";
import { createDynamoStore, type DynamoStoreOptions } from "./store/store.ts";

/**
 * Composition for Lambda, once per cold start. The only reader of the environment in this folder.
 * @param parts of the store that only this function needs
 */
export function endpointFromEnvironment(
  parts: Pick<DynamoStoreOptions, "parts"> = {},
  env: NodeJS.ProcessEnv = process.env,
): Endpoint {
  const tableName = env.TABLE_NAME;
  if (tableName === undefined) throw new Error("TABLE_NAME is not set");
  const client = new DynamoDBClient({
    maxAttempts: 4,
    // Shorter than any timeout in front of us, so that it is we who answer.
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: 3_000,
      httpsAgent: { maxSockets: 100, keepAlive: true },
    },
  });
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  return {
    store: createDynamoStore({ client: documents, tableName, ...parts }),
    now: () => Date.now(),
    randomBytes,
    wait: (milliseconds) => wait(milliseconds),
    log: (line) => {
      process.stdout.write(`${JSON.stringify(line)}\n`);
    },
    version: env.ROLLCALL_VERSION ?? "0",
    initMs: Math.round(performance.now()),
    publicUrl: env.PUBLIC_URL,
    // The stack's function `sweep` hears of every deletion from the stream.
    sweepLater: () => undefined,
    budget: readBudget(env.REQUEST_BUDGET, new DynamoBuckets({ client: documents, tableName })),
  };
}
