import { describe, expect, test } from "@jest/globals";
import type { Json } from "../../../functions/scim/json.ts";
import { planMembers } from "../../../functions/scim/members.ts";
import { type PatchOperation, resolvePatch } from "../../../functions/scim/patch/resolvePatch.ts";
import { Quirks } from "../../../functions/scim/quirks.ts";
import { GROUP_SCHEMA } from "../../../functions/scim/schema.ts";
import { GROUP, type GroupPlan, LENIENT, operation, planGroup, refusal } from "../../support/scimTypes.ts";

const STORED = { schemas: [GROUP_SCHEMA], displayName: "G" };
const G1 = `g${"1".repeat(22)}`;

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
  test.each<[string, PatchOperation["op"], string | undefined, Json | undefined, boolean, string[], string[]]>([
    ["add a list", "add", "members", [{ value: "a" }, { $ref: null, value: "b" }], false, ["a", "b"], []],
    ["add a bare id", "add", "members", "a", false, ["a"], []],
    ["add without path", "add", undefined, { members: [{ value: "a", display: "x" }] }, false, ["a"], []],
    ["add under the URN", "add", `${GROUP_SCHEMA}:MEMBERS`, [{ value: "a" }], false, ["a"], []],
    ["add the selected", "add", 'members[value eq "a"]', { type: "User" }, false, ["a"], []],
    ["add nobody", "add", "members", [], false, [], []],
    ["replace by a list", "replace", "members", [{ value: "a" }], true, ["a"], []],
    ["replace by nobody", "replace", "members", [], true, [], []],
    ["replace by null", "replace", "members", null, true, [], []],
    ["replace without path", "replace", undefined, { Members: [{ value: "a" }] }, true, ["a"], []],
    ["replace in the container", "replace", undefined, { [GROUP_SCHEMA]: { members: ["a"] } }, true, ["a"], []],
    ["remove everybody", "remove", "members", undefined, true, [], []],
    ["remove everybody with null", "remove", "members", null, true, [], []],
    ["remove those listed", "remove", "members", [{ $ref: null, value: "a" }], false, [], ["a"]],
    ["remove Salesforce's list", "remove", "members", { members: [{ value: "a" }] }, false, [], ["a"]],
    ["remove nobody", "remove", "members", [], false, [], []],
    ["remove by filter", "remove", 'members[value eq "a"]', undefined, false, [], ["a"]],
    ["remove several by filter", "remove", 'members[value eq "a" or value eq "b"]', undefined, false, [], ["a", "b"]],
    ["remove by filter and type", "remove", 'members[value eq "a" and type eq "User"]', undefined, false, [], ["a"]],
    ["remove nobody of another type", "remove", 'members[type eq "Group" and value eq "a"]', undefined, false, [], []],
    ["remove a group by type", "remove", `members[value eq "${G1}" and type eq "Group"]`, undefined, false, [], [G1]],
    ["remove by reference", "remove", 'members[$ref eq "https://x/Users/a"]', undefined, false, [], ["a"]],
    ["remove the contradictory", "remove", 'members[value eq "a" and value eq "b"]', undefined, false, [], []],
  ])("%s", (_name, op, path, value, exact, add, remove) => {
    expect(membersOf([operation(op, path, value)])).toEqual({ exact, add, remove });
  });

  test.each<[string, PatchOperation[], boolean, string[], string[]]>([
    ["add, then remove", [operation("add", "members", "x"), operation("remove", "members", "x")], false, [], ["x"]],
    ["remove, then add", [operation("remove", "members", "x"), operation("add", "members", "x")], false, ["x"], []],
    [
      "replace, then remove",
      [operation("replace", "members", ["x", "y"]), operation("remove", "members", "x")],
      true,
      ["y"],
      [],
    ],
    ["remove all, then add", [operation("remove", "members"), operation("add", "members", "x")], true, ["x"], []],
    ["add, then remove all", [operation("add", "members", "x"), operation("remove", "members")], true, [], []],
    [
      "Okta's removes and adds",
      [operation("remove", 'members[value eq "a"]'), operation("add", "members", [{ value: "b", display: "B" }])],
      false,
      ["b"],
      ["a"],
    ],
  ])("in order: %s", (_name, operations, exact, add, remove) => {
    expect(membersOf(operations)).toEqual({ exact, add, remove });
  });

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
});

describe("a filter that does not name its members needs to know them", () => {
  const members = ["u1", "u2", G1];
  test.each<[string, string[]]>([
    ['members[type eq "Group"]', [G1]],
    ['members[type eq "user"]', ["u1", "u2"]],
    ['members[value ne "u1"]', ["u2", G1]],
    ['members[not (value eq "u1")]', ["u2", G1]],
    ["members[not (type pr)]", []],
    ['members[$ref ew "/Users/u2"]', ["u2"]],
  ])("%s", (path, removed) => {
    expect(membersOf([operation("remove", path)])).toBe("needsMembers");
    expect(membersOf([operation("remove", path)], members)).toEqual({ exact: false, add: [], remove: removed });
  });

  test("unless the operations before it say who they are", () => {
    const operations = [operation("replace", "members", ["u1", G1]), operation("remove", 'members[type eq "Group"]')];
    expect(membersOf(operations)).toEqual({ exact: true, add: ["u1"], remove: [] });
  });

  test("what earlier operations did counts", () => {
    const operations = [
      operation("remove", "members", "u1"),
      operation("add", "members", "u9"),
      operation("remove", 'members[type eq "User"]'),
    ];
    expect(membersOf(operations, members)).toEqual({ exact: false, add: [], remove: ["u1", "u2", "u9"] });
  });

  test("a member can be replaced by another, a stranger cannot", () => {
    const replace = [operation("replace", 'members[value eq "u1"]', { value: "u9" })];
    expect(membersOf(replace)).toBe("needsMembers");
    expect(membersOf(replace, members)).toEqual({ exact: false, add: ["u9"], remove: ["u1"] });
    expect(refusal(() => membersOf(replace, ["u2"]))).toBe("400 noTarget");
  });

  test("planning twice records once: what is recorded was read before", () => {
    const quirks = new Quirks();
    const operations = [operation("add", "members", "x"), operation("remove", "members[not (type pr)]")];
    const read = resolvePatch(GROUP, operations, LENIENT, quirks);
    expect(planMembers(read)).toBe("needsMembers");
    expect(planMembers(read, members)).toMatchObject({ add: ["x"], remove: [] });
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
