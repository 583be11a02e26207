import { setTimeout as wait } from "node:timers/promises";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { DynamoDBRecord } from "aws-lambda";
import { dnsSuffixOf } from "./bus/dnsSuffix.ts";
import { createEventBus } from "./bus/eventBus.ts";
import { readStreamPlace, type StreamAccess } from "./bus/streamPlace.ts";
import { deadLettersFromEnvironment } from "./deadLettersRuntime.ts";
import { massChangeWatch } from "./http/massChangeWatch.ts";
import type { RetellingEndpoint } from "./http/retell.ts";
import { loginNames } from "./provisioning/events.ts";
import { readMassChangeLimits } from "./provisioning/massChange.ts";
import { readChanges } from "./store/changes.ts";
import { Database } from "./store/database.ts";
import { dynamoTable } from "./store/dynamoTable.ts";
import { CALLS, lambdaClient } from "./store/lambdaClient.ts";
import { RemovalCountStore } from "./store/removalCounts.ts";
import { SettingsStore } from "./store/settings.ts";
import { readRecord } from "./store/streamRecord.ts";

/** Composition of the function that publishes events. The stream comes to it; of the table it knows how many are lost. */
export function eventsFromEnvironment(env: NodeJS.ProcessEnv = process.env): RetellingEndpoint {
  const { EVENT_BUS_NAME: busName, TABLE_NAME: tableName } = env;
  if (busName === undefined) throw new Error("EVENT_BUS_NAME is not set");
  if (tableName === undefined) throw new Error("TABLE_NAME is not set");
  const client = new EventBridgeClient(CALLS);
  const log = (line: Readonly<Record<string, unknown>>): void => {
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  const version = env.ROLLCALL_VERSION ?? "0";
  const table = dynamoTable(lambdaClient(), tableName);
  const access = { table, now: Date.now, random: Math.random, wait: (ms: number) => wait(ms) };
  const counts = new RemovalCountStore(access);
  const limits = readMassChangeLimits(env.MASS_CHANGE);
  return {
    readChanges: (record) => readChanges(readRecord(record)),
    nameOrgs: loginNames(new SettingsStore(new Database(access))),
    watch: massChangeWatch({ counts, limits, now: Date.now, log, version }),
    bus: createEventBus({ client, busName, now: Date.now, random: Math.random, wait: (ms) => wait(ms) }),
    deadLetters: deadLettersFromEnvironment(env),
    // The API reference's record and Lambda's are the same.
    readPlace: async (place) => (await readStreamPlace(streamAccess(env), place)) as DynamoDBRecord[] | undefined,
    now: Date.now,
    log,
    version,
    initMs: Math.round(performance.now()),
  };
}

function streamAccess(env: NodeJS.ProcessEnv): StreamAccess {
  const { AWS_ACCESS_KEY_ID, AWS_REGION: region = "", AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = env;
  // Set by an emulator.
  const endpoint =
    env.AWS_ENDPOINT_URL_DYNAMODB_STREAMS ??
    env.AWS_ENDPOINT_URL ??
    `https://streams.dynamodb.${region}.${dnsSuffixOf(region)}`;
  return {
    endpoint,
    region,
    accessKeyId: AWS_ACCESS_KEY_ID ?? "",
    secretAccessKey: AWS_SECRET_ACCESS_KEY ?? "",
    sessionToken: AWS_SESSION_TOKEN,
  };
}
