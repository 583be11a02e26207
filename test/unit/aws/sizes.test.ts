import { describe, expect, test } from "@jest/globals";
import { judgedPages, largestBody, largestPage } from "../../aws/checks/sizes.ts";
import { memoryTarget } from "../../support/memoryTarget.ts";
import { answer } from "../../support/wire.ts";
import { liveStack } from "./liveStack.ts";

const page = (totalResults: number, ...ids: readonly string[]) =>
  answer(200, {}, JSON.stringify({ totalResults, itemsPerPage: ids.length, Resources: ids.map((id) => ({ id })) }));
const BROKEN = answer(502, {}, '{"message": "Internal server error"}');

describe("two pages", () => {
  test("pass when they hold every user once", () => {
    expect(judgedPages(page(3, "a", "b"), page(3, "c"), 3).differences).toEqual([]);
  });

  test.each([
    ["the first one did not get through", BROKEN, page(3, "a", "b", "c"), "the first page: 200 was due, 502 came"],
    ["the next one did not", page(3, "a", "b"), BROKEN, "the next page: 200 was due, 502 came"],
    ["a user is missing", page(3, "a", "b"), page(3), "users on both pages: 3 was due, 2 came"],
    ["a user is there twice", page(3, "a", "b"), page(3, "b", "c"), "users on both pages: 3 was due, 4 came"],
    ["the total is the page's", page(2, "a", "b"), page(3, "c"), "its totalResults: 3 was due, 2 came"],
  ])("differ when %s", (_what, first, next, says) => {
    expect(judgedPages(first, next, 3).differences.join("\n")).toContain(says);
  });
});

test("the functions cut the page where an answer of Lambda ends", async () => {
  const { differences, figures = [] } = await largestPage.run({ ...liveStack(), target: memoryTarget() });
  expect(differences).toEqual([]);
  expect(figures[0]?.value).toBeLessThan(100);
});

test("the functions take the largest body and refuse one byte more", async () => {
  const { differences } = await largestBody.run({ ...liveStack(), target: memoryTarget() });
  expect(differences).toEqual([]);
});
