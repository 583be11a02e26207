import { execFile } from "node:child_process";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, createServer as createTcpServer, type Socket, type TcpNetConnectOpts } from "node:net";
import { promisify } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import type { DeliveryMeans } from "../../../functions/bus/deliverWebhook.ts";
import type { AttemptOutcome } from "../../../functions/provisioning/webhooks/ports.ts";
import { selfSigned } from "../../support/certificate.ts";
import { freePort } from "../../support/freePort.ts";
import {
  answered,
  answering,
  at,
  CERTIFICATE,
  DAY,
  deliver,
  drip,
  emptyRequest,
  failed,
  flood,
  type GotRequest,
  listen,
  NAME,
  SECRETS,
  write,
} from "../../support/hookServers.ts";
import { webhookVectors } from "../../support/webhookVectors.ts";

/** For what nothing but the time ends. */
const SOON = { connect: 150, all: 300 };
/** For what the time ends behind a status, which a busy machine has read by then. */
const A_WHILE = { connect: 1_500, all: 1_500 };
/** For what ends by itself. */
const LATE = { connect: 60_000, all: 60_000 };

describe("an attempt", () => {
  test("reaches a server with a certificate for the name, signed with both secrets so that public clients believe it", async () => {
    const got: GotRequest[] = [];
    const port = await listen(createTlsServer(CERTIFICATE, answering(got, 204)));
    const outcome = await deliver(
      { url: `https://${NAME}:${port}/in?of=acme#x`, body: '{"type":"ü"}' },
      at("127.0.0.1"),
    );
    expect(outcome).toEqual({ outcome: "answered", status: 204 });
    const [{ method, url, headers, body } = emptyRequest()] = got;
    expect({ got: got.length, method, url, body }).toEqual({
      got: 1,
      method: "POST",
      url: "/in?of=acme",
      body: '{"type":"ü"}',
    });
    expect(headers).toMatchObject({
      host: `${NAME}:${port}`,
      "content-type": "application/json",
      "webhook-id": "ep_1.0.7",
      "user-agent": expect.stringContaining("Rollcall"),
      connection: "close",
    });
    for (const secret of SECRETS) expect(new Webhook(secret).verify(body, headers)).toEqual({ type: "ü" });
    expect(() => new Webhook("whsec_bm9ib2R5bm9ib2R5bm9ib2R5bm9ib2R5").verify(body, headers)).toThrow("No matching");
    expect(() => new Webhook(SECRETS[0] ?? "").verify(`${body} `, headers)).toThrow("No matching");
  });

  test("of an hour ago is too old for them, and one without a secret of the right form is not made", async () => {
    const got: GotRequest[] = [];
    const port = await listen(createServer(answering(got, 200)));
    await deliver({ url: `http://localhost:${port}/`, at: Date.now() - 3_600_000 });
    const [{ headers, body } = emptyRequest()] = got;
    expect(() => new Webhook(SECRETS[0] ?? "").verify(body, headers)).toThrow("too old");
    for (const secrets of [[], ["whsec_"], ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], [...SECRETS, "whsec_?"]]) {
      expect(await deliver({ url: `http://localhost:${port}/`, secrets })).toEqual(failed("Secret"));
    }
    expect(got).toHaveLength(1);
  });

  test.each([
    [200, {}, {}],
    [410, {}, {}],
    [500, { "retry-after": "7" }, {}],
    [429, { "retry-after": "120" }, { retryAfter: 120 }],
    [503, { "retry-after": "Sun, 06 Nov 1994 08:49:37 GMT" }, { retryAfter: 37 }],
    [503, { "retry-after": "Sunday, 06-Nov-94 08:49:37 GMT" }, { retryAfter: 37 }],
    [503, { "retry-after": "Sun Nov  6 08:49:37 1994" }, { retryAfter: 37 }],
    [503, { "retry-after": "Sun, 06 Nov 1994 08:48:00 GMT" }, { retryAfter: 0 }],
    [503, { "retry-after": "1000000000000" }, { retryAfter: 999_999_999 }],
    [503, { "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" }, { retryAfter: 999_999_999 }],
    [503, { "retry-after": "1.5" }, {}],
    [503, { "retry-after": "-5" }, {}],
    [429, { "retry-after": "soon" }, {}],
  ])("answered with %s %j says so", async (status, headers, rest) => {
    const port = await listen(createServer((_, response) => response.writeHead(status, headers).end("no")));
    const now = () => Date.parse("1994-11-06T08:49:00Z");
    expect(await deliver({ url: `http://127.0.0.1:${port}/` }, { now })).toEqual({
      outcome: "answered",
      status,
      ...rest,
    });
  });

  test("follows no redirect", async () => {
    const got: GotRequest[] = [];
    const other = await listen(createServer(answering(got, 200)));
    const port = await listen(
      createServer((_, response) => response.writeHead(307, { location: `http://127.0.0.1:${other}/` }).end()),
    );
    expect(await deliver({ url: `http://127.0.0.1:${port}/` })).toEqual({ outcome: "answered", status: 307 });
    expect(got).toEqual([]);
  });

  test("is led nowhere else by the environment, and believes no other certificate because of it", async () => {
    const got: GotRequest[] = [];
    const proxy = `http://127.0.0.1:${await listen(createServer(answering(got, 200)))}`;
    const port = await listen(createTlsServer(selfSigned("127.0.0.1", Date.now() + DAY), answering(got, 200)));
    const plain = await listen(createServer(answering(got, 204)));
    // A process of its own: Node reads these where it starts, and of the real environment.
    const env = { HTTPS_PROXY: proxy, HTTP_PROXY: proxy, NODE_USE_ENV_PROXY: "1", NODE_TLS_REJECT_UNAUTHORIZED: "0" };
    const urls = [`https://127.0.0.1:${port}/`, `http://127.0.0.1:${plain}/`];
    const script = `
      import { createDeliver } from ${JSON.stringify(import.meta.resolve("../../../functions/bus/deliverWebhook.ts"))};
      const deliver = createDeliver({ allowed: "alsoLoopback", now: Date.now, resolve: async () => ({ failure: "missing" }) });
      for (const url of ${JSON.stringify(urls)}) {
        console.log(JSON.stringify(await deliver({ url, id: "1", body: "{}", secrets: ${JSON.stringify(SECRETS)}, at: Date.now() })));
      }`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], { env });
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([failed("Certificate"), answered(204)]);
    expect(got).toHaveLength(1);
  });
});

test("the public client for Node believes and refuses what the one for Python does, which CI asks", () => {
  const judged = webhookVectors(Date.now()).map(({ name, headers, body, secret }) => {
    try {
      new Webhook(secret).verify(body, headers);
      return [name, true];
    } catch (error) {
      return [name, !(error instanceof WebhookVerificationError)];
    }
  });
  expect(judged).toEqual(webhookVectors(0).map(({ name, verifies }) => [name, verifies]));
});

describe("an answer that takes too much", () => {
  test.each<[string, RequestListener, AttemptOutcome, DeliveryMeans["limits"]]>([
    ["none at all", () => undefined, failed("Timeout"), SOON],
    ["a header in drips", (request) => drip(request, "HTTP/1.1 200 OK\r\n", "x: y\r\n"), failed("Timeout"), SOON],
    [
      "informational answers without end",
      (request) => drip(request, "", "HTTP/1.1 103 Early Hints\r\n\r\n"),
      failed("Timeout"),
      SOON,
    ],
    [
      "a header of a megabyte",
      (request) => write(request, `HTTP/1.1 200 OK\r\nx: ${"y".repeat(1_000_000)}`),
      failed("NotHttp"),
      LATE,
    ],
    ["no HTTP", (request) => write(request, "SSH-2.0-OpenSSH_9.9\r\n"), failed("NotHttp"), LATE],
    ["a closed connection", (request) => request.socket.destroy(), failed("ConnectionLost"), LATE],
    ["a reset", (request) => request.socket.resetAndDestroy(), failed("ConnectionLost"), LATE],
    [
      "another protocol",
      (request) => write(request, "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
      answered(101),
      LATE,
    ],
    ["a body without end", (_, response) => flood(response.writeHead(200)), answered(200), LATE],
    ["a body in drips", (request) => drip(request, "HTTP/1.1 202 OK\r\n\r\n", "z"), answered(202), A_WHILE],
    [
      "a body that breaks off",
      (request) => write(request, "HTTP/1.1 500 No\r\ncontent-length: 9\r\n\r\nz", "end"),
      answered(500),
      LATE,
    ],
  ])("%s ends in time, and is what it is", async (_what, listener, outcome, limits) => {
    const port = await listen(createServer(listener));
    expect(await deliver({ url: `http://127.0.0.1:${port}/` }, { limits })).toEqual(outcome);
  });

  test("is read for 16 KB and what came with them", async () => {
    const port = await listen(createServer((_, response) => void flood(response.writeHead(200))));
    let socket: Socket | undefined;
    const dial = (options: TcpNetConnectOpts): Socket => {
      socket = connect(options);
      return socket;
    };
    expect(await deliver({ url: `http://127.0.0.1:${port}/` }, { limits: LATE, dial })).toEqual(answered(200));
    expect(socket?.bytesRead).toBeLessThan(16_384 + 2 * 65_536);
  });
});

test.each([
  ["informational answers", "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"],
  ["empty lines", "\r\n"],
])("%s without end, as fast as they come, are given up long before the time is over", async (_what, piece) => {
  const chunk = Buffer.from(piece.repeat(2_000));
  const port = await listen(createServer(({ socket }) => flood(socket, chunk)));
  expect(await deliver({ url: `http://127.0.0.1:${port}/` })).toEqual(failed("NotHttp"));
});

describe("a server that is not the right one", () => {
  test.each([
    ["for another name", selfSigned("other.example", Date.now() + DAY), undefined],
    ["that ran out", selfSigned(NAME, Date.now() - DAY), undefined],
    ["that nobody vouches for", CERTIFICATE, selfSigned("authority.example", Date.now() + DAY).cert],
  ])("with a certificate %s gets nothing", async (_what, certificate, ca = certificate.cert) => {
    const got: GotRequest[] = [];
    const port = await listen(createTlsServer(certificate, answering(got, 200)));
    expect(await deliver({ url: `https://${NAME}:${port}/` }, { ...at("127.0.0.1"), ca })).toEqual(
      failed("Certificate"),
    );
    expect(got).toEqual([]);
  });

  test("which speaks no TLS, or says nothing to it, or does not exist", async () => {
    const plain = await listen(createServer(answering([], 200)));
    const silent = await listen(createTcpServer((socket) => socket.resume()));
    const to = (port: number, more = {}) =>
      deliver({ url: `https://${NAME}:${port}/` }, { ...at("127.0.0.1"), ...more });
    expect(await to(plain)).toEqual(failed("NotHttp"));
    expect(await to(silent, { limits: SOON })).toEqual(failed("Timeout"));
    expect(await to(await freePort())).toEqual(failed("ConnectionRefused"));
  });

  test("by the certificate of an address, which is asked for by no name", async () => {
    const certificate = selfSigned("127.0.0.1", Date.now() + DAY);
    const port = await listen(createTlsServer(certificate, answering([], 200)));
    const url = `https://127.0.0.1:${port}/`;
    expect(await deliver({ url }, { ca: certificate.cert })).toEqual(answered(200));
    expect(await deliver({ url })).toEqual(failed("Certificate"));
  });
});

describe("the DNS", () => {
  test.each([
    ["missing", "NameNotFound"],
    ["servers", "NameNotFound"],
    ["timeout", "Timeout"],
  ] as const)("that answers %s is %s", async (failure, expected) => {
    expect(await deliver({ url: `https://${NAME}/` }, { resolve: async () => ({ failure }) })).toEqual(
      failed(expected),
    );
  });

  test("that never answers, or has no address, is given up", async () => {
    const url = `https://${NAME}/`;
    expect(await deliver({ url }, { resolve: () => new Promise(() => undefined), limits: SOON })).toEqual(
      failed("Timeout"),
    );
    expect(await deliver({ url }, at())).toEqual(failed("NameNotFound"));
  });

  test("may name addresses of which some answer", async () => {
    const port = await listen(createServer(answering([], 200)));
    expect(await deliver({ url: `http://${NAME}:${port}/` }, at("::1", "127.0.0.9", "127.0.0.1"))).toEqual(
      answered(200),
    );
  });
});
