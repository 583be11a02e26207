import { setTimeout as wait } from "node:timers/promises";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { DynamoDBRecord } from "aws-lambda";
import { createDeadLetters, readStreamPlace } from "./bus/deadLetters.ts";
import { createEventBus } from "./bus/eventBus.ts";
import { wakeFunction } from "./bus/signedCall.ts";
import { massChangeWatch } from "./http/massChangeWatch.ts";
import { eventsFunction } from "./http/republish.ts";
import { readLogSettings } from "./provisioning/events/logSettings.ts";
import { readMassChangeLimits } from "./provisioning/massChange.ts";
import { newGeneration } from "./provisioning/newId.ts";
import { lambdaIdentity, optionalSetting, processParts, serviceEndpoint, setting } from "./runtime.ts";
import { Database } from "./store/database.ts";
import { CALLS, dynamoTable, lambdaClient } from "./store/dynamoTable.ts";
import { RemovalCountStore } from "./store/removalCounts.ts";
import { readStep } from "./store/steps.ts";
import { readRecord } from "./store/streamRecord.ts";

const parts = processParts();
const identity = lambdaIdentity();
const streams = serviceEndpoint("streams.dynamodb", "DYNAMODB_STREAMS");
const pauses = { now: Date.now, random: Math.random, wait: (milliseconds: number) => wait(milliseconds) };
// Set where the deployment has webhooks.
const sender = optionalSetting("WEBHOOK_SENDER");
// Set where the deployment computes roles.
const worker = optionalSetting("ROLES_WORKER");
// This function writes the event logs and counts removals in the table. It reads the changes from the stream.
const access = { ...pauses, table: dynamoTable(lambdaClient(), setting("TABLE_NAME")) };

export const handler = eventsFunction({
  ...parts,
  readStep: (record) => readStep(readRecord(record)),
  open: () => new Database(access),
  logSettings: readLogSettings(optionalSetting("EVENT_LOG")),
  newGeneration: () => newGeneration(parts.randomBytes),
  watch: massChangeWatch({
    ...parts,
    counts: new RemovalCountStore(access),
    limits: readMassChangeLimits(optionalSetting("MASS_CHANGE")),
  }),
  bus: createEventBus({ ...pauses, client: new EventBridgeClient(CALLS), busName: setting("EVENT_BUS_NAME") }),
  deadLetters: createDeadLetters(setting("DEAD_LETTERS_URL"), identity),
  ...(sender !== undefined && {
    wakeSender: () => wakeFunction(serviceEndpoint("lambda", "LAMBDA"), identity, sender),
  }),
  ...(worker !== undefined && {
    wakeRoles: () => wakeFunction(serviceEndpoint("lambda", "LAMBDA"), identity, worker),
  }),
  // `DynamoDBRecord` has the shape of the API reference's record.
  readPlace: async (place) => (await readStreamPlace(streams, identity, place)) as DynamoDBRecord[] | undefined,
});
