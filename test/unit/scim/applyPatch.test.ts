import { describe, expect, test } from "@jest/globals";
import type { Json, JsonObject } from "../../../functions/scim/json.ts";
import { Quirks } from "../../../functions/scim/quirks.ts";
import { ENTERPRISE_SCHEMA } from "../../../functions/scim/schema.ts";
import { operation, patchUser, refusal, STRICT, user } from "../../support/scimTypes.ts";

const E = ENTERPRISE_SCHEMA;
const WORK = { value: "w@x", type: "work" };
const HOME = { value: "h@x", type: "home" };

describe("a manager in all forms real clients send", () => {
  const managed = { [E]: { manager: { value: "m1", $ref: "Users/m1" } } };
  test.each<[string, Json, JsonObject | undefined]>([
    ["a string", "m2", { value: "m2" }],
    ["an object", { value: "m2", displayName: "M" }, { value: "m2" }],
    ["an object with a reference", { value: "m2", $ref: "Users/m2" }, { value: "m2", $ref: "Users/m2" }],
    ["a list of one", [{ value: "m2" }], { value: "m2" }],
    ["the same manager", { value: "m1" }, { value: "m1", $ref: "Users/m1" }],
    ["an empty string", "", undefined],
    ["an empty value", { value: "" }, undefined],
    ["null", null, undefined],
    ["an empty list", [], undefined],
  ])("%s", (_name, value, expected) => {
    for (const path of [`${E}:manager`, "manager", `${E}.manager`]) {
      const patched = patchUser(user(managed), [operation("replace", path, value)]);
      expect(patched[E]).toEqual(expected === undefined ? undefined : { manager: expected });
    }
  });
});

describe("what only the server writes", () => {
  test("inside a value is ignored and recorded", () => {
    const quirks = new Quirks();
    const value = { id: "x", meta: {}, groups: [], schemas: ["urn:x"], title: "T", [`${E}:manager.displayName`]: "M" };
    expect(patchUser(user(), [operation("replace", undefined, value)], STRICT, quirks)).toEqual(user({ title: "T" }));
    expect(quirks.counts).toEqual({
      "readOnlyIgnored:id": 1,
      "readOnlyIgnored:meta": 1,
      "readOnlyIgnored:groups": 1,
      "readOnlyIgnored:schemas": 1,
      [`readOnlyIgnored:${E}:manager.displayName`]: 1,
    });
  });

  test("a password is accepted and discarded", () => {
    const before = user();
    const operations = [operation("replace", "password", "p"), operation("add", undefined, { Password: "p" })];
    expect(patchUser(before, operations, STRICT)).toBe(before);
  });
});

describe("a path", () => {
  test.each([
    "foo",
    "name.foo",
    'emails[type eq "work"].foo',
    'foo[bar eq "x"].value',
    "urn:x:y:z",
    "urn:x:2.0:User:a.b",
  ])("%s that names nothing is ignored and recorded, or refused", (path) => {
    const quirks = new Quirks();
    const before = user();
    expect(patchUser(before, [operation("replace", path, "x")], undefined, quirks)).toBe(before);
    expect(quirks.counts).toEqual({ unknownPath: 1 });
    expect(refusal(() => patchUser(before, [operation("replace", path, "x")], STRICT))).toBe("400 invalidPath");
  });

  test("brackets and quotes inside the filter's strings do not end it", () => {
    const before = user({ emails: [{ value: 'a]"b', type: "work" }] });
    const patched = patchUser(before, [operation("replace", 'emails[value eq "a]\\"b"].type', "home")]);
    expect(patched.emails).toEqual([{ value: 'a]"b', type: "home" }]);
  });

  test("an unknown name inside a value follows the rule for attributes", () => {
    const before = user();
    const operations = [operation("replace", undefined, { foo: 1, "a b": 2, "name.foo": 3, "x..y": 4 })];
    expect(patchUser(before, operations)).toBe(before);
    expect(refusal(() => patchUser(before, operations, STRICT))).toBe("400 invalidSyntax");
  });
});

describe("a patch as a whole", () => {
  test("changes nothing when nothing changes in effect", () => {
    const before = user({ title: "T", active: true, emails: [WORK, HOME], [E]: { department: "D" } });
    const operations = [
      operation("replace", "title", "T"),
      operation("add", "emails", [WORK]),
      operation("replace", "active", "True"),
      operation("add", undefined, { [E]: { department: "D" }, name: {} }),
      operation("add", "nickName", "N"),
      operation("remove", "nickName"),
      operation("remove", 'emails[type eq "other"]'),
    ];
    expect(patchUser(before, operations)).toBe(before);
  });

  test("keeps canonical order, so that equal resources have equal text", () => {
    const patched = patchUser(user(), [operation("add", "title", "T"), operation("add", "externalId", "e")]);
    expect(JSON.stringify(patched)).toBe(JSON.stringify(user({ externalId: "e", title: "T" })));
  });

  test("is held to the limits of a resource", () => {
    const emails = Array.from({ length: 50 }, (_, index) => ({ value: `a${index}` }));
    expect(refusal(() => patchUser(user({ emails }), [operation("add", "emails", "b")]))).toBe("400 invalidValue");
    expect(refusal(() => patchUser(user(), [operation("add", "title", "x".repeat(50_000))]))).toBe("400 invalidValue");
  });

  test("changes attributes 1,000 times at most, flat names counted", () => {
    const many = (count: number) => Array(count).fill(operation("add", "title", "T"));
    expect(patchUser(user(), many(1000)).title).toBe("T");
    expect(refusal(() => patchUser(user(), many(1001)))).toBe("413");
    const flat = Array.from({ length: 1001 }, (_, index) => [`roles[type eq "${index}"].value`, "x"]);
    expect(refusal(() => patchUser(user(), [operation("add", undefined, Object.fromEntries(flat))]))).toBe("413");
  });

  test("leaves prototypes alone", () => {
    const value: Json = JSON.parse('{"__proto__":{"x":1},"constructor":{"x":1},"name":{"__proto__":{"x":1}}}');
    const before = user();
    expect(patchUser(before, [operation("add", undefined, value)])).toBe(before);
    expect(Reflect.get({}, "x")).toBeUndefined();
  });

  test("sees equal values as equal whatever the order of their parts", () => {
    const roles: Json[] = [
      { type: "a", primary: false },
      { type: "a", display: "x", primary: false },
    ];
    const patched = patchUser(user({ roles }), [operation("replace", "roles.display", "D")]);
    expect(patched.roles).toEqual([{ type: "a", display: "D", primary: false }]);
  });

  test("creates from a filter only what could be stored", () => {
    const create = (path: string) => refusal(() => patchUser(user(), [operation("add", path, "D")]));
    expect(create('emails[value eq ""].display')).toBe("400 noTarget");
    expect(create('x509Certificates[value eq "!!!"].display')).toBe("400 invalidValue");
  });
});
