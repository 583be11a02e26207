import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { TEAM_FIELDS, USER_FIELDS } from "../../functions/provisioning/directoryAnswers.ts";
import { isObject, type Json, type JsonObject } from "../../functions/scim/json.ts";
import { userType } from "../../functions/scim/resourceTypes.ts";
import { type Attribute, ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from "../../functions/scim/schema.ts";
import { type Ask, documented } from "../support/documented.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localStore } from "../support/localStore.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at, type Tenant } from "../support/wire.ts";

/** What an application reads of users and teams: all of it, chosen parts, and what a filter finds, on both sides. */

const store = localStore();
const ask: Ask = documented(store, [], "directory");
let org: Tenant;

async function scim(method: string, path: string, body: JsonObject): Promise<string> {
  const { status, json, text } = await org.request({ method, path, body });
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
  return String(at(json, "id"));
}
const scimUser = (userName: string, more: JsonObject = {}) =>
  scim("POST", "/Users", {
    schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA],
    userName,
    emails: [{ type: "work", value: `${userName}@acme.example` }],
    ...more,
  });
const scimGroup = (displayName: string, members: readonly string[], more: JsonObject = {}) =>
  scim("POST", "/Groups", {
    schemas: [GROUP_SCHEMA],
    displayName,
    members: members.map((value) => ({ value })),
    ...more,
  });
const deactivate = (id: string) =>
  org.request({
    method: "PATCH",
    path: `/Users/${id}`,
    body: {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
      Operations: [{ op: "replace", path: "active", value: false }],
    },
  });

async function get(path: string): Promise<JsonObject> {
  const { status, json } = await ask("GET", `orgs/${org.slug}/${path}`);
  expect({ path, status, detail: json.detail }).toEqual({ path, status: 200, detail: undefined });
  return json;
}

/** All that the pages of a list hold. */
async function walk(name: "users" | "teams", query: string): Promise<JsonObject[]> {
  const found: JsonObject[] = [];
  for (let cursor = ""; ; ) {
    const page: JsonObject = await get(`${name}?${query}${cursor}`);
    found.push(...listOf(page[name]));
    if (page.next === undefined) return found;
    cursor = `&cursor=${page.next}`;
  }
}

function listOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

const filter = (text: string) => `filter=${encodeURIComponent(text)}`;
const names = (users: readonly JsonObject[]) => users.map(({ userName }) => userName);

beforeAll(async () => {
  org = await inProcessTarget(
    "memory",
    testEndpoint(store, () => undefined),
    1,
  ).org({ preset: "open" });
});

const SIMPLE: Readonly<Partial<Record<Attribute["type"], Json>>> = {
  boolean: true,
  binary: "AAAA",
  reference: "https://x.example/",
};

/** A value that the schema takes. */
function valueFor({ name, type, multiValued, subAttributes = [] }: Attribute): Json {
  const simple = SIMPLE[type] ?? `some ${name}`;
  const stored = subAttributes.filter(({ mutability }) => mutability !== "readOnly");
  const one: Json = type === "complex" ? Object.fromEntries(stored.map((sub) => [sub.name, valueFor(sub)])) : simple;
  return multiValued ? [one] : one;
}

test("a user is shown with every attribute that SCIM's schemas store, and with null or [] where there is none", async () => {
  const { schema, extensions } = userType({
    userNameMutability: "readWrite",
    workEmailRequired: false,
    groupNameUnique: true,
    passwordListed: false,
  });
  const stored = schema.attributes.filter(({ mutability }) => mutability !== "readOnly");
  const attributes = Object.fromEntries(stored.map((attribute) => [attribute.name, valueFor(attribute)]));
  const [enterprise] = extensions.map(({ schema: { attributes: parts } }) =>
    Object.fromEntries(parts.map((attribute) => [attribute.name, valueFor(attribute)])),
  );
  const id = await scimUser("whole", { ...attributes, [ENTERPRISE_SCHEMA]: enterprise ?? {} });
  const whole = await get(`users/${id}`);
  const { roles: idpRoles = [], ...others } = attributes;
  expect(whole).toMatchObject({ ...others, idpRoles, roles: [], enterprise, id, managed: true, version: 1, teams: [] });
  expect(Object.keys(attributes)).toEqual(expect.arrayContaining(["title", "phoneNumbers", "addresses", "externalId"]));
  expect(at(whole, "enterprise.manager.value")).toBe("some value");

  const bare = await get(`users/${await scimUser("bare")}`);
  for (const { name, multiValued } of stored) {
    const shown = name === "roles" ? "idpRoles" : name;
    if (!["userName", "active", "emails"].includes(name))
      expect({ [name]: bare[shown] }).toEqual({ [name]: multiValued ? [] : null });
  }
  expect(bare).toMatchObject({ enterprise: null, active: true });
  expect(bare).not.toHaveProperty("schemas");
  await deactivate(String(bare.id));
  expect(await get(`users/${bare.id}`)).toMatchObject({ version: 2, active: false });
});

test("a team is shown with its version, which each change of its members raises, and its externalId", async () => {
  const id = await scimGroup("Whole team", [], { externalId: "ext-team" });
  expect(await get(`teams/${id}`)).toMatchObject({ externalId: "ext-team", version: 1, displayName: "Whole team" });
  const own = (await ask("POST", `orgs/${org.slug}/teams`, { displayName: "Own team" })).json;
  expect(own).toMatchObject({ version: 1, externalId: null });
  const user = await scimUser("joining");
  await ask("PUT", `orgs/${org.slug}/teams/${own.id}/members/${user}`);
  expect(await get(`teams/${own.id}`)).toMatchObject({ version: 2 });
});

describe("fields", () => {
  test("choose the members of the answer; the id is always there", async () => {
    const id = await scimUser("chosen", { title: "Dr" });
    expect(await get(`users/${id}?fields=title,%20version`)).toEqual({ id, title: "Dr", version: 1 });
    expect(await get(`users/${id}?fields=id`)).toEqual({ id });
    const [listed] = await walk("users", `fields=userName,enterprise&${filter('userName eq "chosen"')}`);
    expect(listed).toEqual({ id, userName: "chosen", enterprise: null });
    const team = await scimGroup("Chosen", []);
    expect(await get(`teams/${team}?fields=version`)).toEqual({ id: team, version: 1 });
    expect((await walk("teams", "fields=externalId")).every((one) => Object.keys(one).length === 2)).toBe(true);
  });

  test.each([
    "users?fields=shoeSize",
    "users?fields=userName,",
    "users?fields=constructor",
    "users/ID?fields=members",
    "teams?fields=members",
    "teams/ID?fields=teams",
  ])("of %s are refused with the names of those there are", async (path) => {
    const id = path.startsWith("users") ? await scimUser(path) : await scimGroup(path, []);
    const { status, json } = await ask("GET", `orgs/${org.slug}/${path.replace("ID", id)}`);
    expect({ status, code: json.code }).toEqual({ status: 400, code: "value.fields" });
    expect(json.detail).toContain("externalId");
  });
});

test("the document names the fields that there are", () => {
  const document = JSON.parse(readFileSync(new URL("../../lib/docs/directory.openapi.json", import.meta.url), "utf8"));
  for (const [name, known] of [
    ["users", USER_FIELDS],
    ["teams", TEAM_FIELDS],
  ] as const) {
    const parameters = listOf(at(document.paths, `/orgs/{org}/${name}.get.parameters`));
    const [, listed = ""] =
      /names: (.*?)\./.exec(String(parameters.find((one) => one.name === "fields")?.description)) ?? [];
    expect(listed.split(", ").sort()).toEqual([...known].sort());
  }
});

test("the teams of a user are those of both sides that live and hold it, and none of an inactive user", async () => {
  const [ada, bob] = [await scimUser("ada.of.teams"), await scimUser("bob.of.teams")];
  const own = String((await ask("POST", `orgs/${org.slug}/users`, { userName: "own.of.teams" })).json.id);
  const engines = await scimGroup("Engines", [ada, bob]);
  const crew = String((await ask("POST", `orgs/${org.slug}/teams`, { displayName: "Crew" })).json.id);
  const gone = String((await ask("POST", `orgs/${org.slug}/teams`, { displayName: "Gone" })).json.id);
  for (const team of [crew, gone])
    for (const user of [ada, own]) await ask("PUT", `orgs/${org.slug}/teams/${team}/members/${user}`);
  await ask("DELETE", `orgs/${org.slug}/teams/${gone}`);
  await deactivate(bob);
  const wanted = {
    [ada]: [
      { id: engines, displayName: "Engines", managed: true },
      { id: crew, displayName: "Crew", managed: false },
    ],
    [bob]: [],
    [own]: [{ id: crew, displayName: "Crew", managed: false }],
  };
  const listed = await walk("users", `fields=teams&count=2&${filter('userName co ".of.teams"')}`);
  expect(Object.fromEntries(listed.map(({ id, teams }) => [id, teams]))).toEqual(wanted);
  for (const [id, teams] of Object.entries(wanted)) expect((await get(`users/${id}`)).teams).toEqual(teams);
  expect((await walk("users", filter('userName co ".of.teams"'))).some((one) => "teams" in one)).toBe(false);

  await ask("DELETE", `orgs/${org.slug}/teams/${crew}/members/${ada}`);
  expect((await get(`users/${ada}`)).teams).toMatchObject([{ id: engines }]);
});

describe("a filter", () => {
  beforeAll(async () => {
    for (const [n, department] of ["Sales", "Sales", "IT"].entries()) {
      const more = { [ENTERPRISE_SCHEMA]: { department }, title: n === 0 ? "Lead" : "Member" };
      const id = await scimUser(`found${n}`, { ...more, externalId: `ext-found${n}` });
      if (n === 1) await deactivate(id);
      await ask("POST", `orgs/${org.slug}/users`, {
        userName: `found${n}`,
        displayName: `Own ${n}`,
        emails: [{ value: `own${n}@acme.example` }],
      });
      await scimGroup(`found${n}`, [], { externalId: `ext-found${n}` });
      await ask("POST", `orgs/${org.slug}/teams`, { displayName: `found${n}` });
    }
  });

  test.each([
    [`${ENTERPRISE_SCHEMA}:department eq "sales"`, ["found0", "found1"]],
    [`${ENTERPRISE_SCHEMA}:department eq "Sales" and active eq true`, ["found0"]],
    ['userName eq "FOUND2"', ["found2", "found2"]],
    ['userName sw "found" and title pr', ["found0", "found1", "found2"]],
    ['externalId eq "ext-found1"', ["found1"]],
    ['emails.value eq "own2@acme.example"', ["found2"]],
    ['emails[type eq "work" and value eq "found0@acme.example"]', ["found0"]],
    ['userName sw "found" and not (displayName sw "own")', ["found0", "found1", "found2"]],
    ['userName eq "found0" and meta.lastModified gt "2000-01-01T00:00:00Z"', ["found0", "found0"]],
    ['userName eq "found0" and meta.lastModified gt "2999-01-01T00:00:00Z"', []],
    ['meta.resourceType eq "Group"', []],
  ])("finds users of both sides: %s", async (text, expected) => {
    for (const count of [1, 2, 100]) {
      const found = await walk("users", `count=${count}&${filter(text)}`);
      expect(names(found).sort()).toEqual(expected);
      expect(found.map(({ managed }) => managed)).toEqual(
        [...found]
          .map(({ managed }) => managed)
          .sort()
          .reverse(),
      );
    }
  });

  test.each([
    ['displayName eq "FOUND1"', 2],
    ['displayName sw "found"', 6],
    ['externalId eq "ext-found1"', 1],
    ['displayName sw "found" and externalId pr', 3],
  ])("finds teams of both sides: %s", async (text, expected) => {
    for (const count of [1, 4, 100])
      expect(await walk("teams", `count=${count}&${filter(text)}`)).toHaveLength(expected);
  });

  test("finds who matches in a walk that others change meanwhile, each once", async () => {
    const first = await get(`users?count=2&${filter('userName sw "found"')}`);
    await scimUser("found.later");
    const rest = await walk("users", `count=2&cursor=${first.next}&${filter('userName sw "found"')}`);
    const all = [...listOf(first.users), ...rest].map(({ id }) => id);
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBeGreaterThanOrEqual(6);
  });

  test.each([
    ["users", 'shoeSize eq "42"', 400, "invalidFilter"],
    ["users", 'userName eq "x', 400, "invalidFilter"],
    ["users", "active gt true", 400, "invalidFilter"],
    ["users", 'groups.value eq "g"', 400, "invalidValue"],
    ["users", 'userName eq "x" and not (groups pr)', 400, "invalidValue"],
    ["users", 'password eq "x"', 403, "sensitive"],
    ["teams", 'members.value eq "u"', 400, "invalidValue"],
    ["teams", 'userName eq "x"', 400, "invalidFilter"],
  ])("of %s is refused where it cannot be answered: %s", async (name, text, status, scimType) => {
    const { json, ...answer } = await ask("GET", `orgs/${org.slug}/${name}?${filter(text)}`);
    expect({ ...answer, scimType: json.scimType }).toEqual({ status, scimType });
  });
});

test("a page that one answer of Lambda cannot carry is cut, and the walk loses nobody", async () => {
  const large = "x".repeat(40_000);
  for (let n = 0; n < 90; n++) await scimUser(`large${n}`, { nickName: `"${large}` });
  const page = await get("users?count=100");
  const sent = JSON.stringify(JSON.stringify(page)).length;
  expect(sent).toBeLessThan(6_291_556);
  const everybody = await walk("users", "count=100");
  expect(everybody.filter(({ userName }) => String(userName).startsWith("large"))).toHaveLength(90);
  expect(new Set(everybody.map(({ id }) => id)).size).toBe(everybody.length);
});

test("a team's members and the operator's lists are cut likewise where names are long", async () => {
  const target = inProcessTarget("memory", { ...testEndpoint(store, () => undefined), roles: true }, 1);
  const { slug, request } = await target.org({ preset: "open" });
  const created = async (path: string, body: JsonObject) =>
    String(at((await request({ method: "POST", path, body })).json, "id"));
  const displayName = '"'.repeat(20_000);
  const ids: string[] = [];
  for (let n = 0; n < 90; n++)
    ids.push(await created("/Users", { schemas: [USER_SCHEMA], userName: `long${n}`, displayName }));
  const named = { schemas: [GROUP_SCHEMA], displayName: "Long", members: ids.map((value) => ({ value })) };
  const team = await created("/Groups", named);

  const expectToFit = ({ status, text }: { readonly status: number; readonly text: string }) => {
    expect(status).toBe(200);
    expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThan(6_291_556);
  };
  async function walked(next: (page: JsonObject | undefined, found: number) => ReturnType<typeof target.admin>) {
    const found: Json[] = [];
    let pages = 0;
    for (let page: JsonObject | undefined; ; pages += 1) {
      const { status, json, text } = await next(page, found.length);
      expectToFit({ status, text });
      page = isObject(json) ? json : {};
      const listed = listOf(page.members ?? page.users);
      found.push(...listed.map(({ id }) => id ?? null));
      if (page.next === undefined && Number(page.totalResults ?? 0) <= found.length) break;
    }
    expect(pages).toBeGreaterThan(0);
    expect(found.toSorted()).toEqual(ids.toSorted());
  }
  const after = (page: JsonObject | undefined, name: string) => (page ? `?${name}=${String(page.next)}` : "");
  await walked((page) => target.directory("GET", `/orgs/${slug}/teams/${team}/members${after(page, "cursor")}`));
  await walked((page) => target.admin("GET", `/orgs/${slug}/teams/${team}${after(page, "after")}`));
  await walked((_page, found) => target.admin("GET", `/orgs/${slug}/users?startIndex=${found + 1}`));
  await target.directory("PUT", "/roles/viewer", { displayName: "Viewer" });
  const mappings = { mode: "highest", mappings: [{ team, role: "viewer" }] };
  const preview = await target.admin("POST", `/orgs/${slug}/roles/preview`, mappings);
  expectToFit(preview);
  // People know a name of this length by its beginning.
  expect(String(at(preview.json, "users.0.displayName"))).toHaveLength(300);
});
