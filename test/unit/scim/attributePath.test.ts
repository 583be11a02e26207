import { describe, expect, test } from "@jest/globals";
import { printPath, resolvePath } from "../../../functions/scim/paths.ts";
import { define, ENTERPRISE_SCHEMA } from "../../../functions/scim/schema.ts";
import { GROUP, USER } from "../../support/scimTypes.ts";

const resolved = (text: string, type = USER) => {
  const path = resolvePath(type, text);
  return path === undefined ? undefined : printPath(path);
};

describe("a path names an attribute", () => {
  test.each([
    ["userName", "userName"],
    ["USERNAME", "userName"],
    ["name.GIVENname", "name.givenName"],
    ["emails.$ref", undefined],
    ["groups.$ref", "groups.$ref"],
    ["id", "id"],
    ["meta.lastModified", "meta.lastModified"],
    ["password", "password"],
    ["manager", `${ENTERPRISE_SCHEMA}:manager`],
    ["manager.value", `${ENTERPRISE_SCHEMA}:manager.value`],
    ["displayName", "displayName"],
    ["urn:ietf:params:scim:schemas:core:2.0:User:active", "active"],
    ["URN:ietf:params:scim:schemas:core:2.0:user:NAME.familyname", "name.familyName"],
    [`${ENTERPRISE_SCHEMA}:manager.displayName`, `${ENTERPRISE_SCHEMA}:manager.displayName`],
    [`${ENTERPRISE_SCHEMA}.manager`, `${ENTERPRISE_SCHEMA}:manager`],
    [`${ENTERPRISE_SCHEMA.toUpperCase()}:DEPARTMENT`, `${ENTERPRISE_SCHEMA}:department`],
    [ENTERPRISE_SCHEMA, undefined],
    [`${ENTERPRISE_SCHEMA}:userName`, undefined],
    ["urn:ietf:params:scim:schemas:core:2.0:User:department", undefined],
    ["urn:ietf:params:scim:schemas:core:2.0:Group:displayName", undefined],
    ["", undefined],
    [".", undefined],
    ["name.", undefined],
    ["name.givenName.x", undefined],
    ["__proto__", undefined],
    ["constructor", undefined],
    ["name.__proto__", undefined],
  ])("%s is %s", (text, expected) => {
    expect(resolved(text)).toBe(expected);
  });

  test("a group has its own attributes", () => {
    expect(resolved("members.value", GROUP)).toBe("members.value");
    expect(resolved("userName", GROUP)).toBeUndefined();
    expect(resolved("department", GROUP)).toBeUndefined();
  });

  test("a name without a URN is the core schema's where an extension has it as well", () => {
    const [enterprise] = USER.extensions;
    if (enterprise === undefined) throw new Error("a user has an extension");
    const schema = {
      ...enterprise.schema,
      attributes: [define("title", "A second title."), define("floor", "A floor.")],
    };
    const type = { ...USER, extensions: [{ schema, required: false }] };
    expect(resolved("title", type)).toBe("title");
    expect(resolved(`${ENTERPRISE_SCHEMA}:title`, type)).toBe(`${ENTERPRISE_SCHEMA}:title`);
    expect(resolved("floor", type)).toBe(`${ENTERPRISE_SCHEMA}:floor`);
  });
});
