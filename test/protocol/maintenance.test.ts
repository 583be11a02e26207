import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { maintenanceRoutes } from "../../functions/http/generated/maintenance.js";
import type { JsonObject } from "../../functions/scim/json.ts";
import type { OrgId } from "../../functions/store/keys.ts";
import type { Store } from "../../functions/store/session.ts";
import { type Ask, documented } from "../support/documented.ts";
import { groupWrite, idOf, makeGroup, makeUser, makeUsers, STAMP } from "../support/records.ts";
import { type Running, STORE_KINDS } from "../support/storeKinds.ts";

test("every route is below the one path that leads to this function", () => {
  for (const { path } of Object.values(maintenanceRoutes)) expect(path).toMatch(/^orgs\/\{org\}\/data\/./);
});

describe.each(STORE_KINDS)("an org's data in $kind", ({ kind, start }) => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  let running: Running;
  let store: Store;
  let ask: Ask;

  beforeAll(async () => {
    running = await start();
    ({ store } = await running.fresh());
    ask = documented(store, lines);
  });
  afterAll(() => running.stop());

  async function newOrg(org: string): Promise<OrgId> {
    const made = await ask("POST", "orgs", { org, admins: ["1", "2"] });
    return String(made.json.id) as OrgId;
  }

  test("is counted on both sides", async () => {
    const id = await newOrg("counted");
    const session = store.begin();
    const users = await makeUsers(session.directory(id).users, 3);
    await makeGroup(session.directory(id).groups, 1, [String(users[0]?.id)]);
    await makeUsers(session.unmanaged(id).users, 2, 100);
    expect(await ask("GET", "orgs/counted/data/totals")).toEqual({
      status: 200,
      json: { managed: { users: 3, groups: 1 }, unmanaged: { users: 2, groups: 0 } },
    });
    expect(lines.at(-1)).toMatchObject({
      type: "maintenance.request",
      op: "data.getTotals",
      org: "counted",
      status: 200,
    });
  });

  test("tells what is open on either side: deletions to be swept and groups being made", async () => {
    const id = await newOrg("open");
    const { users } = store.begin().directory(id);
    await users.delete(await makeUser(users, 50), STAMP);
    const creation = { reference: "request-1", until: STAMP.at };
    await store.begin().unmanaged(id).groups.create(idOf("g", 51), groupWrite("crew"), [], STAMP, creation);
    const jobs = async (side: string, kind: string) => (await ask("GET", `orgs/open/data/jobs/${side}/${kind}`)).json;
    expect(await jobs("managed", "deletions")).toEqual({ jobs: [{ id: idOf("u", 50), at: STAMP.at, swept: false }] });
    expect(await jobs("unmanaged", "deletions")).toEqual({ jobs: [] });
    expect(await jobs("managed", "begun")).toEqual({ jobs: [] });
    expect(await jobs("unmanaged", "begun")).toEqual({
      jobs: [{ kind: "birth", id: idOf("g", 51), since: STAMP.at }],
    });
    expect((await ask("GET", "orgs/open/data/jobs/other/begun")).status).toBe(404);
    expect((await ask("GET", "orgs/open/data/jobs/managed/begun?after=x")).status).toBe(400);
  });

  test("is swept behind deletions when somebody asks, and the line says how many", async () => {
    const id = await newOrg("swept");
    const { users, groups, memberships } = store.begin().directory(id);
    const old = await makeUser(users, 60);
    const young = await makeUser(users, 61);
    const group = await makeGroup(groups, 60, [old.id, young.id]);
    await users.delete(old, STAMP);
    await users.delete(young, { ...STAMP, at: new Date().toISOString() });
    const sweep = (body: JsonObject, side = "managed") => ask("POST", `orgs/swept/data/jobs/${side}/deletions`, body);
    expect(await sweep({})).toEqual({ status: 200, json: { done: 1, again: 1, left: [] } });
    expect(lines.at(-1)).toMatchObject({ op: "data.sweepDeletions", org: "swept", swept: 2, left: 0, done: true });
    expect(await memberships.stored(group.id)).toEqual([]);
    expect(await sweep({ after: "" })).toEqual({ status: 200, json: { done: 0, again: 1, left: [] } });
    expect(await sweep({ after: young.id })).toEqual({ status: 200, json: { done: 0, again: 0, left: [] } });
    expect(await sweep({}, "unmanaged")).toEqual({ status: 200, json: { done: 0, again: 0, left: [] } });
    expect((await sweep({}, "other")).status).toBe(404);
    expect((await sweep({ after: "x" })).status).toBe(400);
    expect((await sweep({ id: old.id })).status).toBe(400);
    expect((await ask("POST", "orgs/nobody/data/jobs/managed/deletions", {})).status).toBe(404);
  });

  test("is inspected step by step, says what that cost, and nothing but ids", async () => {
    const id = await newOrg("inspected");
    const { users, groups } = store.begin().directory(id);
    const write = (userName: string) => ({
      attributes: JSON.stringify({ userName }),
      keys: { name: userName, externalId: undefined, values: [] },
    });
    const ada = await makeUser(users, 1, write("ada"));
    const named = { attributes: '{"displayName":"crew"}', keys: { name: "crew", externalId: undefined, values: [] } };
    await makeGroup(groups, 1, [ada.id], { ...named, nameUnique: true });
    const sound = await ask("POST", "orgs/inspected/data/fsck", {});
    expect(sound).toMatchObject({ status: 200, json: { findings: [], unsettled: [] } });
    expect(sound.json.next).toBeUndefined();
    expect(sound.json.examined).toBeGreaterThanOrEqual(2);
    // Filed under a name that its attributes do not give: a mistake that a store lets its caller make.
    await makeUser(users, 2, { ...write("eva.one"), attributes: '{"userName":"zoe.two"}' });
    const broken = await ask("POST", "orgs/inspected/data/fsck", { repair: true });
    const finding = { code: "user.keys", weight: "broken", side: "managed", ids: [idOf("u", 2)], repair: "none" };
    expect(broken.json.findings).toEqual([expect.objectContaining(finding)]);
    expect(JSON.stringify(broken.json)).not.toMatch(/eva\.one|zoe\.two/);
    const line = {
      type: "maintenance.request",
      op: "data.inspectOrg",
      org: "inspected",
      found: 1,
      repaired: 0,
      done: true,
    };
    expect(lines.at(-1)).toMatchObject(line);
  });

  test("is inspected in each step for as long as the endpoint's clock allows", async () => {
    await newOrg("timed");
    const slow = documented(store, lines, "admin", () => Date.now() - 120_000);
    const { status, json } = await slow("POST", "orgs/timed/data/fsck", {});
    expect([status, typeof json.next]).toEqual([200, "string"]);
    expect((await ask("POST", "orgs/timed/data/fsck", { from: String(json.next) })).json.next).toBeUndefined();
  });

  test("is not inspected from a place that is none, nor while it is purged", async () => {
    await newOrg("refused");
    const elsewhere = Buffer.from("[]").toString("base64url");
    const wrong = await ask("POST", "orgs/refused/data/fsck", { repair: 1 } as unknown as { repair: boolean });
    expect(wrong.status).toBe(400);
    if (kind !== "memory") {
      expect((await ask("POST", "orgs/refused/data/fsck", { from: elsewhere })).json.detail).toMatch(
        /next in the earlier step/,
      );
    }
    expect((await ask("POST", "orgs/nobody/data/fsck", {})).status).toBe(404);
    await ask("POST", "orgs/refused/deletion", { reason: "contract ended" });
    expect((await ask("POST", "orgs/refused/data/fsck", {})).status).toBe(200);
    const later = documented(store, lines, "admin", () => Date.now() + 120_000);
    await later("POST", "orgs/refused/purge", { confirm: "refused" });
    const purging = await ask("POST", "orgs/refused/data/fsck", {});
    expect([404, 409]).toContain(purging.status);
  });

  test("of an org that does not exist is 404, and an unknown path or method is said to be one", async () => {
    await newOrg("known");
    expect((await ask("GET", "orgs/nobody/data/totals")).status).toBe(404);
    expect((await ask("GET", "orgs/known/data/nothing")).json.detail).toMatch(/has no such path/);
    expect((await ask("POST", "orgs/known/data/totals", {})).json.detail).toMatch(/takes only GET/);
  });

  test("is shown to nobody without a verified signature", async () => {
    await newOrg("unsigned");
    expect((await ask("GET", "orgs/unsigned/data/totals", undefined, { userArn: "" })).status).toBe(403);
  });
});
