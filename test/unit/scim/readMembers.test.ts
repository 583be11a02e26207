import { describe, expect, test } from "@jest/globals";
import type { Json, JsonObject } from "../../../functions/scim/json.ts";
import { readMembers } from "../../../functions/scim/members.ts";
import { Quirks } from "../../../functions/scim/quirks.ts";
import { readResourceBody } from "../../../functions/scim/readResource.ts";
import { GROUP_SCHEMA } from "../../../functions/scim/schema.ts";
import { GROUP, refusal } from "../../support/scimTypes.ts";

const read = (value: Json) => readMembers(value, new Quirks(), "refuse");

describe("members are read as ids", () => {
  test.each<[string, Json, string[]]>([
    ["a list of objects", [{ value: "u1" }, { value: "u2" }], ["u1", "u2"]],
    ["Entra's $ref null", [{ $ref: null, value: "u1" }], ["u1"]],
    ["names in any case", [{ Value: "u1" }], ["u1"]],
    ["unknown members of an object", [{ value: "u1", displayName: "x", foo: 1 }], ["u1"]],
    ["a lone object", { value: "u1" }, ["u1"]],
    ["a bare id", "u1", ["u1"]],
    ["a list of ids", ["u1", "u2"], ["u1", "u2"]],
    ["Salesforce's nesting", { members: [{ value: "u1" }] }, ["u1"]],
    ["a reference without value", [{ $ref: "https://x/scim/v2/acme/Users/u1" }], ["u1"]],
    ["a reference and a null value", [{ $ref: "Users/u1", value: null }], ["u1"]],
    ["an id twice", [{ value: "u1" }, { value: "u2" }, { value: "u1" }], ["u1", "u2"]],
    ["null", null, []],
    ["an empty list", [], []],
  ])("%s", (_name, value, ids) => {
    expect(read(value)).toEqual(ids);
  });

  test.each<[Json]>([
    [5],
    [true],
    [""],
    [{}],
    [[{}]],
    [[null]],
    [[[]]],
    [[{ display: "x" }]],
    [[{ value: 5 }]],
    [[{ value: "" }]],
    [[{ value: { value: "u1" } }]],
    [[{ $ref: "https://x/Users/" }]],
    [{ members: { members: [] } }],
    [[{ value: "u1" }, 5]],
  ])("%j is refused, never taken for nobody", (value) => {
    expect(refusal(() => read(value))).toBe("400 invalidValue");
  });

  test("150,000 members are read in linear time", () => {
    const value = Array.from({ length: 150_000 }, (_, index) => ({ value: `u${index}` }));
    expect(read(value)).toHaveLength(150_000);
  });
});

describe("members are found in a body", () => {
  test("in any case and under the core schema's URN", () => {
    const rules = { unknownAttributes: "refuse", unknownMembers: "refuse", schemasRequired: false } as const;
    const membersOf = (body: JsonObject) =>
      readResourceBody(GROUP, { displayName: "G", ...body }, new Quirks(), rules).members;
    expect(membersOf({ MEMBERS: ["u"] })).toEqual(["u"]);
    expect(membersOf({ members: null })).toEqual([]);
    expect(membersOf({ [GROUP_SCHEMA.toUpperCase()]: { Members: ["u"] } })).toEqual(["u"]);
    expect(membersOf({ [`${GROUP_SCHEMA}:members`]: ["u"] })).toEqual(["u"]);
    expect(membersOf({})).toBeUndefined();
  });
});
