import { crc32 } from "node:zlib";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { Retry, StandardRetryStrategy } from "@smithy/core/retry";
import { endpointFromEnvironment } from "../../functions/runtime.ts";
import { type DynamoSend, tableThrough } from "../../functions/store/dynamoCalls.ts";
import { CALLS, sdkSend } from "../../functions/store/dynamoTable.ts";
import { failureOf } from "../../functions/store/failures.ts";
import { CONNECTION_LIMITS } from "../../functions/store/signed/connections.ts";
import { waitBefore } from "../../functions/store/signed/retries.ts";
import type { SignedOptions } from "../../functions/store/signed/signedClient.ts";
import { freshTable, localClient, signedLocally } from "../support/dynamoTable.ts";
import { startDynoxide } from "../support/dynoxide.ts";
import { answers, fails, type Reaction, type ScriptedServer, scriptedServer } from "../support/scriptedServer.ts";

const KEY = { pk: "P", sk: "s" };
/** Milliseconds, where nothing comes. */
const SILENCE = 150;
const HASTY = { ...CONNECTION_LIMITS, silence: SILENCE, answer: 3 * SILENCE };

const open: { stop(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.stop();
});

async function serve(...reactions: readonly [Reaction, ...Reaction[]]): Promise<ScriptedServer> {
  let nth = 0;
  // The last one is for all that come after.
  const server = await scriptedServer((response, request) => {
    const react = reactions[Math.min(nth++, reactions.length - 1)] ?? reactions[0];
    react(response, request);
  });
  open.push(server);
  return server;
}

/** Our client, which waits for nothing and says what it would have waited. */
function ours({ endpoint }: ScriptedServer, options: Partial<SignedOptions> = {}) {
  const waits: number[] = [];
  const wait = async (milliseconds: number): Promise<void> => void waits.push(milliseconds);
  const client = signedLocally(endpoint, { wait, random: () => 0.999, ...options });
  open.push({ stop: () => client.close() });
  return { send: client.send, table: tableThrough(client.send, "table"), waits };
}

/** The SDK's with its own strategy, less the waits. */
function sdks({ endpoint }: ScriptedServer, requestTimeout = 3_000): DynamoSend {
  const backoff = { setDelayBase: () => undefined, computeNextBackoffDelay: () => 0 };
  const client = new DynamoDBClient({
    ...CALLS,
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    retryStrategy: new StandardRetryStrategy({ maxAttempts: CALLS.maxAttempts, baseDelay: 0, backoff }),
    requestHandler: { requestTimeout, throwOnRequestTimeout: true },
  });
  open.push({ stop: () => client.destroy() });
  return sdkSend(DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }));
}

const get = (send: DynamoSend) => send("GetItem", { TableName: "table", Key: KEY });
/** How it ended. */
const kindOf = (sent: Promise<unknown>) =>
  sent.then(
    () => "answered",
    (error: unknown) => failureOf(error).kind,
  );

const html =
  (status: number): Reaction =>
  (response) =>
    response.writeHead(status, { "Content-Type": "text/html" }).end("<html><body>no</body></html>");
const cancelled = (Code: string) =>
  fails("TransactionCanceledException", 400, { CancellationReasons: [{ Code: "None" }, { Code }] });

describe("what goes wrong", () => {
  test.each<readonly [string, Reaction, kind: string, requests: number]>([
    ["DynamoDB's own failure", fails("InternalServerError", 500), "outage", 4],
    ["a 502 with HTML", html(502), "outage", 4],
    ["a 503 with HTML", html(503), "outage", 4],
    ["a 504 without anything", (response) => response.writeHead(504).end(), "outage", 4],
    ["a 501", html(501), "outage", 1],
    ["throttling", fails("ThrottlingException"), "exhausted", 4],
    ["too little capacity", fails("ProvisionedThroughputExceededException"), "exhausted", 4],
    ["the account's limit", fails("RequestLimitExceeded"), "exhausted", 4],
    ["a 429 of a proxy", html(429), "exhausted", 4],
    ["a limit of another kind", fails("LimitExceededException"), "unforeseen", 4],
    ["the same transaction at work", fails("TransactionInProgressException"), "conflict", 4],
    ["another transaction", fails("TransactionConflictException"), "conflict", 1],
    ["a cancelled transaction", cancelled("TransactionConflict"), "conflict", 1],
    ["a throttled transaction", cancelled("ThrottlingError"), "throttled", 1],
    ["a condition", fails("ConditionalCheckFailedException", 400, { Item: { pk: { S: "P" } } }), "refused", 1],
    ["a wrong request", fails("ValidationException"), "unforeseen", 1],
    ["no such table", fails("ResourceNotFoundException"), "outage", 1],
    ["no right, or a key that is disabled", fails("AccessDeniedException"), "outage", 1],
    ["a wrong signature", fails("InvalidSignatureException"), "unforeseen", 1],
    ["credentials that are over", fails("ExpiredTokenException"), "unforeseen", 1],
    ["a 413 with HTML", html(413), "unforeseen", 1],
    ["a connection that ends", (response) => response.socket?.end(), "outage", 4],
    ["a connection that is cut off", (response) => response.socket?.resetAndDestroy(), "outage", 4],
  ])("%s is tried as often as the SDK tries it", async (_what, reaction, kind, requests) => {
    const [here, there] = [await serve(reaction), await serve(reaction)];
    const ended = await Promise.all([kindOf(get(ours(here).send)), kindOf(get(sdks(there)))]);
    expect({ kind: ended[0], requests: here.arrived.length }).toEqual({ kind, requests });
    expect(there.arrived.length).toBe(requests);
  });

  test("silence is tried as often as the SDK tries it", async () => {
    const [here, there] = [await serve(() => undefined), await serve(() => undefined)];
    const ended = await Promise.all([
      kindOf(get(ours(here, { limits: HASTY }).send)),
      kindOf(get(sdks(there, SILENCE))),
    ]);
    expect([ended[0], here.arrived.length, there.arrived.length]).toEqual(["outage", 4, 4]);
  });

  const partly: Reaction = (response) =>
    response.writeHead(200, { "Content-Length": "1000" }).write("{", () => response.socket?.destroy());
  const damaged: Reaction = answers(200, { Item: { pk: { S: "P" } } }, { "x-amz-crc32": String(crc32("{}")) });
  test.each<readonly [string, Reaction]>([
    ["is cut off", partly],
    ["is JSON without its end", (response) => response.end('{"Item":{"pk":{"S":"P')],
    ["is nothing", (response) => response.end()],
    ["is no object", (response) => response.end("1")],
    ["is HTML under a 200", html(200)],
    ["has another checksum than its own", damaged],
    [
      "comes drop by drop, without end",
      (response) => {
        response.writeHead(200).write("{");
        const drops = setInterval(() => response.write(" "), 5);
        response.on("close", () => clearInterval(drops));
      },
    ],
  ])("an answer that %s is asked for again, and is an outage in the end", async (_what, reaction) => {
    const server = await serve(reaction);
    expect(await kindOf(get(ours(server, { limits: HASTY }).send))).toBe("outage");
    expect(server.arrived).toHaveLength(4);
    const mended = await serve(reaction, answers(200, { Item: { pk: { S: "P" }, n: { N: "7" } } }));
    const { item, consumed } = await ours(mended, { limits: HASTY }).table.get(KEY);
    expect(item).toEqual({ pk: "P", n: 7 });
    expect(consumed.attempts).toBe(mended.arrived.length);
  });

  test("an answer with its right checksum is taken", async () => {
    const body = { Item: { pk: { S: "Grüße" } } };
    const sum = String(crc32(JSON.stringify(body)));
    const server = await serve(answers(200, body, { "x-amz-crc32": sum }));
    expect((await ours(server).table.get(KEY)).item).toEqual({ pk: "Grüße" });
  });

  test("every try of a transaction has its token and all else of its body", async () => {
    const server = await serve(
      fails("InternalServerError", 500),
      html(503),
      fails("ThrottlingException"),
      answers(200, {}),
    );
    const { refusals } = await ours(server).table.write([{ update: KEY, add: { n: 1 } }], "one-token");
    expect(refusals).toEqual([]);
    expect(server.arrived.map(({ body }) => JSON.parse(body).ClientRequestToken)).toEqual(Array(4).fill("one-token"));
    expect(new Set(server.arrived.map(({ body }) => body)).size).toBe(1);
  });

  test("a refusal carries the stored item, of a single write and of a transaction", async () => {
    const Item = { pk: { S: "P" }, v: { N: "3" }, ids: { SS: ["a"] } };
    const stored = { pk: "P", v: 3, ids: new Set(["a"]) };
    const reasons = [{ Code: "None" }, { Code: "ConditionalCheckFailed", Item }, { Code: "ConditionalCheckFailed" }];
    const { table } = ours(
      await serve(
        fails("ConditionalCheckFailedException", 400, { Item }),
        fails("TransactionCanceledException", 400, { CancellationReasons: reasons }),
      ),
    );
    expect((await table.write([{ delete: KEY }])).refusals).toEqual([{ index: 0, stored }]);
    expect((await table.write([{ delete: KEY }, { delete: KEY }], "token")).refusals).toEqual([
      { index: 1, stored },
      { index: 2, stored: undefined },
    ]);
  });
});

describe("the waits between tries", () => {
  test("are those of the SDK, whatever the dice say", () => {
    const random = jest.spyOn(Math, "random");
    const sdk = Reflect.get(new StandardRetryStrategy(4), "retryBackoffStrategy");
    for (const share of [0, 0.25, 0.999]) {
      random.mockReturnValue(share);
      for (let tries = 1; tries < 4; tries++) {
        sdk.setDelayBase(Retry.delay());
        expect(waitBefore("passing", tries, share)).toBe(sdk.computeNextBackoffDelay(tries - 1));
        sdk.setDelayBase(Retry.throttlingDelay());
        expect(waitBefore("throttled", tries, share)).toBe(sdk.computeNextBackoffDelay(tries - 1));
      }
    }
    random.mockRestore();
  });

  test("grow, and are at least what the answer asks for, within bounds", async () => {
    const throttled = ours(await serve(fails("ThrottlingException")));
    await kindOf(get(throttled.send));
    expect(throttled.waits).toEqual([999, 1998, 3996]);
    const asking = (headers: Readonly<Record<string, string>>) => answers(503, {}, headers);
    const hinted = ours(
      await serve(
        asking({ "x-amz-retry-after": "700" }),
        asking({ "Retry-After": "2" }),
        asking({ "Retry-After": "86400" }),
      ),
    );
    await kindOf(get(hinted.send));
    expect(hinted.waits).toEqual([700, 2_000, 199 + 5_000]);
    const now = () => Date.parse("2026-01-01T12:00:00Z");
    const dated = ours(await serve(asking({ "Retry-After": "Thu, 01 Jan 2026 12:00:03 GMT" })), { now });
    await kindOf(get(dated.send));
    expect(dated.waits).toEqual([3_000, 3_000, 3_000]);
  });

  test("end with the signal, and nothing is sent after it", async () => {
    const server = await serve(fails("ThrottlingException"));
    const closing = new AbortController();
    const real = signedLocally(server.endpoint, { random: () => 0.999 });
    open.push({ stop: () => real.close() });
    const sent = real.send("GetItem", { TableName: "table", Key: KEY }, closing.signal);
    while (server.arrived.length === 0) await new Promise(setImmediate);
    closing.abort();
    expect(await kindOf(sent)).toBe("closed");
    expect(await kindOf(real.send("GetItem", { TableName: "table", Key: KEY }, closing.signal))).toBe("closed");
    expect(server.arrived).toHaveLength(1);
  });

  test("where nothing gets through, calls are sent once in the end, as many as by the SDK", async () => {
    const [here, there] = [await serve(html(500)), await serve(html(500))];
    const [own, sdk] = [ours(here).send, sdks(there)];
    for (let calls = 0; calls < 30; calls++) await Promise.all([kindOf(get(own)), kindOf(get(sdk))]);
    expect(here.arrived.length).toBe(there.arrived.length);
    expect(here.arrived.length).toBeLessThan(30 * 3);
  });
});

describe("clock and credentials", () => {
  /** Refuses what was not signed within five minutes of now. */
  const punctual: Reaction = (response, request) => {
    const signed = String(request.headers["x-amz-date"]).replace(/^(....)(..)(..)T(..)(..)/, "$1-$2-$3T$4:$5:");
    const isLate = Math.abs(Date.parse(signed) - Date.now()) > 300_000;
    (isLate ? fails("InvalidSignatureException") : answers(200, {}))(response, request);
  };

  test.each([3_600_000, -3_600_000])("a clock that is %d ms wrong is corrected once, by the answer", async (wrong) => {
    const server = await serve(punctual);
    const { send, waits } = ours(server, { now: () => Date.now() + wrong });
    expect((await get(send)).$metadata.attempts).toBe(2);
    expect((await get(send)).$metadata.attempts).toBe(1);
    expect(waits).toEqual([]);
  });

  test("a server whose clock is never reached ends the tries", async () => {
    let hours = 0;
    const running: Reaction = (response, request) =>
      fails("InvalidSignatureException")(
        response.setHeader("Date", new Date(Date.now() + ++hours * 3_600_000).toUTCString()),
        request,
      );
    const server = await serve(running);
    expect(await kindOf(get(ours(server).send))).toBe("unforeseen");
    expect(server.arrived).toHaveLength(4);
  });

  test("a function tries the credentials that Lambda gave it meanwhile, the old ones not again", async () => {
    const before = { ...process.env };
    const given = (token: string) =>
      Object.assign(process.env, {
        ...{ AWS_REGION: "us-east-1", TABLE_NAME: "table", ROLLCALL_TABLE_CLIENT: "signed" },
        ...{ AWS_ACCESS_KEY_ID: `AKIA${token}`, AWS_SECRET_ACCESS_KEY: token, AWS_SESSION_TOKEN: token },
        AWS_ENDPOINT_URL_DYNAMODB: server.endpoint,
      });
    const server = await serve(
      (response, request) => {
        given("new");
        fails("ExpiredTokenException")(response, request);
      },
      answers(200, {}),
    );
    given("old");
    try {
      expect(await endpointFromEnvironment().store.begin().database.get(KEY)).toBeUndefined();
    } finally {
      process.env = before;
    }
    expect(server.arrived.map(({ headers }) => headers["x-amz-security-token"])).toEqual(["old", "new"]);
    expect(server.arrived.map(({ headers }) => /AKIA\w+/.exec(headers.authorization ?? "")?.[0])).toEqual([
      "AKIAold",
      "AKIAnew",
    ]);
  });

  test("without credentials nothing is sent, and the error says what to do", async () => {
    const server = await serve(answers(200, {}));
    const signer = () => ({ region: "us-east-1", accessKeyId: "", secretAccessKey: "", sessionToken: undefined });
    await expect(get(ours(server, { signer }).send)).rejects.toThrow(/no credentials.*`sdk`/);
    expect(server.arrived).toEqual([]);
  });
});

describe("values", () => {
  test("attributes of types that the table never holds come as the SDK gives them", async () => {
    const dynoxide = await startDynoxide();
    const tableName = await freshTable(dynoxide.endpoint);
    const [client, own] = [localClient(dynoxide.endpoint), signedLocally(dynoxide.endpoint)];
    const odd = { yes: true, none: null, list: ["a", 1, { deep: false }], map: { n: 1 }, ns: new Set([1, 2]) };
    const Item = {
      pk: "P",
      sk: "s",
      text: "",
      ...odd,
      bytes: new Uint8Array([1, 2]),
      bs: new Set([new Uint8Array([3])]),
    };
    await client.send(new PutCommand({ TableName: tableName, Item }));
    const [ownItem, sdkItem] = [
      await tableThrough(own.send, tableName).get(KEY),
      await tableThrough(sdkSend(client), tableName).get(KEY),
    ];
    expect(ownItem).toEqual(sdkItem);
    own.close();
    client.destroy();
    await dynoxide.stop();
  });

  test.each([
    ["a fraction", 1.5],
    ["no number", Number.NaN],
    ["a number beyond the exact ones", 2 ** 53],
    ["an empty set", new Set<string>()],
  ])("%s is refused before anything is sent", async (_what, value) => {
    const server = await serve(answers(200, {}));
    await expect(ours(server).table.write([{ put: { ...KEY, value } }])).rejects.toThrow(/the attribute value/);
    expect(server.arrived).toEqual([]);
  });
});

test("a database that is gone is an outage that names the cause", async () => {
  const server = await scriptedServer(() => undefined);
  server.stop();
  await expect(get(ours(server).send)).rejects.toMatchObject({ code: "ECONNREFUSED", $fault: "server" });
});
