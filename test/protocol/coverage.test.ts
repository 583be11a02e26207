import { expect, test } from "@jest/globals";
import { requirements } from "./coverage.ts";

test("every requirement has a test named after it, or a reason why not", () => {
  const nothing = requirements().filter(({ tests, reason }) => tests.length === 0 && reason === undefined);
  expect(nothing.map(({ id, level }) => `${id} [${level}]`)).toEqual([]);
});
