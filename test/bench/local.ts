import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { matchRoute } from "../../bin/local/matchRoute.ts";
import { proxyEvent } from "../../bin/local/proxyEvent.ts";
import { resourceHandler } from "../../functions/http/resource.ts";
import type { AdminEndpoint } from "../../functions/http/signed/admin.ts";
import type { ResourceDefinition } from "../../functions/provisioning/resources/definition.ts";
import { ROUTES, type Route } from "../../functions/routes.ts";
import { createDynamoStore } from "../../functions/store/dynamoTable.ts";
import { ensureTable } from "../../functions/store/tableDefinition.ts";
import { startDynoxide } from "../support/dynoxide.ts";
import { inProcessAdmin } from "../support/inProcess.ts";
import { makeOrg } from "../support/org.ts";
import { encoded } from "../support/wire.ts";
import { sendNoTokens } from "./noTokens.ts";

const HOST = "rollcall.example";
export const ORIGIN = `https://${HOST}`;

export const TABLE_NAME = "rollcall";

export interface LocalTable {
  readonly endpoint: string;
  readonly client: DynamoDBDocumentClient;
  close(): Promise<void>;
}

/** An empty table of that name in a database of its own, in memory; unless told otherwise its client sends no `ClientRequestToken`. */
export async function openTable(sent: "tokens" | "noTokens" = "noTokens"): Promise<LocalTable> {
  const { endpoint, stop } = await startDynoxide();
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials });
  await ensureTable(client, TABLE_NAME);
  const close = async (): Promise<void> => {
    client.destroy();
    await stop();
  };
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  if (sent === "noTokens") sendNoTokens(documents);
  return { endpoint, client: documents, close };
}

export interface Sent {
  readonly method: string;
  /** With the query; spaces and quotes may be raw. */
  readonly target: string;
  readonly token: string;
  readonly body?: unknown;
}

/** The event API Gateway would make of the request, and the route it would take. */
export function eventOf({ method, target, token, body }: Sent): { event: APIGatewayProxyEvent; route: Route } {
  const [path = "/", queryString = ""] = encoded(target).split("?");
  const match = matchRoute(ROUTES, path);
  if (match === undefined) throw new Error(`no route takes ${path}`);
  const headers = {
    Host: HOST,
    Authorization: `Bearer ${token}`,
    Accept: "application/scim+json",
    "User-Agent": "rollcall-bench",
    ...(body === undefined ? {} : { "Content-Type": "application/scim+json" }),
  };
  const request = {
    method,
    path,
    queryString,
    rawHeaders: Object.entries(headers).flat(),
    body: Buffer.from(body === undefined ? "" : JSON.stringify(body)),
    sourceIp: "127.0.0.1",
    httpVersion: "1.1",
  };
  const arrival = { gatewayId: randomUUID(), at: Date.now(), stage: "bench", defaultHost: HOST };
  return { event: proxyEvent(request, match, arrival), route: match.route };
}

/** An org over that table, the handler of one resource type, and the log's lines of its requests. */
export async function handledOrg({ client }: LocalTable, definition: ResourceDefinition) {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const endpoint: AdminEndpoint = {
    store: createDynamoStore({ client, tableName: TABLE_NAME }),
    now: Date.now,
    randomBytes,
    wait: (milliseconds) => wait(milliseconds),
    log: (line) => void lines.push(line),
    version: "bench",
    resolveTxt: async () => ({ failure: "missing" }),
    sweepLater: () => undefined,
  };
  const elsewhere = () => {
    throw new Error("its requests go to the handler");
  };
  const org = await makeOrg(ORIGIN, elsewhere, inProcessAdmin(endpoint))();
  return { org, handler: resourceHandler(endpoint, definition), lines };
}

/** @throws with what was answered, unless it has the expected status */
export function expectAnswer({ statusCode, body }: APIGatewayProxyResult, status: number): string {
  if (statusCode !== status) throw new Error(`expected ${status}, was answered ${statusCode}: ${body.slice(0, 300)}`);
  return body;
}
