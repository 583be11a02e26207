import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { keyedCalls, signedCalls } from "../protocol/calls/everyCall.ts";
import { CALLS, OPERATIONS } from "../protocol/calls/operations.ts";
import { localTarget } from "../support/localTarget.ts";

let target: Awaited<ReturnType<typeof localTarget>>;
beforeAll(async () => {
  target = await localTarget();
});
afterAll(() => target.close());

test("every operation of both APIs has a call in the one list", () => {
  const called = new Set<string>(CALLS.map(([name]) => name));
  expect([...OPERATIONS.keys()].filter((name) => !called.has(name))).toEqual([]);
});

test.each([signedCalls, keyedCalls])("npm start answers $name", async ({ run }) => {
  expect(await run(target)).toEqual([]);
});
