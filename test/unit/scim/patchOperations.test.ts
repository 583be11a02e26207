import { describe, expect, test } from "@jest/globals";
import type { Json, JsonObject } from "../../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { operation, patchUser, refusal, STRICT, user } from "../../support/scimTypes.ts";

const E = ENTERPRISE_SCHEMA;
const WORK = { value: "w@x", type: "work" };
const HOME = { value: "h@x", type: "home" };

describe("add", () => {
  test.each<[string, JsonObject, string | undefined, Json, JsonObject]>([
    ["sets what is missing", {}, "title", "T", { title: "T" }],
    ["replaces what is single-valued", { title: "S" }, "title", "T", { title: "T" }],
    [
      "keeps the other parts of a complex attribute",
      { name: { familyName: "F" } },
      "name",
      { givenName: "G" },
      { name: { familyName: "F", givenName: "G" } },
    ],
    [
      "sets one part",
      { name: { familyName: "F" } },
      "name.givenName",
      "G",
      { name: { familyName: "F", givenName: "G" } },
    ],
    ["appends to a list", { emails: [HOME] }, "emails", [WORK], { emails: [HOME, WORK] }],
    ["appends a lone object", { emails: [HOME] }, "emails", WORK, { emails: [HOME, WORK] }],
    [
      "of a second value of one type appends",
      { emails: [WORK] },
      "emails",
      [{ value: "2@x", type: "work" }],
      { emails: [WORK, { value: "2@x", type: "work" }] },
    ],
    [
      "of a primary value demotes the former",
      { emails: [{ ...HOME, primary: true }] },
      "emails",
      { ...WORK, primary: true },
      {
        emails: [
          { ...HOME, primary: false },
          { ...WORK, primary: true },
        ],
      },
    ],
    [
      "creates the value its filter describes",
      { emails: [HOME] },
      'emails[type eq "work"].value',
      "w@x",
      { emails: [HOME, WORK] },
    ],
    [
      "creates from two equalities",
      {},
      'emails[type eq "work" and primary eq true].value',
      "w@x",
      { emails: [{ ...WORK, primary: true }] },
    ],
    [
      "merges into the selected value",
      { emails: [WORK, HOME] },
      'emails[type eq "work"]',
      { display: "D" },
      { emails: [{ value: "w@x", display: "D", type: "work" }, HOME] },
    ],
    [
      "creates the selected value with what is given",
      { emails: [HOME] },
      'emails[type eq "work"]',
      { value: "w@x" },
      { emails: [HOME, WORK] },
    ],
    [
      "merges a value without path",
      { title: "S" },
      undefined,
      { TITLE: "T", emails: [WORK] },
      { title: "T", emails: [WORK] },
    ],
    ["unwraps a single value", {}, "title", ["T"], { title: "T" }],
    ["unwraps a single value object", {}, "title", [{ value: "T" }], { title: "T" }],
    [
      "of a JSON string as role keeps it a string",
      {},
      "roles",
      [{ value: '{"id":"1"}' }],
      { roles: [{ value: '{"id":"1"}' }] },
    ],
  ])("%s", (_name, before, path, value, expected) => {
    expect(patchUser(user(before), [operation("add", path, value)])).toEqual(user(expected));
  });

  test("three operations by the same filter make one value", () => {
    const path = 'roles[primary eq "True"]';
    const patched = patchUser(user(), [
      operation("add", `${path}.display`, "D"),
      operation("add", `${path}.value`, "V"),
      operation("add", `${path}.type`, "T"),
    ]);
    expect(patched.roles).toEqual([{ value: "V", display: "D", type: "T", primary: true }]);
  });

  test.each<[string, string | undefined, Json | undefined, string]>([
    ["without a value", "title", undefined, "400 invalidValue"],
    ["without path and with a string", undefined, "x", "400 invalidValue"],
    ["of several values for one", "title", ["a", "b"], "400 invalidValue"],
    ["of an object for a string", "title", { text: "a" }, "400 invalidValue"],
    ["to a filter that is no equality", 'emails[type ne "work"].value', "x", "400 noTarget"],
    ["to a filter that contradicts itself", 'emails[type eq "a" and type eq "b"].value', "x", "400 noTarget"],
    [
      "of two primaries",
      "emails",
      [
        { ...WORK, primary: true },
        { ...HOME, primary: true },
      ],
      "400 invalidValue",
    ],
  ])("%s is refused", (_name, path, value, expected) => {
    expect(refusal(() => patchUser(user(), [operation("add", path, value)]))).toBe(expected);
  });
});

describe("replace", () => {
  test.each<[string, JsonObject, string | undefined, Json, JsonObject]>([
    ["sets what is missing", {}, "title", "T", { title: "T" }],
    ["replaces a whole list", { emails: [WORK, HOME] }, "emails", [{ value: "n@x" }], { emails: [{ value: "n@x" }] }],
    ["with an empty list removes", { emails: [WORK] }, "emails", [], {}],
    [
      "of a complex attribute keeps what is not named",
      { name: { familyName: "F", givenName: "G" } },
      "name",
      { familyName: "H" },
      { name: { familyName: "H", givenName: "G" } },
    ],
    [
      "of one value leaves the others alone",
      { emails: [HOME, WORK] },
      'emails[type eq "work"].value',
      "n@x",
      { emails: [HOME, { value: "n@x", type: "work" }] },
    ],
    ["creates a missing value", { emails: [HOME] }, 'emails[type eq "work"].value', "w@x", { emails: [HOME, WORK] }],
    [
      "of a selected value replaces it whole",
      { emails: [HOME, { ...WORK, display: "D" }] },
      'emails[type eq "work"]',
      { value: "n@x", type: "other" },
      { emails: [HOME, { value: "n@x", type: "other" }] },
    ],
    [
      "of every value selected",
      {
        addresses: [
          { type: "work", locality: "A" },
          { type: "work", locality: "B" },
        ],
      },
      'addresses[type eq "work"].country',
      "DE",
      {
        addresses: [
          { type: "work", locality: "A", country: "DE" },
          { type: "work", locality: "B", country: "DE" },
        ],
      },
    ],
    [
      "of primary on one value demotes the others",
      { emails: [{ ...WORK, primary: true }, HOME] },
      'emails[type eq "home"].primary',
      true,
      {
        emails: [
          { ...WORK, primary: false },
          { ...HOME, primary: true },
        ],
      },
    ],
    ["of one part of all values", { emails: [WORK] }, "emails.display", "D", { emails: [{ ...WORK, display: "D" }] }],
    ["of one part where there is no value", {}, "emails.value", "a@x", { emails: [{ value: "a@x" }] }],
    ["with an object that says nothing removes", { emails: [WORK] }, "emails", [{ value: null }], {}],
    ["with null removes", { title: "T" }, "title", null, {}],
    ["with an empty string removes", { title: "T" }, "title", "", {}],
    [
      "with an empty string removes a part",
      { emails: [WORK] },
      'emails[type eq "work"].value',
      "",
      { emails: [{ type: "work" }] },
    ],
    ["with an empty string for a missing value does nothing", {}, 'emails[type eq "work"].value', "", {}],
    [
      "with flat names sets each",
      { name: { familyName: "F" }, [E]: { department: "D" } },
      undefined,
      { "name.givenName": "G", [`${E}:employeeNumber`]: "1", 'emails[type eq "work"].value': "w@x" },
      { name: { familyName: "F", givenName: "G" }, [E]: { employeeNumber: "1", department: "D" }, emails: [WORK] },
    ],
    [
      "with an extension object merges it",
      { [E]: { department: "D" } },
      undefined,
      { [E]: { costCenter: "C" } },
      { [E]: { department: "D", costCenter: "C" } },
    ],
    ["with null for an extension removes it", { [E]: { department: "D" } }, undefined, { [E]: null }, {}],
    ["under the core URN", {}, `${USER_SCHEMA}:title`, "T", { title: "T" }],
    ["under the core URN without path", {}, undefined, { [USER_SCHEMA]: { title: "T" } }, { title: "T" }],
    ["of a boolean given as text", { active: true }, "active", "FALSE", { active: false }],
    ["of an extension as a whole", {}, E, { department: "D" }, { [E]: { department: "D" } }],
  ])("%s", (_name, before, path, value, expected) => {
    expect(patchUser(user(before), [operation("replace", path, value)])).toEqual(user(expected));
  });

  test.each<[string, string, Json | undefined, string]>([
    ["of a value that no filter finds", 'emails[type eq "x"]', { value: "a" }, "400 noTarget"],
    ["by the value it no longer has", 'emails[value eq "x"].type', "work", "400 noTarget"],
    ["by a filter other than equality", 'emails[type co "x"].value', "a", "400 noTarget"],
    ["with two primaries", "emails.primary", true, "400 invalidValue"],
    ["with another type", "active", "perhaps", "400 invalidValue"],
    ["without a value", "title", undefined, "400 invalidValue"],
    ["of a list with what nobody knows", "emails", [{ foo: "a" }], "400 invalidValue"],
    ["of a value with what nobody knows", 'emails[type eq "work"]', { foo: "a" }, "400 invalidValue"],
    ["of userName with nothing", "userName", "", "400 invalidValue"],
    ["of userName with null", "userName", null, "400 invalidValue"],
    ["of userName with blanks", "userName", "  ", "400 invalidValue"],
  ])("%s is refused", (_name, path, value, expected) => {
    const before = user({ emails: [WORK, HOME] });
    expect(refusal(() => patchUser(before, [operation("replace", path, value)]))).toBe(expected);
  });

  test("without a target is refused where the org says so, an add creates still", () => {
    const path = 'emails[type eq "work"].value';
    expect(refusal(() => patchUser(user(), [operation("replace", path, "x")], STRICT))).toBe("400 noTarget");
    expect(patchUser(user(), [operation("add", path, "w@x")], STRICT).emails).toEqual([WORK]);
  });
});

describe("remove", () => {
  const before = { title: "T", name: { givenName: "G" }, emails: [WORK, HOME], [E]: { department: "D" } };
  test.each<[string, string, Json | undefined, JsonObject]>([
    ["a single value", "title", undefined, { title: null }],
    ["the last part of a complex attribute", "name.givenName", undefined, { name: null }],
    ["a list", "emails", undefined, { emails: null }],
    ["the values a filter selects", 'emails[type eq "work" and value ew "x"]', undefined, { emails: [HOME] }],
    ["a part of a selected value", 'emails[type eq "work"].value', undefined, { emails: [{ type: "work" }, HOME] }],
    ["only the values listed", "emails", [{ value: "W@X" }], { emails: [HOME] }],
    ["a lone value listed", "emails", { value: "h@x", type: "home", $ref: null }, { emails: [WORK] }],
    ["a value listed with another type", "emails", [{ value: "w@x", type: "home" }], {}],
    [
      "also what could not be stored together",
      "emails",
      [WORK, HOME].map((one) => ({ ...one, primary: true })),
      { emails: null },
    ],
    ["nothing with an empty list", "emails", [], {}],
    ["nothing where no value matches", 'emails[type eq "other"]', undefined, {}],
    ["nothing where nothing is", "nickName", undefined, {}],
    ["an extension's last attribute, and its URN", `${E}:department`, undefined, { [E]: null }],
    ["an extension", E, undefined, { [E]: null }],
  ])("%s", (_name, path, value, change) => {
    expect(patchUser(user(before), [operation("remove", path, value)])).toEqual(user({ ...before, ...change }));
  });

  test.each<[string, string | undefined, Json | undefined, string]>([
    ["without a path", undefined, undefined, "400 noTarget"],
    ["of userName", "userName", undefined, "400 mutability"],
    ["of id", "id", undefined, "400 mutability"],
    ["of schemas", "schemas", undefined, "400 mutability"],
    ["of a value of no known shape", "emails", [{ foo: 1 }], "400 invalidValue"],
  ])("%s is refused", (_name, path, value, expected) => {
    expect(refusal(() => patchUser(user(before), [operation("remove", path, value)]))).toBe(expected);
  });
});
