import { describe, expect, test } from "@jest/globals";
import type { Json } from "../../../functions/scim/json.ts";
import { planMembers } from "../../../functions/scim/members.ts";
import { type PatchOperation, resolvePatch } from "../../../functions/scim/patch/resolvePatch.ts";
import { Quirks } from "../../../functions/scim/quirks.ts";
import { GROUP_SCHEMA } from "../../../functions/scim/schema.ts";
import { GROUP, type GroupPlan, LENIENT, operation, planGroup, refusal } from "../../support/scimTypes.ts";

const STORED = { schemas: [GROUP_SCHEMA], displayName: "G" };

function plan(
  operations: PatchOperation[],
  current?: readonly string[],
  additiveMembersReplace = false,
  quirks = new Quirks(),
): GroupPlan | "needsMembers" {
  return planGroup(STORED, operations, { ...LENIENT, additiveMembersReplace }, quirks, current);
}

function membersOf(operations: PatchOperation[], current?: readonly string[], additive = false) {
  const planned = plan(operations, current, additive);
  return planned === "needsMembers" ? planned : planned.members;
}

describe("operations on members become a plan of ids", () => {
  test("a replace adds where the org says so, but an empty list still empties", () => {
    expect(membersOf([operation("replace", "members", ["a"])], undefined, true)).toEqual({
      exact: false,
      add: ["a"],
      remove: [],
    });
    expect(membersOf([operation("replace", undefined, { members: [] })], undefined, true)).toMatchObject({
      exact: true,
    });
  });

  test("planning twice records once: what is recorded was read before", () => {
    const quirks = new Quirks();
    const operations = [operation("add", "members", "x"), operation("remove", "members[not (type pr)]")];
    const read = resolvePatch(GROUP, operations, LENIENT, quirks);
    expect(planMembers(read)).toBe("needsMembers");
    expect(planMembers(read, ["u1"])).toMatchObject({ add: ["x"], remove: [] });
    expect(quirks.counts).toEqual({ "loneObject:members": 1, "plainString:members": 1 });
  });
});

describe("a group is never changed by mistake", () => {
  test.each<[string, PatchOperation["op"], string | undefined, Json | undefined, string]>([
    ["a number as members", "replace", "members", 5, "400 invalidValue"],
    ["an empty string as members", "replace", "members", "", "400 invalidValue"],
    ["an object without a value", "replace", "members", {}, "400 invalidValue"],
    ["a list with something else in it", "remove", "members", [{ value: "a" }, { foo: 1 }], "400 invalidValue"],
    ["an empty string to remove", "remove", "members", "", "400 invalidValue"],
    ["no value to add", "add", "members", undefined, "400 invalidValue"],
    ["no value to replace by", "replace", "members", undefined, "400 invalidValue"],
    ["another value of a member", "replace", 'members[value eq "a"].value', "b", "400 mutability"],
    ["another display of a member", "replace", 'members[value eq "a"].display', "b", "400 mutability"],
    ["another type of a member", "add", 'members[value eq "a"].type', "Group", "400 mutability"],
    ["a part of all members", "remove", "members.value", undefined, "400 mutability"],
    ["a part of all members without path", "replace", undefined, { "members.value": "a" }, "400 mutability"],
    ["another id than the filter's", "add", 'members[value eq "a"]', { value: "b" }, "400 mutability"],
    ["an add by a filter that names nobody", "add", 'members[type eq "User"]', { value: "b" }, "400 noTarget"],
    ["a malformed path", "remove", 'members[value eq "a"', undefined, "400 invalidPath"],
    ["a malformed filter", "remove", 'members[value is "a"]', undefined, "400 invalidFilter"],
    ["the whole group", "remove", undefined, { members: [] }, "400 noTarget"],
    ["its name", "remove", "displayName", undefined, "400 mutability"],
  ])("%s is refused", (_name, op, path, value, expected) => {
    expect(refusal(() => plan([operation(op, path, value)]))).toBe(expected);
  });

  test("one bad operation refuses them all", () => {
    const operations = [operation("replace", "members", []), operation("add", "members", 5)];
    expect(refusal(() => plan(operations))).toBe("400 invalidValue");
  });
});

describe("attributes and members in one patch", () => {
  test("attributes are the same object while they do not change", () => {
    const planned = plan([operation("add", "members", "x"), operation("replace", "displayName", "G")]);
    expect(planned).toMatchObject({ members: { add: ["x"] } });
    expect(planned !== "needsMembers" && planned.attributes === STORED).toBe(true);
  });

  test("Okta's rename carries the id, authentik's the whole group", () => {
    const value = { id: "x", displayName: "H", members: [{ value: "a" }], schemas: [GROUP_SCHEMA], meta: {} };
    expect(plan([operation("replace", undefined, value)])).toEqual({
      attributes: { schemas: [GROUP_SCHEMA], displayName: "H" },
      members: { exact: true, add: ["a"], remove: [] },
    });
  });

  test("Keycloak's three replaces", () => {
    const operations = [
      operation("replace", "members", [{ value: "a", $ref: "Users/a" }]),
      operation("replace", "displayName", "H"),
      operation("replace", "externalId", "e"),
    ];
    expect(plan(operations)).toEqual({
      attributes: { schemas: [GROUP_SCHEMA], externalId: "e", displayName: "H" },
      members: { exact: true, add: ["a"], remove: [] },
    });
  });
});

describe("cost follows the change", () => {
  test("150,000 members in one operation and 10,000 operations are planned at once", () => {
    const value = Array.from({ length: 150_000 }, (_, index) => ({ value: `u${index}` }));
    const members = membersOf([operation("replace", "members", value)]);
    expect(members !== "needsMembers" && members.add.length).toBe(150_000);
    const operations = Array.from({ length: 10_000 }, (_, index) =>
      index % 2 === 0
        ? operation("add", "members", [{ value: `u${index}` }])
        : operation("remove", `members[value eq "u${index}"]`),
    );
    const planned = membersOf(operations);
    expect(planned !== "needsMembers" && [planned.add.length, planned.remove.length]).toEqual([5000, 5000]);
  });

  test("filters that look at every member are counted", () => {
    const scans = Array(21).fill(operation("remove", 'members[type eq "Group"]'));
    expect(refusal(() => plan(scans, []))).toBe("413");
  });
});
