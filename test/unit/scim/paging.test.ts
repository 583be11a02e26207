import { describe, expect, test } from "@jest/globals";
import { readPaging } from "../../../functions/scim/query.ts";
import { listResponse } from "../../../functions/scim/render.ts";
import { refusal } from "../../support/scimTypes.ts";

describe("startIndex and count", () => {
  test.each<[string | undefined, string | undefined, number, number]>([
    [undefined, undefined, 1, 100],
    ["", "", 1, 100],
    ["1", "2", 1, 2],
    ["0", "0", 1, 0],
    ["-5", "-1", 1, 0],
    ["20", "5", 20, 5],
    ["101", "1000", 101, 200],
    ["99999999999999999999", "99999999999999999999", Number.MAX_SAFE_INTEGER, 200],
  ])("%s and %s", (startIndex, count, expectedStart, expectedCount) => {
    expect(readPaging(startIndex, count)).toEqual({ startIndex: expectedStart, count: expectedCount });
  });

  test.each(["abc", "1.5", "1e3", "0x1", "1 2", "NaN", "Infinity"])("%s is no integer", (text) => {
    expect(refusal(() => readPaging(text, undefined))).toBe("400 invalidValue");
    expect(refusal(() => readPaging(undefined, text))).toBe("400 invalidValue");
  });
});

describe("a ListResponse", () => {
  test("counts its own resources and tells the total", () => {
    expect(JSON.parse(listResponse(['{"id":"a"}', '{"id":"b"}'], 25, 21))).toEqual({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
      totalResults: 25,
      startIndex: 21,
      itemsPerPage: 2,
      Resources: [{ id: "a" }, { id: "b" }],
    });
  });

  test("has an empty list when nothing matches", () => {
    expect(JSON.parse(listResponse([], 0, 1))).toMatchObject({ totalResults: 0, itemsPerPage: 0, Resources: [] });
  });
});
