import { setTimeout as wait } from "node:timers/promises";
import { createDeliver } from "./bus/deliverWebhook.ts";
import { createKmsOpener } from "./bus/kmsSecrets.ts";
import { resolveAddresses } from "./bus/resolveAddresses.ts";
import { webhooksHandler } from "./http/webhooks.ts";
import { lambdaIdentity, processParts, serviceEndpoint, setting } from "./runtime.ts";
import { Database } from "./store/database.ts";
import { dynamoTable, lambdaClient } from "./store/dynamoTable.ts";

const parts = processParts();
const { now } = parts;
const { random } = Math;
const table = dynamoTable(lambdaClient(), setting("TABLE_NAME"));
const key = { arn: setting("WEBHOOK_KEY"), identity: lambdaIdentity(), endpoint: serviceEndpoint("kms", "KMS") };

export const handler = webhooksHandler({
  ...parts,
  random,
  open: (signal) => new Database({ table, now, random, wait: (milliseconds) => wait(milliseconds), signal }),
  deliver: createDeliver({ allowed: "public", resolve: resolveAddresses, now }),
  secrets: createKmsOpener(key),
});
