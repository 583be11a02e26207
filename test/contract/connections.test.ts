import { createServer as createTlsServer } from "node:tls";
import { afterEach, expect, test } from "@jest/globals";
import type { ConnectionLimits } from "../../functions/store/signed/connection.ts";
import { CONNECTION_LIMITS, Connections } from "../../functions/store/signed/connections.ts";
import { selfSigned } from "../support/certificate.ts";
import { answers, type Reaction, scriptedServer } from "../support/scriptedServer.ts";
import { listening } from "../support/serving.ts";

const open: { stop(): unknown }[] = [];
afterEach(() => {
  for (const one of open.splice(0).reverse()) one.stop();
});

async function serve(react: Reaction) {
  const server = await scriptedServer(react);
  open.push(server);
  return server;
}

function connectionsTo(url: string, limits: Partial<ConnectionLimits> = {}, ca?: string): Connections {
  const endpoint = new URL(url);
  const all = { ...CONNECTION_LIMITS, ...limits };
  const elapsed = (): number => performance.now();
  const connections = new Connections({ endpoint, limits: all, ca, now: Date.now, elapsed });
  open.push({ stop: () => connections.close() });
  return connections;
}

/** @returns the status, or the code of the failure */
const outcome = (connections: Connections, body = "{}", headers = {}): Promise<unknown> =>
  connections.exchange({ host: "table.example", ...headers }, body, undefined).then(
    ({ status }) => status,
    (failure) => failure.code ?? failure,
  );

test("a request is sent whole, in UTF-8, under the length of its bytes", async () => {
  const server = await serve(answers(200, {}));
  const connections = connectionsTo(server.endpoint);
  const bodies = ["{}", "", "Grüße", "日本語 \u{1f600}", "x".repeat(300_000), "ü".repeat(300_000)];
  for (const body of bodies) expect(await outcome(connections, body, { "x-amz-note": "a\tb" })).toBe(200);
  expect(server.arrived.map(({ body }) => body)).toEqual(bodies);
  expect(server.arrived[2]?.headers).toEqual({
    host: "table.example",
    "x-amz-note": "a\tb",
    "content-length": "7",
    connection: "keep-alive",
  });
});

test.each(["a\r\nx-forged: b", "a\n", "\0", "ü", "\u{10d0a}"])("a header of %j is sent to nobody", async (value) => {
  const server = await serve(answers(200, {}));
  expect(await outcome(connectionsTo(server.endpoint), "{}", { "x-amz-note": value })).toBeInstanceOf(TypeError);
  expect(server.arrived).toEqual([]);
});

test("an address in brackets is connected to", async () => {
  const failure = connectionsTo("http://[::1]:1").exchange({ host: "[::1]:1" }, "{}", undefined);
  // Refused, or of no use on a machine without such addresses: but no name that is looked for.
  await expect(failure).rejects.toMatchObject({ name: "ConnectionError", cause: { address: "::1" } });
});

test("a connection that the server will close soon is closed before, where it lies unused", async () => {
  const server = await serve((response) => response.writeHead(200, { "Keep-Alive": "timeout=1" }).end("{}"));
  const connections = connectionsTo(server.endpoint);
  expect(await outcome(connections)).toBe(200);
  while (server.openNow() > 0) await new Promise(setImmediate);
  expect(await outcome(connections)).toBe(200);
  expect(server.connections()).toBe(2);
});

test("calls that wait for a connection get new ones in the place of those that break", async () => {
  let requests = 0;
  const server = await serve((response, request) => {
    requests += 1;
    if (requests === 1) response.socket?.destroy();
    else if (requests === 2) response.writeHead(200, { Connection: "close" }).end("{}");
    else answers(200, {})(response, request);
  });
  const connections = connectionsTo(server.endpoint, { sockets: 1 });
  const ended = await Promise.all(Array.from({ length: 5 }, () => outcome(connections)));
  expect(ended).toEqual(["ECONNRESET", 200, 200, 200, 200]);
  expect({ made: server.connections(), most: server.mostAtOnce() }).toEqual({ made: 3, most: 1 });
});

test("closing ends what is under way and what waits", async () => {
  const server = await serve(() => undefined);
  const connections = connectionsTo(server.endpoint, { sockets: 1 });
  const calls = [outcome(connections), outcome(connections)];
  while (server.arrived.length === 0) await new Promise(setImmediate);
  connections.close();
  expect(await Promise.all(calls)).toEqual(["ECONNRESET", "ECONNRESET"]);
  while (server.openNow() > 0) await new Promise(setImmediate);
});

test("a connection that lies unused keeps no process alive, and one that is used does", async () => {
  const held: (() => void)[] = [];
  const server = await serve((response, request) => held.push(() => answers(200, {})(response, request)));
  const connections = connectionsTo(server.endpoint);
  const alive = (): number => process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
  const before = alive();
  for (const _time of ["first", "again"]) {
    const call = outcome(connections);
    while (held.length === 0) await new Promise(setImmediate);
    // The server's end is in this process too.
    expect(alive() - before).toBe(2);
    held.pop()?.();
    await call;
    expect(alive() - before).toBe(1);
  }
});

test("a connection over TLS begins where the last one ended, of a server that lets it", async () => {
  const certificate = selfSigned("127.0.0.1", Date.now() + 86_400_000);
  const resumed: boolean[] = [];
  const server = createTlsServer(certificate, (socket) => {
    resumed.push(socket.isSessionReused());
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"));
  });
  const port = await listening(server);
  open.push({ stop: () => server.close() });
  const connections = connectionsTo(`https://127.0.0.1:${port}`, {}, certificate.cert);
  for (let n = 0; n < 3; n++) expect(await outcome(connections)).toBe(200);
  expect(resumed).toEqual([false, true, true]);
});
