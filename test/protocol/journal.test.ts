import { beforeAll, describe, expect, test } from "@jest/globals";
import { JOURNAL_FILTER } from "../../functions/http/journal.ts";
import { foldLines, keepLines } from "../../functions/provisioning/journal/foldLines.ts";
import { readLine } from "../../functions/provisioning/journal/readLine.ts";
import { USER_SCHEMA } from "../../functions/scim/schema.ts";
import { Database } from "../../functions/store/database.ts";
import { JournalStore } from "../../functions/store/journal.ts";
import { accessTo, localTable } from "../support/localStore.ts";
import { orgIdOf, present } from "../support/records.ts";
import { at } from "../support/wire.ts";
import { FUNCTION_CODES, type FunctionCode, provoke } from "./everyCode/provoke.ts";
import { RefusalSetup } from "./everyCode/refusalSetup.ts";
import { ordinaryUser } from "./idp/setup.ts";
import { marksIn } from "./leak/marks.ts";

type Line = Readonly<Record<string, unknown>>;

/** The attribute at fault, by code; of every other code there is none. */
const AT_FAULT: Readonly<Partial<Record<FunctionCode, string>>> = {
  "filter.notComplex": "title",
  "filter.complex": "name",
  "filter.derived": "members.display",
  "filter.combination": "active",
  "filter.literal": "active",
  "sensitive.filter": "password",
  "value.required": "userName",
  "value.type": "title",
  "value.length": "userName",
  "value.notMultiValued": "name",
  "value.count": "roles",
  "value.twoPrimaries": "roles",
  "value.unknownRole": "roles",
  "value.missing": "title",
  "value.emailCount": "emails",
  "value.workEmail": "emails",
  "value.activeUnassigned": "active",
  "value.userNameControl": "userName",
  "value.members": "members",
  "value.unknownMembers": "members",
  "value.teamNameLength": "displayName",
  "value.sortByHidden": "password",
  "value.sortByComplex": "name",
  "mutability.userName": "userName",
  "mutability.required": "userName",
  "mutability.readOnly": "id",
  "mutability.members": "members",
  "uniqueness.userName": "userName",
  "uniqueness.displayName": "displayName",
  "path.notMultiValued": "title",
  "noTarget.add": "members",
  "noTarget.replace": "emails",
  "noTarget.member": "members",
  "syntax.schemas": "schemas",
  "syntax.schemasType": "schemas",
  "syntax.messageSchemas": "schemas",
  "syntax.unknownSchema": "schemas",
  // Its other operation has no userName.
  "syntax.bulkIdTwice": "userName",
  "tooLarge.members": "members",
  "tooLarge.memberFilters": "members",
};

/** Codes of requests that name no org: nobody's journal has them. */
const OF_NO_ORG = /^(?:token\.(?:missing|scheme|malformed|unknown)|version\.unsupported|notFound\.tenantUrl)$/;

/** What stands in a table of an org's journal after these lines. */
async function journalAfter(lines: readonly Line[]) {
  const table = localTable();
  const database = new Database(accessTo(table));
  await keepLines(database, foldLines(lines.map((line): unknown => JSON.parse(JSON.stringify(line)))));
  const items = table.db
    .prepare("select item from items")
    .all()
    .map(({ item }) => String(item));
  const of = async (orgId: unknown) => {
    const store = new JournalStore(database, orgIdOf(String(orgId)));
    return (await store.entries("troubled", { limit: 1_000 }, 0)).entries;
  };
  return { items, of };
}

/** Of requests that are refused with each code, and of those that led there. */
const linesByCode = new Map<FunctionCode, readonly Line[]>();
beforeAll(async () => {
  for (const code of FUNCTION_CODES) linesByCode.set(code, (await provoke(code))?.setup.lines ?? []);
});

test("every refused request of a known org is in its journal, with its code and the attribute at fault", async () => {
  const seen = new Set<string>();
  for (const [code, lines] of linesByCode) {
    const line = lines.at(-1);
    if (line === undefined || !/^(?:scim|oauth)\.request$/.test(String(line.type))) continue;
    const { items, of } = await journalAfter(lines);
    if (line.orgId === undefined) {
      expect([code, OF_NO_ORG.test(code) || code.startsWith("oauth.")]).toEqual([code, true]);
      continue;
    }
    const entry = (await of(line.orgId)).find(({ ref }) => ref === line.ref);
    const found = { code, status: entry?.status, attributes: entry?.attributes };
    const attribute = AT_FAULT[code];
    expect(found).toEqual({ code, status: line.status, attributes: attribute === undefined ? undefined : [attribute] });
    if (line.status === 200) expect(entry?.operations?.codes).toHaveProperty([code]);
    else expect(entry?.code).toBe(code);
    expect(items.length).toBeGreaterThan(0);
    seen.add(code);
  }
  expect(Object.keys(AT_FAULT).filter((code) => !seen.has(code))).toEqual([]);
  expect(seen.size).toBeGreaterThan(110);
});

test("a line that somebody else wrote into the log gives its texts to nobody", async () => {
  const mark = "zq7x000jk";
  expect(marksIn(mark)).toHaveLength(1);
  const line = {
    type: "scim.request",
    orgId: "Acme0000",
    ts: "2026-01-02T03:04:05.678Z",
    ref: "a",
    op: "users.create",
  };
  const texts = ["idp", "detailCode", "resource", "resourceId", "subject", "tokenId"];
  const marked = Object.fromEntries(texts.map((name) => [name, `${mark}@a`]));
  const lists = { attributes: [mark, "emails"], holderIds: [mark], bent: { [`${mark} a`]: 1 } };
  const bulk = { statuses: { [mark]: 1, 201: 2 }, codes: { [`${mark}@`]: 1 } };
  const { items, of } = await journalAfter([{ ...line, status: 400, ...marked, ...lists, ...bulk }]);
  expect(items.filter((item) => marksIn(item).length > 0)).toEqual([]);
  expect(await of("Acme0000")).toMatchObject([
    { idp: "other", attributes: ["emails"], operations: { done: 2, codes: {} } },
  ]);
});

describe("the subject of a refused create", () => {
  const begun = async () => new RefusalSetup().begin();
  const create = async (setup: RefusalSetup, body: object, path = "/Users") => {
    const answer = await setup.org.request({ method: "POST", path, body });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    return present(setup.lines.at(-1)).subject;
  };
  const SCHEMAS = ["urn:ietf:params:scim:schemas:core:2.0:User"];

  test("is the same for every spelling of one userName, and another one for another name, type or org", async () => {
    const setup = await begun();
    const subject = await create(setup, { schemas: SCHEMAS, userName: "Ada@Acme.example" });
    expect(subject).toMatch(/^[\w-]{12}$/);
    for (const body of [
      { schemas: SCHEMAS, USERNAME: "ada@acme.EXAMPLE" },
      { schemas: SCHEMAS, "urn:ietf:params:scim:schemas:core:2.0:User:userName": "ada@acme.example" },
      { schemas: SCHEMAS, "urn:ietf:params:scim:schemas:core:2.0:User": { userName: "ada@acme.example" } },
    ]) {
      expect(await create(setup, body)).toBe(subject);
    }
    expect(await create(setup, { schemas: SCHEMAS, userName: "bob@acme.example" })).not.toBe(subject);
    const group = {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
      displayName: "ada@acme.example",
      members: [7],
    };
    expect(await create(setup, group, "/Groups")).not.toBe(subject);
    expect(await create(await begun(), { schemas: SCHEMAS, userName: "Ada@Acme.example" })).not.toBe(subject);
  });

  test("is absent where the body names nobody, and of everything that is carried out", async () => {
    const setup = await begun();
    expect(await create(setup, { schemas: SCHEMAS, userName: 7 })).toBeUndefined();
    expect(await create(setup, { schemas: SCHEMAS })).toBeUndefined();
    const emails = [{ type: "work", value: "ada@acme.example" }];
    const made = await setup.org.request({
      method: "POST",
      path: "/Users",
      body: { schemas: SCHEMAS, userName: "ada", emails },
    });
    expect(made.status).toBe(201);
    expect(present(setup.lines.at(-1))).not.toHaveProperty("subject");
    expect(at(made.json, "userName")).toBe("ada");
  });
});

test("a wrong value inside of an extension names its attribute as the extension does", async () => {
  const setup = await new RefusalSetup().begin();
  const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
  for (const [part, name] of [
    [{ department: [1] }, "department"],
    [{ manager: { value: 7 } }, "manager.value"],
    [7, enterprise],
  ] as const) {
    const body = { ...ordinaryUser("ada"), schemas: [USER_SCHEMA, enterprise], [enterprise]: part };
    await setup.org.request({ method: "POST", path: "/Users", body });
    const line = present(setup.lines.at(-1));
    expect([line.status, line.attributes]).toEqual([400, [name]]);
    const { of } = await journalAfter([line]);
    expect(await of(line.orgId)).toMatchObject([{ attributes: [name] }]);
  }
});

test("a client secret that counts no more is refused in the journal of the org whose they are", async () => {
  const setup = await new RefusalSetup().begin();
  const { slug } = setup.org;
  const { status, json } = await setup.target.admin("POST", `/orgs/${slug}/clients`, {
    description: "c",
    expiresInDays: 365,
  });
  expect({ status, json }).toMatchObject({ status: 201 });
  const ask = () =>
    setup.target.transport({
      method: "POST",
      target: `/scim/v2/${slug}/oauth/token`,
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: `grant_type=client_credentials&client_id=${slug}&client_secret=${at(json, "clientSecret")}`,
    });
  expect((await ask()).status).toBe(200);
  setup.pass(366);
  expect((await ask()).status).toBe(401);
  const { orgId } = present(setup.lines.at(-1));
  const { of } = await journalAfter(setup.lines);
  expect(await of(orgId)).toMatchObject([
    { op: "oauth.token", status: 401, code: "oauth.invalid_client", tokenId: at(json, "secret.id") },
  ]);
});

test("the filter of the subscription lets through what the journal reads, and no line of the journal itself", () => {
  const lines = [...linesByCode.values()].flat();
  const massChange = {
    type: "org.massChange",
    orgId: "Acme0000",
    ts: "2026-01-02T03:04:05.678Z",
    ref: "a",
    kind: "users",
  };
  lines.push({ ...massChange, lost: 30, roster: 40 }, { type: "journal.batch", records: 3 });
  const passed = lines.filter(matches);
  expect(passed).toEqual(lines.filter((line) => readLine(line) !== undefined));
  expect(passed.length).toBeGreaterThan(30);
  expect(lines.length - passed.length).toBeGreaterThan(30);
});

/** As CloudWatch Logs reads such a pattern: `"*"` is any value that is there. */
function matches(line: Line): boolean {
  const [, org = "", types = ""] = /^\{ \((.*?)\) && \((.*)\) \}$/.exec(JOURNAL_FILTER) ?? [];
  return holds(org, line) && types.split(" || ").some((one) => holds(one.slice(1, -1), line));
}

function holds(comparison: string, line: Line): boolean {
  const [, name = "", value] = /^\$\.(\w+) = "([^"]*)"$/.exec(comparison) ?? [];
  return value === "*" ? line[name] !== undefined : value !== undefined && line[name] === value;
}
