import { beforeAll, describe, expect, test } from "@jest/globals";
import type { JsonObject } from "../../../functions/scim/json.ts";
import { GROUP_SCHEMA, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { dynoxideTarget } from "../../support/dynoxideTarget.ts";
import { inProcessTarget } from "../../support/inProcess.ts";
import { type LoggedStore, loggedStore } from "../../support/logWriter.ts";
import { testEndpoint } from "../../support/testEndpoint.ts";
import { at, type Tenant } from "../../support/wire.ts";
import { pageCalls } from "../growth/portalCalls.ts";
import { type AskPages, askPages, objectsIn } from "./askPages.ts";

/** What the pages show of people and groups. Whom a search finds is a law: test/property/portalSearch.test.ts. */

const PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

let now = Date.parse("2026-03-01T00:00:00.000Z");
let logged: LoggedStore;
let lines: Readonly<Record<string, unknown>>[] = [];
let org: Tenant;
let ask: AskPages;

const target = () =>
  inProcessTarget("memory", { ...testEndpoint(logged.store, (line) => lines.push(line)), now: () => now }, 1);

async function scim(method: string, path: string, body?: JsonObject): Promise<string> {
  now += 1_000;
  const { status, json, text } = await org.request({ method, path, body });
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
  return String(at(json, "id"));
}
const newUser = (userName: string, more: JsonObject = {}) =>
  scim("POST", "/Users", {
    ...{ schemas: [USER_SCHEMA], userName, displayName: `Name of ${userName}`, active: true },
    ...{ emails: [{ value: `${userName}@mail.example`, type: "work" }], ...more },
  });
const newGroup = (displayName: string, members: readonly string[] = []) =>
  scim("POST", "/Groups", { schemas: [GROUP_SCHEMA], displayName, members: members.map((value) => ({ value })) });
const patch = (path: string, operation: JsonObject) =>
  scim("PATCH", path, { schemas: [PATCH], Operations: [operation] });
const deactivate = (id: string) => patch(`/Users/${id}`, { op: "replace", path: "active", value: false });

async function got(path: string): Promise<JsonObject> {
  const { status, json } = await ask(path);
  expect({ path, status, detail: json.detail }).toEqual({ path, status: 200, detail: undefined });
  return json;
}

async function refused(path: string): Promise<string> {
  const { status, json } = await ask(path);
  return `${status} ${String(json.code)}`;
}

/** All that the pages of a list hold, and how many they were. */
async function walk(path: string, name: string, cursor = "after"): Promise<{ all: JsonObject[]; pages: number }> {
  const all: JsonObject[] = [];
  let next: string | undefined;
  let pages = 0;
  do {
    const more = next === undefined ? "" : `${path.includes("?") ? "&" : "?"}${cursor}=${encodeURIComponent(next)}`;
    const page = await got(path + more);
    all.push(...objectsIn(page[name]));
    next = typeof page.next === "string" ? page.next : undefined;
    pages += 1;
  } while (next !== undefined && pages < 50);
  return { all, pages };
}

const search = (text: string) => `search=${encodeURIComponent(text)}`;
const found = async (text: string, kind = "people") => {
  const { all } = await walk(`${kind}?${search(text)}&count=2`, kind);
  return all.map(({ userName, name }) => userName ?? name);
};

async function begin(): Promise<void> {
  logged = loggedStore(() => now);
  lines = [];
  org = await target().org({ preset: "open", changed: { groupNameUnique: false } });
  ask = await askPages(target(), org.slug);
}

describe("people", () => {
  beforeAll(begin);

  test("are listed in pages, each once, with their exact number", async () => {
    const ids = await Promise.all(["ada", "bob", "cyd", "dan", "eve"].map((name) => newUser(name)));
    const { all, pages } = await walk("people?count=2", "people");
    expect(pages).toBe(3);
    expect(all.map(({ id }) => id)).toEqual([...ids].sort());
    const page = await got("people?count=2");
    expect(page.total).toBe(5);
    const ada = all.find(({ userName }) => userName === "ada");
    expect(ada).toMatchObject({ displayName: "Name of ada", email: "ada@mail.example", active: true });
    expect(await got(`people?${search("a")}`)).toMatchObject({ total: null });
  });

  test.each<[userName: string, text: string, isFound?: boolean]>([
    ["100%", "100%"],
    ["_under", "_UNDER"],
    ["Straße", "strasse", false],
    ["ＷＩＤＥ", "wide"],
    ["מלכה", "מל"],
    ["\u202eنورة", "\u202e"],
    ["👩‍💻 coder", "👩"],
    ["Σίσυφος", "ΣΊΣΥΦΟΣ"],
    ["é".repeat(256), "E\u0301".repeat(128)],
    ["+plus", "+"],
  ])("are found as the store compares: %s by %s", async (userName, text, isFound = true) => {
    await newUser(userName, { emails: [] });
    expect(await found(text)).toEqual(isFound ? [userName] : []);
  });

  test("are found by address, whole external id and id, each once, and not by the middle of a name", async () => {
    const id = await newUser("zoe", {
      ...{ externalId: "Ext 1", emails: [{ value: "zoe@zoe.example" }, { value: "zoe2@zoe.example" }] },
    });
    expect(await found("ZOE")).toEqual(["zoe"]);
    expect(await found("zoe2@")).toEqual(["zoe"]);
    expect(await found("Ext 1")).toEqual(["zoe"]);
    expect(await found("ext 1")).toEqual([]);
    expect(await found("Ext")).toEqual([]);
    expect(await found(id)).toEqual(["zoe"]);
    expect(await found("oe@")).toEqual([]);
    await patch(`/Users/${id}`, { op: "replace", path: "userName", value: "renamed" });
    expect(await found("renamed")).toEqual(["renamed"]);
    await scim("DELETE", `/Users/${id}`);
    for (const text of ["renamed", "zoe", "Ext 1", id]) expect(await found(text)).toEqual([]);
  });

  test("who are looked for stay out of the log", async () => {
    lines.length = 0;
    await found("Straße");
    const text = JSON.stringify(lines);
    expect(lines.length).toBeGreaterThan(0);
    expect(text).not.toMatch(/stra(ß|ss)e/i);
  });

  test.each([
    ["U+0000", `people?search=a%00`],
    ["more than 256 characters", `people?${search("x".repeat(257))}`],
    ["no place", "people?after=nowhere"],
    ["a place of groups", `people?after=g${"0".repeat(22)}`],
    ["a damaged place", `people?${search("a")}&after=AAAA.AAAA`],
    ["no page size", "people?count=0"],
  ])("are not looked for with %s", async (_what, path) => {
    expect(await refused(path)).toMatch(/^400 value\./);
  });

  test("are not looked for with the place of another search, or of the same one damaged at any character", async () => {
    await newUser("place.one");
    await newUser("place.two");
    const { next } = await got(`people?${search("place")}&count=1`);
    const cursor = String(next);
    expect(await got(`people?${search("place")}&count=1&after=${cursor}`)).toMatchObject({
      people: [{ userName: "place.two" }],
    });
    expect(await refused(`people?${search("other")}&after=${cursor}`)).toBe("400 value.after");
    for (let at = cursor.indexOf("."); at < cursor.length; at += 3) {
      const damaged = `${cursor.slice(0, at)}${cursor[at] === "A" ? "B" : "A"}${cursor.slice(at + 1)}`;
      const { status } = await ask(`people?${search("place")}&after=${damaged}`);
      // A place elsewhere among the same entries grants nothing.
      expect([200, 400]).toContain(status);
    }
  });

  test("with texts of 40 KB fit a page, and are whole on their own", async () => {
    const displayName = "\u0001".repeat(7_000);
    const id = await newUser("broad", { displayName });
    const line = objectsIn((await got(`people?${search("broad")}&count=1`)).people)[0] ?? {};
    expect([...String(line.displayName)]).toHaveLength(300);
    expect(at(await got(`people/${id}`), "attributes.displayName")).toBe(displayName);
  });
});

describe("one person", () => {
  beforeAll(begin);

  test("is shown as received, with groups, and with what the sign-in gate says", async () => {
    const id = await newUser("ada", { externalId: "4711", title: "Dr", password: "secret" });
    const team = await newGroup("Engines", [id]);
    const person = await got(`people/${id}`);
    const { json } = await org.request({ method: "GET", path: `/Users/${id}` });
    expect(person).toMatchObject({
      ...{ id, userName: "ada", attributes: json, protected: false },
      groups: [{ id: team, name: "Engines" }],
      access: { allowed: true, reason: null, sharedAddress: false },
    });
    expect(JSON.stringify(person)).not.toContain("secret");

    await deactivate(id);
    expect(await got(`people/${id}`)).toMatchObject({
      active: false,
      // An inactive user stays in the groups, for the identity provider.
      groups: [{ id: team }],
      access: { allowed: false, reason: "inactive" },
    });
  });

  test("is told apart from others of the same address, who keep each other out, and is marked where protected", async () => {
    const emails = [{ value: "shared@mail.example", type: "work" }];
    const [one, two] = [await newUser("one", { emails }), await newUser("two", { emails })];
    const shared = { allowed: true, reason: null, sharedAddress: true };
    expect((await got(`people/${one}`)).access).toEqual(shared);
    await deactivate(two);
    expect((await got(`people/${one}`)).access).toEqual({ ...shared, sharedAddress: false });
    expect((await got(`people/${two}`)).access).toMatchObject({ allowed: false, reason: "inactive" });
    await target().admin("POST", `/orgs/${org.slug}/protected/${one}`);
    expect((await got(`people/${one}`)).protected).toBe(true);
  });

  test("is shown where more people have the address than the gate looks at: it lets none of them in by the address", async () => {
    const emails = [{ value: "desk@mail.example", type: "work" }];
    const ids: string[] = [];
    for (let n = 0; n <= 20; n += 1) ids.push(await newUser(`desk${n}`, { emails }));
    const { access } = await got(`people/${ids[0]}`);
    expect(access).toEqual({ allowed: true, reason: null, sharedAddress: true });
    const gate = await target().directory("GET", `/orgs/${org.slug}/access?email=desk%40mail.example`);
    expect([gate.status, at(gate.json, "code")]).toEqual([400, "tooMany.candidates"]);
  });

  test("is allowed in, whatever keeps the identity provider out", async () => {
    const id = await newUser("kept");
    await target().admin("POST", `/orgs/${org.slug}/pause`, { reason: "merger" });
    await target().admin("PATCH", `/orgs/${org.slug}`, { entitled: false });
    expect((await got(`people/${id}`)).access).toMatchObject({ allowed: true });
    await target().admin("DELETE", `/orgs/${org.slug}/pause`);
    await target().admin("PATCH", `/orgs/${org.slug}`, { entitled: true });
  });

  test("who is the application's own, another org's, deleted or nobody is not there", async () => {
    const own = await target().directory("POST", `/orgs/${org.slug}/users`, { userName: "own" });
    const other = await target().org({ preset: "open" });
    const body = { schemas: [USER_SCHEMA], userName: "other" };
    const foreign = await other.request({ method: "POST", path: "/Users", body });
    const gone = await newUser("gone");
    await scim("DELETE", `/Users/${gone}`);
    for (const id of [at(own.json, "id"), at(foreign.json, "id"), gone, `u${"0".repeat(22)}`, "nobody"]) {
      expect(await refused(`people/${String(id)}`)).toBe("404 notFound.user");
    }
    expect(await found("own")).toEqual([]);
    expect(await found("other")).toEqual([]);
  });
});

describe("the history", () => {
  beforeAll(begin);

  test("of a person is told from the newest on, with values, also of one who was deleted", async () => {
    const id = await newUser("ada", { title: "Dr" });
    await patch(`/Users/${id}`, { op: "replace", path: "title", value: "Prof" });
    await deactivate(id);
    await scim("DELETE", `/Users/${id}`);
    await logged.log();
    const { all, pages } = await walk(`people/${id}/history?count=2`, "events", "before");
    expect(all.map(({ type }) => type)).toEqual(["user.deleted", "user.deactivated", "user.updated", "user.created"]);
    expect(pages).toBe(2);
    expect(all[2]).toMatchObject({ before: { title: "Dr" }, after: { title: "Prof" }, resource: id });
    expect(await refused(`people/${id}`)).toBe("404 notFound.user");

    // Whoever erases somebody leaves what happened, and none of the values.
    const erased = await target().admin("POST", `/orgs/${org.slug}/data/events/${id}/erase`);
    expect(erased.status).toBe(200);
    const after = (await walk(`people/${id}/history`, "events", "before")).all;
    expect(after).toHaveLength(4);
    // As values: the letters may stand in an id.
    expect(JSON.stringify(after)).not.toMatch(/"(?:Prof"|Dr"|ada[^"]*")/);
    expect(after[1]).toMatchObject({ valuesOmitted: true });
  });

  test("of a group names who came and went", async () => {
    const [one, two] = [await newUser("one"), await newUser("two")];
    const id = await newGroup("Engines", [one]);
    await patch(`/Groups/${id}`, { op: "add", path: "members", value: [{ value: two }] });
    await logged.log();
    const { all } = await walk(`groups/${id}/history`, "events", "before");
    expect(all.map(({ type, added }) => [type, added])).toEqual([
      ["membership.added", [two]],
      ["team.created", [one]],
    ]);
  });

  test("cannot be read on in a log that was begun anew", async () => {
    const id = await newUser("anew");
    await deactivate(id);
    await logged.log();
    const { next } = await got(`people/${id}/history?count=1`);
    await target().admin("POST", `/orgs/${org.slug}/data/events/renew`, {});
    await deactivate(await newUser("later"));
    await logged.log();
    expect(await refused(`people/${id}/history?before=${String(next)}`)).toBe("410 gone.otherLog");
  });

  test("is empty of somebody nobody knows, and refuses what is no id or no place", async () => {
    const nobody = `u${"0".repeat(22)}`;
    expect(await got(`people/${nobody}/history`)).toEqual({ events: [], next: null });
    expect(await refused(`people/g${"0".repeat(22)}/history`)).toBe("404 notFound.user");
    expect(await refused(`groups/${nobody}/history`)).toBe("404 notFound.group");
    expect(await refused(`people/${nobody}/history?before=nowhere`)).toBe("400 value.eventCursor");
  });
});

describe("groups", () => {
  beforeAll(begin);

  test("are listed, and found by the beginning of their name, also where several have it", async () => {
    for (const name of ["Engines", "engines", "ENGINES", "Wheels", "Шины"]) await newGroup(name);
    expect((await walk("groups?count=2", "groups")).all).toHaveLength(5);
    expect(await got("groups?count=2")).toMatchObject({ total: 5 });
    expect((await found("eng", "groups")).map((name) => String(name).toLowerCase())).toEqual(Array(3).fill("engines"));
    expect(await found("ши", "groups")).toEqual(["Шины"]);
    expect(await found("gines", "groups")).toEqual([]);
    expect(await refused(`groups?search=%00`)).toBe("400 value.line");
  });

  test("are shown without their members, who come in pages: nested groups and inactive ones marked, none who is gone", async () => {
    const ids = await Promise.all(["m1", "m2", "m3", "m4"].map((name) => newUser(name)));
    const nested = await newGroup("Nested");
    const id = await newGroup("Outer", [...ids, nested]);
    const [first = "", second = ""] = ids;
    await deactivate(first);
    await scim("DELETE", `/Users/${second}`);
    const group = await got(`groups/${id}`);
    expect(group).toMatchObject({ name: "Outer", attributes: { displayName: "Outer", id } });
    expect(group.attributes).not.toHaveProperty("members");
    const { all, pages } = await walk(`groups/${id}/members?count=2`, "members");
    expect(pages).toBe(2);
    expect(all.map((one) => one.id)).toEqual([nested, ...ids.filter((one) => one !== second)].sort());
    expect(all.find((one) => one.id === nested)).toEqual({
      ...{ id: nested, kind: "group", name: "Nested", displayName: null, active: true },
    });
    expect(all.find((one) => one.id === first)).toMatchObject({ kind: "user", name: "m1", active: false });
    expect(await refused(`groups/${id}/members?after=nowhere`)).toBe("400 value.after");
    for (const path of [`groups/g${"0".repeat(22)}`, `groups/${first}`, `groups/${first}/members`])
      expect(await refused(path)).toBe("404 notFound.group");
  });
});

test("every page of people and groups is answered from DynamoDB as well", async () => {
  const running = await dynoxideTarget();
  try {
    expect(await pageCalls.run(running)).toEqual([]);
  } finally {
    await running.close();
  }
});
