import { describe, expect, test } from "@jest/globals";
import { errorBody, ScimError } from "../../../functions/scim/error.ts";
import { type Rendering, resourceObject, resourceText } from "../../../functions/scim/render.ts";
import { ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";

const BASE = "https://api.example.com/scim/v2/acme";
const G1 = `g${"1".repeat(22)}`;
const U1 = `u${"1".repeat(22)}`;
const USER: Rendering = {
  type: "User",
  id: U1,
  version: 3,
  created: "2026-01-01T00:00:00.000Z",
  lastModified: "2026-01-02T00:00:00.000Z",
  attributes: JSON.stringify({
    schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA],
    userName: "a]b",
    [ENTERPRISE_SCHEMA]: { department: "D" },
  }),
  location: `${BASE}/Users/${U1}`,
  base: BASE,
};
const GROUP: Rendering = {
  ...USER,
  type: "Group",
  id: G1,
  attributes: JSON.stringify({ schemas: [GROUP_SCHEMA], displayName: "G" }),
  location: `${BASE}/Groups/${G1}`,
};

describe("a resource is joined from its parts", () => {
  test("a user with groups", () => {
    const rendered = JSON.parse(resourceText({ ...USER, groups: [{ id: G1, displayName: 'T"1' }] }));
    expect(rendered).toEqual({
      schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA],
      id: U1,
      userName: "a]b",
      [ENTERPRISE_SCHEMA]: { department: "D" },
      groups: [{ value: G1, $ref: `${BASE}/Groups/${G1}`, display: 'T"1', type: "direct" }],
      meta: {
        resourceType: "User",
        created: "2026-01-01T00:00:00.000Z",
        lastModified: "2026-01-02T00:00:00.000Z",
        location: `${BASE}/Users/${U1}`,
        version: 'W/"3"',
      },
    });
    expect(Object.keys(rendered)).toEqual(["schemas", "id", "userName", ENTERPRISE_SCHEMA, "groups", "meta"]);
  });

  test("a group with users and groups as members", () => {
    expect(JSON.parse(resourceText({ ...GROUP, members: [U1, G1] })).members).toEqual([
      { value: U1, $ref: `${BASE}/Users/${U1}`, type: "User" },
      { value: G1, $ref: `${BASE}/Groups/${G1}`, type: "Group" },
    ]);
  });

  test("no groups are left out, no members are an empty list, members not asked for are left out", () => {
    expect(JSON.parse(resourceText({ ...USER, groups: [] }))).not.toHaveProperty("groups");
    expect(JSON.parse(resourceText({ ...GROUP, members: [] }))).toHaveProperty("members", []);
    expect(JSON.parse(resourceText(GROUP))).not.toHaveProperty("members");
  });

  test("text and object say the same, in the same order", () => {
    for (const input of [
      USER,
      { ...USER, groups: [{ id: G1, displayName: "T" }] },
      GROUP,
      { ...GROUP, members: [U1] },
    ]) {
      expect(JSON.stringify(resourceObject(input))).toBe(resourceText(input));
    }
  });
});

describe("an error is rendered", () => {
  test("with its status as a string and the reference at the end", () => {
    expect(JSON.parse(errorBody(ScimError.invalidValue("required", "displayName"), "r-1"))).toEqual({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      status: "400",
      scimType: "invalidValue",
      detail:
        "displayName is required and must not be empty. Map an attribute that always has a value to it in the identity provider. (ref: r-1)",
    });
  });

  test("without scimType where the RFC has none", () => {
    expect(JSON.parse(errorBody(ScimError.notFound("user"), "r"))).not.toHaveProperty("scimType");
  });
});
