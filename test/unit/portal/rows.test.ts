import { expect, test } from "@jest/globals";
import { attributeRows } from "../../../lib/portal/app/attributeRows.ts";
import { changeRows } from "../../../lib/portal/app/changeRows.ts";

const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

test("a resource is shown value by value, by the names that mappings use", () => {
  const resource = {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
    id: "u0",
    userName: "ada",
    active: false,
    name: { givenName: "Ada", familyName: "Lovelace" },
    emails: [{ value: "ada@acme.example", type: "work", primary: true }, { value: "a@home.example" }],
    [ENTERPRISE]: { department: "Engines", manager: { value: "u1" } },
    nickName: null,
    meta: { resourceType: "User" },
  };
  expect(attributeRows(resource).map(({ path, value }) => `${path} = ${value}`)).toEqual([
    "userName = ada",
    "active = false",
    "name.givenName = Ada",
    "name.familyName = Lovelace",
    'emails[type eq "work"].value = ada@acme.example',
    'emails[type eq "work"].type = work',
    'emails[type eq "work"].primary = true',
    "emails[2].value = a@home.example",
    `${ENTERPRISE}:department = Engines`,
    `${ENTERPRISE}:manager.value = u1`,
  ]);
});

test("a change shows what differs, also where several values have one name", () => {
  const before = { title: "Countess", emails: [{ type: "work", value: "a@x.example" }], active: true };
  const after = {
    active: true,
    emails: [
      { type: "work", value: "a@x.example" },
      { type: "work", value: "b@x.example" },
    ],
    nickName: "A",
  };
  expect(changeRows(before, after)).toEqual([
    { path: 'emails[type eq "work"].type', before: "work", after: "work, work" },
    { path: 'emails[type eq "work"].value', before: "a@x.example", after: "a@x.example, b@x.example" },
    { path: "nickName", before: null, after: "A" },
    { path: "title", before: "Countess", after: null },
  ]);
  expect(changeRows(undefined, undefined)).toEqual([]);
  expect(changeRows({ constructor: "x" }, undefined)).toEqual([{ path: "constructor", before: "x", after: null }]);
});
