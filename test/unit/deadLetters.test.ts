import { expect, test } from "@jest/globals";
import { letterLine } from "../../bin/rollcall/deadLetters.ts";

test("a letter of ours names org, resource and record", () => {
  const letter = { consumer: "sweep", at: "2026-01-02T03:04:05.678Z", sequence: "7", org: "Ab12Cd34", cause: "Error" };
  expect(letterLine(JSON.stringify({ ...letter, resourceId: "u0f3KbTqYw9ZpLmN4xR7sVd" }))).toBe(
    "org Ab12Cd34, u0f3KbTqYw9ZpLmN4xR7sVd: Error, record 7, 2026-01-02T03:04:05.678Z",
  );
});

test("a letter of Lambda's names the place in the stream, and anything else is told to be none", () => {
  const batch = { shardId: "shardId-1", startSequenceNumber: "8", endSequenceNumber: "9" };
  expect(letterLine(JSON.stringify({ timestamp: "2026-01-02T03:04:05.678Z", DDBStreamBatchInfo: batch }))).toBe(
    "records 8 to 9 of shardId-1: tried in vain until 2026-01-02T03:04:05.678Z",
  );
  for (const body of ["{", "[]", "7"]) expect(letterLine(body)).toBe("a message that is none of ours");
});
