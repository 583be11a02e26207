import { describe, expect, test } from "@jest/globals";
import type { Json, JsonObject } from "../../../functions/scim/json.ts";
import { Quirks } from "../../../functions/scim/quirks.ts";
import { readResource } from "../../../functions/scim/readResource.ts";
import { ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { GROUP, refusal, USER } from "../../support/scimTypes.ts";

const CERTIFICATE = "MIIB+/==";
const read = (body: Json, quirks = new Quirks(), unknownAttributes: "ignore" | "refuse" = "ignore") =>
  readResource(USER, body, quirks, { unknownAttributes, schemasRequired: true });
const readUser = (attributes: JsonObject, quirks = new Quirks()) =>
  read({ schemas: [USER_SCHEMA], userName: "anna", ...attributes }, quirks);
const readGroup = (body: JsonObject, quirks = new Quirks()) =>
  readResource(GROUP, { schemas: [GROUP_SCHEMA], ...body }, quirks, {
    unknownAttributes: "ignore",
    schemasRequired: true,
  });
const noted = (attributes: JsonObject) => {
  const quirks = new Quirks();
  readUser(attributes, quirks);
  return quirks.counts;
};

describe("a body becomes canonical attributes", () => {
  test("names come out in schema case and order", () => {
    const body: JsonObject = {
      [ENTERPRISE_SCHEMA.toUpperCase()]: { DEPARTMENT: "d", Manager: { VALUE: "m" } },
      Emails: [{ Primary: true, TYPE: "work", value: "a@x" }],
      USERNAME: "Anna",
      NAME: { familyname: "B", givenName: "A" },
      schemas: [USER_SCHEMA],
    };
    expect(JSON.stringify(read(body))).toBe(
      JSON.stringify({
        schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA],
        userName: "Anna",
        name: { familyName: "B", givenName: "A" },
        emails: [{ value: "a@x", type: "work", primary: true }],
        [ENTERPRISE_SCHEMA]: { department: "d", manager: { value: "m" } },
      }),
    );
  });

  test("null, empty lists, empty strings and empty objects mean unassigned", () => {
    const attributes = { title: null, emails: [], nickName: "", name: {}, addresses: [{}, null], active: null };
    expect(readUser({ ...attributes, [ENTERPRISE_SCHEMA]: { department: null, manager: null } })).toEqual({
      schemas: [USER_SCHEMA],
      userName: "anna",
    });
  });

  test("what only the server writes is ignored, and a password is discarded", () => {
    const attributes = { id: "x", meta: { version: 'W/"9"' }, groups: [{ value: "g" }], password: "secret" };
    const quirks = new Quirks();
    const result = readUser(
      { ...attributes, [ENTERPRISE_SCHEMA]: { manager: { value: "m", displayName: "M" } } },
      quirks,
    );
    expect(result).toEqual({
      schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA],
      userName: "anna",
      [ENTERPRISE_SCHEMA]: { manager: { value: "m" } },
    });
    expect(quirks.counts).toEqual({
      "readOnlyIgnored:id": 1,
      "readOnlyIgnored:meta": 1,
      "readOnlyIgnored:groups": 1,
      "readOnlyIgnored:manager.displayName": 1,
      "discarded:password": 1,
    });
  });

  test("values are kept as they were sent", () => {
    const values = { userName: " Ánna@X ", locale: "upd-1a2b3c4d", phoneNumbers: [{ value: "not a phone" }] };
    expect(readUser(values)).toMatchObject(values);
  });

  test("core attributes may stand under the core schema's URN", () => {
    const body = { schemas: [USER_SCHEMA], [USER_SCHEMA]: { userName: "anna", title: "T" }, title: "top" };
    expect(read(body)).toEqual({ schemas: [USER_SCHEMA], userName: "anna", title: "top" });
  });

  test("members of a group are none of its attributes", () => {
    const body = { displayName: "G", members: [{ value: "u" }], [GROUP_SCHEMA]: { members: 5 } };
    expect(readGroup(body)).toEqual({ schemas: [GROUP_SCHEMA], displayName: "G" });
  });

  test("names that would reach a prototype are unknown attributes", () => {
    const body: Json = JSON.parse(
      `{"schemas":["${USER_SCHEMA}"],"userName":"anna","__proto__":{"admin":true},"constructor":{"prototype":{}},"name":{"__proto__":{"x":1},"givenName":"A"}}`,
    );
    const result = read(body);
    expect(JSON.stringify(result)).toBe(`{"schemas":["${USER_SCHEMA}"],"userName":"anna","name":{"givenName":"A"}}`);
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
    expect(Reflect.get({}, "admin")).toBeUndefined();
  });
});

describe("variants of real clients are accepted and recorded", () => {
  test.each<[string, JsonObject, JsonObject, Record<string, number>]>([
    ["booleans as strings", { active: "False" }, { active: false }, { "stringBoolean:active": 1 }],
    ["a lone object for a list", { emails: { value: "a" } }, { emails: [{ value: "a" }] }, { "loneObject:emails": 1 }],
    ["a string for a value", { emails: ["a"] }, { emails: [{ value: "a" }] }, { "plainString:emails": 1 }],
    ["a lone string for a list", { emails: "a" }, { emails: [{ value: "a" }] }, { "plainString:emails": 1 }],
    [
      "a primary mark as a string",
      { roles: [{ value: "r", primary: "True" }] },
      { roles: [{ value: "r", primary: true }] },
      { "stringBoolean:roles.primary": 1 },
    ],
    [
      "the same value twice",
      {
        emails: [
          { value: "a", type: "work" },
          { type: "work", value: "a", primary: true },
        ],
      },
      { emails: [{ value: "a", type: "work", primary: true }] },
      { "duplicateValues:emails": 1 },
    ],
    [
      "a later mark of the same value, after which it stays the primary one",
      {
        roles: [
          { value: "a", primary: true },
          { value: "a", primary: false, display: "A" },
        ],
      },
      { roles: [{ value: "a", display: "A", primary: true }] },
      { "duplicateValues:roles": 1 },
    ],
    ["an unknown attribute", { foo: { a: 1 }, name: { bar: 1 } }, {}, { unknownAttribute: 2 }],
    ["a title that is empty", { title: "" }, {}, { "emptyString:title": 1 }],
  ])("%s", (_name, attributes, expected, entries) => {
    expect(readUser(attributes)).toEqual({ schemas: [USER_SCHEMA], userName: "anna", ...expected });
    expect(noted(attributes)).toEqual(entries);
  });

  test.each<[string, Json, JsonObject | undefined]>([
    ["a string", "m", { value: "m" }],
    ["a list of one", [{ value: "m" }], { value: "m" }],
    ["an empty string", "", undefined],
    ["an object with an empty value", { value: "" }, undefined],
    ["an object with null", { value: "m", $ref: null }, { value: "m" }],
  ])("a manager as %s", (_name, manager, expected) => {
    expect(readUser({ [ENTERPRISE_SCHEMA]: { manager } })[ENTERPRISE_SCHEMA]).toEqual(
      expected === undefined ? undefined : { manager: expected },
    );
  });

  test("an extension's URN is listed when and only when it holds something", () => {
    expect(readUser({ [ENTERPRISE_SCHEMA]: { department: "d" } }).schemas).toEqual([USER_SCHEMA, ENTERPRISE_SCHEMA]);
    const body = { schemas: [ENTERPRISE_SCHEMA, USER_SCHEMA], userName: "anna", [ENTERPRISE_SCHEMA]: {} };
    expect(read(body).schemas).toEqual([USER_SCHEMA]);
  });
});

describe("schemas must name the base schema", () => {
  test.each([
    [["urn:scim:schemas:core:1.0"], "legacySchema"],
    [["urn:scim:schemas:core:2.0", "urn:scim:schemas:extension:enterprise:2.0"], "legacySchema"],
    [[USER_SCHEMA.toUpperCase()], undefined],
    [[USER_SCHEMA, USER_SCHEMA], undefined],
    [[USER_SCHEMA, "urn:ietf:params:scim:schemas:extension:enterprise:2.0User"], "unknownSchema"],
    [[USER_SCHEMA, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"], "unknownSchema"],
    [USER_SCHEMA, "loneSchema"],
  ])("%j is enough", (schemas, note) => {
    const quirks = new Quirks();
    expect(read({ schemas, userName: "anna" }, quirks).schemas).toEqual([USER_SCHEMA]);
    if (note !== undefined) expect(quirks.counts).toHaveProperty(note);
  });

  test.each([[undefined], [null], [[]], [[ENTERPRISE_SCHEMA]], [["urn:x"]], [[5]], [5], [{}]])(
    "%j is not",
    (schemas) => {
      const body: JsonObject = schemas === undefined ? { userName: "anna" } : { schemas, userName: "anna" };
      expect(refusal(() => read(body))).toBe("400 invalidSyntax");
    },
  );
});

describe("what does not fit the schema is refused", () => {
  test.each<[string, JsonObject]>([
    ["an empty userName", { userName: "" }],
    ["a blank userName", { userName: " \u00a0\u200b" }],
    ["a userName of null", { userName: null }],
    ["a number for a string", { title: 5 }],
    ["an object for a string", { title: { value: "x" } }],
    ["a list for a string", { title: ["x"] }],
    ["another word for a boolean", { active: "yes" }],
    ["an empty string for a boolean", { active: "" }],
    ["a number for a boolean", { active: 1 }],
    ["a number for a complex attribute", { name: 5 }],
    ["a string for a complex attribute without value", { name: "A" }],
    ["a list in a list", { emails: [[{ value: "a" }]] }],
    ["a number in a list", { emails: [5] }],
    [
      "two primaries",
      {
        emails: [
          { value: "a", primary: true },
          { value: "b", primary: true },
        ],
      },
    ],
    ["a certificate that is not base64", { x509Certificates: [{ value: "!!!" }] }],
    ["two managers", { [ENTERPRISE_SCHEMA]: { manager: [{ value: "a" }, { value: "b" }] } }],
    ["an extension that is no object", { [ENTERPRISE_SCHEMA]: "x" }],
    ["51 e-mails", { emails: Array.from({ length: 51 }, (_, index) => ({ value: `a${index}` })) }],
    ["1,001 roles", { roles: Array.from({ length: 1001 }, (_, index) => ({ value: `${index}` })) }],
    ["more than 48 KB", { title: "ü".repeat(24_600) }],
  ])("%s is 400 invalidValue", (_name, attributes) => {
    expect(refusal(() => readUser(attributes))).toBe("400 invalidValue");
  });

  test("what is just within the limits is accepted", () => {
    const emails = Array.from({ length: 50 }, (_, index) => ({ value: `a${index}` }));
    expect(readUser({ emails, title: "x".repeat(46_000) }).emails).toHaveLength(50);
    expect(readUser({ x509Certificates: [{ value: CERTIFICATE }] })).toHaveProperty("x509Certificates");
  });

  test("a missing required attribute is named", () => {
    expect(() => read({ schemas: [USER_SCHEMA] })).toThrow("userName is required");
    expect(() => readGroup({})).toThrow("displayName is required");
    expect(refusal(() => readGroup({ displayName: " " }))).toBe("400 invalidValue");
  });

  test.each<[Json]>([[null], [[]], ["x"], [5], [true]])("%j is no resource", (body) => {
    expect(refusal(() => read(body))).toBe("400 invalidSyntax");
  });

  test("unknown attributes and schemas are refused where the org says so", () => {
    const strict = (body: JsonObject) => refusal(() => read(body, new Quirks(), "refuse"));
    expect(strict({ schemas: [USER_SCHEMA], userName: "a", foo: 1 })).toBe("400 invalidSyntax");
    expect(strict({ schemas: [USER_SCHEMA], userName: "a", name: { foo: 1 } })).toBe("400 invalidSyntax");
    expect(strict({ schemas: [USER_SCHEMA], userName: "a", "urn:x:y": {} })).toBe("400 invalidSyntax");
    expect(strict({ schemas: [USER_SCHEMA, "urn:x"], userName: "a" })).toBe("400 invalidSyntax");
    expect(strict({ schemas: [USER_SCHEMA], userName: "a", password: "p", id: "x" })).toMatchObject({ userName: "a" });
  });

  test("neither notes nor codes hold what the client chose", () => {
    expect(Object.keys(noted({ secretName: "secret" }))).toEqual(["unknownAttribute"]);
  });
});
