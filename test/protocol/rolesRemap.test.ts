import { expect, test } from "@jest/globals";
import { runRoles } from "../../functions/provisioning/roles/runRoles.ts";
import { Database } from "../../functions/store/database.ts";
import { OrgKeys } from "../../functions/store/keys.ts";
import { StoreBusy } from "../../functions/store/records.ts";
import { membershipItem, newWriteId, resourceItem } from "../../functions/store/resourceItems.ts";
import { AssignedRoleStore } from "../../functions/store/roles/assigned.ts";
import { roleKeys } from "../../functions/store/roles/roleKeys.ts";
import { RoleWork } from "../../functions/store/roles/roleWork.ts";
import { createStore } from "../../functions/store/session.ts";
import { orgItem } from "../../functions/store/settings.ts";
import type { Action, Table } from "../../functions/store/table.ts";
import { accessTo, localTable } from "../support/localStore.ts";
import { amountOf } from "../support/proof.ts";
import { ACME, groupWrite, idOf, ids, orgRecord, present, STAMP, storeGroup, userWrite } from "../support/records.ts";
import { putRoles, role } from "../support/roles.ts";
import { tableAround } from "../support/tableAround.ts";

const MEMBERS = amountOf("remap");
const TEAM = idOf("g", 1);
const CATALOGUE = [role("editor"), role("viewer"), role("owner", { keepOne: true })];

/** An org whose people are all in one team, which is mapped to a role. */
async function largeTeam(members: number) {
  const table = localTable();
  const access = accessTo(table);
  const database = new Database(access);
  await database.write([{ put: orgItem(orgRecord(ACME, "acme"), newWriteId(STAMP)) }]);
  const keys = new OrgKeys(ACME);
  const people = ids("u", members).sort();
  await storeGroup(createStore(table).begin().directory(ACME).groups, TEAM, groupWrite("all"), [], STAMP);
  for (let start = 0; start < members; start += 50) {
    const actions = people.slice(start, start + 50).flatMap((id): Action[] => {
      const { keys: found } = userWrite(id);
      const attributes = JSON.stringify({ userName: id, active: true });
      const record = { id, version: 1, created: STAMP.at, lastModified: STAMP.at, attributes, keys: found };
      const item = { ...resourceItem(keys, record, newWriteId(STAMP)), g: 1, gs: new Set([TEAM]) };
      return [{ put: item }, { put: membershipItem(keys, TEAM, id) }];
    });
    await database.transact(actions);
  }
  const map = async (key: string) => {
    await putRoles(access, ACME, CATALOGUE, { mappings: [{ team: TEAM, role: key, priority: 1 }] });
    await new RoleWork(database).walk(ACME, STAMP);
  };
  const holders = async () => {
    const found = await new AssignedRoleStore(database, ACME).holders();
    return Object.fromEntries(found.map((one) => [one.role, one.count]));
  };
  return { table, database, people, map, holders };
}

/** One run of a worker of its own. */
async function run(table: Table) {
  const session = createStore(table, { wait: async () => undefined }).begin();
  const started = performance.now();
  const report = await runRoles({ session, now: Date.now, until: Number.POSITIVE_INFINITY, report: () => undefined });
  return { report, usage: session.usage, seconds: (performance.now() - started) / 1_000 };
}

function print(what: string, { usage, seconds }: Awaited<ReturnType<typeof run>>): void {
  const { rcu, wcu, trips } = usage;
  const each = [rcu, wcu].map((units) => (units / MEMBERS).toFixed(3));
  process.stdout.write(
    `roles: ${what} of ${MEMBERS} people: ${seconds.toFixed(1)} s, ${rcu} RCU, ${wcu} WCU (${each.join(" and ")} each), ${trips} trips\n`,
  );
}

test("a large team gets another role in one walk, which goes on after a worker that ended in the middle", async () => {
  const { table, database, people, map, holders } = await largeTeam(MEMBERS);
  await map("editor");
  const first = await run(table);
  print("the first walk", first);
  expect(first.report).toMatchObject({ looked: MEMBERS, changed: MEMBERS, walks: 1, fault: undefined, done: true });
  await map("viewer");
  // A worker ends at some call in the middle: none after it comes through. A process that is killed: test/local/killedRoles.test.ts.
  let calls = 0;
  const ending = tableAround(table, async (send) => {
    calls += 1;
    if (calls > MEMBERS / 25) throw new StoreBusy("storage");
    return send();
  });
  const ended = await run(ending);
  expect(ended.report.fault?.error).toBeInstanceOf(StoreBusy);
  const { walk } = await new RoleWork(database).of(ACME, 1);
  const done = present(walk).looked;
  expect(done).toBeGreaterThan(MEMBERS / 10);
  expect(done).toBeLessThan(MEMBERS);
  const rest = await run(table);
  // Nobody of a page that was finished is looked at again.
  expect(rest.report).toMatchObject({ looked: MEMBERS - done, walks: 1, fault: undefined });
  print(`the rest behind ${done}`, rest);
  expect(await holders()).toEqual({ editor: 0, viewer: MEMBERS });
  const assigned = await new AssignedRoleStore(database, ACME).ofUsers(people);
  expect(
    new Set([...assigned.values()].map(({ version, roles }) => `${version} ${roles.map(({ key }) => key)}`)),
  ).toEqual(new Set(["2 viewer"]));
});

test("one mark costs few units, and a role that keeps one leaves one of a hundred with it", async () => {
  const { table, database, people, map, holders } = await largeTeam(100);
  await map("owner");
  await run(table);
  const work = new RoleWork(database);
  const [one = ""] = people;
  await work.mark(ACME, [one], STAMP);
  const { usage } = await run(table);
  process.stdout.write(`roles: a mark without a change: ${usage.rcu} RCU, ${usage.wcu} WCU, ${usage.trips} trips\n`);
  expect(usage.wcu).toBeLessThanOrEqual(2);
  await map("editor");
  await run(table);
  expect(await holders()).toEqual({ editor: 100, owner: 1 });
  const idle = await run(table);
  expect(idle.usage).toMatchObject({ calls: roleKeys.work.length, wcu: 0, trips: 1 });
});
