import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { listsOf } from "../../../functions/provisioning/resources/definition.ts";
import { listedMembers } from "../../../functions/provisioning/resources/groupQueries.ts";
import { errorBody, ScimError, userError } from "../../../functions/scim/error.ts";
import type { JsonObject } from "../../../functions/scim/json.ts";
import { type Rendering, resourceObject, resourceText } from "../../../functions/scim/render.ts";
import { BASE62, ENTERPRISE_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";

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
};

describe("a resource is joined from its parts", () => {
  test("with a list that is not stored with it", () => {
    const groups = [{ value: G1, display: 'T"1' }];
    const rendered = JSON.parse(resourceText({ ...USER, lists: listsOf({ groups }) }));
    expect(rendered).toEqual({
      schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA],
      id: U1,
      userName: "a]b",
      [ENTERPRISE_SCHEMA]: { department: "D" },
      groups,
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

  test("text and object say the same, in the same order", () => {
    for (const input of [
      USER,
      { ...USER, lists: listsOf({ groups: [{ value: G1 }] }) },
      { ...USER, lists: listsOf({ members: [] }) },
    ]) {
      expect(JSON.stringify(resourceObject(input))).toBe(resourceText(input));
    }
  });

  test("members are joined to the text that JSON makes of them", () => {
    const random = fc.string({ unit: fc.constantFrom(...BASE62), minLength: 22, maxLength: 22 });
    const memberId = fc.tuple(fc.constantFrom("u", "g"), random).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.string(), fc.array(memberId), (odd, ids) => {
        const base = `https://host${odd}`;
        const members = ids.map((value) =>
          value.startsWith("u")
            ? { value, $ref: `${base}/Users/${value}`, type: "User" }
            : { value, $ref: `${base}/Groups/${value}`, type: "Group" },
        );
        const lists = listedMembers(base, ids);
        expect(lists.object()).toEqual({ members });
        expect(`{${lists.text()}}`).toBe(JSON.stringify({ members }));
      }),
    );
  });

  test("names that the client asked for are put into the stored attributes", () => {
    const withNames = (attributes: JsonObject) => ({ ...attributes, displayName: `of ${String(attributes.userName)}` });
    expect(resourceObject({ ...USER, withNames })).toHaveProperty("displayName", "of a]b");
  });
});

describe("an error is rendered", () => {
  test("with its status as a string and the reference at the end", () => {
    expect(JSON.parse(errorBody(ScimError.invalidValue("required", "displayName"), "r-1"))).toEqual({
      schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
      status: "400",
      scimType: "invalidValue",
      detail:
        "displayName is required and must not be empty. In the identity provider, map it from an attribute that is never empty. (ref: r-1)",
    });
  });

  test("without scimType where the RFC has none", () => {
    expect(JSON.parse(errorBody(userError("notFound.user", []), "r"))).not.toHaveProperty("scimType");
  });
});
