import { setTimeout as wait } from "node:timers/promises";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { DynamoDBRecord } from "aws-lambda";
import { createDeadLetters } from "./bus/deadLetters.ts";
import { createEventBus } from "./bus/eventBus.ts";
import { dnsSuffixOf } from "./bus/signedCall.ts";
import { readStreamPlace } from "./bus/streamPlace.ts";
import { massChangeWatch } from "./http/massChangeWatch.ts";
import { eventsOrRepublish } from "./http/republish.ts";
import { loginNames } from "./provisioning/events.ts";
import { readMassChangeLimits } from "./provisioning/massChange.ts";
import { lambdaIdentity, optionalSetting, processParts, setting } from "./runtime.ts";
import { readChanges } from "./store/changes.ts";
import { Database } from "./store/database.ts";
import { CALLS, dynamoTable, lambdaClient } from "./store/dynamoTable.ts";
import { RemovalCountStore } from "./store/removalCounts.ts";
import { SettingsStore } from "./store/settings.ts";
import { readRecord } from "./store/streamRecord.ts";

const parts = processParts();
const identity = lambdaIdentity();
// The first two are set by an emulator.
const streams =
  optionalSetting("AWS_ENDPOINT_URL_DYNAMODB_STREAMS") ??
  optionalSetting("AWS_ENDPOINT_URL") ??
  `https://streams.dynamodb.${identity.region}.${dnsSuffixOf(identity.region)}`;
const pauses = { now: Date.now, random: Math.random, wait: (milliseconds: number) => wait(milliseconds) };
// The stream comes to this function; in the table it counts removals and reads the names of organizations.
const access = { ...pauses, table: dynamoTable(lambdaClient(), setting("TABLE_NAME")) };

export const handler = eventsOrRepublish({
  ...parts,
  readChanges: (record) => readChanges(readRecord(record)),
  nameOrgs: loginNames(new SettingsStore(new Database(access))),
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
