import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { dynamoEndpoint } from "./bus/dynamoEndpoint.ts";
import { type AwsIdentity, dnsSuffixOf } from "./bus/signedCall.ts";
import type { Endpoint, GatewayHandler } from "./http/endpoint.ts";
import { type WarmUp, warmUp } from "./http/warmUp.ts";
import { readLogSettings } from "./provisioning/events/logSettings.ts";
import { readBudget } from "./provisioning/requestBudget.ts";
import { DynamoBuckets } from "./store/buckets.ts";
import { type DynamoSend, tableThrough } from "./store/dynamoCalls.ts";
import { lambdaClient, sdkSend } from "./store/dynamoTable.ts";
import { createStore, createUnsweptStore, type Store } from "./store/session.ts";
import { SignedClient } from "./store/signed/signedClient.ts";
import type { Table } from "./store/table.ts";

/** What the stack set for a function, once per cold start: the only reader of the environment in this folder. @throws Error where it did not */
export function setting(name: string): string {
  const value = optionalSetting(name);
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

export function optionalSetting(name: string): string | undefined {
  return process.env[name];
}

/** Hosts of issuers that the deployment lets its orgs trust. */
export function federationHosts(): readonly string[] {
  return (optionalSetting("FEDERATION_HOSTS") ?? "").split(",").filter((host) => host !== "");
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

/**
 * The one client of DynamoDB of a function, made once per cold start. Which one, lib/scimFunction.ts writes into each
 * bundle: esbuild puts the value here and leaves out the client that is not meant. Outside of bundles it is the SDK's.
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
  return endpointOver(createStore);
}

/** What a function needs that answers identity providers or the application, and leaves sweeping to others. */
export function answeringEndpoint(): Endpoint {
  return endpointOver(createUnsweptStore);
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
    // The stack's function `sweep` hears of every deletion from the stream.
    sweepLater: () => undefined,
    logSettings: readLogSettings(optionalSetting("EVENT_LOG")),
    budget: readBudget(optionalSetting("REQUEST_BUDGET"), new DynamoBuckets({ send, tableName })),
  };
}

/**
 * The handler of a function that identity providers wait for. On Lambda what is done before the first request has a whole
 * processor, and afterwards a third of one, so the function warms up before (ADR 52). No line of the log tells of it.
 */
export async function warmHandler(
  make: (endpoint: Endpoint) => GatewayHandler,
  request: WarmUp,
): Promise<GatewayHandler> {
  const endpoint = answeringEndpoint();
  // Lambda says here how a process was started; nobody else does.
  if (optionalSetting("AWS_LAMBDA_INITIALIZATION_TYPE") !== undefined) {
    await warmUp(make({ ...endpoint, log: () => undefined }), request);
  }
  // Once more, for the time that starting took.
  return make({ ...endpoint, ...processParts() });
}
