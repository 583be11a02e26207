import { expect, test } from "@jest/globals";
import { gaps, requirements } from "./coverage.ts";

test("every requirement has a test named after it, or one of few reasons why not", () => {
  expect(gaps(requirements())).toEqual([]);
});

test("a requirement without a test, a must with a reason, a stale reason and too many reasons are gaps", () => {
  const tested = { tests: [{ file: "a", name: "a" }], reason: undefined };
  const untested = { tests: [], reason: "because" };
  const all = requirements();
  const many = Array.from({ length: 11 }, (_none, n) => ({ id: `Z-${n}`, level: "O", ...untested }));
  expect(gaps([...all, { id: "Z-1", level: "D", tests: [], reason: undefined }])).toHaveLength(1);
  expect(gaps([...all, { id: "Z-1", level: "M/S", ...untested }])).toHaveLength(1);
  expect(gaps(all.map((one) => (one.id === "DI-5" ? { ...one, ...tested } : one)))).toHaveLength(1);
  expect(gaps([...all, ...many])).toHaveLength(1);
});
