import { describe, expect, test } from "@jest/globals";
import type { Json, JsonObject } from "../../../functions/scim/json.ts";
import { Quirks } from "../../../functions/scim/quirks.ts";
import { readResource } from "../../../functions/scim/readResource.ts";
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { USER } from "../../support/scimTypes.ts";

const read = (body: Json, quirks = new Quirks()) =>
  readResource(USER, body, quirks, { unknownAttributes: "ignore", schemasRequired: true });
const readUser = (attributes: JsonObject, quirks = new Quirks()) =>
  read({ schemas: [USER_SCHEMA], userName: "anna", ...attributes }, quirks);
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

  test("neither notes nor codes hold what the client chose", () => {
    expect(Object.keys(noted({ secretName: "secret" }))).toEqual(["unknownAttribute"]);
  });
});
