import { describe, expect, test } from "@jest/globals";
import { assertWellFormed, type Json } from "../../../functions/scim/json.ts";
import { refusal } from "../../support/scimTypes.ts";

const nested = (levels: number): Json => JSON.parse(`${"[".repeat(levels)}1${"]".repeat(levels)}`);

describe("a parsed body", () => {
  test.each<[string]>([
    ['{"a":"\\ud800"}'],
    ['{"a":["x\\udc00"]}'],
    ['{"\\ud800":1}'],
    ['{"a":"\\u0000"}'],
    ['{"a":{"b\\u0000":1}}'],
    ['{"a":1e999}'],
    ['"\\ud83d"'],
  ])("%s is refused", (text) => {
    expect(refusal(() => assertWellFormed(JSON.parse(text)))).toBe("400 invalidValue");
  });

  test("of ordinary text is fine", () => {
    const body: Json = { userName: "Jürgen 名 😀", list: [null, true, 1.5, { deep: ["x"] }] };
    expect(refusal(() => assertWellFormed(body))).toBeUndefined();
  });

  test("is bounded in depth, whatever its depth", () => {
    expect(refusal(() => assertWellFormed(nested(20)))).toBeUndefined();
    expect(refusal(() => assertWellFormed(nested(21)))).toBe("400 invalidValue");
    expect(refusal(() => assertWellFormed(nested(5_000)))).toBe("400 invalidValue");
  });
});
