import { describe, expect, test } from "@jest/globals";
import { readBulk } from "../../../functions/scim/bulk/bulk.ts";
import { referencesOf } from "../../../functions/scim/bulk/references.ts";
import { ScimError } from "../../../functions/scim/error.ts";
import { parseFilter } from "../../../functions/scim/filter/parseFilter.ts";
import type { Json } from "../../../functions/scim/json.ts";
import { readPatch } from "../../../functions/scim/patch/readPatch.ts";
import { resolvePath } from "../../../functions/scim/paths.ts";
import { Quirks } from "../../../functions/scim/quirks.ts";
import { readProjection } from "../../../functions/scim/render.ts";
import { BULK_REQUEST, GROUP_SCHEMA, PATCH_OP, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { GROUP, LENIENT, operation, patchUser, planGroup, refusal, USER, user } from "../../support/scimTypes.ts";

/** Edges of the protocol core that `npm run mutate` could move without anybody noticing. */

function detailOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ScimError) return error.message;
    throw error;
  }
  return "taken";
}

describe("limits are met exactly", () => {
  test("a filter of 4,096 characters is read, one more is too long", () => {
    const filter = (length: number) => `userName eq "${"a".repeat(length - 'userName eq ""'.length)}"`;
    expect(refusal(() => typeof parseFilter(filter(4096), USER))).toBe("object");
    expect(detailOf(() => parseFilter(filter(4097), USER))).toContain("longer than 4096");
  });

  test("a projection of 8,192 characters is read, one more is too long", () => {
    expect(refusal(() => typeof readProjection(USER, "a".repeat(8192), undefined))).not.toBe("400 invalidValue");
    expect(refusal(() => readProjection(USER, "a".repeat(8193), undefined))).toBe("400 invalidValue");
  });
});

describe("what is told of a malformed message names the place", () => {
  test("counting the characters of a filter from one", () => {
    expect(detailOf(() => parseFilter("title", USER))).toMatch(/at character 6\.$/);
    expect(detailOf(() => parseFilter("", USER))).toMatch(/at character 1\.$/);
  });

  test("or the place in a PATCH request", () => {
    expect(detailOf(() => readPatch(USER, { schemas: [PATCH_OP] }, LENIENT, new Quirks()))).toContain(
      "malformed: Operations must",
    );
    expect(
      detailOf(() => readPatch(USER, { schemas: [PATCH_OP], Operations: ["x"] }, LENIENT, new Quirks())),
    ).toContain("Operations/0");
  });

  test("of a string in single quotes that is not well-formed", () => {
    expect(refusal(() => parseFilter("userName eq 'a\ud800'", USER))).toBe("400 invalidFilter");
  });
});

describe("a path that only begins like one", () => {
  test.each(["x", "xtitle", "-title", "2:title"])("URN and %s are no attribute", (rest) => {
    expect(resolvePath(USER, `${USER_SCHEMA}${rest}`)).toBeUndefined();
  });
  test.each([":", "."])("URN, %s and a name are one", (separator) => {
    expect(resolvePath(USER, `${USER_SCHEMA}${separator}title`)?.attribute.name).toBe("title");
  });
});

test("a wrapped null is no value of a single-valued attribute", () => {
  expect(refusal(() => patchUser(user({ title: "T" }), [operation("replace", "title", [{ value: null }])]))).toBe(
    "400 invalidValue",
  );
});

test("a reference that is not this one selects all the others", () => {
  const current = ["a", "b"];
  const remove = operation("remove", 'members[$ref ne "https://x/Users/a"]');
  const stored = { schemas: [GROUP_SCHEMA], displayName: "G" };
  expect(planGroup(stored, [remove], LENIENT, new Quirks(), current)).toMatchObject({
    members: { remove: ["b"] },
  });
});

describe("a bulk request", () => {
  test("says of an operation on an unknown endpoint what its path may be", () => {
    const Operations = [{ method: "POST", path: "/Roles", bulkId: "a", data: {} }];
    const [first] = readBulk({ schemas: [BULK_REQUEST], Operations }, [USER, GROUP], LENIENT, new Quirks()).entries;
    expect(first?.asked).toMatchObject({ code: "syntax.bulkPath" });
  });

  test.each<[string, Json]>([
    ["the bulk request must have required property 'Operations'", { failOnErrors: "x" }],
    ["failOnErrors must be integer", { failOnErrors: 1.5, Operations: {} }],
    ["Operations must be array", { failOnErrors: 1, Operations: {} }],
  ])("says where a bulk request is malformed: %s", (fault, message) => {
    const body = { schemas: [BULK_REQUEST], ...Object(message) };
    expect(() => readBulk(body, [USER, GROUP], LENIENT, new Quirks())).toThrow(`is malformed: ${fault}.`);
  });

  test.each<[string, Json]>([
    ["the operation must be object", "x"],
    ["the operation must have required property 'method'", { path: null }],
    ["the operation must have required property 'path'", { method: 5 }],
    ["method must be string", { method: 5, path: 5 }],
    ["path must be string", { method: "POST", path: 5, bulkId: 5 }],
    ["bulkId must be string", { method: "POST", path: "/Users", bulkId: 5, version: 5 }],
    ["version must be string", { method: "PUT", path: "/Users/u1", version: 5, data: [] }],
    ["data must be object", { method: "PUT", path: "/Users/u1", data: [] }],
  ])("says where a bulk operation is malformed: %s", (fault, operation) => {
    const body = { schemas: [BULK_REQUEST], Operations: [operation] };
    const [first] = readBulk(body, [USER, GROUP], LENIENT, new Quirks()).entries;
    expect(first?.asked).toMatchObject({ message: `The operation is malformed: ${fault}.` });
  });

  test("finds the path of a PATCH operation whose names are in another letter case", () => {
    const data = { Operations: [{ OP: "add", PATH: "manager", VALUE: "bulkId:boss" }] };
    const Operations = [{ method: "PATCH", path: "/Users/u1", data }];
    const [first] = readBulk({ schemas: [BULK_REQUEST], Operations }, [USER, GROUP], LENIENT, new Quirks()).entries;
    if (first === undefined || first.asked instanceof ScimError) throw new Error("the operation was refused");
    expect([...referencesOf(first.asked)]).toEqual(["boss"]);
  });

  test("records a method in another letter case, and only that", () => {
    const quirks = new Quirks();
    const operations = (method: string) => [{ method, path: "/Users/u1" }];
    readBulk({ schemas: [BULK_REQUEST], Operations: operations("DELETE") }, [USER, GROUP], LENIENT, quirks);
    expect(quirks.counts).toEqual({});
    const lower = { schemas: [BULK_REQUEST], Operations: operations("delete") };
    const { entries } = readBulk(lower, [USER, GROUP], LENIENT, quirks);
    expect(quirks.counts).toEqual({ methodCase: 1 });
    // What the answer repeats of it (RFC 7644 section 3.7.3).
    expect(entries[0]?.method).toBe("DELETE");
  });
});
