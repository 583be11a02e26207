import { setTimeout as wait } from "node:timers/promises";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { DynamoDBRecord } from "aws-lambda";
import { createDeadLetters } from "./bus/deadLetters.ts";
import { createEventBus } from "./bus/eventBus.ts";
import { dnsSuffixOf } from "./bus/signedCall.ts";
import { readStreamPlace } from "./bus/streamPlace.ts";
import { massChangeWatch } from "./http/massChangeWatch.ts";
import { eventsFunction } from "./http/republish.ts";
import { readLogSettings } from "./provisioning/events/logSettings.ts";
import { readMassChangeLimits } from "./provisioning/massChange.ts";
import { newGeneration } from "./provisioning/newId.ts";
import { lambdaIdentity, optionalSetting, processParts, setting } from "./runtime.ts";
import { Database } from "./store/database.ts";
import { CALLS, dynamoTable, lambdaClient } from "./store/dynamoTable.ts";
import { RemovalCountStore } from "./store/removalCounts.ts";
import { readStep } from "./store/steps.ts";
import { readRecord } from "./store/streamRecord.ts";

const parts = processParts();
const identity = lambdaIdentity();
// The first two are set by an emulator.
const streams =
  optionalSetting("AWS_ENDPOINT_URL_DYNAMODB_STREAMS") ??
  optionalSetting("AWS_ENDPOINT_URL") ??
  `https://streams.dynamodb.${identity.region}.${dnsSuffixOf(identity.region)}`;
const pauses = { now: Date.now, random: Math.random, wait: (milliseconds: number) => wait(milliseconds) };
// The stream comes to this function; in the table it writes the event logs and counts removals.
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
  // The API reference's record and Lambda's are the same.
  readPlace: async (place) => (await readStreamPlace(streams, identity, place)) as DynamoDBRecord[] | undefined,
});
