import { matches } from "../../functions/scim/filter/filter.ts";
import { parseFilter } from "../../functions/scim/filter/parseFilter.ts";
import type { JsonObject } from "../../functions/scim/json.ts";
import { planMembers } from "../../functions/scim/members.ts";
import { applyPatch } from "../../functions/scim/patch/applyPatch.ts";
import { readPatch } from "../../functions/scim/patch/readPatch.ts";
import { Quirks } from "../../functions/scim/quirks.ts";
import { ENTERPRISE_SCHEMA } from "../../functions/scim/schema.ts";
import { GROUP, LENIENT, patchBody, USER, user } from "../support/scimTypes.ts";

/** `node test/bench/scim.ts`: medians of the pure core, in microseconds. Numbers to look at, never a pass or fail. */

function median(runs: number, action: () => unknown): number {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    action();
    times.push((performance.now() - start) * 1000);
  }
  return times.sort((left, right) => left - right)[Math.floor(runs / 2)] ?? 0;
}

function report(what: string, microseconds: number): void {
  console.log(`${microseconds.toFixed(1).padStart(10)} µs  ${what}`);
}

const ANNA: JsonObject = user({
  externalId: "00ujl29u0le5T6Aj10h7",
  name: { givenName: "Anna", familyName: "Example", formatted: "Anna Example" },
  active: true,
  emails: Array.from({ length: 10 }, (_, index) => ({ value: `anna.${index}@example.com`, type: "other" })),
  phoneNumbers: Array.from({ length: 5 }, (_, index) => ({ value: `+49 30 123456${index}`, type: "work" })),
  roles: Array.from({ length: 10 }, (_, index) => ({ value: `role-${index}`, display: `Role number ${index}` })),
  [ENTERPRISE_SCHEMA]: { department: "Engineering", manager: { value: "u1234567890123456789012" } },
});

const TERMS = [
  'userName eq "nobody"',
  'emails[type eq "work" and value co "@example.org"]',
  'name.familyName sw "X"',
  "not (active eq true)",
  'roles.value eq "role-99"',
];
const FILTER = Array.from({ length: 20 }, (_, index) => TERMS[index % TERMS.length]).join(" or ");

const PATCH = patchBody(
  { op: "Replace", path: "displayName", value: "A" },
  { op: "Replace", path: 'emails[type eq "work"].value', value: "a@example.com" },
  { op: "Replace", path: "name.familyName", value: "B" },
  { op: "Replace", path: "name.givenName", value: "C" },
  { op: "Add", path: `${ENTERPRISE_SCHEMA}:employeeNumber`, value: "1" },
  { op: "Add", path: `${ENTERPRISE_SCHEMA}:manager`, value: "u1" },
  { op: "Replace", path: "active", value: "False" },
  { op: "Remove", path: "title" },
  { op: "Add", path: "roles", value: [{ value: "role-11" }] },
  { op: "Replace", value: { nickName: "N", "name.middleName": "M" } },
);

const filter = parseFilter(FILTER, USER);
const text = JSON.stringify(ANNA);
console.log(`a user of ${text.length} characters`);
report(
  "parse a filter of 20 terms",
  median(2000, () => parseFilter(FILTER, USER)),
);
report(
  "match a filter of 20 terms",
  median(5000, () => matches(filter, ANNA)),
);
report(
  "read and apply a patch of 10 operations",
  median(5000, () => applyPatch(USER, ANNA, readPatch(USER, PATCH, LENIENT, new Quirks()), LENIENT, new Quirks())),
);

const members = Array.from({ length: 150_000 }, (_, index) => ({ value: `u${index}` }));
const plan = (body: JsonObject) => planMembers(readPatch(GROUP, body, LENIENT, new Quirks()));
const one = patchBody({ op: "replace", path: "members", value: members });
report(
  "plan 150,000 members in one operation",
  median(9, () => plan(one)),
);
const many = patchBody(
  ...members.slice(0, 10_000).map(({ value }) => ({ op: "remove", path: `members[value eq "${value}"]` })),
);
report(
  "plan 10,000 operations of one member",
  median(9, () => plan(many)),
);
