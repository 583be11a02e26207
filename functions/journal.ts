import { setTimeout as wait } from "node:timers/promises";
import { readLogDelivery } from "./bus/logDelivery.ts";
import { journalHandler } from "./http/journal.ts";
import { processParts, setting } from "./runtime.ts";
import { Database } from "./store/database.ts";
import { dynamoTable, lambdaClient } from "./store/dynamoTable.ts";

const table = dynamoTable(lambdaClient(), setting("TABLE_NAME"));
const { random } = Math;

export const handler = journalHandler({
  ...processParts(),
  readDelivery: readLogDelivery,
  open: (signal) => new Database({ table, now: Date.now, random, wait: (milliseconds) => wait(milliseconds), signal }),
});
