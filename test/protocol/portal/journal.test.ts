import { describe, expect, test } from "@jest/globals";
import { HELP } from "../../../bin/rollcall/errors/errors.ts";
import { foldLines, keepLines } from "../../../functions/provisioning/journal/foldLines.ts";
import { ruleOfCode } from "../../../functions/provisioning/journal/readProblems.ts";
import type { Json, JsonObject } from "../../../functions/scim/json.ts";
import { GROUP_SCHEMA, PATCH_OP, USER_SCHEMA } from "../../../functions/scim/schema.ts";
import { Database } from "../../../functions/store/database.ts";
import { entryPlace, journalKeys } from "../../../functions/store/journalKeys.ts";
import { keyItem, type OrgId } from "../../../functions/store/keys.ts";
import { createStore } from "../../../functions/store/session.ts";
import { inProcessTarget } from "../../support/inProcess.ts";
import { accessTo, localTable } from "../../support/localStore.ts";
import type { OrgRules } from "../../support/target.ts";
import { testEndpoint } from "../../support/testEndpoint.ts";
import { at } from "../../support/wire.ts";
import { askPages } from "./askPages.ts";
import { portalRequest, signIn } from "./portalCaller.ts";

const STRANGER = `u${"0".repeat(22)}`;

/** An org whose log is delivered when it is asked for, and how its pages read. */
async function begun(rules?: OrgRules) {
  const table = localTable();
  const database = new Database(accessTo(table));
  const lines: Readonly<Record<string, unknown>>[] = [];
  let now = Date.parse("2026-03-01T00:20:00.000Z");
  const endpoint = {
    ...testEndpoint(createStore(table), (line) => lines.push(line)),
    now: () => {
      now += 1;
      return now;
    },
  };
  const target = inProcessTarget("memory", endpoint, 1);
  const org = await target.org(rules);
  const headers = await signIn(target, org.slug, { expiresIn: 60 });
  let asks: ReturnType<typeof askPages> | undefined;
  const send = async (method: string, path: string, body?: Json) => {
    const { status, json } = await org.request({ method, path, body });
    return { status, id: String(at(json, "id")), line: lines.at(-1) };
  };
  return {
    target,
    org,
    lines,
    database,
    pass: (seconds: number) => {
      now += seconds * 1_000;
    },
    user: (userName: string, more: JsonObject = { emails: [{ type: "work", value: `${userName}@acme.example` }] }) =>
      send("POST", "/Users", { schemas: [USER_SCHEMA], userName, ...more }),
    group: (displayName: string, members: readonly string[] = []) =>
      send("POST", "/Groups", { schemas: [GROUP_SCHEMA], displayName, members: members.map((value) => ({ value })) }),
    patch: (path: string, operation: JsonObject) =>
      send("PATCH", path, { schemas: [PATCH_OP], Operations: [operation] }),
    send,
    deliver: () => keepLines(database, foldLines(lines.splice(0))),
    /** @param path below the org */
    read: async (path: string) => {
      asks ??= askPages(target, org.slug);
      const { status, json } = await (await asks)(path);
      if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(json)}`);
      return { json, cost: lines.pop() };
    },
    headers,
  };
}

const refsOf = (json: Json | undefined, list = "entries"): string[] =>
  (at(json, list) as readonly JsonObject[]).map(({ ref }) => String(ref));

test("an org without a journal has empty pages, and no errors", async () => {
  const { read } = await begun();
  expect((await read("contact")).json).toMatchObject({
    last: null,
    read: null,
    written: null,
    refused: null,
    tokenUsedAt: null,
    users: 0,
    groups: 0,
  });
  expect((await read("activity")).json).toEqual({ entries: [], next: null, newest: null });
  expect((await read(`activity?name=ada&outcome=refused&code=value.type&id=${STRANGER}`)).json).toMatchObject({
    entries: [],
  });
  expect((await read("problems")).json).toEqual({ problems: [], complete: true });
  const { json } = await read("health");
  expect(json).toMatchObject({ contact: null, expiring: [], skippedMembers: 0, skippedIn: [], massChanges: [] });
  expect(at(json, "hours")).toHaveLength(48);
});

describe("contact", () => {
  test("names the last request of each kind, and who has arrived, in three calls", async () => {
    const { user, send, deliver, read } = await begun();
    const looked = await send("GET", '/Users?filter=userName eq "ada"');
    const made = await user("ada");
    const refused = await user("bob", {});
    await deliver();
    const { json, cost } = await read("contact");
    expect(json).toMatchObject({
      last: { ref: refused.line?.ref, op: "users.create", status: 400 },
      read: { ref: looked.line?.ref, op: "users.filter", status: 200 },
      written: { ref: made.line?.ref, status: 201, at: made.line?.ts },
      refused: { ref: refused.line?.ref },
      tokenUsedAt: expect.stringMatching(/^2026-03-01T00:/),
      users: 1,
      groups: 0,
    });
    // One of them opens the session.
    expect(Number(cost?.ddbCalls)).toBeLessThanOrEqual(4);
  });

  test("does not take who comes with a dead token for contact, and shows that somebody did", async () => {
    const { target, org, send, deliver, read } = await begun();
    await send("GET", "/Users");
    await target.admin("POST", `/orgs/${org.slug}/tokens/regenerate`, {});
    const denied = await send("GET", "/Users");
    await deliver();
    expect((await read("contact")).json).toMatchObject({
      last: { status: 200 },
      refused: { ref: denied.line?.ref, status: 401 },
    });
  });
});

describe("activity", () => {
  test("lists changes and refusals with the names of today, the newest first, and no reads", async () => {
    const { user, group, send, patch, deliver, read } = await begun();
    const ada = await user("ada");
    await send("GET", `/Users/${ada.id}`);
    const team = await group("Engines", [ada.id, STRANGER]);
    await patch(`/Users/${ada.id}`, { op: "replace", path: "title", value: "Countess" });
    await patch(`/Users/${ada.id}`, { op: "replace", path: "userName", value: "other" });
    await user("ada");
    await deliver();
    const { json } = await read("activity");
    expect(at(json, "entries")).toMatchObject([
      {
        op: "users.create",
        outcome: "refused",
        code: "uniqueness.userName",
        attributes: ["userName"],
        resource: "user",
        resourceId: null,
        name: null,
        subject: expect.any(String),
      },
      {
        op: "users.patch",
        outcome: "refused",
        code: "mutability.userName",
        status: 400,
        resourceId: ada.id,
        name: "ada",
      },
      { op: "users.patch", outcome: "done", changed: true, code: null, name: "ada" },
      {
        op: "groups.create",
        outcome: "partly",
        code: "value.unknownMembers",
        skippedMembers: 1,
        resource: "group",
        resourceId: team.id,
        name: "Engines",
      },
      { op: "users.create", outcome: "done", status: 201, resourceId: ada.id, ref: ada.line?.ref, at: ada.line?.ts },
    ]);
    expect(JSON.stringify(json)).not.toContain("Countess");
  });

  test("is paged, and read on from what was the newest", async () => {
    const { user, pass, deliver, read } = await begun();
    for (let n = 0; n < 7; n += 1) await user(`u${n}`, n % 2 === 0 ? {} : undefined);
    await deliver();
    const all = refsOf((await read("activity")).json);
    expect(all).toHaveLength(7);
    const paged: string[] = [];
    let path = "activity?count=3";
    for (;;) {
      const { json } = await read(path);
      paged.push(...refsOf(json));
      const next = at(json, "next");
      if (next === null) break;
      path = `activity?count=3&after=${next}`;
    }
    expect(paged).toEqual(all);
    const newest = String(at((await read("activity?count=1")).json, "newest"));
    pass(120);
    const late = await user("late");
    await deliver();
    expect(refsOf((await read(`activity?since=${newest}`)).json)).toEqual([late.line?.ref, ...all]);
    pass(120);
    const after = await user("after");
    await deliver();
    const { json } = await read(`activity?since=${newest}&count=1`);
    expect(refsOf(json)).toEqual([after.line?.ref]);
    const later = String(at(json, "newest"));
    expect(refsOf((await read(`activity?since=${later}`)).json)).toEqual([after.line?.ref]);
  });

  test("ends at the first expired request, and passes over a damaged one, while both are still stored", async () => {
    const { database, user, lines, deliver, read } = await begun();
    const kept = [await user("ada"), await user("bob")].map(({ line }) => line);
    const [newer] = kept;
    for (let n = 0; n < 5; n += 1) lines.push({ ...newer, ts: `2026-02-0${n + 1}T00:00:00.000Z`, ref: `old${n}` });
    await deliver();
    const pk = journalKeys.entries(String(newer?.orgId) as OrgId, "done");
    const between = entryPlace(String(newer?.ts), "~damaged");
    await database.write([{ put: { ...keyItem({ pk, sk: between }), d: "broken", ttl: Date.now() } }]);
    const pages: string[][] = [];
    for (let next: Json | undefined = ""; next !== null && pages.length < 9; ) {
      const { json, cost } = await read(`activity?count=1${next === "" ? "" : `&after=${next}`}`);
      expect(Number(cost?.ddbCalls)).toBeLessThanOrEqual(8);
      pages.push(refsOf(json));
      next = at(json, "next");
    }
    expect(pages.flat()).toEqual(kept.map((line) => line?.ref).toReversed());
    expect(pages.length).toBeLessThanOrEqual(3);
  });

  test("is found by outcome, code, type, id, time and name, also of who was refused and never came to be", async () => {
    const { user, group, patch, pass, deliver, read } = await begun();
    const ada = await user("ada");
    const bob = await user("Bob", {});
    const team = await group("x".repeat(41));
    pass(60);
    const changed = await patch(`/Users/${ada.id}`, { op: "add", path: "title", value: "a" });
    await deliver();
    const found = async (query: string) => refsOf((await read(`activity?${query}`)).json);
    const [a, b, t, c] = [ada, bob, team, changed].map(({ line }) => String(line?.ref));
    expect(await found("outcome=refused")).toEqual([t, b]);
    expect(await found("outcome=done")).toEqual([c, a]);
    expect(await found("code=value.workEmail")).toEqual([b]);
    expect(await found("resource=group")).toEqual([t]);
    expect(await found(`id=${ada.id}`)).toEqual([c, a]);
    expect(await found("name=ADA")).toEqual([c, a]);
    expect(await found("name=bob")).toEqual([b]);
    expect(await found(`name=${"x".repeat(41)}`)).toEqual([t]);
    expect(await found("name=nobody")).toEqual([]);
    expect(await found(`from=${changed.line?.ts}`)).toEqual([c]);
    expect(await found(`to=${changed.line?.ts}`)).toEqual([t, b, a]);
    expect(await found("resource=user&outcome=done&count=1")).toEqual([c]);
  });

  test.each([
    ["after=x", "after must be the value of next"],
    ["since=1", "since must be the value of newest"],
    ["from=yesterday", "from must be a date and time"],
    ["to=2026-13-01T00:00:00Z", "to must be a date and time"],
    ["outcome=all", "outcome must be done, partly, refused or failed."],
    ["resource=team", "resource must be user or group."],
    ["id=ada", "id must be the id of a user or group."],
    ["count=0", "count is a whole number"],
  ])("refuses %s in words about it", async (query, says) => {
    const { target, org, headers } = await begun();
    const answer = await portalRequest(target, "GET", `/orgs/${org.slug}/activity?${query}`, { headers });
    const detail = expect.stringContaining(says);
    expect(answer).toMatchObject({ status: 400, json: { detail, code: expect.stringMatching(/^value\./) } });
  });

  test("of 10,000 requests a search looks at so many for each page, and comes to its end", async () => {
    const { lines, deliver, read } = await begun();
    const { json } = await read("overview");
    const orgId = String(at(json, "id"));
    const first = Date.parse("2026-02-28T00:00:00.000Z");
    for (let n = 0; n < 10_000; n += 1) {
      const ts = new Date(first + n).toISOString();
      const what = n % 4_000 === 7 ? { status: 400, detailCode: "value.size" } : { status: 201 };
      lines.push({
        type: "scim.request",
        ts,
        ref: `r${n}`,
        orgId,
        idp: "okta",
        method: "POST",
        op: "users.create",
        ...what,
      });
    }
    await deliver();
    const found: string[] = [];
    let path = "activity?resource=user&outcome=done&name=nobody";
    let pages = 0;
    for (let next: Json | undefined = ""; next !== null; pages += 1) {
      const page = await read(next === "" ? path : `${path}&after=${next}`);
      expect(Number(page.cost?.ddbCalls)).toBeLessThanOrEqual(15);
      expect(Number(page.cost?.rcu)).toBeLessThan(200);
      found.push(...refsOf(page.json));
      next = at(page.json, "next");
    }
    expect([found, pages]).toEqual([[], 3]);
    path = "activity?outcome=refused";
    expect(refsOf((await read(path)).json)).toEqual(["r8007", "r4007", "r7"]);
    const problems = await read("problems");
    expect(problems.json).toMatchObject({
      problems: [{ code: "value.size", requests: 3, people: 0 }],
      complete: true,
    });
    expect(Number(problems.cost?.ddbCalls)).toBeLessThanOrEqual(12);
  });
});

describe("problems", () => {
  test("are refusals by cause, with how many people and groups they affect, and are solved once each of these is written", async () => {
    const { user, group, patch, send, pass, deliver, read } = await begun();
    const ada = await user("ada");
    const team = await group("Engines");
    for (const name of ["bob", "bob", "eve.adams"]) await user(name, {});
    await patch(`/Users/${ada.id}`, { op: "replace", path: "userName", value: "other" });
    await user("ADA");
    await patch(`/Groups/${team.id}`, { op: "replace", path: "displayName", value: "y".repeat(41) });
    await patch(`/Groups/${team.id}`, { op: "add", path: "members", value: [{ value: STRANGER }] });
    await deliver();
    const { json } = await read("problems");
    expect(at(json, "complete")).toBe(true);
    const by = (some: Json | undefined, code: string) =>
      (at(some, "problems") as readonly JsonObject[]).find((problem) => problem.code === code);
    expect(at(json, "problems.0")).toMatchObject({
      code: "value.workEmail",
      rule: "workEmailRequired",
      requests: 3,
      people: 2,
      groups: 0,
      attributes: ["emails"],
      resourceIds: [],
      solved: false,
    });
    expect(by(json, "mutability.userName")).toMatchObject({
      people: 1,
      resourceIds: [ada.id],
      solved: false,
      status: 400,
    });
    expect(by(json, "uniqueness.userName")).toMatchObject({
      people: 1,
      resourceIds: [ada.id],
      solved: false,
      rule: null,
    });
    expect(by(json, "value.teamNameLength")).toMatchObject({ people: 0, groups: 1, resourceIds: [team.id] });
    expect(by(json, "value.unknownMembers")).toMatchObject({ groups: 1, rule: "unknownMembers", solved: false });
    expect(JSON.stringify(json)).not.toMatch(/yyyyy|other@|eve\.adams/);

    pass(60);
    await user("bob");
    await patch(`/Users/${ada.id}`, { op: "replace", path: "title", value: "b" });
    await patch(`/Groups/${team.id}`, { op: "add", path: "members", value: [{ value: ada.id }] });
    await deliver();
    const half = (await read("problems")).json;
    expect(by(half, "value.workEmail")).toMatchObject({ solved: false, requests: 3 });
    for (const code of ["mutability.userName", "uniqueness.userName", "value.teamNameLength", "value.unknownMembers"]) {
      expect([code, by(half, code)?.solved]).toEqual([code, true]);
    }
    await user("Eve.Adams");
    await deliver();
    expect(by((await read("problems")).json, "value.workEmail")).toMatchObject({ solved: true });
    expect((await send("DELETE", `/Users/${ada.id}`)).status).toBe(204);
    const from = new Date(Date.parse(String(at(json, "problems.0.last"))) + 30_000).toISOString();
    await deliver();
    expect((await read(`problems?from=${from}`)).json).toEqual({ problems: [], complete: true });
  });

  test("of a state of the org are solved by the next answer, and those of a bulk request have its codes", async () => {
    const { target, org, send, pass, deliver, read } = await begun();
    await target.admin("POST", `/orgs/${org.slug}/pause`, { reason: "merger" });
    await send("GET", "/Users");
    const bulk = (path: string, data: JsonObject) => ({ method: "POST", path, bulkId: path, data });
    await target.admin("DELETE", `/orgs/${org.slug}/pause`);
    const operations = [
      bulk("/Users", { schemas: [USER_SCHEMA], userName: "a" }),
      bulk("/Groups", { schemas: [GROUP_SCHEMA], displayName: "b" }),
    ];
    await send("POST", "/Bulk", {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
      Operations: operations,
    });
    await deliver();
    const { json } = await read("problems");
    expect(at(json, "problems")).toMatchObject([
      { code: "value.workEmail", status: 200, requests: 1, people: 0, attributes: ["emails"], solved: false },
      { code: "org.paused", status: 403, requests: 1, solved: true },
    ]);
    expect(at((await read("activity")).json, "entries.0")).toMatchObject({
      op: "bulk.run",
      outcome: "partly",
      code: "value.workEmail",
      operations: { done: 1, refused: 1, codes: { "value.workEmail": 1 } },
    });
    expect(refsOf((await read("activity?code=value.workEmail")).json)).toHaveLength(1);
    // What every object has is no code.
    expect(refsOf((await read("activity?code=constructor")).json)).toEqual([]);
    pass(1);
  });

  test("name the rules that the catalogue of errors names", () => {
    const named = Object.entries(HELP).map(([code, help]) => [code, "rule" in help ? help.rule : undefined] as const);
    // Rules about tokens refuse the operator, not an identity provider.
    const asked = named
      .filter(([, rule]) => rule !== "liveTokens")
      .filter(([code]) => !code.includes("adoptionPreview"));
    expect(asked.filter(([code, rule]) => ruleOfCode(code) !== rule && !isOperators(code))).toEqual([]);
  });
});

/** Codes of the admin and directory APIs, which no identity provider meets. */
function isOperators(code: string): boolean {
  const [family, name = ""] = code.split(".");
  return family === "conflict" && name !== "adoption";
}

test("health adds up requests by the hour, and names what somebody should look at", async () => {
  const { target, org, user, group, send, pass, lines, deliver, read } = await begun();
  await target.admin("POST", `/orgs/${org.slug}/tokens/rotate`, { overlapSeconds: 3600 });
  await user("ada");
  await group("Engines", [STRANGER, `u${"1".repeat(22)}`]);
  await user("bob", {});
  pass(2_700);
  for (let n = 0; n < 4; n += 1) await send("GET", "/Users");
  const orgId = lines.findLast(({ orgId }) => orgId !== undefined)?.orgId;
  const massChange = { type: "org.massChange", orgId, ref: "a", kind: "users", lost: 30, roster: 90 };
  lines.push({ ...massChange, ts: "2026-03-01T00:30:00.000Z" });
  const skipped = lines.find(({ op }) => op === "groups.create");
  await deliver();
  const { json, cost } = await read("health");
  expect((at(json, "hours") as readonly JsonObject[]).slice(-2)).toEqual([
    { hour: "2026-03-01T00:00:00.000Z", reads: 0, writes: 2, refused: 1, failed: 0 },
    { hour: "2026-03-01T01:00:00.000Z", reads: 4, writes: 0, refused: 0, failed: 0 },
  ]);
  expect(json).toMatchObject({
    skippedMembers: 2,
    skippedIn: [skipped?.ref],
    massChanges: [{ at: "2026-03-01T00:30:00.000Z", kind: "users", count: 30, ofUsers: 90 }],
    expiring: [{ kind: "token", expiresAt: expect.stringMatching(/^2026-03-01T01:2/) }],
  });
  expect(Number(cost?.ddbCalls)).toBeLessThanOrEqual(6);
});

test("the journal of another org is nobody's: 404, as if there were none", async () => {
  const first = await begun();
  const second = await first.target.org();
  await second.request({ method: "GET", path: "/Users" });
  await first.deliver();
  for (const path of ["contact", "activity", "problems", "health"]) {
    const { target, headers } = first;
    expect(await portalRequest(target, "GET", `/orgs/${second.slug}/${path}`, { headers })).toMatchObject({
      status: 404,
    });
  }
  expect(at((await first.read("activity")).json, "entries")).toEqual([]);
});
