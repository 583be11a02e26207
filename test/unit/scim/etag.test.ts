import { describe, expect, test } from "@jest/globals";
import { etagOf, ifMatch, ifNoneMatch, preconditionOf } from "../../../functions/scim/render.ts";

test("an ETag is weak and names the version", () => {
  expect(etagOf(3)).toBe('W/"3"');
});

describe("If-Match", () => {
  test.each<[string | undefined, boolean]>([
    [undefined, true],
    ["*", true],
    [" * ", true],
    ['W/"3"', true],
    ['"3"', true],
    ['W/"2", "3"', true],
    ['"1","2"', false],
    ['"33"', false],
    ['"03"', false],
    ["3", false],
    ["", false],
    ['"3', false],
    ['"3";x', false],
    ['"3" "4"', false],
    ['w/"3"', false],
  ])("%s holds for version 3: %s", (header, expected) => {
    expect(ifMatch(header, 3)).toBe(expected);
  });
});

describe("If-None-Match", () => {
  test.each<[string | undefined, boolean]>([
    [undefined, false],
    ["*", true],
    ['W/"3"', true],
    ['"2", W/"3"', true],
    ['"2"', false],
    ["3", false],
  ])("%s names version 3: %s", (header, expected) => {
    expect(ifNoneMatch(header, 3)).toBe(expected);
    expect(preconditionOf(undefined, header)?.(3) ?? true).toBe(!expected);
  });
});
