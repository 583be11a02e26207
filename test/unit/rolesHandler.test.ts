import { afterAll, expect, test } from "@jest/globals";
import { rolesHandler } from "../../functions/http/roles.ts";
import { runRoles } from "../../functions/provisioning/roles/runRoles.ts";
import { Database } from "../../functions/store/database.ts";
import { LISTED_AT_MOST } from "../../functions/store/groupLists.ts";
import { OrgKeys, settingsKeys } from "../../functions/store/keys.ts";
import { newWriteId } from "../../functions/store/resourceItems.ts";
import { AssignedRoleStore } from "../../functions/store/roles/assigned.ts";
import { roleKeys } from "../../functions/store/roles/roleKeys.ts";
import type { Role, TeamMapping } from "../../functions/store/roles/roleRecords.ts";
import { RoleWork } from "../../functions/store/roles/roleWork.ts";
import { createStore } from "../../functions/store/session.ts";
import { orgItem } from "../../functions/store/settings.ts";
import { type Key, TableBusy } from "../../functions/store/table.ts";
import { accessTo, localTable } from "../support/localStore.ts";
import { assertSeenLines, checkLogLine } from "../support/logLines.ts";
import { ACME, idOf, makeGroup, makeUser, OTHER, orgRecord, present, STAMP, userWrite } from "../support/records.ts";
import { putRoles, role } from "../support/roles.ts";
import { tableAround } from "../support/tableAround.ts";

const CONTEXT = { awsRequestId: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", getRemainingTimeInMillis: () => 60_000 };

afterAll(assertSeenLines);

async function deployment(around: Parameters<typeof tableAround>[1] = (send) => send()) {
  const table = localTable();
  const access = accessTo(table);
  const database = new Database(access);
  const lines: Record<string, unknown>[] = [];
  const log = (line: Readonly<Record<string, unknown>>) => {
    checkLogLine(line);
    lines.push({ ...line });
  };
  const store = createStore(tableAround(table, around), { wait: async () => undefined });
  const handler = rolesHandler({ store, now: Date.now, log, version: "test", initMs: 1 });
  for (const id of [ACME, OTHER]) {
    await database.write([{ put: orgItem(orgRecord(id, id.toLowerCase()), newWriteId(STAMP)) }]);
  }
  const quiet = createStore(table).begin();
  const [theirs, ours] = [quiet.directory(ACME), quiet.unmanaged(ACME)];
  const work = new RoleWork(database);
  return {
    table,
    database,
    work,
    lines,
    theirs,
    ours,
    user: async (n: number, active = true) => {
      const attributes = JSON.stringify({ userName: `user${n}`, active });
      return (await makeUser(theirs.users, n, { ...userWrite(`user${n}`), attributes })).id;
    },
    map: (roles: readonly Role[], mappings: readonly TeamMapping[]) => putRoles(access, ACME, roles, { mappings }),
    run: async () => {
      lines.length = 0;
      return handler(undefined, CONTEXT);
    },
    rolesOf: async (id: string) => {
      const found = await new AssignedRoleStore(database, ACME).ofUsers([id]);
      return found.get(id)?.roles.map(({ key }) => key);
    },
  };
}

test("a run that finds nothing to do says nothing", async () => {
  const { run, lines } = await deployment();
  expect(await run()).toBe("done");
  expect(lines).toEqual([]);
});

test("who cannot be computed is reported with each run and waits, and the others go on", async () => {
  const { database, work, lines, user, map, run, rolesOf } = await deployment();
  const [ada, ben] = [await user(1), await user(2)];
  await map([role("viewer", { default: true })], []);
  const broken = { update: new OrgKeys(ACME).resource(ada), set: { d: "broken" } };
  await database.write([broken]);
  await work.walk(ACME, STAMP);
  for (const _ of [1, 2]) {
    expect(await run()).toBe("done");
    expect(lines).toMatchObject([
      { type: "roles.run", level: "ERROR", failed: 1, orgId: ACME, resourceId: ada, RolesFailed: 1, done: true },
    ]);
    // As old as the change that led to it.
    expect(Number(lines[0]?.RolesLateness)).toBeGreaterThan(900);
    expect(JSON.stringify(lines)).not.toContain("broken");
  }
  expect(await rolesOf(ben)).toEqual(["viewer"]);
  expect((await work.of(ACME, 10)).marks).toMatchObject([{ userId: ada }]);
});

test("an entry of the work that somebody damaged is reported, keeps nobody else waiting, and goes with its org", async () => {
  const { database, work, lines, user, map, run, rolesOf } = await deployment();
  const users = await Promise.all(Array.from({ length: 120 }, (_, n) => user(n)));
  await map([role("viewer", { default: true })], []);
  await work.mark(ACME, users, STAMP);
  const damage = (key: Key) => database.write([{ update: key, set: { lr: "broken" } }]);
  const inOrder = users.toSorted();
  for (const id of inOrder.slice(0, 60)) await damage(roleKeys.mark(ACME, id));
  await damage(roleKeys.walk(ACME));
  expect(await run()).toBe("done");
  expect(lines).toMatchObject([{ type: "roles.run", level: "ERROR", orgId: ACME, looked: 60, done: true }]);
  expect(await rolesOf(present(inOrder.at(-1)))).toEqual(["viewer"]);
  await database.write([{ delete: settingsKeys.org(ACME) }]);
  await run();
  expect(await work.orgs()).toEqual([]);
  await run();
  expect(lines).toEqual([]);
});

test("a table that is busy ends the run of an org, which the next one does", async () => {
  let busy = true;
  const { work, lines, user, map, run, rolesOf } = await deployment((send, kind) => {
    if (busy && kind !== "read") throw new TableBusy("exhausted");
    return send();
  });
  const ada = await user(1);
  await map([role("viewer", { default: true })], []);
  await work.walk(ACME, STAMP);
  await run();
  expect(lines).toMatchObject([{ type: "roles.run", level: "ERROR", orgId: ACME, cause: { name: "StoreBusy" } }]);
  busy = false;
  await run();
  expect(lines).toMatchObject([{ level: "INFO", orgs: 1, looked: 1, rolesChanged: 1, walks: 1 }]);
  expect(await rolesOf(ada)).toEqual(["viewer"]);
});

test("of an org that is to be deleted nothing is written, and of one that is gone the work goes", async () => {
  const { database, work, user, map, run, rolesOf } = await deployment();
  const ada = await user(1);
  await map([role("viewer", { default: true })], []);
  await work.mark(ACME, [ada], STAMP);
  const deletion = { since: STAMP.at, reason: "gone" };
  await database.write([{ put: orgItem(orgRecord(ACME, "acme", { deletion, roles: 1 }), newWriteId(STAMP)) }]);
  await run();
  expect(await rolesOf(ada)).toBeUndefined();
  expect(await work.orgs()).toEqual([ACME]);
  await database.write([{ delete: settingsKeys.org(ACME) }]);
  await work.walk(ACME, STAMP);
  await run();
  expect(await rolesOf(ada)).toBeUndefined();
  expect(await work.orgs()).toEqual([]);
});

test("somebody in more teams than a list takes, and in teams of the application, has the roles of all of them", async () => {
  const { theirs, ours, work, user, map, run, rolesOf } = await deployment();
  const ada = await user(1);
  await theirs.memberships.living([ada]);
  const count = LISTED_AT_MOST + 2;
  for (let n = 0; n < count; n++) await makeGroup(theirs.groups, n, [ada]);
  await ours.memberships.living([ada]);
  const own = await makeGroup(ours.groups, count, [ada]);
  await map(
    [role("first"), role("last"), role("own"), role("other")],
    [
      { team: idOf("g", 0), role: "first", priority: 1 },
      { team: idOf("g", count - 1), role: "last", priority: 1 },
      { team: own.id, role: "own", priority: 1 },
      { team: idOf("g", 999), role: "other", priority: 1 },
    ],
  );
  await work.mark(ACME, [ada], STAMP);
  await run();
  expect(await rolesOf(ada)).toEqual(["first", "last", "own"]);
});

test("a hundred roles come and go, also those that keep one: in several looks of one run", async () => {
  const { theirs, work, lines, user, map, run, rolesOf } = await deployment();
  const ada = await user(1);
  await theirs.memberships.living([ada]);
  const team = await makeGroup(theirs.groups, 1, [ada]);
  const keys = Array.from({ length: 100 }, (_, n) => `role${String(n).padStart(3, "0")}`);
  const catalogue = keys.map((key, n) => role(key, { keepOne: n % 2 === 0 }));
  await map(
    catalogue,
    keys.map((key) => ({ team: team.id, role: key, priority: 1 })),
  );
  await work.mark(ACME, [ada], STAMP);
  await run();
  expect(await rolesOf(ada)).toEqual(keys);
  await map(catalogue, []);
  await work.mark(ACME, [ada], STAMP);
  await run();
  expect(await rolesOf(ada)).toEqual(keys.filter((_key, n) => n % 2 === 0));
  expect(lines.filter(({ type }) => type === "roles.held")).toHaveLength(50);
  expect(lines[0]).toMatchObject({ level: "WARN", orgId: ACME, resourceId: ada, role: "role000", RoleHeld: 1 });
});

test("a run whose time is over says that there is more to do, also where one organization is left", async () => {
  const { table, work, user, map } = await deployment();
  await user(1);
  await map([role("viewer", { default: true })], []);
  await work.walk(ACME, STAMP);
  const session = createStore(table).begin();
  let time = 0;
  const means = { session, now: () => time++, report: () => undefined };
  expect(await runRoles({ ...means, until: 2 })).toMatchObject({ orgs: 1, done: false });
  expect(await runRoles({ ...means, until: Number.POSITIVE_INFINITY })).toMatchObject({ walks: 1, done: true });
});

test("a walk that another worker goes on with is left to it until its time is over, and marks are worked on all the same", async () => {
  const { table, work, user, map } = await deployment();
  const [ada = ""] = [await user(1), await user(2)];
  await map([role("viewer", { default: true })], []);
  await work.walk(ACME, STAMP);
  const session = createStore(table).begin();
  let time = 1_000;
  const run = (worker: string, until = Number.POSITIVE_INFINITY) =>
    runRoles({ session, now: () => time, report: () => undefined, worker, until });
  const walk = present((await work.of(ACME, 1)).walk);
  expect(await work.claimWalk(ACME, walk, { worker: "one", until: 9_000 })).toBe(true);
  await work.mark(ACME, [ada], STAMP);
  expect(await run("two")).toMatchObject({ looked: 1, walks: 0, done: true });
  // One of a clock that was wrong holds nobody up, nor does one's own.
  await work.claimWalk(ACME, present((await work.of(ACME, 1)).walk), { worker: "one", until: 99_000 });
  expect(await run("two")).toMatchObject({ looked: 2, walks: 1 });
  await work.walk(ACME, STAMP);
  await work.claimWalk(ACME, present((await work.of(ACME, 1)).walk), { worker: "one", until: 9_000 });
  time = 9_000;
  expect(await run("two")).toMatchObject({ looked: 2, walks: 1 });
});
