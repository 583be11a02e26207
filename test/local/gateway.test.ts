import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "@jest/globals";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { newCredentials } from "../../bin/local/credentials.ts";
import { createGateway, type GatewayLimits, type RefusedRequest } from "../../bin/local/gateway.ts";
import { drain, listen } from "../../bin/local/httpServer.ts";
import { oneHandler } from "../support/oneHandler.ts";

type Handler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

const echo: Handler = async (event) => ({
  statusCode: 200,
  headers: { "Content-Type": "application/scim+json" },
  body: JSON.stringify(event),
});

const started: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const stop of started.splice(0)) await stop();
});

async function start(handler: Handler = echo, limits: Partial<GatewayLimits> = {}) {
  const refused: RefusedRequest[] = [];
  const server = createGateway({
    functions: oneHandler(handler),
    credentials: newCredentials(),
    now: Date.now,
    onRefused: (line) => refused.push(line),
    limits,
  });
  const port = await listen(server, 0);
  started.push(() => drain(server, 1000));
  return { url: `http://127.0.0.1:${port}`, port, refused, server };
}

async function eventOf(path: string, init?: RequestInit): Promise<APIGatewayProxyEvent> {
  const { url } = await start();
  const response = await fetch(url + path, init);
  expect(response.status).toBe(200);
  return (await response.json()) as APIGatewayProxyEvent;
}

/** Sends bytes that no HTTP client library would send. */
function raw(port: number, text: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.end(text));
    socket.setEncoding("utf8").on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("close", () => resolve(answer));
    // Who closes while more is sent to it may reset the connection behind its answer.
    socket.on("error", (error) => answer === "" && reject(error));
  });
}

async function expectScimError(response: Response, status: number): Promise<string> {
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toBe("application/scim+json");
  const body = (await response.json()) as {
    schemas: string[];
    status: string;
    detail: string;
  };
  expect(body.schemas).toEqual(["urn:ietf:params:scim:api:messages:2.0:Error"]);
  expect(body.status).toBe(String(status));
  expect(body.detail).toContain(`(ref: ${response.headers.get("x-amz-apigw-id")})`);
  return body.detail;
}

describe("the event a function gets", () => {
  test("has the members of a REST API proxy event, format 1.0, and no others", async () => {
    const event = await eventOf("/scim/v2/acme/Users/u1?count=1", {
      headers: { "User-Agent": "tester/1.0" },
    });
    expect(Object.keys(event).sort()).toEqual([
      "body",
      "headers",
      "httpMethod",
      "isBase64Encoded",
      "multiValueHeaders",
      "multiValueQueryStringParameters",
      "path",
      "pathParameters",
      "queryStringParameters",
      "requestContext",
      "resource",
      "stageVariables",
    ]);
    expect(event).toMatchObject({
      resource: "/scim/v2/{orgName}/Users/{id}",
      path: "/scim/v2/acme/Users/u1",
      httpMethod: "GET",
      pathParameters: { orgName: "acme", id: "u1" },
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
      requestContext: {
        path: "/scim/v2/acme/Users/u1",
        resourcePath: "/scim/v2/{orgName}/Users/{id}",
        httpMethod: "GET",
        stage: "local",
        protocol: "HTTP/1.1",
        authorizer: null,
        identity: {
          sourceIp: "127.0.0.1",
          userAgent: "tester/1.0",
          caller: null,
        },
      },
    });
    expect(event.requestContext.requestId).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(event.requestContext.extendedRequestId).toMatch(/^[\w+/]{15}=$/);
    expect(event.requestContext.requestTime).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    expect(Math.abs(event.requestContext.requestTimeEpoch - Date.now())).toBeLessThan(60_000);
    expect(event.requestContext.domainName).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  test("keeps header names as sent, every value of a repeated one, and the last value in `headers`", async () => {
    const { port } = await start();
    const answer = await raw(
      port,
      "GET /scim/v2/acme/Users HTTP/1.1\r\nHOST: scim.example.com\r\nx-Mixed-CASE: one\r\nX-MIXED-case: two\r\nConnection: close\r\n\r\n",
    );
    const event = JSON.parse(answer.slice(answer.indexOf("\r\n\r\n"))) as APIGatewayProxyEvent;
    expect(event.headers["x-Mixed-CASE"]).toBe("two");
    expect(event.multiValueHeaders["x-Mixed-CASE"]).toEqual(["one", "two"]);
    expect(event.multiValueHeaders.HOST).toEqual(["scim.example.com"]);
    expect(event.requestContext.domainName).toBe("scim.example.com");
  });

  test("says itself how the request arrived, whatever the client claims", async () => {
    const event = await eventOf("/scim/v2/acme", {
      headers: {
        "X-Forwarded-Proto": "https",
        "x-forwarded-for": "203.0.113.9",
        "X-Amzn-Trace-Id": "Root=mine",
      },
    });
    expect(event.multiValueHeaders["X-Forwarded-Proto"]).toEqual(["http"]);
    expect(event.headers["X-Forwarded-For"]).toBe("203.0.113.9, 127.0.0.1");
    expect(event.headers["X-Amzn-Trace-Id"]).toMatch(/^Root=1-[\da-f]{8}-[\da-f]{24}$/);
  });

  test.each([
    ["bare plus as a space", "?filter=userName+eq+%22a%22", { filter: ['userName eq "a"'] }],
    ["encoded plus as a plus", "?filter=a%2Bb%40example.com", { filter: ["a+b@example.com"] }],
    ["what is encoded twice as encoded once", "?q=%2525", { q: ["%25"] }],
    ["a parameter without a value as an empty one", "?aadOptscim062020&x=", { aadOptscim062020: [""], x: [""] }],
    ["every value of a repeated name in order", "?a=1&b=2&a=3", { a: ["1", "3"], b: ["2"] }],
    ["names with their case", "?startindex=1&StartIndex=2", { startindex: ["1"], StartIndex: ["2"] }],
    ["raw quotes, brackets and pipes", '?filter="[x]|{y}"', { filter: ['"[x]|{y}"'] }],
    ["an equals sign inside a value", "?filter=a=b", { filter: ["a=b"] }],
    ["nothing out of empty pieces", "?&&a=1&", { a: ["1"] }],
  ])("decodes the query once: %s", async (_case, query, expected) => {
    const event = await eventOf(`/scim/v2/acme/Users${query}`);
    expect(event.multiValueQueryStringParameters).toEqual(expected);
    const last = Object.entries(expected).map(([name, values]) => [name, values.at(-1)]);
    expect(event.queryStringParameters).toEqual(Object.fromEntries(last));
  });

  test.each(["/scim/v2/acme/Users", "/scim/v2/acme/Users?", "/scim/v2/acme/Users?&"])(
    "has null for no query: %s",
    async (path) => {
      const event = await eventOf(path);
      expect(event.queryStringParameters).toBeNull();
      expect(event.multiValueQueryStringParameters).toBeNull();
    },
  );

  test("has decoded path parameters and the path as sent", async () => {
    const event = await eventOf("/scim/v2/acme/Users/a%2Fb%20c+d");
    expect(event.pathParameters).toEqual({ orgName: "acme", id: "a/b c+d" });
    expect(event.path).toBe("/scim/v2/acme/Users/a%2Fb%20c+d");
  });

  test("carries a text body unchanged, byte order mark included", async () => {
    const event = await eventOf("/scim/v2/acme/Users", {
      method: "POST",
      body: '\uFEFF{"userName":"Zoë 🎈"}',
    });
    expect(event.body).toBe('\uFEFF{"userName":"Zoë 🎈"}');
    expect(event.isBase64Encoded).toBe(false);
  });

  test("carries bytes that are no UTF-8 as base64", async () => {
    const event = await eventOf("/scim/v2/acme/Users", {
      method: "POST",
      body: new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]),
    });
    expect(event.body).toBe("e//+fQ==");
    expect(event.isBase64Encoded).toBe(true);
  });

  test.each(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "REPORT"])("keeps the method %s", async (method) => {
    expect((await eventOf("/scim/v2/acme/Users", { method })).httpMethod).toBe(method);
  });

  test("comes with a Lambda context that counts down from 28 seconds", async () => {
    let remaining = 0;
    const { url } = await start(async (_event, context) => {
      remaining = context.getRemainingTimeInMillis();
      return { statusCode: 204, body: "" };
    });
    expect((await fetch(`${url}/scim/v2/acme`)).status).toBe(204);
    expect(remaining).toBeGreaterThan(20_000);
    expect(remaining).toBeLessThanOrEqual(28_000);
  });
});

describe("what the gateway answers by itself", () => {
  test("a body over 10 MB is a SCIM 413, and the connection can be used again", async () => {
    const { url, refused } = await start();
    const body = "x".repeat(10_485_761);
    await expectScimError(await fetch(`${url}/scim/v2/acme/Users`, { method: "POST", body }), 413);
    expect(refused).toEqual([
      expect.objectContaining({
        refusal: "tooLarge",
        status: 413,
        method: "POST",
      }),
    ]);
  });

  test("a body that makes an event over 6 MB is a SCIM 413, counted as JSON", async () => {
    const { url } = await start();
    const post = (body: string) => fetch(`${url}/scim/v2/acme/Users`, { method: "POST", body });
    await expectScimError(await post("x".repeat(6_291_556)), 413);
    await expectScimError(await post('"'.repeat(3_200_000)), 413);
    const taken = await post("x".repeat(2_000_000));
    expect(taken.status).toBe(200);
    // Fetch keeps the connection of a large answer that nobody reads, and with it this process.
    await taken.text();
  });

  test("an answer over 6 MB is a SCIM 503", async () => {
    const { url } = await start(async () => ({
      statusCode: 200,
      body: "x".repeat(6_291_557),
    }));
    await expectScimError(await fetch(`${url}/scim/v2/acme/Users`), 503);
  });

  test.each([
    ["nothing", undefined],
    ["a body that is no text", { statusCode: 200, body: { a: 1 } }],
    ["no status", { body: "" }],
    ["a header that cannot be sent", { statusCode: 200, headers: { Location: "a\r\nb" }, body: "" }],
  ])("a function that returns %s is a SCIM 503", async (_case, result) => {
    const { url } = await start(async () => result as APIGatewayProxyResult);
    await expectScimError(await fetch(`${url}/scim/v2/acme/Users`), 503);
  });

  test("a function that throws is a SCIM 503 that does not repeat its message", async () => {
    const { url, refused } = await start(() => Promise.reject(new Error("secret reason")));
    expect(await expectScimError(await fetch(`${url}/scim/v2/acme/Users`), 503)).not.toContain("secret");
    expect(refused[0]?.cause).toBeInstanceOf(Error);
  });

  test("a function that does not answer in time is a SCIM 503 with Retry-After", async () => {
    const { url } = await start(() => new Promise(() => {}), {
      gatewayMilliseconds: 20,
    });
    const response = await fetch(`${url}/scim/v2/acme/Users`);
    expect(response.headers.get("retry-after")).toMatch(/^\d+$/);
    await expectScimError(response, 503);
  });

  test.each([
    "/scim/v2/acme/Users?filter=%",
    "/scim/v2/acme/Users?filter=%zz",
    "/scim/v2/acme/Users/%E4",
    "/scim/v2/%",
  ])("malformed percent-encoding is a SCIM 400: %s", async (path) => {
    const { url } = await start();
    await expectScimError(await fetch(url + path), 400);
  });

  test.each(['userName eq "a"', "userName+eq+%22ü%22"])("a URL that is no HTTP is a SCIM 400: %s", async (filter) => {
    const { port, refused } = await start();
    const answer = await raw(port, `GET /scim/v2/acme/Users?filter=${filter} HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain("Content-Type: application/scim+json\r\n");
    expect(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")))).toMatchObject({ status: "400" });
    expect(refused).toEqual([expect.objectContaining({ refusal: "badRequest", method: undefined })]);
  });

  test.each([
    ["no Host", "GET /scim/v2/acme/Users HTTP/1.1\r\n\r\n", 400],
    ["two Hosts", "GET /scim/v2/acme/Users HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400],
    ["an expectation", "GET /scim/v2/acme/Users HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n", 200],
    ["HTTP/1.0", "GET /scim/v2/acme/Users HTTP/1.0\r\n\r\n", 200],
  ])("Node answers nothing by itself: %s", async (_name, request, status) => {
    const { port } = await start();
    const answer = await raw(port, request);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain("Content-Type: application/scim+json\r\n");
  });

  test("headers without end are a SCIM 431", async () => {
    const { port } = await start();
    const answer = await raw(port, `GET /scim/v2/acme HTTP/1.1\r\nHost: a\r\nX-Long: ${"x".repeat(70_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")))).toMatchObject({
      status: "431",
    });
  });

  test("CONNECT is a SCIM 400", async () => {
    const { port } = await start();
    expect(await raw(port, "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  });

  test("the root, which no route covers, is a SCIM 404", async () => {
    const { url } = await start();
    await expectScimError(await fetch(`${url}/`), 404);
  });

  test("the administration API, whose signatures nobody can check here, is a SCIM 403", async () => {
    const { url } = await start();
    await expectScimError(await fetch(`${url}/admin/v1/orgs/acme`), 403);
  });
});

describe("what becomes of a function's answer", () => {
  test("status, headers, repeated headers and body arrive as given", async () => {
    const { url } = await start(async () => ({
      statusCode: 201,
      headers: {
        Location: "http://a/b",
        "Content-Type": "application/scim+json",
        ETag: 'W/"1"',
      },
      multiValueHeaders: { Warning: ["one", "two"] },
      body: '{"é":1}',
    }));
    const response = await fetch(`${url}/scim/v2/acme/Users`, {
      method: "POST",
      body: "{}",
    });
    expect(response.status).toBe(201);
    expect(response.headers.get("content-type")).toBe("application/scim+json");
    expect(response.headers.get("location")).toBe("http://a/b");
    expect(response.headers.get("warning")).toBe("one, two");
    expect(response.headers.get("x-amz-apigw-id")).toMatch(/^[\w+/]{15}=$/);
    expect(await response.text()).toBe('{"é":1}');
  });

  test.each([204, 304])("%s has neither body nor Content-Type nor Content-Length", async (statusCode) => {
    const { port } = await start(async () => ({ statusCode, body: "" }));
    const answer = await raw(port, "GET /scim/v2/acme HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    expect(answer).not.toMatch(/content-(type|length)|transfer-encoding/i);
    expect(answer.endsWith("\r\n\r\n")).toBe(true);
  });

  test("HEAD gets the headers of the answer without its body", async () => {
    const { url } = await start(async () => ({
      statusCode: 200,
      body: "12345",
    }));
    const response = await fetch(`${url}/scim/v2/acme`, { method: "HEAD" });
    expect(response.headers.get("content-length")).toBe("5");
    expect(await response.text()).toBe("");
  });

  test("a base64 body is decoded", async () => {
    const { url } = await start(async () => ({
      statusCode: 200,
      isBase64Encoded: true,
      body: "aGk=",
    }));
    expect(await (await fetch(`${url}/scim/v2/acme`)).text()).toBe("hi");
  });
});

test("draining answers the requests under way and takes no new ones", async () => {
  const entered = Promise.withResolvers<void>();
  const leave = Promise.withResolvers<void>();
  const { url, server } = await start(async () => {
    entered.resolve();
    await leave.promise;
    return { statusCode: 200, body: "done" };
  });
  const answer = fetch(`${url}/scim/v2/acme`);
  await entered.promise;
  const drained = drain(server, 5000);
  await expect(fetch(`${url}/scim/v2/acme`)).rejects.toThrow();
  leave.resolve();
  const response = await answer;
  expect(response.headers.get("connection")).toBe("close");
  expect(await response.text()).toBe("done");
  await drained;
});

test("draining does not wait for connections without a request, such as a browser opens ahead", async () => {
  const { port, server } = await start();
  const accepted = once(server, "connection");
  const silent = connect(port, "127.0.0.1");
  await accepted;
  const closed = once(silent, "close");
  // Endless.
  await drain(server, 2 ** 31 - 1);
  await closed;
});

test("draining answers a request that arrived just before, on a connection without an earlier one", async () => {
  const answers: string[] = [];
  // A busy system may hand one over too late.
  for (let n = 0; n < 3; n += 1) {
    const { port, server } = await start();
    const client = connect(port, "127.0.0.1");
    await Promise.all([once(server, "connection"), once(client, "connect")]);
    client.write("GET /scim/v2/acme HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const answer = text(client).catch(() => "");
    await drain(server, 2 ** 31 - 1);
    answers.push((await answer).slice(0, 12));
  }
  expect(answers).toContain("HTTP/1.1 200");
});

test("clients that close their side after whole requests have every answer, and no connection stays", async () => {
  let ended = Promise.withResolvers<void>();
  const { port, server } = await start(async () => {
    await ended.promise;
    return { statusCode: 200, body: "done" };
  });
  let ends = 0;
  server.on("connection", (socket) => socket.once("end", () => ++ends % 5 === 0 && ended.resolve()));
  const one = "POST /scim/v2/acme/Users HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}";
  const askFor = async (bytes: string): Promise<number> => (await raw(port, bytes)).split("HTTP/1.1 200").length - 1;
  for (let n = 0; n < 20; n++) {
    ended = Promise.withResolvers();
    const counts = [one, one + one, one.slice(0, -1), one.slice(0, 30), ""].map(askFor);
    expect(await Promise.all(counts)).toEqual([1, 2, 0, 0, 0]);
  }
  const open = promisify(server.getConnections.bind(server));
  while ((await open()) > 0) await new Promise(setImmediate);
});

test("a client that goes away while sending disturbs nobody", async () => {
  const { url, port } = await start();
  await new Promise<void>((resolve) => {
    const request = httpRequest({
      port,
      host: "127.0.0.1",
      method: "POST",
      path: "/scim/v2/acme/Users",
    });
    request.on("error", () => resolve());
    request.setHeader("Content-Length", 1000);
    request.write("{", () => request.destroy(new Error("gone")));
  });
  expect((await fetch(`${url}/scim/v2/acme`)).status).toBe(200);
});
