import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { ALL_ROUTES, type Route, type RoutedFunction } from "../../functions/routes.ts";
import { codeOf } from "../rollcall/refused.ts";
import { type GatewayRefusal, gatewayError } from "./gatewayError.ts";
import { type HttpResponse, httpResponse } from "./httpResponse.ts";
import { readBytes } from "./httpServer.ts";
import { callerFault, hostFault, LOCAL_USER } from "./localCaller.ts";
import { matchRoute } from "./matchRoute.ts";
import { type HttpRequest, lambdaContext, newGatewayId, proxyEvent } from "./proxyEvent.ts";
import { type LocalCredentials, type SignatureFault, signatureFault } from "./sigV4.ts";

/** Importing `node:http` as a module loads a second HTTP client of Node's, which nobody here uses. */
const { createServer, STATUS_CODES } = process.getBuiltinModule("node:http");

type GatewayFunction = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

interface GatewayOptions {
  readonly functions: Readonly<Record<RoutedFunction, GatewayFunction>>;
  /** The signed APIs accept these. */
  readonly credentials: LocalCredentials;
  /** How browsers reach the portal, if not at this machine's address. */
  readonly publicUrl?: string | undefined;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Receives every request that the gateway answered itself, like API Gateway's access log: no query, no header. */
  onRefused(refused: RefusedRequest): void;
  readonly limits?: Partial<GatewayLimits>;
}

export interface RefusedRequest {
  readonly refusal: GatewayRefusal;
  readonly status: number;
  /** As `$context.extendedRequestId`. */
  readonly gatewayId: string;
  /** Undefined where the request could not be read. */
  readonly method: string | undefined;
  /** The route's template, never the path: a client may put anything into the path. */
  readonly route: string | undefined;
  /** The error that a function threw. */
  readonly cause?: unknown;
}

/** Bytes and milliseconds; the defaults are AWS quotas (API Gateway's REST API, synchronous Lambda invocations). */
export interface GatewayLimits {
  readonly requestBytes: number;
  readonly lambdaBytes: number;
  readonly lambdaMilliseconds: number;
  readonly gatewayMilliseconds: number;
}

const AWS_LIMITS: GatewayLimits = {
  requestBytes: 10_485_760,
  lambdaBytes: 6_291_556,
  lambdaMilliseconds: 28_000,
  gatewayMilliseconds: 29_000,
};

/** Node counts the request line too. API Gateway takes 10,240 bytes; here the handler itself answers a longer filter. */
const MAX_HEADER_BYTES = 65_536;
/**
 * Longer than the connection pools of identity providers keep idle connections (Okta: 60 s), so that none closes during a
 * request.
 */
const KEEP_ALIVE_MS = 65_000;
/** JSON makes at most six bytes of a one-byte character. */
const JSON_GROWTH = 6;

const REFUSED_BY = {
  otherHost: "otherHost",
  webPage: "webPage",
  missing: "forbidden",
  form: "signatureForm",
  accessKey: "accessKey",
  time: "signatureTime",
  mismatch: "signature",
} as const satisfies Readonly<Record<string, GatewayRefusal>>;

/** A REST API with Lambda proxy integrations over the given functions. It does not listen yet; `close` of the server drains. */
export function createGateway(options: GatewayOptions): Server {
  const gateway = new Gateway(options);
  const serve = (incoming: IncomingMessage, response: ServerResponse) => {
    void gateway.serve(incoming, response, server);
  };
  // Node's own answers to a missing Host and to expectations have no body.
  const limits = { maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: KEEP_ALIVE_MS, requireHostHeader: false };
  const server = createServer(limits, serve);
  // A client may close its side after a whole request (`nc -N`): Node answers it then, and closes the connection afterwards.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on("checkExpectation", serve);
  server.on("clientError", (error, socket) => gateway.refuseUnread(error, socket));
  server.on("connect", (_request, socket) => gateway.refuseUnread(undefined, socket));
  return server;
}

class Gateway {
  readonly #options: GatewayOptions;
  readonly #limits: GatewayLimits;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#limits = { ...AWS_LIMITS, ...options.limits };
  }

  async serve(incoming: IncomingMessage, response: ServerResponse, server: Server): Promise<void> {
    const gatewayId = newGatewayId();
    let body: Uint8Array | undefined;
    try {
      body = await readBytes(incoming, this.#limits.requestBytes);
    } catch {
      // The client disconnected while sending, or does not stop sending: there is nobody to answer.
      response.destroy();
      return;
    }
    const request = requestOf(incoming, body ?? new Uint8Array());
    const answer =
      body === undefined
        ? this.#refuse("tooLarge", gatewayId, request)
        : await this.#answer(request, gatewayId, incoming);
    send(response, answer, gatewayId, !server.listening);
  }

  /** Answers bytes that Node's parser did not accept as a request. */
  refuseUnread(error: Error | undefined, socket: Duplex): void {
    if (socket.destroyed || !socket.writable) return;
    const gatewayId = newGatewayId();
    const code = codeOf(error);
    if (code === "ECONNRESET") return void socket.destroy();
    const refusal =
      code === "HPE_HEADER_OVERFLOW"
        ? "headersTooLarge"
        : code === "ERR_HTTP_REQUEST_TIMEOUT"
          ? "requestTimeout"
          : "badRequest";
    const { status, headers, body } = this.#refuse(refusal, gatewayId);
    const more = { "x-amz-apigw-id": gatewayId, "Content-Length": Buffer.byteLength(body), Connection: "close" };
    const lines = Object.entries({ ...headers, ...more });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${head}\r\n${Buffer.from(body).toString()}`);
  }

  async #answer(request: HttpRequest, gatewayId: string, incoming: IncomingMessage): Promise<HttpResponse> {
    if (!request.path.startsWith("/") || !namesHost(incoming)) return this.#refuse("badRequest", gatewayId, request);
    const match = matchRoute(ALL_ROUTES, request.path, request.method);
    if (match === undefined) return this.#refuse("noSuchRoute", gatewayId, request);
    const route = match.route.path;
    const port = incoming.socket.localPort ?? 80;
    const defaultHost = `127.0.0.1:${port}`;
    const { auth } = match.route;
    const signed = auth === "iam";
    const fault = this.#callerFault(auth, incoming, port) ?? (signed ? this.#signatureFault(request) : undefined);
    if (fault !== undefined) return this.#refuse(REFUSED_BY[fault], gatewayId, request, { route });
    let event: APIGatewayProxyEvent;
    try {
      event = proxyEvent(request, match, { gatewayId, at: this.#options.now(), stage: "local", defaultHost });
      if (signed) event.requestContext.identity.userArn = LOCAL_USER;
    } catch (error) {
      const refusal = error instanceof URIError ? "badRequest" : "integrationFailure";
      return this.#refuse(refusal, gatewayId, request, { route, cause: error });
    }
    if (jsonBytesOver(event, request.body.length, this.#limits.lambdaBytes)) {
      return this.#refuse("tooLarge", gatewayId, request, { route });
    }
    return this.#invoke(match.route.function, event, request, gatewayId);
  }

  #callerFault(auth: Route["auth"], incoming: IncomingMessage, port: number): "otherHost" | "webPage" | undefined {
    if (auth === "none") return undefined;
    // The portal expects pages, and its function checks sessions. No page may use its own host name (DNS rebinding).
    if (auth === "session") return hostFault(incoming, port, this.#options.publicUrl);
    return callerFault(incoming, port);
  }

  #signatureFault(request: HttpRequest): SignatureFault | undefined {
    const { credentials, now } = this.#options;
    return signatureFault(request, credentials, now());
  }

  async #invoke(
    name: RoutedFunction,
    event: APIGatewayProxyEvent,
    request: HttpRequest,
    gatewayId: string,
  ): Promise<HttpResponse> {
    const route = event.resource;
    const timer = Promise.withResolvers<"timeout">();
    const timeout = setTimeout(() => timer.resolve("timeout"), this.#limits.gatewayMilliseconds);
    try {
      const context = lambdaContext(name, this.#options.now, this.#limits.lambdaMilliseconds);
      const result = await Promise.race([this.#options.functions[name](event, context), timer.promise]);
      if (result === "timeout") return this.#refuse("integrationTimeout", gatewayId, request, { route });
      const answer = httpResponse(result);
      if (answer === undefined || jsonBytesOver(result, answer.body.length, this.#limits.lambdaBytes)) {
        return this.#refuse("integrationFailure", gatewayId, request, { route });
      }
      return answer;
    } catch (cause) {
      return this.#refuse("integrationFailure", gatewayId, request, { route, cause });
    } finally {
      clearTimeout(timeout);
    }
  }

  #refuse(
    refusal: GatewayRefusal,
    gatewayId: string,
    request?: HttpRequest,
    more: { readonly route?: string; readonly cause?: unknown } = {},
  ): HttpResponse {
    const { status, headers, body } = gatewayError(refusal, gatewayId);
    this.#options.onRefused({ refusal, status, gatewayId, method: request?.method, route: undefined, ...more });
    return {
      status,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      body,
    };
  }
}

/** RFC 9112 section 3.2: one Host header, which only HTTP/1.0 may leave out. */
function namesHost({ headersDistinct: { host = [] }, httpVersion }: IncomingMessage): boolean {
  return host.length === 1 || (host.length === 0 && httpVersion === "1.0");
}

function requestOf(incoming: IncomingMessage, body: Uint8Array): HttpRequest {
  // A proxy may send the whole URL in the request line (RFC 9112 section 3.2.2); the Host header names the host too.
  const target = (incoming.url ?? "/").replace(/^https?:\/\/[^/?#]*/i, "");
  const mark = target.indexOf("?");
  return {
    method: incoming.method ?? "GET",
    path: (mark < 0 ? target : target.slice(0, mark)) || "/",
    queryString: mark < 0 ? "" : target.slice(mark + 1),
    rawHeaders: incoming.rawHeaders,
    body,
    sourceIp: incoming.socket.remoteAddress ?? "127.0.0.1",
    httpVersion: incoming.httpVersion,
  };
}

/** Whether the value is longer than `limit` bytes as JSON. It is serialised only where the length of its text does not decide. */
function jsonBytesOver(value: unknown, textBytes: number, limit: number): boolean {
  return (textBytes + MAX_HEADER_BYTES) * JSON_GROWTH > limit && Buffer.byteLength(JSON.stringify(value)) > limit;
}

/** One header list and a string body let Node write both in one call. */
function send(
  response: ServerResponse,
  { status, headers, body }: HttpResponse,
  gatewayId: string,
  last: boolean,
): void {
  const head = Object.entries(headers).flatMap(([name, values]) => values.flatMap((value) => [name, value]));
  head.push("x-amz-apigw-id", gatewayId);
  if (last) head.push("Connection", "close");
  if (status === 204 || status === 304) {
    response.writeHead(status, head).end();
    return;
  }
  const bytes = Buffer.byteLength(body);
  head.push("Content-Length", String(bytes));
  // Text of ASCII alone has the same bytes in Latin-1, and Node writes these faster.
  response.writeHead(status, head).end(body, bytes === body.length ? "latin1" : "utf8");
}
