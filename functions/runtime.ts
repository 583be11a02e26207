import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { type AwsIdentity, dnsSuffixOf } from "./bus/signedCall.ts";
import type { Endpoint } from "./http/endpoint.ts";
import { readLogSettings } from "./provisioning/events/logSettings.ts";
import { readBudget } from "./provisioning/requestBudget.ts";
import { DynamoBuckets } from "./store/buckets.ts";
import { createDynamoStore, lambdaClient } from "./store/dynamoTable.ts";

/** What the stack set for a function, once per cold start: the only reader of the environment in this folder. @throws Error where it did not */
export function setting(name: string): string {
  const value = optionalSetting(name);
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

export function optionalSetting(name: string): string | undefined {
  return process.env[name];
}

/** What Lambda gives each of its functions to sign with. */
export function lambdaIdentity(): AwsIdentity {
  return {
    region: setting("AWS_REGION"),
    accessKeyId: optionalSetting("AWS_ACCESS_KEY_ID") ?? "",
    secretAccessKey: optionalSetting("AWS_SECRET_ACCESS_KEY") ?? "",
    sessionToken: optionalSetting("AWS_SESSION_TOKEN"),
  };
}

/**
 * Where a service of AWS answers, for calls by hand.
 * @param host its name in a region @param named as the SDKs name it in settings, which an emulator makes
 */
export function serviceEndpoint(host: string, named: string): string {
  const region = setting("AWS_REGION");
  const given = optionalSetting(`AWS_ENDPOINT_URL_${named}`) ?? optionalSetting("AWS_ENDPOINT_URL");
  return given ?? `https://${host}.${region}.${dnsSuffixOf(region)}`;
}

/** Clock, chance and log of a function, and what its lines name. */
export function processParts() {
  return {
    now: Date.now,
    log: (line: Readonly<Record<string, unknown>>): void => {
      process.stdout.write(`${JSON.stringify(line)}\n`);
    },
    version: optionalSetting("ROLLCALL_VERSION") ?? "0",
    initMs: Math.round(performance.now()),
    randomBytes,
  };
}

/** What a function that serves an API or the schedule needs. */
export function endpointFromEnvironment(): Endpoint {
  const tableName = setting("TABLE_NAME");
  const client = lambdaClient();
  return {
    ...processParts(),
    store: createDynamoStore({ client, tableName }),
    wait: (milliseconds) => wait(milliseconds),
    publicUrl: optionalSetting("PUBLIC_URL"),
    adoption: optionalSetting("ADOPTION") === "on" || undefined,
    // The stack's function `sweep` hears of every deletion from the stream.
    sweepLater: () => undefined,
    logSettings: readLogSettings(optionalSetting("EVENT_LOG")),
    budget: readBudget(optionalSetting("REQUEST_BUDGET"), new DynamoBuckets({ client, tableName })),
  };
}
