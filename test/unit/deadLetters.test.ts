import { expect, test } from "@jest/globals";
import { deadLetterLine, readDeadLetter } from "../../bin/rollcall/deadLetters.ts";

const RESOURCE = "u0f3KbTqYw9ZpLmN4xR7sVd";
const AT = "2026-01-02T03:04:05.678Z";
const OURS = { consumer: "sweep", at: AT, sequence: "7", org: "Ab12Cd34", resourceId: RESOURCE, cause: "Error" };

/** As Lambda's documentation gives it. */
const LAMBDAS = {
  requestContext: { requestId: "316aa6d0", functionArn: "arn:aws:lambda", condition: "RetryAttemptsExhausted" },
  responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
  version: "1.0",
  timestamp: AT,
  DDBStreamBatchInfo: {
    shardId: "shardId-1",
    startSequenceNumber: "8",
    endSequenceNumber: "9",
    approximateArrivalOfFirstRecord: "2026-01-02T03:03:00Z",
    approximateArrivalOfLastRecord: "2026-01-02T03:04:00Z",
    batchSize: 2,
    streamArn: "arn:aws:dynamodb:stream",
  },
};

test("a dead letter of ours names org, resource and record, and the org by its name where that is known", () => {
  const deadLetter = readDeadLetter(JSON.stringify(OURS));
  expect(deadLetterLine(deadLetter)).toBe(`org Ab12Cd34, ${RESOURCE}: Error, record 7, ${AT}`);
  expect(deadLetterLine(deadLetter, () => "acme")).toBe(`org acme, ${RESOURCE}: Error, record 7, ${AT}`);
  const poor = readDeadLetter(JSON.stringify({ consumer: "sweep", at: AT, cause: "Error" }));
  expect(deadLetterLine(poor)).toBe(`org unknown, unknown: Error, record unknown, ${AT}`);
});

test("a dead letter of Lambda's names the place in the stream", () => {
  const deadLetter = readDeadLetter(JSON.stringify(LAMBDAS));
  expect(deadLetterLine(deadLetter)).toBe(`records 8 to 9 of shardId-1: failed until ${AT}`);
  expect(deadLetter).toMatchObject({
    place: { streamArn: "arn:aws:dynamodb:stream", shardId: "shardId-1", first: "8", last: "9" },
    newest: "2026-01-02T03:04:00Z",
  });
});

test.each([
  ["no JSON", "{"],
  ["a list", "[]"],
  ["a number", "7"],
  ["an object of somebody else", '{"hello":1}'],
  ["a dead letter without a time", JSON.stringify({ ...OURS, at: 5 })],
  ["a place without its stream", JSON.stringify({ ...LAMBDAS, DDBStreamBatchInfo: { shardId: "shardId-1" } })],
])("%s is none of ours", (_case, body) => {
  expect(readDeadLetter(body)).toEqual({ kind: "foreign" });
  expect(deadLetterLine(readDeadLetter(body))).toBe("a message that Rollcall did not write");
});
