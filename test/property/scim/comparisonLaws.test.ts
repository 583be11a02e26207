import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { matches } from "../../../functions/scim/filter/filter.ts";
import { parseFilter } from "../../../functions/scim/filter/parseFilter.ts";
import { foldCase, mapUserName } from "../../../functions/scim/paths.ts";
import { codePoint } from "../../support/anyText.ts";
import { amountOf } from "../../support/proof.ts";
import { USER } from "../../support/scimTypes.ts";

const RUNS = { numRuns: amountOf("coreLaw") };
const text = fc
  .oneof(fc.string({ unit: codePoint }), fc.string({ unit: "grapheme" }), fc.string())
  .map((value) => value.toWellFormed().replaceAll("\u0000", ""));

describe("comparison keys", () => {
  test("are their own key", () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(mapUserName(mapUserName(value))).toBe(mapUserName(value));
        expect(foldCase(foldCase(value))).toBe(foldCase(value));
      }),
      RUNS,
    );
  });

  test("do not depend on how text is composed", () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(mapUserName(value.normalize("NFD"))).toBe(mapUserName(value.normalize("NFC")));
        expect(foldCase(value.normalize("NFD"))).toBe(foldCase(value.normalize("NFC")));
      }),
      RUNS,
    );
  });

  test("agree with filters: uniqueness and lookup share one view", () => {
    fc.assert(
      fc.property(text, text, (left, right) => {
        for (const other of [right, left.toLowerCase(), left.normalize("NFD")]) {
          const filter = parseFilter(`userName eq ${JSON.stringify(other)}`, USER);
          expect(matches(filter, { userName: left })).toBe(mapUserName(left) === mapUserName(other));
        }
      }),
      RUNS,
    );
  });
});
