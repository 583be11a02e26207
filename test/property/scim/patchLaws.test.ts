import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { ScimError } from "../../../functions/scim/error.ts";
import { isObject, type Json, type JsonObject } from "../../../functions/scim/json.ts";
import { describePatch } from "../../../functions/scim/patch/resolved.ts";
import { type PatchOperation, resolvePatch } from "../../../functions/scim/patch/resolvePatch.ts";
import { Quirks } from "../../../functions/scim/quirks.ts";
import { canonical, readResource } from "../../../functions/scim/readResource.ts";
import { project, readProjection } from "../../../functions/scim/render.ts";
import { USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { amountOf } from "../../support/proof.ts";
import { patchOperations, userAttributes } from "../../support/scimArbitraries.ts";
import { LENIENT, operation, patchUser, STRICT, USER, user } from "../../support/scimTypes.ts";

const RUNS = { numRuns: amountOf("coreLaw") };
const rules = fc.constantFrom(LENIENT, STRICT);

/** The patched user, or the user itself when the patch is refused. */
function attempt(before: JsonObject, operations: readonly PatchOperation[], options = LENIENT): JsonObject {
  try {
    return patchUser(before, operations, options);
  } catch (error) {
    if (error instanceof ScimError) return before;
    throw error;
  }
}

function frozen<T extends Json>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(frozen);
    Object.freeze(value);
  }
  return value;
}

function primaries(value: Json | undefined): number {
  return Array.isArray(value) ? value.filter((element) => isObject(element) && element.primary === true).length : 0;
}

describe("patches", () => {
  test("never change their input, and refuse only with a ScimError", () => {
    fc.assert(
      fc.property(userAttributes, patchOperations, rules, (attributes, operations, options) => {
        const before = frozen(user(attributes));
        for (const { value } of operations) if (value !== undefined) frozen(value);
        const text = JSON.stringify(before);
        attempt(before, operations, options);
        expect(JSON.stringify(before)).toBe(text);
      }),
      RUNS,
    );
  });

  test("leave a canonical user with one primary at most, a userName, and no password", () => {
    fc.assert(
      fc.property(userAttributes, patchOperations, rules, (attributes, operations, options) => {
        const patched = attempt(user(attributes), operations, options);
        expect(JSON.stringify(patched)).toBe(JSON.stringify(canonical(USER, patched)));
        for (const value of Object.values(patched)) expect(primaries(value)).toBeLessThanOrEqual(1);
        expect(typeof patched.userName).toBe("string");
        expect(patched).not.toHaveProperty("password");
      }),
      RUNS,
    );
  });

  test("give what a client could have sent whole", () => {
    fc.assert(
      fc.property(userAttributes, patchOperations, (attributes, operations) => {
        const patched = attempt(user(attributes), operations);
        const read = readResource(USER, patched, new Quirks(), { unknownAttributes: "refuse", schemasRequired: true });
        expect(JSON.stringify(read)).toBe(JSON.stringify(patched));
      }),
      RUNS,
    );
  });

  test("that replace can be replayed without changing anything", () => {
    const replace = fc
      .tuple(
        fc.constantFrom(
          "title",
          "active",
          "name",
          "emails",
          "manager",
          'emails[type eq "work"].value',
          'emails[type eq "work" and primary eq true].display',
          'roles[type eq "home"].primary',
          "emails.display",
          undefined,
        ),
        fc.oneof(fc.constantFrom<Json>("a", "b", true, null, "", []), userAttributes),
      )
      .map(([path, value]) => operation("replace", path, value));
    fc.assert(
      fc.property(userAttributes, replace, (attributes, change) => {
        const once = attempt(user(attributes), [change]);
        expect(attempt(once, [change])).toBe(once);
      }),
      RUNS,
    );
  });

  test("of one operation after another are one patch", () => {
    fc.assert(
      fc.property(userAttributes, patchOperations, (attributes, operations) => {
        const before = user(attributes);
        let stepwise = before;
        let together: JsonObject;
        try {
          together = patchUser(before, operations);
        } catch {
          return;
        }
        const noted = new Quirks();
        for (const each of operations) {
          stepwise = patchUser(stepwise, [each], LENIENT, noted);
          // Within one patch an element may wait for its value; between two it is gone.
          if (Object.keys(noted.counts).some((entry) => entry.startsWith("hollowElement"))) return;
        }
        expect(JSON.stringify(together)).toBe(JSON.stringify(stepwise));
      }),
      RUNS,
    );
  });

  test("are described without repeating a value", () => {
    fc.assert(
      fc.property(patchOperations, (operations) => {
        expect(describePatch(resolvePatch(USER, operations, LENIENT, new Quirks())).join()).not.toMatch(/x@y|fooBar/);
      }),
      RUNS,
    );
  });
});

describe("reading and projecting", () => {
  test("any body is a user or a ScimError, and a user read again is the same", () => {
    const body = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(
        fc.constantFrom("USERNAME", "emails", "name", "active", "__proto__", "manager", "x"),
        fc.jsonValue(),
      ),
      userAttributes,
    );
    fc.assert(
      fc.property(body, (value) => {
        // What JSON.parse makes of it is what the edge hands over.
        const parsed: Json = JSON.parse(JSON.stringify(value));
        const given = isObject(parsed) ? { schemas: [USER_SCHEMA], ...parsed } : parsed;
        try {
          const read = readResource(USER, given, new Quirks(), { unknownAttributes: "ignore", schemasRequired: true });
          const again = readResource(USER, read, new Quirks(), { unknownAttributes: "refuse", schemasRequired: true });
          expect(JSON.stringify(again)).toBe(JSON.stringify(read));
        } catch (error) {
          expect(error).toBeInstanceOf(ScimError);
        }
      }),
      RUNS,
    );
  });

  test("a projection never shows a password and never drops id and schemas", () => {
    const names = fc.array(
      fc.constantFrom(
        "id",
        "schemas",
        "password",
        "userName",
        "EMAILS.value",
        "name",
        "emails",
        "meta",
        "department",
        "x",
      ),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(userAttributes, names, fc.boolean(), (attributes, list, excluding) => {
        const resource: JsonObject = {
          id: "u1",
          ...user(attributes),
          password: "secret",
          meta: { resourceType: "User" },
        };
        const projection = excluding ? readProjection(USER, undefined, list) : readProjection(USER, list, undefined);
        if (projection === undefined) return;
        const shown = project(USER, resource, projection);
        expect(JSON.stringify(shown)).not.toContain("secret");
        expect(shown).toMatchObject({ id: "u1", schemas: resource.schemas });
      }),
      RUNS,
    );
  });
});
