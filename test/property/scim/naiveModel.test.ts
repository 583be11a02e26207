import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { ScimError } from "../../../functions/scim/error.ts";
import type { Json } from "../../../functions/scim/json.ts";
import { applyPatch } from "../../../functions/scim/patch/applyPatch.ts";
import { readPatch } from "../../../functions/scim/patch/readPatch.ts";
import { Quirks } from "../../../functions/scim/quirks.ts";
import { naiveOperations, patchOf, person, userOf } from "../../support/naiveArbitraries.ts";
import { naivePatch, type Operation, type Person } from "../../support/naivePatch.ts";
import { amountOf } from "../../support/proof.ts";
import { LENIENT, STRICT, USER, user } from "../../support/scimTypes.ts";

const RUNS = { numRuns: 2 * amountOf("coreLaw") };

function patched(before: Person, operations: readonly Operation[], strict: boolean): Json {
  try {
    const rules = strict ? STRICT : LENIENT;
    const asked = readPatch(USER, patchOf(operations), rules, new Quirks());
    return applyPatch(USER, user(userOf(before)), asked, rules, new Quirks());
  } catch (error) {
    if (error instanceof ScimError && error.status === 400) return "refused";
    throw error;
  }
}

function expected(before: Person, operations: readonly Operation[], strict: boolean): Json {
  const after = naivePatch(before, operations, strict);
  return after === "refused" ? after : userOf(after);
}

describe("a random patch equals the naive reading of RFC 7644 section 3.5.2", () => {
  test.each([
    ["where what real clients need is quirks", false],
    ["in the strict reading", true],
  ])("%s", (_how, strict) => {
    fc.assert(
      fc.property(person, naiveOperations, (before, operations) => {
        expect(patched(before, operations, strict)).toEqual(expected(before, operations, strict));
      }),
      RUNS,
    );
  });

  test("often enough changes something, and often enough is refused", () => {
    const count = { changed: 0, unchanged: 0, refused: 0 };
    for (const [before, operations] of fc.sample(fc.tuple(person, naiveOperations), { numRuns: 1_000, seed: 1 })) {
      const after = naivePatch(before, operations, false);
      if (after === "refused") count.refused += 1;
      else if (JSON.stringify(after) === JSON.stringify(before)) count.unchanged += 1;
      else count.changed += 1;
    }
    expect(count.changed).toBeGreaterThan(200);
    expect(count.refused).toBeGreaterThan(100);
  });
});
