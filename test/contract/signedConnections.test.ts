import { afterEach, describe, expect, test } from "@jest/globals";
import { tableThrough } from "../../functions/store/dynamoCalls.ts";
import { failureOf } from "../../functions/store/failures.ts";
import { CONNECTION_LIMITS } from "../../functions/store/signed/connections.ts";
import type { SignedOptions } from "../../functions/store/signed/signedClient.ts";
import type { Table } from "../../functions/store/table.ts";
import { selfSigned } from "../support/certificate.ts";
import { freshTable, signedLocally } from "../support/dynamoTable.ts";
import { startDynoxide } from "../support/dynoxide.ts";
import { rawAnswer, rawServer } from "../support/rawServer.ts";
import { type Arrived, answers, type Reaction, scriptedServer } from "../support/scriptedServer.ts";

const open: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

function ours(endpoint: string, options: Partial<SignedOptions> = {}) {
  const waits: number[] = [];
  const wait = async (milliseconds: number): Promise<void> => void waits.push(milliseconds);
  const client = signedLocally(endpoint, { wait, random: () => 0.999, ...options });
  open.push({ stop: () => client.close() });
  return { table: tableThrough(client.send, "table"), send: client.send, waits };
}

async function serve(react: Reaction) {
  const server = await scriptedServer(react);
  open.push(server);
  return server;
}

/** Answers a read of a key with that key. */
const echo: Reaction = (response, request) => answers(200, { Item: keyOf(request) })(response, request);
function keyOf({ body }: Arrived): object {
  return JSON.parse(body).Key;
}
const read = async (table: Table, sk: string) => (await table.get({ pk: "P", sk })).item?.sk;

async function serveRaw(...given: Parameters<typeof rawServer>): Promise<string> {
  const server = await rawServer(...given);
  open.push(server);
  return server.endpoint;
}

describe("a connection", () => {
  test("serves one call after the other", async () => {
    const server = await serve(echo);
    const { table } = ours(server.endpoint);
    for (const sk of ["a", "b", "c"]) expect(await read(table, sk)).toBe(sk);
    expect(server.connections()).toBe(1);
  });

  test.each(["now", "elapsed"] as const)(
    "that nobody used for too long by the clock %s is not used again",
    async (clock) => {
      const server = await serve(echo);
      let later = 0;
      const clocks = { now: Date.now, elapsed: () => performance.now() };
      const moved = { ...clocks, [clock]: () => clocks[clock]() + later };
      const { table, waits } = ours(server.endpoint, moved);
      await read(table, "a");
      later = CONNECTION_LIMITS.idle - 1_000;
      await read(table, "b");
      expect(server.connections()).toBe(1);
      later += CONNECTION_LIMITS.idle + 1_000;
      expect(await read(table, "c")).toBe("c");
      expect(server.connections()).toBe(2);
      expect({ waits, requests: server.arrived.length }).toEqual({ waits: [], requests: 3 });
    },
  );

  test.each(["end", "resetAndDestroy"] as const)(
    "that breaks when it is used again (%s) costs no wait, and one call more at most",
    async (breaking) => {
      const calls: string[] = [];
      const endpoint = await serveRaw((socket, sk, nth) => {
        calls.push(sk);
        // As if it had been closed before, and nobody had said so.
        if (nth === 2) socket[breaking]();
        else socket.write(rawAnswer(sk));
      });
      const { table, waits } = ours(endpoint);
      // Four connections.
      await Promise.all(["a", "b", "c", "d"].map((sk) => read(table, sk)));
      expect(await read(table, "e")).toBe("e");
      expect(calls.slice(4)).toEqual(["e", "e"]);
      expect(waits).toEqual([]);
    },
  );

  test("that breaks at its first use is waited for", async () => {
    let broken = 0;
    const endpoint = await serveRaw((socket, sk) => {
      if (broken++ === 0) socket.resetAndDestroy();
      else socket.write(rawAnswer(sk));
    });
    const { table, waits } = ours(endpoint);
    expect(await read(table, "a")).toBe("a");
    expect(waits).toEqual([49]);
  });

  test("that brought an answer nobody asked for gives it to nobody", async () => {
    const late: (() => void)[] = [];
    const endpoint = await serveRaw((socket, sk) => {
      // At once, and once more when it lies unused.
      socket.write(sk === "twice" ? rawAnswer(sk) + rawAnswer("of the first") : rawAnswer(sk));
      if (sk === "later") late.push(() => socket.write(rawAnswer("of the second")));
    });
    const { table } = ours(endpoint);
    expect(await read(table, "twice")).toBe("twice");
    expect(await read(table, "a")).toBe("a");
    expect(await read(table, "later")).toBe("later");
    for (const send of late) send();
    for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate);
    for (const sk of ["b", "c"]) expect(await read(table, sk)).toBe(sk);
  });

  test("that brings an answer once more at the very moment of the next request gives it to nobody", async () => {
    const numbered = (sk: string) => rawAnswer(sk, `x-amzn-RequestId: ${sk.toUpperCase()}\r\n`);
    const endpoint = await serveRaw((socket, sk, nth) => {
      if (nth === 2) socket.write(numbered("a"));
      socket.write(numbered(sk));
    });
    const { table } = ours(endpoint);
    expect(await read(table, "a")).toBe("a");
    const { item, consumed } = await table.get({ pk: "P", sk: "b" });
    expect({ sk: item?.sk, attempts: consumed.attempts }).toEqual({ sk: "b", attempts: 2 });
  });

  test("that is open on our side only costs one silence, whatever else lies unused", async () => {
    const answered = new Set<string>();
    const endpoint = await serveRaw((socket, sk, nth) => {
      // As behind a freeze: those who were there before hear nothing any more.
      if (nth > 1) return;
      answered.add(sk);
      socket.write(rawAnswer(sk));
    });
    const { table } = ours(endpoint, { limits: { ...CONNECTION_LIMITS, silence: 300, answer: 900 } });
    const keys = ["a", "b", "c", "d", "e"];
    expect(await Promise.all(keys.map((sk) => read(table, sk)))).toEqual(keys);
    const { item, consumed } = await table.get({ pk: "P", sk: "f" });
    expect({ sk: item?.sk, attempts: consumed.attempts }).toEqual({ sk: "f", attempts: 2 });
    expect(answered.size).toBe(6);
  });

  test("whose answer came while the thread was busy for longer than a silence is read before it is given up", async () => {
    let requests = 0;
    const endpoint = await serveRaw((socket, sk) => {
      requests += 1;
      socket.write(rawAnswer(sk));
      for (const end = performance.now() + 250; performance.now() < end; );
    });
    const { table } = ours(endpoint, { limits: { ...CONNECTION_LIMITS, silence: 100, answer: 200 } });
    for (const sk of ["a", "b"]) expect(await read(table, sk)).toBe(sk);
    expect(requests).toBe(2);
  });

  test("of a proxy that closes every tenth one unasked loses and doubles nothing", async () => {
    const dynoxide = await startDynoxide();
    open.push(dynoxide);
    const tableName = await freshTable(dynoxide.endpoint);
    let requests = 0;
    const proxy = await serve(async (response, { headers, body }) => {
      const isTenth = ++requests % 10 === 0;
      // Half of the times before, half behind what was asked for.
      if (isTenth && requests % 20 === 0) return response.socket?.destroy();
      const { host: _host, connection: _connection, "content-length": _length, ...kept } = headers;
      const answer = await fetch(dynoxide.endpoint, { method: "POST", headers: kept as Record<string, string>, body });
      const text = await answer.text();
      return isTenth ? response.socket?.destroy() : response.writeHead(answer.status).end(text);
    });
    const table = tableThrough(ours(proxy.endpoint).send, tableName);
    for (let n = 1; n <= 60; n++) await table.write([{ update: { pk: "P", sk: "n" }, add: { n: 1 } }], `token-${n}`);
    expect((await table.get({ pk: "P", sk: "n" })).item).toMatchObject({ n: 60 });
    expect(requests).toBeGreaterThan(66);
  });
});

describe("many calls at once", () => {
  test("get each its own answer, in whatever order these come", async () => {
    const held: (() => void)[] = [];
    const server = await serve((response, request) => {
      held.push(() => echo(response, request));
      if (held.length === 20) for (const answer of held.reverse()) answer();
    });
    const { table } = ours(server.endpoint);
    const keys = Array.from({ length: 20 }, (_none, n) => `k${n}`);
    expect(await Promise.all(keys.map((sk) => read(table, sk)))).toEqual(keys);
  });

  test("share as many connections as there may be", async () => {
    const server = await serve(echo);
    const { table } = ours(server.endpoint, { limits: { ...CONNECTION_LIMITS, sockets: 3 } });
    const keys = Array.from({ length: 30 }, (_none, n) => `k${n}`);
    expect(await Promise.all(keys.map((sk) => read(table, sk)))).toEqual(keys);
    expect(server.mostAtOnce()).toBe(3);
  });

  test("that nobody waits for any more end at once, those without a connection too, and are not sent", async () => {
    const server = await serve(() => undefined);
    const { table } = ours(server.endpoint, { limits: { ...CONNECTION_LIMITS, sockets: 1 } });
    const closing = new AbortController();
    const calls = ["a", "b"].map((sk) => table.get({ pk: "P", sk }, closing.signal).catch((error) => error.kind));
    while (server.arrived.length === 0) await new Promise(setImmediate);
    closing.abort();
    expect(await Promise.all(calls)).toEqual(["closed", "closed"]);
    for (let turns = 0; turns < 20; turns++) await new Promise(setImmediate);
    expect(server.arrived).toHaveLength(1);
  });
});

describe("TLS", () => {
  const day = 86_400_000;
  const certificate = selfSigned("127.0.0.1", Date.now() + 100 * day);
  const serveTls = async (tls = certificate) => {
    const server = await scriptedServer(echo, tls);
    open.push(server);
    return server;
  };

  test("a certificate from a known authority is taken, and its connection used again", async () => {
    const server = await serveTls();
    const { table } = ours(server.endpoint, { ca: certificate.cert });
    for (const sk of ["a", "b"]) expect(await read(table, sk)).toBe(sk);
    expect(server.connections()).toBe(1);
  });

  test("one from nobody, of another host or past its end is refused, once, and nothing is sent", async () => {
    const other = selfSigned("other.example", Date.now() + 100 * day);
    const over = selfSigned("127.0.0.1", Date.now() - day);
    const tried = [
      { server: await serveTls(), ca: undefined },
      { server: await serveTls(other), ca: other.cert },
      { server: await serveTls(over), ca: over.cert },
    ];
    for (const { server, ca } of tried) {
      const { send, waits } = ours(server.endpoint, ca === undefined ? {} : { ca });
      const failure: unknown = await send("GetItem", { TableName: "table", Key: { pk: "P", sk: "a" } }).catch(
        (error) => error,
      );
      expect(failure).toMatchObject({
        code: expect.stringMatching(/^(?:DEPTH_ZERO_SELF_SIGNED_CERT|ERR_TLS_CERT_ALTNAME_INVALID|CERT_HAS_EXPIRED)$/),
      });
      expect(failureOf(failure).kind).toBe("outage");
      expect({ waits, requests: server.arrived.length }).toEqual({ waits: [], requests: 0 });
    }
  });

  test("a server that takes the connection and never begins to talk is given up after the time for connecting", async () => {
    const endpoint = (await serveRaw(() => undefined)).replace("http:", "https:");
    const { table, waits } = ours(endpoint, { limits: { ...CONNECTION_LIMITS, connect: 50 } });
    await expect(read(table, "a")).rejects.toMatchObject({ kind: "outage", cause: { name: "TimeoutError" } });
    expect(waits).toHaveLength(3);
  });
});
