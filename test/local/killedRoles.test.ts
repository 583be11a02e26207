import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { AwsClient } from "aws4fetch";
import { LOCAL_REGION, openCredentials } from "../../bin/local/credentials.ts";
import { openLocalFile } from "../../bin/local/localFile.ts";
import { runRoles } from "../../functions/provisioning/roles/runRoles.ts";
import { Database } from "../../functions/store/database.ts";
import { type OrgId, settingsKeys } from "../../functions/store/keys.ts";
import { AssignedRoleStore } from "../../functions/store/roles/assigned.ts";
import { NO_CATALOGUE, readPolicy } from "../../functions/store/roles/policy.ts";
import { mappingsActions, saveCatalogue } from "../../functions/store/roles/roleSettings.ts";
import { rolesOf } from "../../functions/store/roles/rolesOf.ts";
import { RoleWork } from "../../functions/store/roles/roleWork.ts";
import { createStore } from "../../functions/store/session.ts";
import { orgItem, orgRecord } from "../../functions/store/settings.ts";
import { Chance } from "../simulation/world.ts";
import { newFolder, removeData } from "../support/folders.ts";
import { accessTo } from "../support/localStore.ts";
import { storeManyUsers, storeTeams, userJson } from "../support/manyUsers.ts";
import { amountOf, SEED } from "../support/proof.ts";
import { present, STAMP } from "../support/records.ts";
import { role } from "../support/roles.ts";
import { rollcallHere } from "./commandLine.ts";
import { endAll, eventually, run } from "./processes.ts";

const MEMBERS = amountOf("killedRemap");
/** As a walk goes on: those within one page are done at once. */
const PAGE = 100;

let data: string;
beforeEach(() => {
  data = newFolder();
});
afterEach(async () => {
  await endAll();
  removeData(data);
});

/** The data, with no server beside it. */
async function onData<T>(use: (file: ReturnType<typeof openLocalFile>) => Promise<T>): Promise<T> {
  const file = openLocalFile(data, "test");
  try {
    return await use(file);
  } finally {
    file.table.commit();
    file.close();
  }
}

/** Everybody is in one team, every third in another one as well, and both have a role. @returns ids, ascending */
async function storeOrg(orgId: OrgId): Promise<readonly string[]> {
  return onData(async ({ table, log }) => {
    const attributesOf = (userName: string) => userJson(userName, "");
    const people = (await storeManyUsers({ table, orgId, count: MEMBERS, attributesOf })).sort();
    const [all = "", some = ""] = await storeTeams({ table, orgId, teams: [people, thirds(people)] });
    const access = accessTo(table);
    const database = new Database(access);
    const roles = [role("editor"), role("owner", { keepOne: true }), role("viewer")];
    await saveCatalogue(database, NO_CATALOGUE, roles, undefined);
    const org = present(await database.get(settingsKeys.org(orgId)));
    const mappings = [
      { team: all, role: "editor", priority: 1 },
      { team: some, role: "viewer", priority: 2 },
    ];
    const refusals = await database.transact([
      { put: orgItem({ ...orgRecord(org), roles: 1 }, String(org.lr)) },
      ...mappingsActions(orgId, undefined, { version: 1, mode: "union", mappings }, 1),
    ]);
    expect(refusals).toEqual([]);
    await new RoleWork(database).walk(orgId, STAMP);
    const session = createStore(table).begin();
    await runRoles({ session, now: Date.now, until: Number.POSITIVE_INFINITY, report: () => undefined });
    table.commit();
    // None of it is what a start should number first.
    log.forget("events");
    while (log.trim() > 0);
    return people;
  });
}

const thirds = (people: readonly string[]) => people.filter((_id, n) => n % 3 === 0);

async function started() {
  const server = run(["bin/start.mjs", "--port", "0", "--data", data, "--json"]);
  await eventually(() => server.stdout().includes("\n") || server.child.exitCode !== null);
  if (server.stdout() === "") throw new Error(server.stderr());
  const { url } = JSON.parse(server.stdout());
  const client = new AwsClient({ ...openCredentials(data), service: "execute-api", region: LOCAL_REGION, retries: 0 });
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await client.fetch(url + path, {
      method,
      headers: { "Content-Type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    expect({ path, status: answer.status, text }).toMatchObject({ path, status: 200 });
    return JSON.parse(text);
  };
  return { server, ask };
}

/** Each user's roles as they are kept, and how far the walk is that nobody finished. */
async function kept(orgId: OrgId, people: readonly string[]) {
  return onData(async ({ table }) => {
    const database = new Database(accessTo(table));
    const { walk } = await new RoleWork(database).of(orgId, 1);
    const policy = present(await readPolicy(database, orgId));
    const store = new AssignedRoleStore(database, orgId);
    return { walk, policy, roles: await store.ofUsers(people), holders: await store.holders() };
  });
}

test("a server killed while a large team gets another role goes on at its next start, and everybody has it once", async () => {
  const made = await rollcallHere(`org create acme --sso-entity-id urn:acme --json --data ${data}`);
  const orgId: OrgId = JSON.parse(made.out).id;
  const people = await storeOrg(orgId);
  const first = await started();
  const { mode, mappings } = await first.ask("GET", "/admin/v1/orgs/acme/roles");
  const [all, some] = mappings.map(({ team }: { readonly team: string }) => team);
  // The person at this place of the walk has the new role when the server is killed: behind some pages, and before so many
  // others that a busy machine brings the signal before the last of them.
  const place = PAGE + new Chance(SEED).below(MEMBERS / 2 - PAGE);
  const filter = encodeURIComponent(`id eq "${people[place]}"`);
  const version = async (): Promise<number> => {
    const path = `/directory/v1/orgs/acme/users?fields=rolesVersion&filter=${filter}`;
    return (await first.ask("GET", path)).users[0].rolesVersion;
  };
  expect(await version()).toBe(1);
  const wished = [
    { team: all, role: "viewer", priority: 1 },
    { team: some, role: "owner", priority: 2 },
  ];
  await first.ask("PUT", "/admin/v1/orgs/acme/roles", { mode, mappings: wished });
  // Without a pause: all of it takes a second.
  while ((await version()) === 1);
  process.kill(first.server.pid, "SIGKILL");
  expect(await first.server.ended).toBe("SIGKILL");

  const cut = await kept(orgId, people);
  const looked = present(cut.walk).looked;
  const done = [...cut.roles.values()].filter((one) => one.version === 2).length;
  process.stdout.write(`killed: seed ${SEED}, at ${place} of ${MEMBERS}; ${done} had their roles, ${looked} counted\n`);
  expect(done).toBeGreaterThan(place);
  expect(done).toBeLessThan(MEMBERS);

  const second = await started();
  const told = new Map<string, number[]>();
  let after = "";
  await eventually(async () => {
    const query = `types=user.roles.changed&limit=1000&wait=20${after}`;
    const { events, next } = await second.ask("GET", `/directory/v1/orgs/acme/events?${query}`);
    after = `&after=${next}`;
    for (const { resource, rolesVersion } of events) {
      told.set(resource, [...(told.get(resource) ?? []), rolesVersion]);
    }
    return told.size === MEMBERS;
  });

  second.server.child.kill("SIGTERM");
  expect(await second.server.ended).toBe(0);

  // Nobody twice, also not of those at whom both processes looked.
  expect(new Set([...told.values()].map(String))).toEqual(new Set(["2"]));
  const whole = await kept(orgId, people);
  expect(whole.walk).toBeUndefined();
  const third = new Set(thirds(people));
  for (const id of people) {
    const teams = third.has(id) ? [all, some] : [all];
    const roles = rolesOf(whole.policy, { member: true, teams, sent: [] });
    expect(whole.roles.get(id)).toMatchObject({ userId: id, version: 2, roles });
  }
  expect(whole.holders).toEqual([
    { role: "editor", count: 0, held: undefined },
    { role: "owner", count: third.size, held: undefined },
    { role: "viewer", count: MEMBERS, held: undefined },
  ]);
}, 600_000);
