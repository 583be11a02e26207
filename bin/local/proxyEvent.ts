import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEvent, Context } from "aws-lambda";
import type { RoutedFunction } from "../../functions/routes.ts";
import type { RouteMatch } from "./matchRoute.ts";

/** One HTTP request, read whole. */
export interface HttpRequest {
  readonly method: string;
  /** Path as sent: percent-encoded ASCII, no query. */
  readonly path: string;
  /** What follows the first `?`, as sent. */
  readonly queryString: string;
  /** Names and values in turn, spelled as sent (`IncomingMessage.rawHeaders`). */
  readonly rawHeaders: readonly string[];
  readonly body: Uint8Array;
  readonly sourceIp: string;
  readonly httpVersion: string;
}

/** In the form of API Gateway's ids: 16 characters of base64. */
export function newGatewayId(): string {
  return Buffer.from(randomHex().slice(0, 22), "hex").toString("base64");
}

/** By a UUID, because Node keeps random bytes for UUIDs in stock. */
function randomHex(): string {
  return randomUUID().replaceAll("-", "");
}

/** What the gateway adds to a request. */
interface Arrival {
  /** Made by the gateway, as `$context.extendedRequestId`. */
  readonly gatewayId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly stage: string;
  /** `host` or `host:port` for requests without a usable Host header. */
  readonly defaultHost: string;
}

/**
 * The event a REST API with Lambda proxy integration sends, payload format 1.0, as on a custom domain: the stage is not
 * part of the public path.
 * @throws URIError where the path or the query is not percent-encoded UTF-8
 */
export function proxyEvent(request: HttpRequest, match: RouteMatch, arrival: Arrival): APIGatewayProxyEvent {
  const headers = headersOf(request, arrival);
  const query = queryOf(request.queryString);
  const { body, isBase64Encoded } = bodyOf(request.body);
  const parameters = Object.entries(match.parameters).map(([name, value]) => [name, decodeOnce(value)] as const);
  return {
    resource: match.route.path,
    path: request.path,
    httpMethod: request.method,
    ...spelled(headers),
    queryStringParameters: query.size === 0 ? null : lastValues(query),
    multiValueQueryStringParameters: query.size === 0 ? null : Object.fromEntries(query),
    pathParameters: parameters.length === 0 ? null : Object.fromEntries(parameters),
    stageVariables: null,
    requestContext: requestContext(request, match, arrival, headers),
    body,
    isBase64Encoded,
  };
}

function requestContext(
  request: HttpRequest,
  match: RouteMatch,
  arrival: Arrival,
  headers: Headers,
): APIGatewayProxyEvent["requestContext"] {
  const domainName = hostOf(headers.get("host")?.values.at(-1), arrival.defaultHost);
  return {
    accountId: "000000000000",
    apiId: "local",
    authorizer: null,
    domainName,
    domainPrefix: domainName.split(/[.:]/)[0] ?? domainName,
    extendedRequestId: arrival.gatewayId,
    httpMethod: request.method,
    identity: {
      accessKey: null,
      accountId: null,
      apiKey: null,
      apiKeyId: null,
      caller: null,
      clientCert: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: request.sourceIp,
      user: null,
      userAgent: headers.get("user-agent")?.values.at(-1) ?? null,
      userArn: null,
    },
    path: request.path,
    protocol: `HTTP/${request.httpVersion}`,
    // A client that sends this header sets the id (Developer Guide, "Variables for access logging").
    requestId: headers.get("x-amzn-requestid")?.values.at(-1) ?? randomUUID(),
    requestTime: commonLogTime(arrival.at),
    requestTimeEpoch: arrival.at,
    resourceId: match.route.function,
    resourcePath: match.route.path,
    stage: arrival.stage,
  };
}

/** The second argument of a function. @param milliseconds the function's timeout */
export function lambdaContext(name: RoutedFunction, now: () => number, milliseconds: number): Context {
  const deadline = now() + milliseconds;
  const awsRequestId = randomUUID();
  const ignore = (): void => {};
  return {
    awsRequestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: `rollcall-${name}`,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:rollcall-${name}`,
    memoryLimitInMB: "512",
    logGroupName: `/aws/lambda/rollcall-${name}`,
    logStreamName: "local",
    getRemainingTimeInMillis: () => Math.max(0, deadline - now()),
    done: ignore,
    fail: ignore,
    succeed: ignore,
  };
}

/** By lower-case name; `name` keeps the first spelling. */
type Headers = ReadonlyMap<string, { readonly name: string; readonly values: string[] }>;

/** Includes the headers that API Gateway sets itself and that no client can set. */
function headersOf(request: HttpRequest, arrival: Arrival): Headers {
  const byName = new Map<string, { readonly name: string; readonly values: string[] }>();
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? "";
    const key = name.toLowerCase();
    const known = byName.get(key);
    const value = request.rawHeaders[index + 1] ?? "";
    if (known === undefined) byName.set(key, { name, values: [value] });
    else known.values.push(value);
  }
  const set = (name: string, value: string): unknown => byName.set(name.toLowerCase(), { name, values: [value] });
  const forwardedFor = byName.get("x-forwarded-for")?.values.at(-1);
  set("X-Forwarded-For", forwardedFor === undefined ? request.sourceIp : `${forwardedFor}, ${request.sourceIp}`);
  set("X-Forwarded-Port", arrival.defaultHost.split(":").at(-1) ?? "80");
  set("X-Forwarded-Proto", "http");
  set("X-Amzn-Trace-Id", `Root=1-${Math.floor(arrival.at / 1000).toString(16)}-${randomHex().slice(0, 24)}`);
  return byName;
}

/** Decoded once: `+` is a space, `%2B` a plus, a name without `=` has the value "". Names keep their case. */
function queryOf(queryString: string): Map<string, string[]> {
  const query = new Map<string, string[]>();
  for (const piece of queryString.split("&")) {
    const equals = piece.indexOf("=");
    const name = decodeQuery(equals < 0 ? piece : piece.slice(0, equals));
    if (name === "") continue;
    const value = equals < 0 ? "" : decodeQuery(piece.slice(equals + 1));
    const values = query.get(name);
    if (values === undefined) query.set(name, [value]);
    else values.push(value);
  }
  return query;
}

function decodeQuery(text: string): string {
  return decodeOnce(text.replaceAll("+", " "));
}

function decodeOnce(text: string): string {
  return text.includes("%") ? decodeURIComponent(text) : text;
}

/** UTF-8 as text, other bytes as base64: nothing is lost, and the handler can refuse them. */
function bodyOf(bytes: Uint8Array): Pick<APIGatewayProxyEvent, "body" | "isBase64Encoded"> {
  if (bytes.length === 0) return { body: null, isBase64Encoded: false };
  try {
    return { body: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), isBase64Encoded: false };
  } catch {
    return { body: Buffer.from(bytes).toString("base64"), isBase64Encoded: true };
  }
}

/** API Gateway sees only hosts that it serves. Here a client may send anything, and locations are made of it. */
function hostOf(sent: string | undefined, otherwise: string): string {
  return sent !== undefined && /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i.test(sent) ? sent : otherwise;
}

function spelled(headers: Headers): Pick<APIGatewayProxyEvent, "headers" | "multiValueHeaders"> {
  const all = [...headers.values()];
  return {
    headers: Object.fromEntries(all.map(({ name, values }) => [name, values.at(-1)])),
    multiValueHeaders: Object.fromEntries(all.map(({ name, values }) => [name, values])),
  };
}

function lastValues(values: ReadonlyMap<string, string[]>): Record<string, string> {
  return Object.fromEntries([...values].map(([name, all]) => [name, all.at(-1) ?? ""]));
}

/** `22/Nov/2025:01:02:03 +0000` */
function commonLogTime(at: number): string {
  // "Sat, 22 Nov 2025 01:02:03 GMT"
  const text = new Date(at).toUTCString();
  return `${text.slice(5, 7)}/${text.slice(8, 11)}/${text.slice(12, 16)}:${text.slice(17, 25)} +0000`;
}
