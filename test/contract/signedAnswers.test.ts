import { getEventListeners } from "node:events";
import { crc32, gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type DynamoCalls, tableThrough } from "../../functions/store/dynamoCalls.ts";
import { dynamoTable } from "../../functions/store/dynamoTable.ts";
import { failureOf } from "../../functions/store/failures.ts";
import { CONNECTION_LIMITS } from "../../functions/store/signed/connections.ts";
import type { SignedOptions } from "../../functions/store/signed/signedClient.ts";
import { localClient, signedLocally } from "../support/dynamoTable.ts";
import { amountOf, SEED } from "../support/proof.ts";
import { itemBody, rawAnswer, rawServer } from "../support/rawServer.ts";
import { answers, fails, type Reaction, scriptedServer } from "../support/scriptedServer.ts";

const open: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

function ours(endpoint: string, options: Partial<SignedOptions> = {}) {
  const client = signedLocally(endpoint, { wait: async () => undefined, ...options });
  open.push({ stop: () => client.close() });
  return { table: tableThrough(client.send, "table"), send: client.send };
}

async function serve(react: Reaction) {
  const server = await scriptedServer(react);
  open.push(server);
  return server;
}

const read = (sk: string) => ({ pk: "P", sk });

describe("an answer of a server that does not keep HTTP", () => {
  const head = "HTTP/1.1 200 OK\r\n";
  const length = (body: string, more = 0) => `Content-Length: ${body.length + more}\r\n`;
  const a = itemBody("a");
  const chunked = (body: string, trailers = "") =>
    `${head}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n${trailers}\r\n`;
  const zipped = gzipSync(a).toString("latin1");

  /** What comes instead of an answer, and how many requests the call takes until it has its own. */
  test.each<readonly [string, bytes: string, requests: number]>([
    ["says it is shorter than it is", `${head}${length(a, -9)}\r\n${a}`, 2],
    ["says it is longer than it is, and comes no further", `${head}${length(a, 9)}\r\n${a}`, 2],
    ["has two lengths", `${head}${length(a)}${length(a, -9)}\r\n${a}`, 2],
    ["has a length and chunks", `${head}${length(a)}Transfer-Encoding: chunked\r\n\r\n${a}`, 2],
    ["has a chunk that is longer than it says", chunked(a).replace(`${a.length.toString(16)}\r\n`, "3\r\n"), 2],
    ["has a chunk of a negative length", `${head}Transfer-Encoding: chunked\r\n\r\n-1\r\n${a}\r\n0\r\n\r\n`, 2],
    ["has a chunk beyond all numbers", `${head}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n${a}`, 2],
    ["has chunks and trailers", chunked(a, "X-Amz-Note: later\r\n"), 1],
    ["is split by its own header", `${head}X-Note: a\r\n${length("")}\r\n${rawAnswer("forged")}`, 2],
    ["has a line end in a header", `${head}X-Note: a\rContent-Length: 0\r\n${length(a)}\r\n${a}`, 2],
    ["has headers of 20 KB", `${head}X-Note: ${"x".repeat(20_000)}\r\n${length(a)}\r\n${a}`, 2],
    ["is no HTTP", "what do you want?\r\n\r\n", 2],
    ["speaks TLS", "\x15\x03\x01\x00\x02\x02\x46", 2],
    ["changes the protocol", `HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n${a}`, 2],
    ["says to go on, and then answers", `${"HTTP/1.1 100 Continue\r\n\r\n".repeat(50)}${rawAnswer("a")}`, 1],
    ["says to go on, and says no more", "HTTP/1.1 103 Early Hints\r\n\r\n", 2],
    ["is compressed, which nobody asked for", `${head}Content-Encoding: gzip\r\n${length(zipped)}\r\n${zipped}`, 2],
    ["stops in the middle of its headers", `${head}X-No`, 2],
  ])("that %s is never taken for another one's, and the call is tried again", async (_what, bytes, requests) => {
    let requested = 0;
    const server = await rawServer((socket, sk) => {
      if (++requested === 1) socket.write(bytes, "latin1");
      else socket.write(rawAnswer(sk));
    });
    open.push(server);
    const { table } = ours(server.endpoint, { limits: { ...CONNECTION_LIMITS, silence: 300, answer: 900 } });
    expect((await table.get(read("a"))).item).toEqual(read("a"));
    expect(requested).toBe(requests);
    expect((await table.get(read("b"))).item).toEqual(read("b"));
    while (server.open() > 1) await new Promise(setImmediate);
  });

  test("damaged at any place is an error or the right one, and spoils no other call", async () => {
    let damage: ((bytes: string) => string) | undefined;
    const server = await rawServer((socket, sk) => {
      const now = damage;
      damage = undefined;
      if (now === undefined) socket.write(rawAnswer(sk));
      else socket.end(now(rawAnswer(sk)));
    });
    open.push(server);
    const { table } = ours(server.endpoint);
    const somewhere = fc.record({ at: fc.nat(180), without: fc.nat(12), bytes: fc.string({ maxLength: 8 }) });
    let n = 0;
    const property = fc.asyncProperty(somewhere, async ({ at, without, bytes }) => {
      const [one, other] = [read(`k${n++}`), read(`k${n++}`)];
      damage = (whole) => whole.slice(0, at) + bytes + whole.slice(at + without);
      const got = await table.get(one).then(
        ({ item }) => item,
        () => one,
      );
      expect(got).toEqual(one);
      expect((await table.get(other)).item).toEqual(other);
    });
    await fc.assert(property, { numRuns: amountOf("damagedAnswers"), seed: SEED });
  });

  test("to a request that is not sent whole yet is read, and the connection is not used before the rest is sent", async () => {
    const server = await rawServer((socket, sk) => {
      socket.write(sk === "large" ? "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n" : rawAnswer(sk));
    });
    open.push(server);
    const { table } = ours(server.endpoint);
    const large = table.write([{ put: { ...read("large"), text: "x".repeat(4_000_000) } }]);
    await expect(large).rejects.toMatchObject({ name: "Status413" });
    for (const sk of ["a", "b"]) expect((await table.get(read(sk))).item).toEqual(read(sk));
  });
});

describe("an answer with status 200 that is JSON of another form", () => {
  const reads = ["get", "getMany", "getTogether", "query", "queryKeys", "queryReverse"] as const;
  const writes = ["put", "transaction", "deleteMany"] as const;

  test.each<readonly [string, empty: readonly string[]]>([
    ["[]", []],
    ["null", []],
    ["OK", []],
    ['"OK"', []],
    ["{}", ["get", ...writes]],
    ['{"message":"Forbidden"}', ["get", ...writes]],
    ['{"Responses":null}', ["get", ...writes]],
    ['{"Items":null}', ["get", ...writes]],
    ['{"Items":{}}', []],
    ['{"Responses":"x"}', []],
    ['{"Responses":{"table":{}}}', []],
    ['{"UnprocessedKeys":{}}', ["get", ...writes]],
    ['{"Responses":{}}', ["get", ...writes]],
    ['{"Responses":[]}', ["get", ...writes]],
    ['{"Responses":{"other":[]},"UnprocessedKeys":{"other":{"Keys":[]}}}', ["get", ...writes]],
    ['{"Responses":{"table":[null]}}', []],
    ['{"UnprocessedItems":{"table":[{}]}}', []],
  ])("is never taken for a list of nothing, and no text but an object for a write: %s", async (body, empty) => {
    const server = await serve((response) => response.writeHead(200).end(body));
    const { table } = ours(server.endpoint);
    const calls: Readonly<Record<(typeof reads | typeof writes)[number], () => Promise<unknown>>> = {
      get: () => table.get(read("a")),
      getMany: () => table.getMany([read("a")]),
      getTogether: () => table.getTogether([read("a")]),
      query: () => table.query("P", {}),
      queryKeys: () => table.query("P", { only: ["sk"] }),
      queryReverse: () => table.queryReverse("P", { limit: 1 }),
      put: () => table.write([{ put: read("a") }]),
      transaction: () => table.write([{ put: read("a") }], "token"),
      deleteMany: () => table.deleteMany([read("a")]),
    };
    const taken: string[] = [];
    const causes = new Set<unknown>();
    for (const [name, call] of Object.entries(calls)) {
      await call().then(
        () => taken.push(name),
        (error) => causes.add(error.cause?.name ?? error),
      );
    }
    expect(taken).toEqual(empty);
    expect([...causes]).toEqual(["BrokenAnswer"]);
  });

  test.each<readonly [keyof DynamoCalls, string]>([
    ["BatchGetItem", '{"Responses":[]}'],
    ["BatchGetItem", '{"Responses":{}}'],
    ["BatchGetItem", '{"Responses":{"other":[]}}'],
    ["TransactGetItems", '{"Responses":{}}'],
    ["TransactGetItems", '{"Responses":[]}'],
    ["Query", "{}"],
    ["Query", '{"Items":{}}'],
    ["GetItem", '{"Items":{}}'],
  ])("is asked for again by %s: %s", async (operation, body) => {
    let asked = 0;
    const rights: Partial<Record<keyof DynamoCalls, object>> = {
      Query: { Items: [] },
      TransactGetItems: { Responses: [{}] },
    };
    const right = rights[operation] ?? { Responses: { table: [] } };
    const server = await serve((response) => {
      response.writeHead(200).end(++asked > 1 ? JSON.stringify(right) : body);
    });
    const input = { TableName: "table", RequestItems: { table: {} }, TransactItems: [{}] };
    await ours(server.endpoint).send(operation, input as never);
    expect(asked).toBe(2);
  });

  test.each(["{}", '{"Responses":{}}', '{"Responses":[]}'])(
    "is an outage for the SDK's client, too: %s",
    async (body) => {
      const server = await serve((response) => response.writeHead(200).end(body));
      const table = dynamoTable(localClient(server.endpoint), "table");
      const reads = [
        () => table.getMany([read("a")]),
        () => table.getTogether([read("a")]),
        () => table.query("P", {}),
      ];
      for (const one of reads) await expect(one()).rejects.toMatchObject({ name: "TableBusy", kind: "outage" });
    },
  );
});

describe("a large answer", () => {
  /** 16 MB of items, as the answer to each operation that returns some. */
  const text = `say "x"${" and more of it".repeat(20)}\n`.repeat(1_200);
  const Items = Array.from({ length: 46 }, (_none, n) => ({ pk: { S: "P" }, sk: { S: `k${n}` }, text: { S: text } }));
  const ofItems = Items.map((Item) => ({ Code: "ConditionalCheckFailed", Item }));
  const input = { TableName: "table", Key: read("a"), RequestItems: { table: {} }, TransactItems: Items };

  test.each<readonly [keyof DynamoCalls, object]>([
    ["Query", { Items }],
    ["BatchGetItem", { Responses: { table: Items } }],
    ["TransactGetItems", { Responses: Items.map((Item) => ({ Item })) }],
  ])("of 16 MB to %s is read whole", async (operation, body) => {
    const bytes = JSON.stringify(body);
    expect(bytes.length).toBeGreaterThan(16 * 1024 * 1024);
    const server = await serve((response) =>
      response.writeHead(200, { "x-amz-crc32": String(crc32(bytes)) }).end(bytes),
    );
    const output: object = await ours(server.endpoint).send(operation, input as never);
    expect(JSON.stringify(output).split("say ").length).toBe(46 * 1_200 + 1);
    expect(server.arrived).toHaveLength(1);
  });

  test("of 16 MB that refuses a transaction gives the stored items", async () => {
    const server = await serve(fails("TransactionCanceledException", 400, { CancellationReasons: ofItems }));
    const error: unknown = await ours(server.endpoint)
      .send("TransactWriteItems", { TransactItems: [] })
      .catch((thrown: unknown) => thrown);
    const failure = failureOf(error);
    if (failure.kind !== "refused") throw new Error(failure.kind);
    expect(failure.refusals.map(({ stored }) => stored?.text)).toEqual(Array(46).fill(text));
  });

  const endless: Reaction = (response) => {
    const part = Buffer.alloc(65_536, " ");
    const more = (): void => {
      while (!response.destroyed && response.write(part));
    };
    response.writeHead(200).on("drain", more);
    more();
  };
  test.each<readonly [string, Reaction]>([
    ["says so", (response) => response.writeHead(200, { "Content-Length": "99999999999" }).write("{")],
    ["does not say so", endless],
    ["is an error", (response) => response.writeHead(503, { "Content-Length": "99999999999" }).write("{")],
  ])("that has more than any of DynamoDB's and %s is refused while it comes, once", async (_what, reaction) => {
    const server = await serve(reaction);
    const { table } = ours(server.endpoint, { limits: { ...CONNECTION_LIMITS, bytes: 1_000_000 } });
    await expect(table.get(read("a"))).rejects.toMatchObject({
      kind: "outage",
      cause: { name: "OversizedAnswer", message: expect.stringContaining("1000000 bytes") },
    });
    expect(server.arrived).toHaveLength(1);
    while (server.openNow() > 0) await new Promise(setImmediate);
  });
});

describe("what calls leave behind", () => {
  test("is one connection and nothing that listens, after many calls under one signal", async () => {
    const server = await serve(answers(200, {}));
    const { table } = ours(server.endpoint);
    const { signal } = new AbortController();
    for (let n = 0; n < 200; n++) await table.get(read("a"), signal);
    expect(getEventListeners(signal, "abort")).toEqual([]);
    expect(server.connections()).toBe(1);
  });

  test("is no connection, where they were given up at any moment", async () => {
    let nth = 0;
    let later = 0;
    const server = await serve((response, request) => {
      nth += 1;
      if (nth % 3 === 0 && later === 0) response.writeHead(200, { "Content-Length": "100" }).write("{");
      if (nth % 3 === 1 || later > 0) answers(200, {})(response, request);
    });
    const elapsed = (): number => performance.now() + later;
    const { table } = ours(server.endpoint, { elapsed, limits: { ...CONNECTION_LIMITS, sockets: 1_000 } });
    const ended = await Promise.all(
      Array.from({ length: 200 }, async (_none, n) => {
        const closing = new AbortController();
        const call = table.get(read("a"), closing.signal).then(
          () => "answered",
          (error) => error.kind,
        );
        for (let turns = 0; turns < n % 40; turns++) await new Promise(setImmediate);
        closing.abort();
        const end = await call;
        expect(getEventListeners(closing.signal, "abort")).toEqual([]);
        return end;
      }),
    );
    expect(ended).toContain("closed");
    expect(server.arrived.length).toBeGreaterThan(20);
    // Those that nobody used are kept for a while: all others are closed by now.
    later = CONNECTION_LIMITS.idle + 1;
    await table.get(read("a"));
    while (server.openNow() > 1) await new Promise(setImmediate);
  });
});
