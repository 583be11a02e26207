import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { ScimError } from "../../../functions/scim/error.ts";
import { describeFilter, equalities, matches } from "../../../functions/scim/filter/filter.ts";
import { parseFilter } from "../../../functions/scim/filter/parseFilter.ts";
import { printFilter } from "../../support/printFilter.ts";
import { amountOf } from "../../support/proof.ts";
import { filterText, userAttributes } from "../../support/scimArbitraries.ts";
import { USER, user } from "../../support/scimTypes.ts";

const RUNS = { numRuns: amountOf("coreLaw") };
const parse = (text: string) => parseFilter(text, USER);

describe("filters", () => {
  test("a printed filter parses to the same filter", () => {
    fc.assert(
      fc.property(filterText, (text) => {
        const filter = parse(text);
        expect(parse(printFilter(filter))).toEqual(filter);
      }),
      RUNS,
    );
  });

  test("a filter and its negation never agree", () => {
    fc.assert(
      fc.property(filterText, userAttributes, (text, attributes) => {
        const resource = user(attributes);
        expect(matches(parse(`not (${text})`), resource)).toBe(!matches(parse(text), resource));
      }),
      RUNS,
    );
  });

  test("not (a or b) is not a and not b", () => {
    fc.assert(
      fc.property(filterText, filterText, userAttributes, (left, right, attributes) => {
        const resource = user(attributes);
        const together = parse(`not ((${left}) or (${right}))`);
        expect(matches(together, resource)).toBe(matches(parse(`not (${left}) and not (${right})`), resource));
      }),
      RUNS,
    );
  });

  test("and is both, or is one of them", () => {
    fc.assert(
      fc.property(filterText, filterText, userAttributes, (left, right, attributes) => {
        const resource = user(attributes);
        const first = matches(parse(left), resource);
        const second = matches(parse(right), resource);
        expect(matches(parse(`(${left}) and (${right})`), resource)).toBe(first && second);
        expect(matches(parse(`(${left}) or (${right})`), resource)).toBe(first || second);
      }),
      RUNS,
    );
  });

  test("every equality of a filter holds of what it matches", () => {
    fc.assert(
      fc.property(filterText, userAttributes, (text, attributes) => {
        const resource = user(attributes);
        const filter = parse(text);
        if (!matches(filter, resource)) return;
        for (const { path, value } of equalities(filter)) {
          expect(matches(parse(`${path} eq ${JSON.stringify(value)}`), resource)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  test("any text is a filter or a ScimError, and a description never repeats a value", () => {
    const anything = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.tuple(filterText, fc.string({ maxLength: 3 }), fc.nat()).map(([text, noise, at]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + noise + text.slice(place + noise.length);
      }),
    );
    fc.assert(
      fc.property(anything, (text) => {
        try {
          expect(describeFilter(parse(text)).join()).not.toContain("x@y");
        } catch (error) {
          expect(error).toBeInstanceOf(ScimError);
        }
      }),
      RUNS,
    );
  });
});
