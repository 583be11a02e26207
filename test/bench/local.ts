import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { matchRoute } from "../../bin/local/matchRoute.ts";
import { proxyEvent } from "../../bin/local/proxyEvent.ts";
import { ROUTES, type Route } from "../../functions/routes.ts";
import { ensureTable } from "../../functions/store/tableDefinition.ts";
import { startDynoxide } from "../support/dynoxide.ts";
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

export function contextFor(budget = 28_000): Context {
  const deadline = Date.now() + budget;
  const ignore = (): void => undefined;
  return {
    awsRequestId: randomUUID(),
    callbackWaitsForEmptyEventLoop: true,
    functionName: "bench",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:local:000000000000:function:bench",
    memoryLimitInMB: "512",
    logGroupName: "bench",
    logStreamName: "bench",
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: ignore,
    fail: ignore,
    succeed: ignore,
  };
}

/** @throws with what was answered, unless it has the expected status */
export function expectAnswer({ statusCode, body }: APIGatewayProxyResult, status: number): string {
  if (statusCode !== status) throw new Error(`expected ${status}, was answered ${statusCode}: ${body.slice(0, 300)}`);
  return body;
}
