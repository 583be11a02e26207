import { describe, expect, test } from "@jest/globals";
import { Bent } from "../../../functions/scim/bent.ts";
import type { Json } from "../../../functions/scim/json.ts";
import { describePatch } from "../../../functions/scim/patch/describePatch.ts";
import { readPatch } from "../../../functions/scim/patch/readPatch.ts";
import { ENTERPRISE_SCHEMA, PATCH_OP, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { GROUP, operation, patchBody, READING, refusal, USER } from "../../support/scimTypes.ts";

const read = (body: Json, bent = new Bent()) => readPatch(body, bent, READING);

describe("a PatchOp message becomes operations", () => {
  test("op and names come in any case", () => {
    const bent = new Bent();
    const body = { SCHEMAS: [PATCH_OP], operations: [{ OP: "Replace", Path: "active", VALUE: "False", name: "x" }] };
    expect(read(body, bent)).toEqual([{ op: "replace", path: "active", value: "False" }]);
    expect(bent.entries()).toEqual({ opCase: 1 });
  });

  test("a missing schemas, a lone operation and an empty path are recorded", () => {
    const bent = new Bent();
    expect(read({ Operations: { op: "add", path: "", value: {} } }, bent)).toEqual([
      { op: "add", path: undefined, value: {} },
    ]);
    expect(bent.entries()).toEqual({ missingSchemas: 1, "loneObject:Operations": 1, emptyPath: 1 });
  });

  test("a null path is no path, a null value is a value", () => {
    expect(read(patchBody({ op: "add", path: null, value: null }))).toEqual([
      { op: "add", path: undefined, value: null },
    ]);
  });

  test.each<[string, Json]>([
    ["no object", []],
    ["another schema", { schemas: ["urn:x"], Operations: [{ op: "add", path: "title", value: "x" }] }],
    ["no operations", { schemas: [PATCH_OP] }],
    ["an empty list of operations", patchBody()],
    ["operations of another type", { schemas: [PATCH_OP], Operations: "x" }],
    ["an operation of another type", patchBody("x")],
    ["an operation without op", patchBody({ path: "title", value: "x" })],
    ["an op of another type", patchBody({ op: 5 })],
    ["an unknown op", patchBody({ op: "move", path: "title" })],
    ["a path of another type", patchBody({ op: "add", path: 5, value: "x" })],
  ])("%s is 400 invalidSyntax", (_name, body) => {
    expect(refusal(() => read(body))).toBe("400 invalidSyntax");
  });

  test("JSON texts are parsed up to 64 K characters in all, since the limits of a body do not see into them", () => {
    const text = JSON.stringify({ title: "x".repeat(30_000) });
    const operations = read(patchBody(...Array(3).fill({ op: "add", value: text })));
    expect(operations.map(({ value }) => typeof value)).toEqual(["object", "object", "string"]);
  });

  test("more than 10,000 operations are refused", () => {
    const many = (count: number) => patchBody(...Array(count).fill({ op: "add", path: "members", value: "u" }));
    expect(read(many(10_000))).toHaveLength(10_000);
    expect(refusal(() => read(many(10_001)))).toBe("413");
  });
});

describe("a patch is described by names of the schema only", () => {
  test("paths, values without path, and what nobody knows", () => {
    const operations = [
      operation("replace", 'EMAILS[type eq "secret"].value', "secret"),
      operation("add", "secretPath", "secret"),
      operation("replace", undefined, { active: false, "name.givenName": "secret", secretName: 1 }),
      operation("remove", "emails[secret"),
      operation("add", ENTERPRISE_SCHEMA.toUpperCase(), {}),
      operation("add", undefined, { [USER_SCHEMA]: { title: "secret" } }),
      operation("remove", 'emails[secret eq "x"]'),
      operation("remove", undefined),
    ];
    expect(describePatch(USER, operations)).toEqual([
      "replace emails[type].value",
      "add unknown",
      "replace active",
      "replace name.givenName",
      "replace unknown",
      "remove unknown",
      `add ${ENTERPRISE_SCHEMA}`,
      `add ${USER_SCHEMA}`,
    ]);
  });

  test("each thing once, and not without end", () => {
    expect(describePatch(GROUP, Array(500).fill(operation("add", "members", "u")))).toEqual(["add members"]);
    const names = USER.schema.attributes.map(({ name }) => name);
    const many = names.flatMap((name) => [operation("add", name, 1), operation("replace", name, 1)]);
    expect(describePatch(USER, many)).toHaveLength(31);
  });
});
