import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Endpoint } from "./http/endpoint.ts";
import { readBudget } from "./provisioning/requestBudget.ts";
import { DynamoBuckets } from "./store/buckets.ts";
import { lambdaClient } from "./store/lambdaClient.ts";
import { createDynamoStore } from "./store/store.ts";

/** Composition for Lambda, once per cold start. The only reader of the environment in this folder. */
export function endpointFromEnvironment(env: NodeJS.ProcessEnv = process.env): Endpoint {
  const tableName = env.TABLE_NAME;
  if (tableName === undefined) throw new Error("TABLE_NAME is not set");
  const client = lambdaClient();
  return {
    store: createDynamoStore({ client, tableName }),
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
    budget: readBudget(env.REQUEST_BUDGET, new DynamoBuckets({ client, tableName })),
  };
}
