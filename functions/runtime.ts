import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { dnsSuffixOf, dynamoEndpoint } from "./bus/awsEndpoints.ts";
import type { AwsIdentity } from "./bus/signedCall.ts";
import type { Endpoint, GatewayHandler } from "./http/endpoint.ts";
import { type WarmUp, warmUp } from "./http/warmUp.ts";
import { readLogSettings } from "./provisioning/events/logSettings.ts";
import { fromSupply } from "./provisioning/newId.ts";
import { readBudget } from "./provisioning/requestBudget.ts";
import { DynamoBuckets } from "./store/buckets.ts";
import { type DynamoSend, tableThrough } from "./store/dynamoCalls.ts";
import { lambdaClient, sdkSend } from "./store/dynamoTable.ts";
import { createStore, createUnsweptStore, type Store } from "./store/session.ts";
import { SignedClient } from "./store/signed/signedClient.ts";
import type { Table } from "./store/table.ts";

/** A variable that the stack sets for a function. No other file of this folder reads the environment. @throws Error where it is not set */
export function setting(name: string): string {
  const value = optionalSetting(name);
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

export function optionalSetting(name: string): string | undefined {
  return process.env[name];
}

/** Hosts of the issuers that orgs of this deployment may trust. */
export function federationHosts(): readonly string[] {
  return (optionalSetting("FEDERATION_HOSTS") ?? "").split(",").filter((host) => host !== "");
}

/** The credentials that Lambda gives each function for signing. */
export function lambdaIdentity(): AwsIdentity {
  return {
    region: setting("AWS_REGION"),
    accessKeyId: optionalSetting("AWS_ACCESS_KEY_ID") ?? "",
    secretAccessKey: optionalSetting("AWS_SECRET_ACCESS_KEY") ?? "",
    sessionToken: optionalSetting("AWS_SESSION_TOKEN"),
  };
}

/**
 * The address of an AWS service, for calls without its SDK.
 * @param host the service's name in its regional host @param named its name in `AWS_ENDPOINT_URL_…`, which points to an emulator
 */
export function serviceEndpoint(host: string, named: string): string {
  const region = setting("AWS_REGION");
  const given = optionalSetting(`AWS_ENDPOINT_URL_${named}`) ?? optionalSetting("AWS_ENDPOINT_URL");
  return given ?? `https://${host}.${region}.${dnsSuffixOf(region)}`;
}

/**
 * The function's DynamoDB client. lib/scimFunction.ts sets ROLLCALL_TABLE_CLIENT per bundle: esbuild inlines the value and
 * drops the other client. Outside bundles the variable is not set, and this is the SDK's client.
 */
function lambdaSend(): DynamoSend {
  return process.env.ROLLCALL_TABLE_CLIENT === "signed" ? signedClient().send : sdkSend(lambdaClient());
}

function signedClient(): SignedClient {
  const url = optionalSetting("AWS_ENDPOINT_URL_DYNAMODB") ?? optionalSetting("AWS_ENDPOINT_URL");
  const [fips, dualStack] = ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"].map(optionalSetting);
  const endpoint = dynamoEndpoint({ region: setting("AWS_REGION"), url, fips, dualStack });
  return new SignedClient({ endpoint, signer: lambdaIdentity });
}

/** Clock, log and random bytes of a process, and the values that each of its log lines has. */
export function processParts() {
  return {
    now: Date.now,
    log: (line: Readonly<Record<string, unknown>>): void => {
      process.stdout.write(`${JSON.stringify(line)}\n`);
    },
    version: optionalSetting("ROLLCALL_VERSION") ?? "0",
    initMs: Math.round(performance.now()),
    randomBytes: fromSupply(randomBytes),
  };
}

/** For a function that serves an API or runs on a schedule. */
export function endpointFromEnvironment(): Endpoint {
  return withLogSettings(endpointOver(createStore));
}

/** For a function that answers the application or a portal, and never sweeps deletions itself. */
export function answeringEndpoint(): Endpoint {
  return withLogSettings(endpointOver(createUnsweptStore));
}

/** SCIM functions make events, and know nothing of how long they are kept. */
function withLogSettings(endpoint: Endpoint): Endpoint {
  return { ...endpoint, logSettings: readLogSettings(optionalSetting("EVENT_LOG")) };
}

function endpointOver(storeIn: (table: Table) => Store): Endpoint {
  const tableName = setting("TABLE_NAME");
  const send = lambdaSend();
  return {
    ...processParts(),
    store: storeIn(tableThrough(send, tableName)),
    wait: (milliseconds) => wait(milliseconds),
    publicUrl: optionalSetting("PUBLIC_URL"),
    adoption: optionalSetting("ADOPTION") === "on" || undefined,
    roles: optionalSetting("ROLES") === "on" || undefined,
    // The function `sweep` gets every deletion from the stream.
    sweepLater: () => undefined,
    budget: readBudget(optionalSetting("REQUEST_BUDGET"), new DynamoBuckets({ send, tableName })),
  };
}

/**
 * The handler of a function for which identity providers wait. Lambda gives the init phase a whole processor and requests
 * about a third, so the function sends itself a warm-up request during init (ADR 52). That request writes no log line.
 */
export async function warmHandler(
  make: (endpoint: Endpoint) => GatewayHandler,
  request: WarmUp,
): Promise<GatewayHandler> {
  const endpoint = endpointOver(createUnsweptStore);
  // Only Lambda sets this variable: it says how Lambda started the process.
  if (optionalSetting("AWS_LAMBDA_INITIALIZATION_TYPE") !== undefined) {
    await warmUp(make({ ...endpoint, log: () => undefined }), request);
  }
  // Read the process parts again: `initMs` now includes the warm-up.
  return make({ ...endpoint, ...processParts() });
}
