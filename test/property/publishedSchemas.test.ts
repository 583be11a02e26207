import { beforeAll, describe, expect, test } from "@jest/globals";
import { isObject, type JsonObject } from "../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA } from "../../functions/scim/schema.ts";
import { onMemory } from "../protocol/onWire.ts";
import { clientOf } from "../protocol/rows/client.ts";
import { PublishedSchemas } from "../support/publishedSchemas.ts";

/** The yardstick of the laws is itself held against resources that are wrong. */
describe("resources held against the org's own /Schemas", () => {
  let schemas: PublishedSchemas;
  let good: JsonObject;

  beforeAll(async () => {
    const scim = await clientOf(onMemory, { preset: "standard" });
    const id = await scim.user("ada", {
      name: { givenName: "Ada" },
      [ENTERPRISE_SCHEMA]: { department: "Engines", manager: { value: "u1" } },
    });
    await scim.group("Engineers", [id]);
    schemas = await PublishedSchemas.of(scim.tenant);
    const { json } = await scim.tenant.request({ method: "GET", path: `/Users/${id}` });
    if (json === undefined || !isObject(json)) throw new Error("no user");
    good = json;
  });

  test("a user as it is answered has no fault", () => {
    expect(schemas.faults(good, true)).toEqual([]);
  });

  test.each<[string, JsonObject, string]>([
    ["an attribute of no schema", { nickname: "A" }, "nickname is in no schema"],
    ["a password", { password: "x" }, "password"],
    ["a number for a string", { title: 1 }, "title is 1"],
    ["a string for a boolean", { active: "True" }, "active is"],
    ["an empty string", { title: "" }, "title is"],
    ["an object for a list", { emails: { value: "a" } }, "emails is no list"],
    [
      "two primaries",
      {
        emails: [
          { value: "a", primary: true },
          { value: "b", primary: true },
        ],
      },
      "2 primaries",
    ],
    ["the same value twice", { roles: [{ value: "a" }, { value: "a" }] }, "twice"],
    ["a strange sub-attribute", { name: { first: "A" } }, "name.first is in no schema"],
    ["an unknown extension", { "urn:x:y": {} }, "urn:x:y is no extension"],
    ["schemas without the extension", { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"] }, "not in schemas"],
    ["a schema of another type", { schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group", "x"] }, "schemas names x"],
    ["no id", { id: "" }, "id is missing"],
    ["no meta", { meta: {} }, "meta.version is missing"],
  ])("%s is a fault", (_what, damage, words) => {
    expect(schemas.faults({ ...good, ...damage }, true).join("\n")).toContain(words);
  });

  test("what is required may be missing only where a part was asked for", () => {
    const { userName: _, ...part } = good;
    expect(schemas.faults(part, true)).toEqual(["userName is required and missing"]);
    expect(schemas.faults(part, false)).toEqual([]);
  });
});
