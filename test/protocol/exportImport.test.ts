import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { exportCommand } from "../../bin/rollcall/exportCommand.ts";
import { importCommand } from "../../bin/rollcall/importCommand.ts";
import { orgCommands } from "../../bin/rollcall/orgCommands.ts";
import { orgLifeCommands } from "../../bin/rollcall/orgLifeCommands.ts";
import { Refused } from "../../bin/rollcall/refused.ts";
import type { AdminEndpoint } from "../../functions/http/signed/admin.ts";
import { ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from "../../functions/scim/schema.ts";
import type { Store } from "../../functions/store/session.ts";
import { type Ask, documented } from "../support/documented.ts";
import { newFolder } from "../support/folders.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { expectStatus } from "../support/org.ts";
import { rollcallOver } from "../support/rollcallOver.ts";
import { type FreshStore, type Running, STORE_KINDS } from "../support/storeKinds.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at, type Tenant } from "../support/wire.ts";

const COMMANDS = [...orgCommands, ...orgLifeCommands, exportCommand, importCommand];

describe.each(STORE_KINDS)("an export and its import in $kind", ({ kind, start }) => {
  let folder: string;
  let running: Running;
  let fresh: FreshStore;
  let store: Store;
  let endpoint: AdminEndpoint;
  let target: Target;
  let ask: Ask;
  let clock: number;
  let next = 0;

  beforeAll(async () => {
    folder = newFolder();
    running = await start();
  });
  // What a store promises is asked of all that it holds: none holds what the test before it made.
  beforeEach(async () => {
    fresh = await running.fresh();
    ({ store } = fresh);
    // No two moments are the same: what was made after an export began is later than its beginning.
    clock = Date.now();
    endpoint = { ...testEndpoint(store), now: () => ++clock };
    target = inProcessTarget(kind, endpoint, 100);
    ask = documented(store, [], "admin", endpoint.now);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await running.stop();
  });

  function newFile(): string {
    next += 1;
    return join(folder, `export-${next}.ndjson`);
  }

  async function paused(): Promise<string> {
    next += 1;
    const org = `target-${next}`;
    expect((await ask("POST", "orgs", { org })).status).toBe(201);
    expect((await ask("POST", `orgs/${org}/pause`, { reason: "import" })).status).toBe(200);
    return org;
  }

  const rollcall = (...words: readonly string[]) => rollcallOver(endpoint, COMMANDS)(...words);

  async function exported(org: string): Promise<string> {
    const file = newFile();
    expect(await rollcall("export", org, "--out", file)).toMatchObject({ code: 0 });
    return file;
  }

  /** What says the same of two orgs: all but where it comes from and when. */
  function contentOf(file: string): unknown[] {
    return readFileSync(file, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => {
        const { org: _org, exportedAt: _exportedAt, ...rest } = JSON.parse(line);
        return rest;
      });
  }

  async function user(tenant: Tenant, userName: string, more: object = {}): Promise<string> {
    const emails = [{ type: "work", primary: true, value: `${userName}@acme.example` }];
    const body = { schemas: [USER_SCHEMA], userName, emails, active: true, ...more };
    return String(at(expectStatus(await tenant.request({ method: "POST", path: "/Users", body }), 201).json, "id"));
  }

  async function group(tenant: Tenant, displayName: string, members: readonly string[]): Promise<string> {
    const body = { schemas: [GROUP_SCHEMA], displayName, members: members.map((value) => ({ value })) };
    return String(at(expectStatus(await tenant.request({ method: "POST", path: "/Groups", body }), 201).json, "id"));
  }

  async function patch(tenant: Tenant, path: string, op: object): Promise<void> {
    const body = { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: [op] };
    expect((await tenant.request({ method: "PATCH", path, body })).status).toBeLessThan(300);
  }

  /** A bit of everything that an org can hold. */
  async function fullOrg(people = 120) {
    const tenant = await target.org({ preset: "open", changed: { teamNameMaxLength: 100 } });
    const { slug } = tenant;
    const ada = await user(tenant, "Ada@acme.example", {
      externalId: "ext ✓",
      name: { givenName: "Ädä", familyName: 'L"ove\\lace' },
      [ENTERPRISE_SCHEMA]: { department: "R&D", manager: { value: "26118915-6090-4610-87e4-49d8ca9f808d" } },
    });
    const bob = await user(tenant, "bob", { active: false });
    await patch(tenant, `/Users/${ada}`, { op: "replace", path: "title", value: "Countess" });
    await patch(tenant, `/Users/${ada}`, { op: "replace", path: "title", value: "Countess of Lovelace" });
    const crowd = await Promise.all(Array.from({ length: people }, (_, n) => user(tenant, `crowd${n}`)));
    const gone = await user(tenant, "gone");
    const crew = await group(tenant, "Crew", [ada, bob, gone]);
    await group(tenant, "Everybody", crowd);
    await group(tenant, "Nested", [crew, ada]);
    await group(tenant, "Empty", []);
    expectStatus(await tenant.request({ method: "DELETE", path: `/Users/${gone}` }), 204);
    const directory = `/orgs/${slug}`;
    const own = expectStatus(
      await target.directory("POST", `${directory}/users`, { userName: "Ada@acme.example" }),
      201,
    );
    const team = expectStatus(await target.directory("POST", `${directory}/teams`, { displayName: "Crew" }), 201);
    for (const id of [at(own.json, "id"), ada]) {
      expectStatus(await target.directory("PUT", `${directory}/teams/${at(team.json, "id")}/members/${id}`), 200);
    }
    for (const [id, applicationId] of [
      [ada, 'app "ada"'],
      [at(own.json, "id"), "app-own"],
      [bob, "app-bob"],
    ]) {
      expectStatus(await target.directory("PUT", `${directory}/users/${id}/link`, { applicationId }), 200);
    }
    expectStatus(await target.directory("DELETE", `${directory}/users/${bob}/link`), 200);
    expectStatus(await target.admin("POST", `/orgs/${slug}/protected/${ada}`), 200);
    const settings = { displayName: "Acme, Inc.", sso: { url: "https://sso.acme.example", entityId: "urn:acme" } };
    expectStatus(await target.admin("PATCH", `/orgs/${slug}`, settings), 200);
    return { tenant, slug, ada, bob, own: at(own.json, "id"), crew };
  }

  test("gives another org the same users, groups, members, versions and settings, and a second export says so", async () => {
    const { tenant, slug, ada, bob, own } = await fullOrg();
    const file = await exported(slug);
    const text = readFileSync(file, "utf8");
    const lines = contentOf(file);
    expect(lines[0]).toMatchObject({
      type: "rollcall-export",
      formatVersion: 1,
      settings: { displayName: "Acme, Inc." },
    });
    expect(lines.at(-1)).toEqual({
      type: "end",
      counts: {
        managed: { users: 122, groups: 4, memberships: 124 },
        unmanaged: { users: 1, groups: 1, memberships: 2 },
      },
      changedMeanwhile: 0,
    });
    const links = (JSON.parse(`[${text.trimEnd().replaceAll("\n", ",")}]`) as { id?: string; link?: object }[]).flatMap(
      ({ id, link }) => (link === undefined ? [] : [[id, link] as const]),
    );
    expect(new Map(links)).toEqual(
      new Map<unknown, unknown>([
        [ada, { applicationId: 'app "ada"', version: 1 }],
        [bob, { applicationId: null, version: 2 }],
        [own, { applicationId: "app-own", version: 1 }],
      ]),
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    for (const secret of [tenant.token, tenant.token.slice(0, 20), '"hash"', "tokenEpoch"])
      expect(text).not.toContain(secret);

    const org = await paused();
    const imported = await rollcall("import", org, file);
    expect(imported).toMatchObject({ code: 0, out: expect.stringContaining(`${org} is as ${slug} was`) });
    expect(contentOf(await exported(org))).toEqual(lines);
    const { id } = (await ask("GET", `orgs/${org}`)).json;
    expect(await fresh.broken(String(id))).toEqual([]);

    expect(await rollcall("org", "resume", org)).toMatchObject({ code: 0 });
    const linked = await target.directory("GET", `/orgs/${org}/access?applicationId=app%20%22ada%22`);
    expect(at(linked.json, "user.id")).toBe(ada);
    const made = expectStatus(await target.admin("POST", `/orgs/${org}/tokens`, {}), 201);
    const bearer = { Authorization: `Bearer ${at(made.json, "secretToken")}` };
    const scim = (method: string, path: string, body?: unknown) =>
      target.transport({
        method,
        target: `/scim/v2/${org}${path}`,
        headers: { ...bearer, "Content-Type": "application/scim+json" },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
    const before = await tenant.request({ method: "GET", path: `/Users/${ada}` });
    const after = await scim("GET", `/Users/${ada}`);
    expect(after.text.replaceAll(`/${org}/`, `/${slug}/`)).toBe(before.text);
    expect(after.headers.etag).toBe('W/"3"');
    const taken = { schemas: [USER_SCHEMA], userName: "ADA@acme.example", emails: [{ value: "x@y.example" }] };
    expect((await scim("POST", "/Users", taken)).status).toBe(409);
    expect(at((await scim("GET", "/Users?count=0")).json, "totalResults")).toBe(122);
    expect((await scim("DELETE", `/Users/${ada}`)).status).toBe(403);
  });

  test("takes all that an org can hold: a group in itself, groups in a circle, and names from before groupNameUnique", async () => {
    const tenant = await target.org({ preset: "open", changed: { groupNameUnique: false } });
    const circle = await group(tenant, "Twins", []);
    const twin = await group(tenant, "twins", [circle]);
    await patch(tenant, `/Groups/${circle}`, {
      op: "add",
      path: "members",
      value: [{ value: circle }, { value: twin }],
    });
    expectStatus(await target.admin("PATCH", `/orgs/${tenant.slug}`, { changedRules: { groupNameUnique: true } }), 200);
    const file = await exported(tenant.slug);
    const org = await paused();
    expect(await rollcall("import", org, file)).toMatchObject({ code: 0 });
    expect(contentOf(await exported(org))).toEqual(contentOf(file));
    const { id } = (await ask("GET", `orgs/${org}`)).json;
    expect(await fresh.broken(String(id))).toEqual([]);
  });

  test("writes a group of more members than a line holds, between small ones", async () => {
    const id = (letter: string, n: number) => letter + String(n).padStart(22, "0");
    const users = Array.from({ length: 1_001 }, (_, n) => id("u", n));
    const time = "2026-01-02T03:04:05.678Z";
    const line = (type: "user" | "group", own: string, attributes: object) => {
      return { type, side: "managed", id: own, version: 1, created: time, lastModified: time, attributes };
    };
    const members = (n: number, ids: string[]) => ({ type: "members", side: "managed", group: id("g", n), ids });
    const [header] = contentOf(await exported((await target.org()).slug));
    const none = { users: 0, groups: 0, memberships: 0 };
    const lines = [
      { ...(header as object), org: "large", exportedAt: time },
      ...users.map((own) => line("user", own, { schemas: [USER_SCHEMA], userName: own })),
      ...[0, 1, 2].map((n) => line("group", id("g", n), { schemas: [GROUP_SCHEMA], displayName: `Group ${n}` })),
      members(0, users.slice(0, 1)),
      members(1, users.slice(0, 1_000)),
      members(1, users.slice(1_000)),
      members(2, users.slice(7, 9)),
      {
        type: "end",
        counts: { managed: { users: 1_001, groups: 3, memberships: 1_004 }, unmanaged: none },
        changedMeanwhile: 0,
      },
    ];
    const file = newFile();
    writeFileSync(file, lines.map((one) => `${JSON.stringify(one)}\n`).join(""));
    const org = await paused();
    expect(await rollcall("import", org, file)).toMatchObject({ code: 0 });
    expect(contentOf(await exported(org))).toEqual(contentOf(file));
  });

  test("goes on with the same file wherever it was broken off, and is nobody's org meanwhile", async () => {
    const { slug } = await fullOrg(3);
    const file = await exported(slug);
    const lines = contentOf(file);
    const requests: string[] = [];
    await rollcallOver(endpoint, COMMANDS, (path) => {
      requests.push(path);
    })("import", await paused(), file);
    expect(requests.some((path) => path.endsWith("import/lines"))).toBe(true);
    for (const [stop] of requests.entries()) {
      const org = await paused();
      let sent = 0;
      const broken = await rollcallOver(endpoint, COMMANDS, () => {
        if (sent++ === stop) throw new Refused("The line is dead.");
      })("import", org, file);
      expect(broken).toMatchObject({ code: 1, err: expect.stringContaining("The line is dead.") });
      const { id } = (await ask("GET", `orgs/${org}`)).json;
      expect(await fresh.broken(String(id))).toEqual([]);
      const begun = (await ask("GET", `orgs/${org}/data/import`)).json.import !== null;
      expect((await ask("DELETE", `orgs/${org}/pause`)).status).toBe(begun ? 409 : 200);
      if (!begun) expect((await ask("POST", `orgs/${org}/pause`, { reason: "import" })).status).toBe(200);
      for (const path of ["/users", "/access?userName=bob", "/teams"]) {
        expect((await target.directory("GET", `/orgs/${org}${path}`)).status).toBe(begun ? 503 : 200);
      }
      expect(await rollcall("import", org, file)).toMatchObject({ code: 0 });
      expect(contentOf(await exported(org))).toEqual(lines);
      expect(await fresh.broken(String(id))).toEqual([]);
    }
  });

  test("is refused by an org that is not paused, has or had users, or took another file", async () => {
    const { slug } = await fullOrg(3);
    const file = await exported(slug);
    const refusal = async (org: string, reason: string): Promise<void> => {
      expect(await rollcall("import", org, file)).toMatchObject({ code: 1, err: expect.stringContaining(reason) });
    };
    await refusal("nobody", "No organization has this login name");
    const open = await paused();
    await ask("DELETE", `orgs/${open}/pause`);
    await refusal(open, "is not paused");
    await ask("POST", `orgs/${slug}/pause`, { reason: "import" });
    await refusal(slug, "has users or teams, or had some");

    const used = await target.org({ preset: "open" });
    const only = await user(used, "only");
    await used.request({ method: "DELETE", path: `/Users/${only}` });
    await ask("POST", `orgs/${used.slug}/pause`, { reason: "import" });
    await refusal(used.slug, "has users or teams, or had some");

    const org = await paused();
    const other = newFile();
    writeFileSync(other, readFileSync(file, "utf8").replace("Acme, Inc.", "Acme Ltd."));
    expect(await rollcall("import", org, other)).toMatchObject({ code: 0 });
    await refusal(org, "Another file was imported");
    expect(await rollcall("import", org, other)).toMatchObject({
      code: 0,
      out: expect.stringContaining("was imported into"),
    });
    await ask("POST", `orgs/${open}/deletion`, { reason: "over" });
    await ask("POST", `orgs/${open}/pause`, { reason: "import" });
    await refusal(open, "scheduled for deletion");
  });

  test("is tried without a trace by a dry run, and writes over no file", async () => {
    const { slug } = await fullOrg(3);
    const file = await exported(slug);
    const org = await paused();
    const dry = await rollcall("import", org, file, "--dry-run");
    expect(dry).toMatchObject({ code: 0, out: expect.stringContaining("The file is good") });
    expect((await ask("GET", `orgs/${org}/data/import`)).json).toEqual({ paused: true, untouched: true, import: null });
    expect((await ask("GET", `orgs/${org}`)).json.displayName).toBe(org);
    expect(await rollcall("export", slug, "--out", file)).toMatchObject({
      code: 1,
      err: expect.stringContaining("exists"),
    });
    expect(await rollcall("export", "nobody", "--out", newFile())).toMatchObject({ code: 1 });
    expect(await rollcall("import", org, join(folder, "none"))).toMatchObject({
      code: 1,
      err: expect.stringContaining("cannot be read"),
    });
  });

  test("holds whom a clock that was years ahead dated", async () => {
    const tenant = await target.org();
    clock += 3_650 * 86_400_000;
    const ada = await user(tenant, "ada");
    await group(tenant, "Crew", [ada]);
    clock -= 3_650 * 86_400_000;
    const file = await exported(tenant.slug);
    expect(contentOf(file).at(-1)).toMatchObject({
      counts: { managed: { users: 1, groups: 1, memberships: 1 } },
      changedMeanwhile: 0,
    });
    const org = await paused();
    expect(await rollcall("import", org, file)).toMatchObject({ code: 0 });
    expect(contentOf(await exported(org)).slice(1)).toEqual(contentOf(file).slice(1));
  });

  test("holds no member that is not in it, whatever changes while it is written", async () => {
    const { tenant, slug, crew, ada } = await fullOrg(3);
    const file = newFile();
    let step = 0;
    const meanwhile = rollcallOver(endpoint, COMMANDS, async (path) => {
      if (!path.includes("/data/export/managed/")) return;
      step += 1;
      const late = await user(tenant, `late${step}`);
      await group(tenant, `Late ${step}`, [late, ada]);
      await patch(tenant, `/Groups/${crew}`, { op: "add", path: "members", value: [{ value: late }] });
      await patch(tenant, `/Users/${ada}`, { op: "replace", path: "title", value: `Countess ${step}` });
      if (step === 3) expectStatus(await tenant.request({ method: "DELETE", path: `/Users/${ada}` }), 403);
    });
    const done = await meanwhile("export", slug, "--out", file);
    expect(done).toMatchObject({ code: 0, err: expect.stringContaining("changed while they were exported") });
    expect(step).toBe(3);
    expect(readFileSync(file, "utf8")).not.toContain("late1");
    const org = await paused();
    expect(await rollcall("import", org, file)).toMatchObject({ code: 0 });
    expect(contentOf(await exported(org)).slice(0, -1)).toEqual(contentOf(file).slice(0, -1));
  });
});
