import { expect, test } from "@jest/globals";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from "../../functions/scim/schema.ts";
import { memoryTarget } from "../support/memoryTarget.ts";
import { ordinaryUser } from "./idp/setup.ts";
import { group, textOf } from "./onWire.ts";
import { clientOf, patchOf } from "./rows/client.ts";

/**
 * An operation on an attribute that exists is never dropped silently, however a client spells it: it takes effect, or is
 * refused, or the line says that it was ignored.
 */

const OLD = "old@x.example";
const NEW = "new@x.example";

interface Spelled {
  readonly endpoint: "/Users" | "/Groups";
  /** Under OLD, as the resource has it before. */
  readonly stored: JsonObject;
  readonly paths: readonly string[];
  /** What is written; NEW where nothing is given. */
  readonly value?: Json;
}

const upper = (text: string) => text.toUpperCase();
const prefixed = (urn: string, name: string) => [
  name,
  upper(name),
  `${urn}:${name}`,
  upper(`${urn}:${name}`),
  `${urn}.${name}`,
  `${urn}:${name}:`,
  `${urn}:${name}.value`,
  `${name}.value`,
  `${name}:`,
  ` ${name}`,
  `/${name}`,
];

const SPELLED: Readonly<Record<string, Spelled>> = {
  title: { endpoint: "/Users", stored: { title: OLD }, paths: prefixed(USER_SCHEMA, "title") },
  "a part of the name": {
    endpoint: "/Users",
    stored: { name: { givenName: OLD } },
    paths: [...prefixed(USER_SCHEMA, "name.givenName"), "name:givenName", "name/givenName", "givenName"],
  },
  "the work e-mail": {
    endpoint: "/Users",
    stored: { emails: [{ type: "work", value: OLD, primary: true }] },
    paths: [
      ...prefixed(USER_SCHEMA, 'emails[type eq "work"].value'),
      "emails[type eq 'work'].value",
      'emails[type eq "work"]',
      'emails[type eq "WORK"].VALUE',
      'emails[type eq "work" and primary eq "True"].value',
      'emails [type eq "work"].value',
      "emails[type eq work].value",
      "emails[primary eq true].value",
      "emails.value",
      "emails.work.value",
      "emails[0].value",
      "emails",
    ],
  },
  "an attribute of the extension": {
    endpoint: "/Users",
    stored: { [ENTERPRISE_SCHEMA]: { department: OLD } },
    paths: [...prefixed(ENTERPRISE_SCHEMA, "department"), `${ENTERPRISE_SCHEMA}department`, "enterprise:department"],
  },
  "the manager": {
    endpoint: "/Users",
    stored: { [ENTERPRISE_SCHEMA]: { manager: { value: OLD } } },
    paths: prefixed(ENTERPRISE_SCHEMA, "manager"),
  },
  "the whole extension": {
    endpoint: "/Users",
    stored: { [ENTERPRISE_SCHEMA]: { department: OLD } },
    paths: [ENTERPRISE_SCHEMA, `${ENTERPRISE_SCHEMA}:`, upper(ENTERPRISE_SCHEMA), `${upper(ENTERPRISE_SCHEMA)}:`],
    value: { department: NEW },
  },
  "the core schema": {
    endpoint: "/Users",
    stored: { title: OLD },
    paths: [USER_SCHEMA, `${USER_SCHEMA}:`, upper(USER_SCHEMA), GROUP_SCHEMA],
    value: { title: NEW },
  },
  "a group's externalId": {
    endpoint: "/Groups",
    stored: { externalId: OLD },
    paths: prefixed(GROUP_SCHEMA, "externalId"),
  },
  "the core schema of a group": {
    endpoint: "/Groups",
    stored: { externalId: OLD },
    paths: [GROUP_SCHEMA, `${GROUP_SCHEMA}:`, upper(GROUP_SCHEMA), USER_SCHEMA],
    value: { externalId: NEW },
  },
};

test.each(Object.keys(SPELLED))(
  "an operation on %s takes effect, is refused or is recorded, in every spelling",
  async (name) => {
    const spelled = SPELLED[name];
    if (spelled === undefined) throw new Error("every key has a row");
    const { endpoint, stored, paths, value = NEW } = spelled;
    const lines: Readonly<Record<string, unknown>>[] = [];
    const scim = await clientOf(memoryTarget((line) => lines.push(line)));
    const body = endpoint === "/Users" ? ordinaryUser("ada", stored) : group("g", stored);
    const made = await scim.post("create", endpoint, body, { status: 201 });
    const path = `${endpoint}/${textOf(made, "id")}`;
    const silent: string[] = [];
    let effects = 0;
    for (const operation of paths.flatMap((one) => operationsOn(one, value))) {
      await scim.put("as before", path, body, { status: 200 });
      const answer = await scim.tenant.request({ method: "PATCH", path, body: patchOf(operation) });
      if (answer.status >= 400 || isRecorded(lines.at(-1))) continue;
      const { text } = await scim.tenant.request({ method: "GET", path });
      const done = operation.op === "remove" ? !text.includes(OLD) : text.includes(NEW);
      if (done) effects += 1;
      else silent.push(`${answer.status} ${JSON.stringify(operation)}`);
    }
    expect(silent).toEqual([]);
    expect(scim.found).toEqual([]);
    expect(effects).toBeGreaterThan(5);
  },
);

/** With the text as a path, and as a name in a value without one. */
function operationsOn(text: string, value: Json): JsonObject[] {
  return [
    { op: "add", path: text, value },
    { op: "replace", path: text, value },
    { op: "replace", path: text, value: [value] },
    { op: "remove", path: text },
    { op: "add", value: { [text]: value } },
    { op: "replace", value: { [text]: value } },
  ];
}

/** Whether the line says that something was left out. */
function isRecorded(line: Readonly<Record<string, unknown>> | undefined): boolean {
  const bent: Json = JSON.parse(JSON.stringify(line?.bent ?? {}));
  const entries = isObject(bent) ? Object.keys(bent) : [];
  return entries.some((entry) => /^(?:unknown|readOnlyIgnored|discarded)/.test(entry));
}
