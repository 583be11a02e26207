import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { expect, test } from "@jest/globals";
import { StandardRetryStrategy } from "@smithy/core/retry";
import fc from "fast-check";
import type { DynamoSend } from "../../functions/store/dynamoCalls.ts";
import { CALLS, sdkSend } from "../../functions/store/dynamoTable.ts";
import { signedLocally } from "../support/dynamoTable.ts";
import { amountOf, SEED } from "../support/proof.ts";
import { answers, fails, type Reaction, scriptedServer } from "../support/scriptedServer.ts";

/** Of the names that the SDK's standard mode knows, and some that it does not. */
const NAMES = [
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
  "LimitExceededException",
  "PriorRequestNotComplete",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "TransactionInProgressException",
  "RequestTimeout",
  "RequestTimeoutException",
  "InternalServerError",
  "ItemCollectionSizeLimitExceededException",
  "TransactionConflictException",
  "TransactionCanceledException",
  "UnrecognizedClientException",
  "ValidationException",
];

/** The SDK waits for what they ask in real time: it is short. */
const HINTS: readonly Readonly<Record<string, string>>[] = [
  { "x-amz-retry-after": "3" },
  { "Retry-After": "0.002" },
  { "Retry-After": "soon" },
  {},
];

const failing: fc.Arbitrary<Reaction> = fc.oneof(
  fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(400, 400, 500)).map(([name, status]) => fails(name, status)),
  fc
    .tuple(fc.constantFrom(400, 403, 404, 408, 413, 429, 500, 501, 502, 503, 504, 505, 599), fc.constantFrom(...HINTS))
    .map(([status, headers]): Reaction => answers(status, {}, headers)),
  fc.constantFrom<Reaction>(
    fails("InvalidSignatureException", 403, { message: "Signature expired: 20261129T000000Z is now earlier than" }),
    fails("InvalidSignatureException", 403, { message: "The request signature does not match" }),
  ),
);

/**
 * Each call fails so often, and then it does not; the budget of repetitions is one for all of them. What breaks a used
 * connection is not among it: ours comes again at once there (`signedConnections.test.ts`).
 */
const history = fc.array(fc.array(failing, { minLength: 0, maxLength: 4 }), { minLength: 4, maxLength: 60 });

/** Base of the SDK's wait and its doublings, for each wait. */
type Wait = readonly [base: number, tries: number];

test("through any history of failures our client sends what the SDK's standard mode sends, and waits as long", async () => {
  let left: Reaction[] = [];
  const server = await scriptedServer((response, request) => (left.shift() ?? answers(200, {}))(response, request));
  const property = fc.asyncProperty(history, async (calls) => {
    const waited: Wait[] = [];
    const sdk = sdkOf(server.endpoint, waited);
    const waits: number[] = [];
    const own = signedLocally(server.endpoint, {
      random: () => 0.999,
      wait: async (milliseconds) => void waits.push(milliseconds),
    });
    for (const reactions of calls) {
      const ends: unknown[] = [];
      for (const send of [sdk.send, own.send]) {
        left = [...reactions];
        const before = server.arrived.length;
        const end = await send("GetItem", { TableName: "table", Key: { pk: "P", sk: "s" } }).then(
          ({ $metadata }) => $metadata.attempts,
          () => "failed",
        );
        ends.push({ end, requests: server.arrived.length - before });
      }
      expect(ends[1]).toEqual(ends[0]);
    }
    const bounds = waited.map(([base, tries]) => Math.floor(0.999 * Math.min(20_000, base * 2 ** tries)));
    expect(waits).toEqual(bounds);
    sdk.close();
    own.close();
  });
  await fc.assert(property, { numRuns: amountOf("retries"), seed: SEED });
  server.stop();
});

/** The SDK's client with its own strategy: it says what it would wait for at most, and waits for nothing. */
function sdkOf(endpoint: string, waited: Wait[]): { readonly send: DynamoSend; close(): void } {
  let base = 0;
  const backoff = {
    setDelayBase: (delay: number) => {
      base = delay;
    },
    computeNextBackoffDelay: (tries: number) => {
      waited.push([base, tries]);
      return 0;
    },
  };
  const client = new DynamoDBClient({
    ...CALLS,
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    retryStrategy: new StandardRetryStrategy({ maxAttempts: CALLS.maxAttempts, backoff }),
    requestHandler: { requestTimeout: 3_000, throwOnRequestTimeout: true },
  });
  const send = sdkSend(DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }));
  return { send, close: () => client.destroy() };
}
