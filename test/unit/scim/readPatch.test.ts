import { describe, expect, test } from "@jest/globals";
import type { Json } from "../../../functions/scim/json.ts";
import { readPatch } from "../../../functions/scim/patch/readPatch.ts";
import { describePatch, type ResolvedOperation } from "../../../functions/scim/patch/resolved.ts";
import { type PatchOperation, resolvePatch } from "../../../functions/scim/patch/resolvePatch.ts";
import { Quirks } from "../../../functions/scim/quirks.ts";
import { ENTERPRISE_SCHEMA, PATCH_OP, type ResourceType, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { GROUP, LENIENT, operation, patchBody, patchUser, refusal, USER, user } from "../../support/scimTypes.ts";

const read = (body: Json, quirks = new Quirks()) => readPatch(USER, body, LENIENT, quirks);

const describedAs = (type: ResourceType, operations: readonly PatchOperation[]) =>
  describePatch(resolvePatch(type, operations, LENIENT, new Quirks()));

describe("a PatchOp message becomes operations", () => {
  test("op and names come in any case", () => {
    const quirks = new Quirks();
    const body = { SCHEMAS: [PATCH_OP], operations: [{ OP: "Replace", Path: "active", VALUE: "False", name: "x" }] };
    expect(read(body, quirks)).toMatchObject([{ kind: "set", op: "replace", value: false }]);
    expect(quirks.counts).toEqual({ opCase: 1, "stringBoolean:active": 1 });
  });

  test("a missing schemas, a lone operation and an empty path are recorded", () => {
    const quirks = new Quirks();
    expect(read({ Operations: { op: "add", path: "", value: { title: "T" } } }, quirks)).toMatchObject([
      { kind: "set", op: "add", value: "T" },
    ]);
    expect(quirks.counts).toEqual({ missingSchemas: 1, "loneObject:Operations": 1, emptyPath: 1 });
  });

  test("a null path is no path, a null value is a value", () => {
    const operations = read(
      patchBody({ op: "add", path: null, value: null }, { op: "add", path: "title", value: null }),
    );
    expect(operations).toMatchObject([{ kind: "refused", error: { code: "value.type" } }, { kind: "set" }]);
  });

  test.each<[string, Json]>([
    ["Operations must be array", { schemas: [PATCH_OP] }],
    ["Operations must be array", { schemas: [PATCH_OP], Operations: "x" }],
    ["Operations must NOT have fewer than 1 items", patchBody()],
    ["Operations/0 must be object", patchBody("x")],
    ["Operations/1 must have required property 'op'", patchBody({ op: "add", value: {} }, { path: "title" })],
    ["Operations/0/op must be string", patchBody({ op: null, path: 5 })],
    ["Operations/0/path must be string", patchBody({ op: "add", path: 5, value: "x" })],
  ])("a malformed message says where: %s", (fault, body) => {
    expect(() => read(body)).toThrow(`The PATCH request is malformed: ${fault}.`);
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
    expect(operations.map(({ kind }) => kind)).toEqual(["set", "set", "refused"]);
  });

  test("a JSON text behind a path is an object where one belongs, unless the rule refuses it", () => {
    const body = patchBody(
      { op: "add", path: "emails", value: ['{"value":"w@x"}'] },
      { op: "add", path: ENTERPRISE_SCHEMA, value: '{"division":"D"}' },
      { op: "add", path: "title", value: '{"value":"T"}' },
    );
    const kinds = (jsonTextValue: "parse" | "refuse") =>
      readPatch(USER, body, { ...LENIENT, jsonTextValue }, new Quirks()).map(({ kind }) => kind);
    expect(kinds("parse")).toEqual(["values", "set", "set"]);
    expect(kinds("refuse")).toEqual(["refused", "refused", "set"]);
  });

  test("more than 10,000 operations are refused", () => {
    const many = (count: number) => patchBody(...Array(count).fill({ op: "add", path: "members", value: "u" }));
    expect(read(many(10_000))).toHaveLength(10_000);
    expect(refusal(() => read(many(10_001)))).toBe("413");
  });
});

describe("what is wrong with an operation is said when its turn comes", () => {
  const malformed = operation("replace", "emails[", "x");
  const untargeted = operation("replace", 'emails[type eq "work"]', { value: "w@x" });

  test("not before what an earlier one runs into", () => {
    expect(refusal(() => patchUser(user(), [untargeted, malformed]))).toBe("400 noTarget");
    expect(refusal(() => patchUser(user(), [malformed, untargeted]))).toBe("400 invalidPath");
  });

  test("and what it names is known before", () => {
    const operations = [malformed, operation("replace", "userName", 5), operation("add", "title")];
    expect(describedAs(USER, operations)).toEqual(["replace unknown", "replace userName", "add title"]);
  });

  test("raw operations are no resolved ones", () => {
    const raw: PatchOperation = malformed;
    // @ts-expect-error: only resolvePatch makes one of the other.
    const resolved: ResolvedOperation = raw;
    expect(resolved).not.toHaveProperty("kind");
  });
});

describe("a patch is described by names of the schema only", () => {
  test("paths, values without path, and what nobody knows", () => {
    const operations = [
      operation("replace", 'EMAILS[type eq "secret"].value', "secret"),
      operation("add", "secretPath", "secret"),
      operation("replace", undefined, { active: false, "name.givenName": "secret", secretName: 1 }),
      operation("remove", "emails[secret"),
      operation("remove", ENTERPRISE_SCHEMA.toUpperCase()),
      operation("add", ENTERPRISE_SCHEMA.toUpperCase(), { department: "secret" }),
      operation("add", undefined, { [USER_SCHEMA]: { title: "secret" } }),
      operation("remove", 'emails[secret eq "x"]'),
      operation("remove", undefined),
    ];
    expect(describedAs(USER, operations)).toEqual([
      "replace emails[type].value",
      "add unknown",
      "replace active",
      "replace name.givenName",
      "replace unknown",
      "remove unknown",
      `remove ${ENTERPRISE_SCHEMA}`,
      `add ${ENTERPRISE_SCHEMA}:department`,
      "add title",
    ]);
  });

  test("each thing once, and not without end", () => {
    expect(describedAs(GROUP, Array(500).fill(operation("add", "members", "u")))).toEqual(["add members"]);
    const names = USER.schema.attributes.map(({ name }) => name);
    const many = names.flatMap((name) => [operation("add", name, 1), operation("replace", name, 1)]);
    expect(describedAs(USER, many)).toHaveLength(31);
  });
});
