import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { keyedCalls, signedCalls } from "../protocol/calls/everyCall.ts";
import { localTarget } from "../support/localTarget.ts";

let target: Awaited<ReturnType<typeof localTarget>>;
beforeAll(async () => {
  target = await localTarget();
});
afterAll(() => target.close());

test.each([signedCalls, keyedCalls])("npm start answers $name", async ({ run }) => {
  expect(await run(target)).toEqual([]);
});
