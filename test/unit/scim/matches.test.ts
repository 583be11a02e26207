import { describe, expect, test } from "@jest/globals";
import {
  describeFilter,
  equalities,
  filterAttributes,
  matches,
  withPluses,
} from "../../../functions/scim/filter/filter.ts";
import { parseFilter } from "../../../functions/scim/filter/parseFilter.ts";
import type { JsonObject } from "../../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA } from "../../../functions/scim/schema.ts";
import { GROUP, USER } from "../../support/scimTypes.ts";

const ENTERPRISE = ENTERPRISE_SCHEMA;
const RESOURCE: JsonObject = {
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
  id: "uAbc",
  externalId: "ABC",
  userName: "Bob@Example.com",
  name: { givenName: "Bob" },
  active: false,
  emails: [
    { value: "a@x", type: "work" },
    { value: "b@y", type: "home", primary: true },
  ],
  [ENTERPRISE]: { manager: { value: "M1" }, department: "R&D" },
  meta: { resourceType: "User", created: "2011-05-13T04:42:34Z", lastModified: "2011-05-13T04:42:34.500Z" },
};

describe("a filter matches the resource it describes and no other", () => {
  test.each([
    ['userName eq "bob@example.COM"', true],
    ['userName eq "ＢＯＢ@example.com"', true],
    ['userName sw "BOB"', true],
    ['userName ew ".com"', true],
    ['userName co "@EX"', true],
    ['userName ne "bob@example.com"', false],
    ['externalId eq "abc"', false],
    ['externalId eq "ABC"', true],
    ['id eq "uabc"', false],
    ['id eq "uAbc"', true],
    ['emails.value co "@y"', true],
    ['emails co "@y"', true],
    ['emails[type eq "work" and value co "@y"]', false],
    ['emails.type eq "work" and emails.value eq "b@y"', true],
    ['emails[type eq "work"].value eq "a@x"', true],
    ['emails[type eq "work"].value eq "b@y"', false],
    ['emails[primary eq true].value eq "b@y"', true],
    ['emails[primary eq false].value eq "a@x"', true],
    ['emails[not (type eq "work")]', true],
    ['emails.value ne "a@x"', true],
    ["name pr", true],
    ["name.familyName pr", false],
    ["emails pr", true],
    ["emails.display pr", false],
    ["title pr", false],
    ["active pr", true],
    ["phoneNumbers pr", false],
    ["active eq false", true],
    ['active eq "False"', true],
    ["active ne false", false],
    ['title ne "x"', true],
    ["title eq null", true],
    ["title ne null", false],
    ["userName eq null", false],
    ["userName ne null", true],
    ['title eq "x"', false],
    ['manager eq "M1"', true],
    ['manager eq "m1"', false],
    ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "r&d"', true],
    ['meta.created eq "2011-05-13T06:42:34+02:00"', true],
    ['meta.lastModified gt "2011-05-13T04:42:34Z"', true],
    ['meta.lastModified lt "2011-05-13T05:42:34+01:00"', false],
    ['meta.lastModified le "2011-05-13T04:42:34.5Z"', true],
    ['meta.lastModified ge "2011-05-13T06:42:34.51+02:00"', false],
    ['schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"', true],
    ['schemas eq "urn:x"', false],
    ['userName gt "a" and userName lt "c"', true],
    ['userName ge "bob@example.com" and userName le "BOB@example.com"', true],
    ["not (title pr) and active eq false", true],
    ["title pr or active eq false", true],
    ['userName eq ""', false],
  ])("%s is %s", (text, expected) => {
    expect(matches(parseFilter(text, USER), RESOURCE)).toBe(expected);
  });

  test("members of a group", () => {
    const group = { displayName: "G", members: [{ value: "u1", type: "User" }] };
    expect(matches(parseFilter('members eq "u1"', GROUP), group)).toBe(true);
    expect(matches(parseFilter('members eq "U1"', GROUP), group)).toBe(false);
    expect(matches(parseFilter('displayName eq "g"', GROUP), group)).toBe(true);
  });
});

describe("what a planner and a log learn of a filter", () => {
  test("equalities are those every match must satisfy", () => {
    const of = (text: string) => equalities(parseFilter(text, USER));
    expect(of('userName eq "A" and active eq true and title pr')).toEqual([{ path: "userName", value: "A" }]);
    expect(of('emails[type eq "work" and value eq "x"]')).toEqual([
      { path: "emails.type", value: "work" },
      { path: "emails.value", value: "x" },
    ]);
    expect(of('emails[type eq "work"].value eq "x"')).toEqual(of('emails[type eq "work" and value eq "x"]'));
    expect(of('groups eq "g1"')).toEqual([{ path: "groups.value", value: "g1" }]);
    expect(of('id eq "i" and manager eq "m"')).toEqual([
      { path: "id", value: "i" },
      { path: `${ENTERPRISE}:manager.value`, value: "m" },
    ]);
    expect(of('userName eq "a" or userName eq "b"')).toEqual([]);
    expect(of('not (userName eq "a")')).toEqual([]);
    expect(of('emails[type eq "work" or value eq "x"]')).toEqual([]);
  });

  test("the description holds names and operators only", () => {
    const of = (text: string) => describeFilter(parseFilter(text, USER));
    expect(of('userName eq "secret" and not (title pr)')).toEqual(["userName eq", "not title pr"]);
    expect(of('emails[type eq "work"].value eq "secret"')).toEqual(["emails[type].value eq"]);
    expect(of('emails[type eq "work"]')).toEqual(["emails.type eq"]);
  });

  test("the attributes a filter looks at", () => {
    const of = (text: string) => [...filterAttributes(parseFilter(text, USER))].sort();
    expect(of('groups.value eq "g" and (meta.created pr or not (emails[type eq "x"]))')).toEqual([
      "emails",
      "groups",
      "meta",
    ]);
    expect(of('department eq "d"')).toEqual([ENTERPRISE]);
  });

  test("a space that may have been a plus, where it is looked for and not where it is excluded", () => {
    const of = (text: string) => withPluses(parseFilter(text, USER));
    expect(of('userName eq "a b" and not (title eq "c d")')).toEqual(
      parseFilter('userName eq "a+b" and not (title eq "c d")', USER),
    );
    expect(of('emails[value eq "a b"]')).toEqual(parseFilter('emails[value eq "a+b"]', USER));
    for (const text of ['not (title eq "c d")', 'title co "c d"', 'title eq "cd"']) expect(of(text)).toBeUndefined();
  });
});
