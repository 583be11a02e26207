import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { JsonObject } from "../../functions/scim/json.ts";
import { GROUP_SCHEMA, PATCH_OP, USER_SCHEMA } from "../../functions/scim/schema.ts";
import { Database } from "../../functions/store/database.ts";
import { tableThrough } from "../../functions/store/dynamoCalls.ts";
import { sdkSend } from "../../functions/store/dynamoTable.ts";
import type { OrgId } from "../../functions/store/keys.ts";
import { assignedItem } from "../../functions/store/roles/assigned.ts";
import type { AssignedRole } from "../../functions/store/roles/roleRecords.ts";
import type { Table } from "../../functions/store/table.ts";
import { dynoxideStore } from "../support/dynoxideStore.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { accessTo } from "../support/localStore.ts";
import { orgIdOf } from "../support/records.ts";
import { putRoles, role } from "../support/roles.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at, type Tenant } from "../support/wire.ts";

/**
 * Roles where the application reads them, on DynamoDB. Nobody works here behind a change: what an answer says of it, the
 * reads themselves found out.
 */
const lines: Record<string, unknown>[] = [];
let database: Awaited<ReturnType<typeof dynoxideStore>>;
let table: Table;
let target: Target;
let org: Tenant;
let orgId: OrgId;

beforeAll(async () => {
  database = await dynoxideStore();
  table = tableThrough(sdkSend(database.client), database.tableName);
  target = inProcessTarget(
    "dynoxide",
    testEndpoint(database.store, (line) => lines.push({ ...line })),
    1,
  );
});
afterAll(() => database.close());

async function newOrg(): Promise<void> {
  org = await target.org();
  orgId = orgIdOf(org.token.split("_")[1] ?? "");
}

const scim = async (method: string, path: string, body?: unknown) => {
  const answer = await org.request({ method, path, body });
  expect(answer.status).toBeLessThan(300);
  return answer.json;
};

async function user(userName: string, more: JsonObject = {}): Promise<string> {
  const emails = [{ value: `${userName}@acme.example`, type: "work" }];
  return String(at(await scim("POST", "/Users", { schemas: [USER_SCHEMA], userName, emails, ...more }), "id"));
}

async function group(displayName: string, members: readonly string[]): Promise<string> {
  const body = { schemas: [GROUP_SCHEMA], displayName, members: members.map((value) => ({ value })) };
  return String(at(await scim("POST", "/Groups", body), "id"));
}

const patch = (path: string, Operations: readonly JsonObject[]) =>
  scim("PATCH", path, { schemas: [PATCH_OP], Operations: [...Operations] });

/** @returns the answer and what it cost */
async function ask(path: string) {
  lines.length = 0;
  const { status, json } = await target.directory("GET", `/orgs/${org.slug}/${path}`);
  expect(status).toBe(200);
  const [line] = lines;
  return { json, cost: { rcu: Number(line?.rcu), trips: Number(line?.trips), calls: Number(line?.ddbCalls) } };
}

const gate = (userName: string) => ask(`access?userName=${userName}`);

/** What the worker wrote of a user last. */
async function keep(userId: string, roles: readonly AssignedRole[], version = 1): Promise<void> {
  const item = assignedItem(orgId, { userId, version, fence: version, roles }, `w-${version}`);
  await new Database(accessTo(table)).write([{ put: item }]);
}

const ROLES = [role("admin", { keepOne: true }), role("editor"), role("viewer", { default: true })];
const byTeam = (key: string, team: string): AssignedRole => ({ key, sources: [{ type: "team", team }] });
const VIEWER: AssignedRole = { key: "viewer", sources: [{ type: "default" }] };

async function mapped(team: string, key: string): Promise<void> {
  await putRoles(accessTo(table), orgId, ROLES, { mappings: [{ team, role: key, priority: 1 }] });
}

describe("the roles of one person are of this moment", () => {
  test("a removal that was answered counts at the gate and in a read at once, whether or not the worker runs", async () => {
    await newOrg();
    const ann = await user("ann");
    const team = await group("Editors", [ann]);
    await mapped(team, "editor");
    await keep(ann, [byTeam("editor", team)]);
    expect((await gate("ann")).json).toMatchObject({ member: true, roles: [byTeam("editor", team)] });
    expect((await ask(`users/${ann}`)).json).toMatchObject({ roles: [byTeam("editor", team)] });
    await patch(`/Groups/${team}`, [{ op: "remove", path: `members[value eq "${ann}"]` }]);
    expect((await gate("ann")).json).toMatchObject({ member: true, teams: [], roles: [VIEWER] });
    expect((await ask(`users/${ann}`)).json).toMatchObject({ teams: [], roles: [VIEWER] });
  });

  test("so do a deleted team, a deactivation, and what the identity provider sends", async () => {
    await newOrg();
    const ann = await user("ann", { roles: [{ value: '{"id":"1","value":"editor","displayName":"Editor"}' }] });
    const team = await group("Admins", [ann]);
    await mapped(team, "admin");
    const direct: AssignedRole = { key: "editor", sources: [{ type: "direct" }] };
    expect((await gate("ann")).json).toMatchObject({ roles: [byTeam("admin", team), direct] });
    await scim("DELETE", `/Groups/${team}`);
    expect((await gate("ann")).json).toMatchObject({ roles: [direct] });
    await patch(`/Users/${ann}`, [{ op: "replace", path: "roles", value: [{ value: "unknown" }] }]);
    const { json } = await gate("ann");
    expect(json).toMatchObject({ roles: [VIEWER] });
    expect(at(json, "user.idpRoles")).toEqual([{ value: "unknown" }]);
    await patch(`/Users/${ann}`, [{ op: "replace", path: "active", value: false }]);
    await keep(ann, [VIEWER]);
    expect((await gate("ann")).json).toMatchObject({ member: false, roles: [] });
    expect((await ask(`users/${ann}`)).json).toMatchObject({ active: false, roles: [] });
    expect((await gate("nobody")).json).toMatchObject({ member: false, user: null, roles: [] });
  });

  test("a role that keeps its last holder goes when it was let go of, not before", async () => {
    await newOrg();
    const ann = await user("ann");
    const team = await group("Admins", [ann]);
    await mapped(team, "admin");
    await keep(ann, [byTeam("admin", team)]);
    await patch(`/Groups/${team}`, [{ op: "remove", path: `members[value eq "${ann}"]` }]);
    const held: AssignedRole = { key: "admin", sources: [{ type: "held" }] };
    expect((await gate("ann")).json).toMatchObject({ roles: [held, VIEWER] });
    expect((await ask(`users/${ann}`)).json).toMatchObject({ roles: [held, VIEWER] });
    await keep(ann, [VIEWER], 2);
    expect((await gate("ann")).json).toMatchObject({ roles: [VIEWER] });
    await keep(ann, [held], 3);
    await patch(`/Users/${ann}`, [{ op: "replace", path: "active", value: false }]);
    expect((await gate("ann")).json).toMatchObject({ member: false, roles: [] });
  });

  test("a new user of the application is answered with the role of those who have no other one", async () => {
    await newOrg();
    await putRoles(accessTo(table), orgId, ROLES);
    const one = await target.directory("POST", `/orgs/${org.slug}/users`, { userName: "own" });
    expect(one).toMatchObject({ status: 201, json: { teams: [], roles: [VIEWER] } });
    const bulk = await target.directory("POST", `/orgs/${org.slug}/users/bulk`, { users: [{ userName: "two" }] });
    expect(at(bulk.json, "results.0.user.roles")).toEqual([VIEWER]);
  });
});

describe("lists show roles as they were written last", () => {
  test("with their version; with teams, as they follow from these now", async () => {
    await newOrg();
    const ann = await user("ann");
    const team = await group("Editors", [ann]);
    await mapped(team, "editor");
    expect((await ask("users?fields=roles,rolesVersion")).json).toEqual({
      users: [{ id: ann, roles: [], rolesVersion: 0 }],
    });
    await keep(ann, [VIEWER], 4);
    expect((await ask("users")).json).toMatchObject({ users: [{ id: ann, roles: [VIEWER], rolesVersion: 4 }] });
    expect((await ask(`users/${ann}?fields=roles,rolesVersion`)).json).toEqual({
      id: ann,
      roles: [VIEWER],
      rolesVersion: 4,
    });
    expect((await ask("users?fields=roles,rolesVersion,teams")).json).toEqual({
      users: [
        { id: ann, roles: [byTeam("editor", team)], teams: [{ id: team, displayName: "Editors", managed: true }] },
      ],
    });
  });

  test("a hundred roles of each of a page of people come whole", async () => {
    await newOrg();
    const many = Array.from({ length: 100 }, (_, n) =>
      role(`role-${String(n).padStart(3, "0")}`, { description: "x".repeat(100) }),
    );
    const ids = await Promise.all(["ann", "bob", "cyd", "dan", "eve", "fay"].map((name) => user(name)));
    const team = await group("All", ids);
    const mappings = many.map(({ key }) => ({ team, role: key, priority: 1 }));
    await putRoles(accessTo(table), orgId, many, { mappings });
    const all = many.map(({ key }) => byTeam(key, team));
    for (const id of ids) await keep(id, all);
    const { json } = await ask("users");
    const users = at(json, "users");
    expect(Array.isArray(users) && users.map((one) => at(one, "roles"))).toEqual(ids.map(() => all));
    expect(at((await gate("ann")).json, "roles")).toEqual(all);
  });
});

describe("an organization without roles pays nothing for them", () => {
  /** The same questions, before and after the organization got roles. */
  async function costs(ann: string) {
    const asked = {
      gate: "access?userName=ann",
      stranger: "access?userName=nobody",
      user: `users/${ann}`,
      "user without teams": `users/${ann}?fields=applicationId,roles`,
      "user without roles": `users/${ann}?fields=userName`,
      list: "users",
      "list without roles": "users?fields=userName",
    };
    const found: Record<string, { rcu: number; trips: number; calls: number }> = {};
    for (const [name, path] of Object.entries(asked)) found[name] = (await ask(path)).cost;
    return found;
  }

  test("and with them one call more, in no more round trips: 3 units at the gate, 1 for 7 people of a list", async () => {
    await newOrg();
    const ann = await user("ann");
    for (const name of ["bob", "cyd", "dan", "eve", "fay", "gus"]) await user(name);
    const team = await group("Editors", [ann]);
    const off = await costs(ann);
    expect(off.gate?.rcu).toBe(8.5);
    await mapped(team, "editor");
    await keep(ann, [byTeam("editor", team)]);
    const on = await costs(ann);
    const more = Object.fromEntries(
      Object.entries(on).map(([name, { rcu, calls }]) => {
        const before = off[name] ?? { rcu: 0, calls: 0 };
        return [name, { rcu: rcu - before.rcu, calls: calls - before.calls }];
      }),
    );
    const nothing = { rcu: 0, calls: 0 };
    expect(more).toEqual({
      gate: { rcu: 3, calls: 1 },
      stranger: nothing,
      user: { rcu: 3, calls: 1 },
      "user without teams": { rcu: 1, calls: 1 },
      "user without roles": nothing,
      list: { rcu: 1, calls: 1 },
      "list without roles": nothing,
    });
    // Some calls are counted as one trip or as two, as their answers come: these are what it takes at most without roles.
    const most: Record<string, number> = { gate: 5, user: 5, "user without teams": 4, list: 5 };
    for (const [name, trips] of Object.entries(most)) expect(on[name]?.trips).toBeLessThanOrEqual(trips);
  });
});
