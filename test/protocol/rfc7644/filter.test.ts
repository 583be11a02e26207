import { ENTERPRISE_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { at } from "../../support/wire.ts";
import { enterpriseUser, filtered, get, group, it, made, refused, refusesFilter, selects, user } from "../onWire.ts";
import type { Client } from "../rows/client.ts";

/** bob: work address, title; eve: two addresses, enterprise, a type; zoe: nothing but a name, inactive. */
async function people(scim: Client): Promise<void> {
  await made(
    scim,
    "/Users",
    user("bob", {
      title: "Boss",
      externalId: "abc",
      emails: [{ value: "bob@b.com", type: "work", primary: true }],
      name: { familyName: "O'Malley" },
    }),
  );
  const emails = [
    { value: "eve@a.com", type: "work" },
    { value: "eve@y.org", type: "home" },
  ];
  await made(
    scim,
    "/Users",
    enterpriseUser(
      "eve",
      { employeeNumber: "701984", manager: "boss-1" },
      { userType: "Employee", emails, externalId: "ABC", name: { givenName: "Eve" } },
    ),
  );
  await made(scim, "/Users", user("zoe", { active: false, title: "Aide" }));
}

const FIGURE_2: Record<string, readonly string[]> = {
  'userName Eq "bob"': ["bob"],
  'name.familyName co "O\'Malley"': ["bob"],
  'userName sw "E"': ["eve"],
  'urn:ietf:params:scim:schemas:core:2.0:User:userName sw "Z"': ["zoe"],
  "title pr": ["bob", "zoe"],
  'meta.lastModified gt "2011-05-13T04:42:34Z"': ["bob", "eve", "zoe"],
  'meta.lastModified ge "2011-05-13T04:42:34Z"': ["bob", "eve", "zoe"],
  'meta.lastModified lt "2011-05-13T04:42:34Z"': [],
  'meta.lastModified le "2011-05-13T04:42:34Z"': [],
  'title pr and userType eq "Employee"': [],
  'title pr or userType eq "Intern"': ["bob", "zoe"],
  'schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"': ["eve"],
  'userType eq "Employee" and (emails co "a.com" or emails.value co "example.org")': ["eve"],
  'userType ne "Employee" and not (emails co "example.com" or emails.value co "b.com")': ["zoe"],
  'userType eq "Employee" and (emails.type eq "work")': ["eve"],
  'userType eq "Employee" and emails[type eq "work" and value co "@a.com"]': ["eve"],
  'emails[type eq "work" and value co "@b.com"] or ims[type eq "xmpp" and value co "@foo.com"]': ["bob"],
};

it("F-1, F-14: the filters of RFC 7644 Figure 2 all work", async (scim) => {
  await people(scim);
  for (const [filter, names] of Object.entries(FIGURE_2)) await selects(scim, "/Users", filter, names);
});

it("F-1, W-12: and binds before or, not before both, and parentheses before all", async (scim) => {
  await people(scim);
  const cases: Record<string, readonly string[]> = {
    'userName eq "bob" or userName eq "eve" and title pr': ["bob"],
    '(userName eq "bob" or userName eq "eve") and title pr': ["bob"],
    'title pr and userName eq "eve" or userName eq "zoe"': ["zoe"],
    'title pr and (userName eq "eve" or userName eq "zoe")': ["zoe"],
    'title pr or (userName eq "eve" or userName eq "x")': ["bob", "eve", "zoe"],
    'userName eq "bob" or userName eq "eve" and active eq false': ["bob"],
    "not (title pr) and userName pr": ["eve"],
    "not(title pr)": ["eve"],
    "not (title pr)": ["eve"],
    'userName eq"bob" and title pr': ["bob"],
    'title pr and not (userType eq "x")': ["bob", "zoe"],
    'not (userType eq "x") and title pr': ["bob", "zoe"],
    "not (not (title pr))": ["bob", "zoe"],
    "((((title pr))))": ["bob", "zoe"],
    "(title pr)and(userName pr)": ["bob", "zoe"],
    'emails[type eq "work"]and title pr': ["bob"],
    'not (title pr or userType eq "Employee")': [],
    'not (title pr) and not (userType eq "Employee")': [],
    '  title   pr   AND   userName  EQ  "bob"  ': ["bob"],
    'emails[type eq "work" and (value ew "b.com" or value ew "a.com")]': ["bob", "eve"],
    'emails[not (type eq "work")]': ["eve"],
  };
  for (const [filter, names] of Object.entries(cases)) await selects(scim, "/Users", filter, names);
});

it("F-2, F-3: names and operators are compared without case, values as their attribute says", async (scim) => {
  await people(scim);
  await selects(scim, "/Users", 'USERNAME EQ "BOB"', ["bob"]);
  await selects(scim, "/Users", 'NOT (userName Sw "b") AND title PR OR externalid eq "abc"', ["bob", "zoe"]);
  await selects(scim, "/Users", 'externalId eq "ABC"', ["eve"]);
  await selects(scim, "/Users", 'externalId sw "a"', ["bob"]);
  await selects(scim, "/Users", 'emails.value eq "BOB@B.COM"', ["bob"]);
  await selects(scim, "/Users", 'meta.resourceType eq "user"', []);
});

it("F-4, W-10: a URN in any case is split off where its schema ends, dots and colons included", async (scim) => {
  await people(scim);
  const enterprise = ENTERPRISE_SCHEMA;
  const cases: Record<string, readonly string[]> = {
    [`${USER_SCHEMA}:userName sw "B"`]: ["bob"],
    [`${USER_SCHEMA.toUpperCase()}:NAME.givenName eq "eve"`]: ["eve"],
    [`${USER_SCHEMA}:emails[type eq "home"]`]: ["eve"],
    [`${USER_SCHEMA}:emails[type eq "home"].value eq "eve@y.org"`]: ["eve"],
    [`${enterprise}:manager.value eq "boss-1"`]: ["eve"],
    [`${enterprise}:manager eq "boss-1"`]: ["eve"],
    [`${enterprise}:employeeNumber pr`]: ["eve"],
    [`${enterprise.toLowerCase()}:employeenumber eq "701984"`]: ["eve"],
  };
  for (const [filter, names] of Object.entries(cases)) await selects(scim, "/Users", filter, names);
  for (const urn of [
    "urn:x:User",
    "urn:ietf:params:scim:schemas:core:2.0:Group",
    `${enterprise}x`,
    "urn:ietf:params:scim:schemas:core:2.0",
  ]) {
    await refusesFilter(scim, "/Users", `${urn}:userName eq "a"`);
  }
});

it("F-5, F-6, F-20, W-11: a list matches by any value, brackets ask it of one value", async (scim) => {
  await people(scim);
  await selects(scim, "/Users", 'emails.value co "@y"', ["eve"]);
  await selects(scim, "/Users", 'emails[type eq "work" and value co "@y"]', []);
  await selects(scim, "/Users", 'emails.type eq "work" and emails.value co "@y"', ["eve"]);
  await selects(scim, "/Users", 'emails[type eq "work"].value eq "eve@a.com"', ["eve"]);
  await selects(scim, "/Users", 'emails[type eq "work"].value eq "eve@y.org"', []);
  await selects(scim, "/Users", 'emails[type eq "home"].value eq "EVE@y.org" and userName eq "eve"', ["eve"]);
  await selects(scim, "/Users", 'not (emails[type eq "home"])', ["bob", "zoe"]);
  await selects(scim, "/Users", 'emails[type eq "work"].value sw "bob" or emails[primary eq true]', ["bob"]);
});

it("F-7: a complex attribute stands for its value, and is refused where it has none", async (scim) => {
  await people(scim);
  const id = String((await get(scim, `/Users?${filtered('userName eq "eve"')}`)).text.match(/"id":"([^"]+)"/)?.[1]);
  const gid = await made(scim, "/Groups", group("g", { members: [{ value: id }] }));
  await selects(scim, "/Users", 'emails co "y.org"', ["eve"]);
  await selects(scim, "/Users", `id eq "${id}" and manager eq "boss-1"`, ["eve"]);
  await selects(scim, "/Users", `id eq "${id}" and manager eq "boss-2"`, []);
  await selects(scim, "/Groups", `members eq "${id}"`, ["g"]);
  await selects(scim, "/Groups", `id eq "${gid}" and members eq "${id}"`, ["g"]);
  await selects(scim, "/Users", `groups eq "${gid}"`, ["eve"]);
  for (const filter of ['name eq "x"', 'name co "x"', 'meta eq "x"', 'addresses eq "x"'])
    await refusesFilter(scim, "/Users", filter);
});

it("F-8: pr asks for a value, in any part", async (scim) => {
  await people(scim);
  const cases: Record<string, readonly string[]> = {
    "name pr": ["bob", "eve"],
    "name.givenName pr": ["eve"],
    "emails pr": ["bob", "eve"],
    "emails.primary pr": ["bob"],
    "active pr": ["bob", "eve", "zoe"],
    "manager pr": ["eve"],
    "nickName pr": [],
    "groups pr": [],
    "id pr": ["bob", "eve", "zoe"],
    "emails[display pr]": [],
  };
  for (const [filter, names] of Object.entries(cases)) await selects(scim, "/Users", filter, names);
});

it("F-9, F-11, W-14: a time between two milliseconds is later than the one and earlier than the other", async (scim) => {
  const id = await made(scim, "/Users", user("a"));
  const { json } = await get(scim, `/Users/${id}`);
  const finer = (digits: string) => String(at(json, "meta.created")).replace("Z", `${digits}Z`);
  for (const [operators, digits, names] of [
    [["lt", "le", "ne"], "0001", ["a"]],
    [["gt", "ge", "eq"], "9999999", []],
    [["eq", "ge", "le"], "000", ["a"]],
    [["lt", "gt", "ne"], "000000", []],
  ] as const) {
    for (const operator of operators)
      await selects(scim, "/Users", `meta.created ${operator} "${finer(digits)}"`, names);
  }
});

it("F-9, F-10, F-11: an operator or value that does not fit the attribute's type is refused", async (scim) => {
  await people(scim);
  const wrong = [
    "active gt true",
    "active co true",
    'active eq "x"',
    "active eq 1",
    "active sw true",
    'x509Certificates.value gt "a"',
    'x509Certificates.value co "a"',
    'meta.created co "2024"',
    "meta.created gt 5",
    'meta.created eq "yesterday"',
    'meta.created eq "2011-05-13"',
    "userName eq 5",
    "userName eq true",
    "title gt null",
    "title co null",
    "emails[primary gt true]",
    'emails.primary eq "yes"',
    "meta.created eq true",
  ];
  for (const filter of wrong) await refusesFilter(scim, "/Users", filter);
  const fine: Record<string, readonly string[]> = {
    'userName gt "BOB"': ["eve", "zoe"],
    'userName ge "BOB" and userName le "EVE"': ["bob", "eve"],
    'userName lt "bob"': [],
    "active eq true": ["bob", "eve"],
    'active eq "False"': ["zoe"],
    'active ne "TRUE"': ["zoe"],
    'emails[primary eq "True"]': ["bob"],
    'title ew "E"': ["zoe"],
  };
  for (const [filter, names] of Object.entries(fine)) await selects(scim, "/Users", filter, names);
});

it("F-12, F-13, AMB-8: null means not present, and ne is true of what is not there", async (scim) => {
  await people(scim);
  const cases: Record<string, readonly string[]> = {
    "title eq null": ["eve"],
    "title ne null": ["bob", "zoe"],
    "emails eq null": ["zoe"],
    "name eq null": ["zoe"],
    "name ne null": ["bob", "eve"],
    "addresses eq null": ["bob", "eve", "zoe"],
    'title ne "boss"': ["eve", "zoe"],
    'emails.value ne "bob@b.com"': ["eve", "zoe"],
    'emails.type ne "work"': ["eve", "zoe"],
    "manager ne null": ["eve"],
  };
  for (const [filter, names] of Object.entries(cases)) await selects(scim, "/Users", filter, names);
});

it("F-14, W-13: a filter that is not understood is refused with a reason, never answered with everybody", async (scim) => {
  await people(scim);
  await scim.get("an unknown operator is named", `/Users?${filtered('userName regex "a"')}`, {
    status: 400,
    json: { scimType: "invalidFilter", detail: { $matches: "regex.*not supported" } },
  });
  const broken = [
    "userName",
    "userName eq",
    '(userName eq "a"',
    'userName eq "a")',
    'userName eq "a" and',
    "and",
    "or",
    "not",
    "()",
    "not ()",
    'userName eq "a',
    'userName eq "a\\"',
    'eq "a"',
    '"a" eq userName',
    'userName = "a"',
    'userName "a"',
    'userNameeq "a"',
    'userName eq "a" userName eq "b"',
    'userName eq "a" xor title pr',
    "userName pr pr",
    "userName eq'a'",
    "userName  prtitle",
    "title pr andtitle pr",
    'userName eq "a"and title pr',
    'emails[type eq "work"',
    "emails[]",
    "emails[ ]",
    'emails[type eq "work"].',
    'emails[type eq "work"].value',
    'emails[emails[type eq "x"]]',
    'emails.value[type eq "x"]',
    'userName[value eq "a"]',
    "[title pr]",
    "title pr]",
    "not title pr",
    'userName eq "\\x"',
    'userName eq "\\u12"',
    'userName eq "\\ud800"',
    'userName eq "\\u0000"',
    "title pr;",
    "*",
    "%",
    "userName eq ",
    'emails[type eq "a"][value eq "b"]',
    "emails[type eq work].value.x eq y",
    "title pr &",
    'userName eq "a\nb"',
    ".",
    "..",
    "userName. pr",
    ".userName pr",
    "a..b pr",
    "(((((",
    ")))",
  ];
  for (const filter of broken) await refusesFilter(scim, "/Users", filter);
  await refusesFilter(scim, "/Groups", "displayName eq");
  for (const query of ["filter=title%20pr&filter=", "filter=title%20pr&FILTER=%20"]) {
    await scim.seen(query, `/Users?${query}`, { totalResults: 2 });
  }
});

it("F-15, AMB-7: an attribute that does not exist here is refused", async (scim) => {
  for (const name of [
    "foo",
    "name.foo",
    "emails.foo",
    "constructor",
    "__proto__",
    "toString",
    "emails.value.x",
    "displayName.x",
    "members",
    "userName.value",
    "$ref",
    "title.length",
  ]) {
    await refusesFilter(scim, "/Users", `${name} eq "a"`);
    await refusesFilter(scim, "/Users", `${name} pr`);
  }
  await refusesFilter(scim, "/Users", 'emails[foo eq "a"]');
  await refusesFilter(scim, "/Users", "emails[constructor pr]");
  await refusesFilter(scim, "/Groups", 'userName eq "a"');
});

it("F-14, F-15: a name that is made for an answer is refused: nothing stored has it, so the filter would find nobody", async (scim) => {
  const boss = await made(scim, "/Users", user("boss", { displayName: "Boss" }));
  await made(scim, "/Users", enterpriseUser("eve", { manager: boss }));
  await made(scim, "/Groups", group("staff", { members: [{ value: boss }] }));
  const manager = `${ENTERPRISE_SCHEMA}:manager`;
  for (const [endpoint, name, list] of [
    ["/Users", `${manager}.displayName`, `${manager}[displayName eq "Boss"]`],
    ["/Groups", "members.display", 'members[display eq "Boss"]'],
  ] as const) {
    for (const filter of [`${name} eq "Boss"`, `${name} ne "Boss"`, `${name} pr`, `not (${name} pr)`, list]) {
      await refusesFilter(scim, endpoint, filter);
    }
    await scim.get("root", `?${filtered(`${name} eq "Boss"`)}`, refused(400, "invalidFilter"));
    await scim.get("sorted", `${endpoint}?sortBy=${name}`, refused(400, "invalidValue"));
  }
  await selects(scim, "/Users", 'groups.display eq "Staff"', ["boss"]);
});

it("F-17: schemas selects by extension", async (scim) => {
  await people(scim);
  await selects(scim, "/Users", `schemas eq "${ENTERPRISE_SCHEMA}"`, ["eve"]);
  await selects(scim, "/Users", `schemas eq "${ENTERPRISE_SCHEMA.toUpperCase()}"`, ["eve"]);
  await selects(scim, "/Users", `schemas eq "${USER_SCHEMA}"`, ["bob", "eve", "zoe"]);
  await selects(scim, "/Users", `not (schemas eq "${ENTERPRISE_SCHEMA}")`, ["bob", "zoe"]);
});

it("F-18: what stands in quotes splits nothing, and JSON's escapes are undone", async (scim) => {
  const names = [
    'O"Neil é',
    "a and b",
    "x] or (y",
    "back\\slash",
    "tab\there",
    "'single'",
    " lead",
    "100%",
    "a;b,c",
    'userName eq "x"',
    "😀",
  ];
  for (const name of names)
    await made(
      scim,
      "/Users",
      user(name.replace("\t", " "), { title: name, externalId: name, emails: [{ value: `${name}@x` }] }),
    );
  for (const name of names) {
    const shown = [name.replace("\t", " ")];
    await selects(scim, "/Users", `title eq ${JSON.stringify(name)}`, shown);
    await selects(scim, "/Users", `externalId eq ${JSON.stringify(name)}`, shown);
    await selects(scim, "/Users", `emails.value eq ${JSON.stringify(`${name}@x`)} and active eq true`, shown);
  }
  await selects(scim, "/Users", 'title eq "O\\"Neil \\u00e9"', ['O"Neil é']);
  await selects(scim, "/Users", 'title eq "\\ud83d\\ude00"', ["😀"]);
});

it("F-19, AMB-6: words without quotes and single quotes are taken as text", async (scim) => {
  await people(scim);
  await made(scim, "/Groups", group("Group X"));
  await made(scim, "/Groups", group("O'Neil"));
  await selects(scim, "/Users", "userName eq bob", ["bob"]);
  await selects(scim, "/Users", "externalId eq abc", ["bob"]);
  await selects(scim, "/Users", "userName sw J or userName sw e", ["eve"]);
  await selects(scim, "/Users", "meta.resourceType eq User", ["bob", "eve", "zoe"]);
  await selects(scim, "/Groups", "displayName sw 'Group'", ["Group X"]);
  await selects(scim, "/Groups", "displayName sw 'O\\'N'", ["O'Neil"]);
  await selects(scim, "/Users", "(meta.resourceType eq User)", ["bob", "eve", "zoe"]);
  await selects(scim, "/Users", "emails[type eq work].value eq bob@b.com", ["bob"]);
  await scim.seen("with plus for space", "/Users?filter=userName+eq+bob", { totalResults: 1 });
});

it("F-21: a filter may be long, deep and have many conditions up to a bound, behind which it is refused", async (scim) => {
  await people(scim);
  const repeat = (count: number) => Array.from({ length: count }, () => "title pr").join(" or ");
  await selects(scim, "/Users", repeat(50), ["bob", "zoe"]);
  await refusesFilter(scim, "/Users", repeat(51));
  await selects(scim, "/Users", `${"(".repeat(20)}title pr${")".repeat(20)}`, ["bob", "zoe"]);
  await refusesFilter(scim, "/Users", `${"(".repeat(21)}title pr${")".repeat(21)}`);
  await refusesFilter(scim, "/Users", `${"not (".repeat(700)}title pr${")".repeat(700)}`);
  await refusesFilter(scim, "/Users", "(".repeat(4000));
  await selects(scim, "/Users", `title eq "${"x".repeat(4000)}"`, []);
  await refusesFilter(scim, "/Users", `title eq "${"x".repeat(5000)}"`);
  await refusesFilter(scim, "/Users", "x".repeat(60_000));
});

it("F-23: what identity providers look up is found, alone and joined by and", async (scim) => {
  await people(scim);
  const id = String((await get(scim, `/Users?${filtered('userName eq "eve"')}`)).text.match(/"id":"([^"]+)"/)?.[1]);
  const gid = await made(scim, "/Groups", group("g", { members: [{ value: id }], externalId: "ge" }));
  await made(scim, "/Groups", group("h"));
  const lookups = [
    'userName eq "EVE"',
    'externalId eq "ABC"',
    `id eq "${id}"`,
    'emails.value eq "eve@a.com"',
    'emails[type eq "work"].value eq "eve@a.com"',
    `groups.value eq "${gid}"`,
  ];
  for (const one of lookups) {
    await selects(scim, "/Users", one, ["eve"]);
    await selects(scim, "/Users", `${one} and active eq false`, []);
    for (const other of lookups) await selects(scim, "/Users", `${one} and ${other}`, ["eve"]);
  }
  const groups = [
    'displayName eq "G"',
    'externalId eq "ge"',
    `id eq "${gid}"`,
    `members.value eq "${id}"`,
    `members eq "${id}"`,
    `members[value eq "${id}"]`,
    `members[value eq "${id}" and type eq "User"]`,
  ];
  for (const one of groups) {
    for (const other of groups) await selects(scim, "/Groups", `${one} and ${other}`, ["g"]);
    await selects(scim, "/Groups", `${one} and displayName eq "h"`, []);
    await selects(scim, "/Groups", `not (${one})`, ["h"]);
  }
  await selects(scim, "/Groups", `members.value eq "${id}" and not (members.value eq "${id}")`, []);
  await selects(scim, "/Groups", 'members.type eq "Group"', []);
  for (const name of ["members", "members.$ref"]) await selects(scim, "/Groups", `${name} pr`, ["g"]);
  await selects(scim, "/Groups", "members eq null", ["h"]);
  for (const nobody of [
    'id eq "x"',
    'id eq ""',
    'groups.value eq "x"',
    'externalId eq ""',
    'userName eq ""',
    'emails.value eq ""',
  ])
    await selects(scim, "/Users", nobody, []);
});
