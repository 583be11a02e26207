import { describe, expect, test } from "@jest/globals";
import type { JsonObject } from "../../../functions/scim/json.ts";
import { includes, project, readProjection } from "../../../functions/scim/render.ts";
import { ENTERPRISE_SCHEMA } from "../../../functions/scim/schema.ts";
import { GROUP, refusal, USER } from "../../support/scimTypes.ts";

const E = ENTERPRISE_SCHEMA;
const RESOURCE: JsonObject = {
  schemas: ["s"],
  id: "u",
  userName: "anna",
  name: { givenName: "A", familyName: "B" },
  emails: [{ value: "a@x", type: "work" }, { type: "home" }],
  [E]: { department: "D", manager: { value: "m", $ref: "r" } },
  meta: { resourceType: "User" },
};

const only = (attributes: string | readonly string[]) =>
  project(USER, RESOURCE, readProjection(USER, attributes, undefined));
const without = (excluded: string | readonly string[]) =>
  project(USER, RESOURCE, readProjection(USER, undefined, excluded));

describe("attributes", () => {
  const minimum = { schemas: ["s"], id: "u" };
  test.each<[string | readonly string[], JsonObject]>([
    ["userName", { userName: "anna" }],
    ["USERNAME, Name.GivenName ", { userName: "anna", name: { givenName: "A" } }],
    [["userName", "name.givenName"], { userName: "anna", name: { givenName: "A" } }],
    ["name,name.givenName", { name: { givenName: "A", familyName: "B" } }],
    ["name.givenName,name", { name: { givenName: "A", familyName: "B" } }],
    ["emails.value", { emails: [{ value: "a@x" }] }],
    ['emails[type eq "a,b]"]', { emails: [{ value: "a@x", type: "work" }, { type: "home" }] }],
    ['emails[type eq "work"].value', { emails: [{ value: "a@x" }] }],
    ["emails.display", {}],
    ["meta", { meta: { resourceType: "User" } }],
    ["meta.resourceType", { meta: { resourceType: "User" } }],
    [`${E}:department`, { [E]: { department: "D" } }],
    [`${E}:manager.value`, { [E]: { manager: { value: "m" } } }],
    ["department", { [E]: { department: "D" } }],
    [E, { [E]: { department: "D", manager: { value: "m", $ref: "r" } } }],
    ["urn:ietf:params:scim:schemas:core:2.0:User:userName", { userName: "anna" }],
    ["unknown,__proto__", {}],
    ["password", {}],
    ["id", {}],
  ])("%j", (attributes, expected) => {
    expect(only(attributes)).toEqual({ ...minimum, ...expected });
  });
});

describe("excludedAttributes", () => {
  test.each<[string, string[]]>([
    ["emails", ["schemas", "id", "userName", "name", E, "meta"]],
    ["id,schemas,meta", ["schemas", "id", "userName", "name", "emails", E]],
    ["userName", ["schemas", "id", "name", "emails", E, "meta"]],
    [E, ["schemas", "id", "userName", "name", "emails", "meta"]],
    ["unknown", Object.keys(RESOURCE)],
  ])("%s", (excluded, names) => {
    expect(Object.keys(without(excluded))).toEqual(names);
  });

  test("parts", () => {
    expect(without("emails.value").emails).toEqual([{ type: "work" }, { type: "home" }]);
    expect(without(`${E}:manager.$ref,name.givenName`)).toMatchObject({
      name: { familyName: "B" },
      [E]: { department: "D", manager: { value: "m" } },
    });
    expect(without("emails.value,emails.type")).not.toHaveProperty("emails");
  });
});

describe("a projection", () => {
  test("cannot be both, and is none when nothing is named", () => {
    expect(refusal(() => readProjection(USER, "userName", "emails"))).toBe("400 invalidValue");
    expect(refusal(() => readProjection(USER, "x,".repeat(5000), undefined))).toBe("400 invalidValue");
    expect(readProjection(USER, undefined, undefined)).toBeUndefined();
    expect(readProjection(USER, "", " , ")).toBeUndefined();
    expect(readProjection(USER, [], undefined)).toBeUndefined();
    expect(project(USER, RESOURCE, undefined)).toEqual(RESOURCE);
  });

  test("tells what need not be read", () => {
    const excluded = readProjection(GROUP, undefined, "MEMBERS");
    expect(includes(excluded, "members")).toBe(false);
    expect(includes(excluded, "displayName")).toBe(true);
    const asked = readProjection(GROUP, "displayName", undefined);
    expect(includes(asked, "members")).toBe(false);
    expect(includes(asked, "id")).toBe(true);
    expect(includes(readProjection(GROUP, "members.value", undefined), "members")).toBe(true);
    expect(includes(readProjection(GROUP, undefined, "members.value"), "members")).toBe(true);
    expect(includes(undefined, "members")).toBe(true);
  });

  test("never shows a password", () => {
    expect(project(USER, { id: "u", password: "p" }, undefined)).toEqual({ id: "u" });
  });

  test("leaves empty lists as they are", () => {
    const group = { id: "g", members: [] };
    expect(project(GROUP, group, readProjection(GROUP, "members.value", undefined))).toEqual(group);
  });
});
