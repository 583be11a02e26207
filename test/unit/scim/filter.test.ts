import { describe, expect, test } from "@jest/globals";
import { describeFilter, equalities, filterAttributes, withPluses } from "../../../functions/scim/filter/filter.ts";
import { parseFilter } from "../../../functions/scim/filter/parseFilter.ts";
import { ENTERPRISE_SCHEMA } from "../../../functions/scim/schema.ts";
import { USER } from "../../support/scimTypes.ts";

const ENTERPRISE = ENTERPRISE_SCHEMA;

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
