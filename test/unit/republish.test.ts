import { createServer, type Server } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { DynamoDBRecord } from "aws-lambda";
import { AwsV4Signer } from "aws4fetch";
import { readStreamPlace } from "../../functions/bus/deadLetters.ts";
import { eventsFunction } from "../../functions/http/republish.ts";
import type { StreamPlace } from "../../functions/provisioning/deadLetters.ts";
import type { DirectoryEvent, Published } from "../../functions/provisioning/events/busEvents.ts";
import type { Json } from "../../functions/scim/json.ts";
import { beginLogged, eventsEndpoint } from "../support/eventLogs.ts";
import { ACME, idOf, makeUser } from "../support/records.ts";
import { listening } from "../support/serving.ts";
import { type StreamedStore, startStreamed } from "../support/streamedStore.ts";
import { at } from "../support/wire.ts";

const KEYS = { region: "us-east-1", accessKeyId: "local", secretAccessKey: "local", sessionToken: undefined };

describe("a batch that Lambda gave up on", () => {
  let running: Awaited<ReturnType<typeof startStreamed>>;
  let streamed: StreamedStore;
  let place: StreamPlace;
  /** Sequence numbers of the users' records, in their order. */
  let sequences: string[];

  beforeAll(async () => {
    running = await startStreamed();
    streamed = await running.fresh();
    await beginLogged(streamed.store.begin().database);
    const { users } = streamed.store.begin().directory(ACME);
    for (let n = 0; n < 4; n++) await makeUser(users, n);
    const records = await streamed.records();
    sequences = records
      .filter(({ dynamodb }) => dynamodb?.Keys?.pk?.S === `O#${ACME}#U`)
      .map(({ dynamodb }) => String(dynamodb?.SequenceNumber));
    const { endpoint, streamArn } = streamed.stream;
    place = {
      streamArn,
      shardId: await onlyShard(endpoint, streamArn),
      first: String(sequences[1]),
      last: String(sequences[2]),
    };
  });
  afterAll(() => running.stop());

  function functionOver(
    publish: (events: readonly DirectoryEvent[]) => Published = ({ length }) => ({ taken: length }),
    endpoint = streamed.stream.endpoint,
  ) {
    const published: DirectoryEvent[] = [];
    const lines: Readonly<Record<string, unknown>>[] = [];
    const alarms: string[] = [];
    const parts = eventsEndpoint(() => streamed.store.begin().database, {
      bus: {
        async publish(events) {
          published.push(...events);
          return publish(events);
        },
      },
      watch: async () => void alarms.push("watched"),
      deadLetters: {
        async send() {
          alarms.push("a dead letter of its own");
          return true;
        },
      },
      log: (line) => lines.push(line),
    });
    const readPlace = async (wanted: StreamPlace) =>
      (await readStreamPlace(endpoint, KEYS, wanted)) as DynamoDBRecord[] | undefined;
    const handler = eventsFunction({ ...parts, readPlace });
    const context = { awsRequestId: "7c1f", getRemainingTimeInMillis: () => 60_000 };
    return { call: (event: Parameters<typeof handler>[0]) => handler(event, context), alarms, lines, published };
  }

  test("is read from the stream and published again, from its first record to its last", async () => {
    const { call, alarms, lines, published } = functionOver();
    expect(await call({ again: place })).toMatchObject({ outcome: "published" });
    expect(published.map(({ type, id }) => [type, id])).toEqual([
      ["user.created", idOf("u", 1)],
      ["user.created", idOf("u", 2)],
    ]);
    expect(lines).toEqual([expect.objectContaining({ type: "events.batch", level: "INFO", published: 2 })]);
    expect(alarms).toEqual([]);
  });

  test("makes no second event, and is no dead letter any more because the bus refuses", async () => {
    const { call, lines, published } = functionOver(() => ({ taken: 0, cause: "Throttled" }));
    expect(await call({ again: place })).toMatchObject({ outcome: "published" });
    expect(lines).toMatchObject([{ events: {} }]);
    expect(published).toEqual([]);
  });

  test.each([
    ["the record", "TrimmedDataAccessException"],
    ["its shard", "ResourceNotFoundException"],
  ])("stays where the stream has forgotten %s", async (_what, name) => {
    const endpoint = await answering({ __type: `com.amazonaws.dynamodb.v20120810#${name}` });
    const { call, published } = functionOver(undefined, endpoint);
    expect(await call({ again: place })).toEqual({ outcome: "gone" });
    expect(published).toEqual([]);
  });

  test("is no success where the stream may not be read", async () => {
    const endpoint = await answering({ __type: "AccessDeniedException" });
    await expect(functionOver(undefined, endpoint).call({ again: place })).rejects.toThrow("GetShardIterator");
  });

  test("is gone where its shard ends before its last record, and is not read without end", async () => {
    const ended = await answering({ ShardIterator: "first", Records: [] }, 200);
    const { call, published } = functionOver(undefined, ended);
    expect(await call({ again: place })).toEqual({ outcome: "gone" });
    const endless = await answering({ ShardIterator: "first", NextShardIterator: "next", Records: [] }, 200);
    await expect(functionOver(undefined, endless).call({ again: place })).rejects.toThrow("too long");
    expect(published).toEqual([]);
  });

  test("is published but for what cannot be read, for which no second dead letter is written", async () => {
    const { users } = streamed.store.begin().directory(ACME);
    const bad = { attributes: "no JSON", keys: { name: "bad", externalId: undefined, values: [] } };
    await makeUser(users, 8, bad);
    await makeUser(users, 9);
    const records = await streamed.records();
    const ofUsers = records.filter(({ dynamodb }) => dynamodb?.Keys?.pk?.S === `O#${ACME}#U`);
    const [first, last] = [ofUsers.at(0), ofUsers.at(-1)].map((record) => String(record?.dynamodb?.SequenceNumber));
    const { call, alarms, lines, published } = functionOver();
    const answer = await call({ again: { ...place, first: String(first), last: String(last) } });
    expect(answer).toMatchObject({ outcome: "unreadable", unreadable: 1 });
    expect(published.map(({ id }) => id)).toEqual([idOf("u", 9)]);
    expect(lines.map(({ type, letter }) => [type, letter])).toEqual([
      ["events.unreadable", "kept"],
      ["events.batch", undefined],
    ]);
    expect(alarms).toEqual([]);
  });

  test("that the stream brings goes the usual way", async () => {
    const { call, published } = functionOver();
    expect(await call({ Records: [] })).toEqual({ batchItemFailures: [] });
    expect(published).toEqual([]);
  });
});

async function onlyShard(endpoint: string, StreamArn: string): Promise<string> {
  const body = JSON.stringify({ StreamArn });
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "DynamoDBStreams_20120810.DescribeStream",
  };
  const signer = new AwsV4Signer({ method: "POST", url: endpoint, headers, body, service: "dynamodb", ...KEYS });
  const signed = await signer.sign();
  const answer: Json = JSON.parse(
    await (await fetch(signed.url, { method: "POST", headers: signed.headers, body })).text(),
  );
  return String(at(answer, "StreamDescription.Shards.0.ShardId"));
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** A server that refuses everything with the same words. @returns its address */
async function answering(body: unknown, status = 400): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status).end(JSON.stringify(body)));
  servers.push(server);
  return `http://127.0.0.1:${await listening(server)}`;
}
