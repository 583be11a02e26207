import { describe, expect, test } from "@jest/globals";
import { ScimError } from "../../../functions/scim/error.ts";
import { parseFilter } from "../../../functions/scim/filter/parseFilter.ts";
import { printFilter } from "../../support/printFilter.ts";
import { GROUP, refusal, USER } from "../../support/scimTypes.ts";

const printed = (text: string) => printFilter(parseFilter(text, USER));
const refused = (text: string) => refusal(() => parseFilter(text, USER));

describe("the filters of RFC 7644 Figure 2 parse", () => {
  test.each([
    'userName eq "bjensen"',
    'name.familyName co "O\'Malley"',
    'userName sw "J"',
    'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"',
    "title pr",
    'meta.lastModified gt "2011-05-13T04:42:34Z"',
    'meta.lastModified ge "2011-05-13T04:42:34Z"',
    'meta.lastModified lt "2011-05-13T04:42:34Z"',
    'meta.lastModified le "2011-05-13T04:42:34Z"',
    'title pr and userType eq "Employee"',
    'title pr or userType eq "Intern"',
    'schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"',
    'userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")',
    'userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")',
    'userType eq "Employee" and (emails.type eq "work")',
    'userType eq "Employee" and emails[type eq "work" and value co "@example.com"]',
    'emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]',
  ])("%s", (text) => {
    expect(printed(printed(text))).toBe(printed(text));
  });
});

describe("what clients write beside the grammar is understood", () => {
  test.each([
    [
      "names, operators and keywords in any case",
      'USERNAME Eq "a" AND NOT (Title PR)',
      'userName eq "a" and not (title pr)',
    ],
    ["an unquoted string", "externalId eq jyoung", 'externalId eq "jyoung"'],
    ["an unquoted string in parentheses", "(meta.resourceType eq User)", 'meta.resourceType eq "User"'],
    ["a single-quoted string", "displayName sw 'Gr\\'oup'", 'displayName sw "Gr\'oup"'],
    [
      "Entra's sub-attribute behind the brackets",
      'emails[type eq "work"].value eq "a@x"',
      'emails[type eq "work" and value eq "a@x"]',
    ],
    ["a boolean as text", 'roles[primary eq "True"]', "roles[primary eq true]"],
    [
      "a complex attribute in place of its value",
      'manager eq "m"',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "m"',
    ],
    [
      "an extension's attribute without URN",
      'department eq "d"',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "d"',
    ],
    ["not without a space", "not(title pr)", "not (title pr)"],
    ["more space than needed", "  title   pr  or ( active eq true )  ", "title pr or active eq true"],
    ["keywords and brackets inside a string", 'title eq "a and b] or (c"', 'title eq "a and b] or (c"'],
    ["JSON escapes", 'title eq "O\\"Neil \\u00e9"', 'title eq "O\\"Neil é"'],
    ["null", "title eq null", "title eq null"],
    [
      "a literal of another spelling",
      'urn:IETF:params:scim:schemas:CORE:2.0:user:Name.GivenName eq "a"',
      'name.givenName eq "a"',
    ],
  ])("%s", (_name, text, expected) => {
    expect(printed(text)).toBe(expected);
  });

  test("members of a group by their value", () => {
    expect(printFilter(parseFilter('members eq "u1" and members.$ref pr', GROUP))).toBe(
      'members.value eq "u1" and members.$ref pr',
    );
  });
});

describe("precedence is grouping, not, and, or", () => {
  test.each([
    ["title pr or nickName pr and active pr", "title pr or nickName pr and active pr"],
    ["(title pr or nickName pr) and active pr", "(title pr or nickName pr) and active pr"],
    ["title pr and (nickName pr or active pr)", "title pr and (nickName pr or active pr)"],
    ["not (title pr) and active pr", "not (title pr) and active pr"],
    ["((title pr))", "title pr"],
    ["title pr or (nickName pr or active pr)", "title pr or (nickName pr or active pr)"],
  ])("%s", (text, expected) => {
    expect(printed(text)).toBe(expected);
  });

  test("and binds tighter than or", () => {
    const filter = parseFilter("title pr or nickName pr and active pr", USER);
    expect(filter.kind).toBe("or");
  });
});

describe("what is not understood is 400 invalidFilter, never all resources", () => {
  test.each([
    "",
    "   ",
    "userName",
    "userName eq",
    'userName regex "a"',
    'userName eq "a" and',
    'userName eq "a" xor title pr',
    '(userName eq "a"',
    'userName eq "a")',
    'userName eq "a',
    'userName eq "\\x"',
    'userName eq "\\ud800"',
    'userName eq "\\u0000"',
    'userName "a"',
    'userNameeq "a"',
    "userName eq'a'",
    "title pr andnickName pr",
    'emails[type eq "work"',
    "emails[]",
    'emails[type eq "work"].',
    'emails[ims[type eq "x"]]',
    'name eq "x"',
    'unknown eq "x"',
    'name.unknown eq "x"',
    'emails.value.more eq "x"',
    'title[value eq "x"]',
    "active gt true",
    'active co "t"',
    'active eq "yes"',
    "active eq 1",
    "userName eq true",
    "userName eq 5",
    "userName gt null",
    'x509Certificates.value gt "a"',
    'x509Certificates.value co "a"',
    'meta.created co "2011"',
    'meta.created eq "yesterday"',
    'meta.created eq "2011-05-13"',
    "not title pr",
    "not ()",
    "and",
  ])("%s", (text) => {
    expect(refused(text)).toBe("400 invalidFilter");
  });

  test("the detail names an unsupported operator", () => {
    expect(() => parseFilter('userName regex "a"', USER)).toThrow("The operator 'regex' is not supported");
  });

  test("a filter on the password is 403 sensitive, listed or not", () => {
    for (const text of ['password eq "x"', "password pr", 'userName eq "a" or PASSWORD sw "x"']) {
      expect(refused(text)).toBe("403 sensitive");
    }
  });

  test("length, depth and number of conditions are bounded", () => {
    expect(refused(`title eq "${"x".repeat(4100)}"`)).toBe("400 invalidFilter");
    expect(refused(`${"(".repeat(21)}title pr${")".repeat(21)}`)).toBe("400 invalidFilter");
    expect(refused(`${"(".repeat(100_000)}title pr`)).toBe("400 invalidFilter");
    expect(refused(Array(51).fill("title pr").join(" and "))).toBe("400 invalidFilter");
    expect(refused(Array(50).fill("title pr").join(" and "))).not.toBe("400 invalidFilter");
    expect(refused(`${"(".repeat(20)}title pr${")".repeat(20)}`)).not.toBe("400 invalidFilter");
  });

  test("the code never holds what the client wrote", () => {
    try {
      parseFilter('secretName eq "x"', USER);
    } catch (error) {
      expect(error instanceof ScimError && error.code).toBe("filter.attribute");
    }
  });
});
