import { describe, expect, test } from "@jest/globals";
import { planOf } from "../../../functions/provisioning/query/planOf.ts";
import { decidingIds } from "../../../functions/scim/filter/filter.ts";
import { parseFilter } from "../../../functions/scim/filter/parseFilter.ts";
import { GROUP, USER } from "../../support/scimTypes.ts";

const NAMES = { "userName eq": 1, "externalId eq": 2, "emails.value eq": 3, "userName sw": 100 };
const INDEXES = new Map(Object.entries(NAMES).map(([by, names]) => [by, { by, names }]));

/** `userName eq a`, one for each lookup; "scan" where there is no plan. */
function plan(filter: string): string[] | "scan" {
  const lookups = planOf(parseFilter(filter, USER, "unassigned"), INDEXES, "User");
  return lookups?.map(({ index, value }) => `${index.by} ${value}`) ?? "scan";
}

describe("the plan of a filter", () => {
  test.each([
    ['userName eq "a"', ["userName eq a"]],
    ['emails eq "a"', ["emails.value eq a"]],
    ['emails[type eq "work" and value eq "a"]', ["emails.value eq a"]],
    ['emails[type eq "work"].value eq "a"', ["emails.value eq a"]],
    ['userName sw "a"', ["userName sw a"]],
  ])("asks the index that knows the condition: %s", (filter, lookups) => {
    expect(plan(filter)).toEqual(lookups);
  });

  test.each([
    ['emails.value eq "a" and userName eq "b" and externalId eq "c"', ["userName eq b"]],
    ['userName sw "a" and (title pr and emails.value eq "b")', ["emails.value eq b"]],
    ['title eq "x" and userName sw "a" and not (active eq true)', ["userName sw a"]],
    ['(userName eq "a" or userName eq "b" or userName eq "d") and externalId eq "c"', ["externalId eq c"]],
    [
      '(userName sw "a" or userName eq "b") and (userName eq "c" or externalId eq "d")',
      ["userName eq c", "externalId eq d"],
    ],
  ])("asks for the most selective of what is joined by and: %s", (filter, lookups) => {
    expect(plan(filter)).toEqual(lookups);
  });

  test.each([
    [
      'userName eq "a" or externalId eq "b" or (emails.value eq "c" and active eq true)',
      ["userName eq a", "externalId eq b", "emails.value eq c"],
    ],
    ['emails[value eq "a" or value eq "b"]', ["emails.value eq a", "emails.value eq b"]],
  ])("asks for every side of an or: %s", (filter, lookups) => {
    expect(plan(filter)).toEqual(lookups);
  });

  test.each([
    'title eq "a"',
    'userName ne "a"',
    "userName pr",
    'userName co "a"',
    'userName ew "a"',
    'userName gt "a"',
    'userName sw ""',
    "userName eq null",
    'not (userName eq "a")',
    'not (not (userName eq "a"))',
    'userName eq "a" or title eq "b"',
    'userName eq "a" or not (userName eq "b")',
    'emails[value eq "a" or type eq "work"]',
    'emails.display eq "a"',
    'not (emails[value eq "a"])',
    'meta.resourceType ne "Group"',
    'not (meta.resourceType eq "Group")',
    'members ne "a"',
  ])("looks at everybody where no index can answer: %s", (filter) => {
    expect(plan(filter)).toBe("scan");
  });

  test.each([
    'meta.resourceType eq "Group"',
    'meta[resourceType eq "Group"]',
    'members eq "a"',
    "members pr",
    'title eq "a" and meta.resourceType eq "Group"',
  ])("looks at nobody where nobody can match: %s", (filter) => {
    expect(plan(filter)).toEqual([]);
  });

  test("leaves out the side of an or that nobody can match", () => {
    expect(plan('meta.resourceType eq "Group" and title pr or userName eq "a"')).toEqual(["userName eq a"]);
    expect(plan('members eq "a" or userName eq "b"')).toEqual(["userName eq b"]);
  });
});

describe("the edges that decide a filter", () => {
  const deciding = (filter: string) => decidingIds(parseFilter(filter, GROUP), "members");

  test.each([
    ['members eq "a"', ["a"]],
    ['displayName eq "x" and members.value eq "a"', ["a"]],
    ['members eq "a" or not (members eq "b" and displayName pr)', ["a", "b"]],
    ['members[value eq "a" and type eq "User"]', ["a"]],
    ["displayName pr", []],
  ])("are those it names: %s", (filter, ids) => {
    expect(deciding(filter)).toEqual(ids);
  });

  test.each([
    "members pr",
    'members ne "a"',
    'members.type eq "User"',
    'members[not (value eq "a")]',
    'members[value eq "a" or type eq "User"]',
    'members eq "a" and members pr',
    "members eq null",
  ])("are all where it asks for more than edges: %s", (filter) => {
    expect(deciding(filter)).toBeUndefined();
  });
});
