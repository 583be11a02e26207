import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { mappingCommands } from "../../bin/rollcall/mappingCommands.ts";
import { runRoles } from "../../functions/provisioning/roles/runRoles.ts";
import type { Json, JsonObject } from "../../functions/scim/json.ts";
import { GROUP_SCHEMA, USER_SCHEMA } from "../../functions/scim/schema.ts";
import { membersBetween } from "../../functions/store/memberships.ts";
import { AssignedRoleStore } from "../../functions/store/roles/assigned.ts";
import { RoleWork } from "../../functions/store/roles/roleWork.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localStore } from "../support/localStore.ts";
import { amountOf, SEED } from "../support/proof.ts";
import { orgIdOf, STAMP } from "../support/records.ts";
import { rollcallOver } from "../support/rollcallOver.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at } from "../support/wire.ts";

const RUNS = amountOf("rolePreviews");
const ROLES = ["admin", "editor", "viewer"];
const TEAMS = 4;
const PEOPLE = 7;

/** One org with teams of both sides, nested in a circle, and people of both; one deployment for all runs. */
async function world() {
  const store = localStore();
  const endpoint = testEndpoint(store);
  const target = inProcessTarget("memory", endpoint, 1);
  for (const key of ROLES) {
    await target.directory("PUT", `/roles/${key}`, { displayName: key, default: key === "viewer" });
  }
  const org = await target.org({ preset: "open" });
  const orgId = orgIdOf(org.token.split("_")[1] ?? "");
  const made = async (path: string, body: JsonObject) =>
    String(at((await org.request({ method: "POST", path, body })).json, "id"));
  const own = async (what: string, body: JsonObject) =>
    String(at((await target.directory("POST", `/orgs/${org.slug}/${what}`, body)).json, "id"));
  const people: string[] = [];
  for (let n = 0; n < PEOPLE; n++) {
    const user = { userName: `user${n}`, ...(n === 1 && { roles: [{ value: "editor" }] }) };
    const scim = { schemas: [USER_SCHEMA], active: n !== 2, ...user };
    people.push(n < 5 ? await made("/Users", scim) : await own("users", user));
  }
  const teams: string[] = [];
  for (let n = 0; n < TEAMS; n++) {
    const displayName = `Team ${n}`;
    teams.push(
      n < 2 ? await made("/Groups", { schemas: [GROUP_SCHEMA], displayName }) : await own("teams", { displayName }),
    );
  }
  return { store, endpoint, target, org, orgId, people, teams };
}

function listIn(json: Parameters<typeof at>[0], name: string): readonly Json[] {
  const list = at(json, name);
  return Array.isArray(list) ? list : [];
}

type World = Awaited<ReturnType<typeof world>>;

/** As the function of events and the worker bring it about. */
async function rolesOfEverybody({ store, orgId, people }: World): Promise<ReadonlyMap<string, readonly string[]>> {
  const session = store.begin();
  await new RoleWork(session.database).walk(orgId, STAMP);
  const run = { session, now: Date.now, until: Date.now() + 60_000, report: () => undefined };
  expect(await runRoles(run)).toMatchObject({ done: true, failed: 0, waiting: 0 });
  const assigned = await new AssignedRoleStore(session.database, orgId).ofUsers(people);
  return new Map(people.map((id) => [id, (assigned.get(id)?.roles ?? []).map(({ key }) => key)]));
}

const mapping = fc.record({ team: fc.nat(TEAMS - 1), role: fc.nat(ROLES.length - 1) });
const wishes = fc.record({
  mode: fc.constantFrom("highest", "union"),
  defaultRole: fc.constantFrom(undefined, null, "admin"),
  mappings: fc.uniqueArray(mapping, { maxLength: 5, selector: ({ team, role }) => team * ROLES.length + role }),
});
type Wishes = typeof wishes extends fc.Arbitrary<infer W> ? W : never;

function bodyOf({ teams }: World, { mode, defaultRole, mappings }: Wishes): JsonObject {
  return {
    mode,
    ...(defaultRole !== undefined && { defaultRole }),
    mappings: mappings.map(({ team, role }, index) => ({
      ...{ team: teams[team] ?? "", role: ROLES[role] ?? "", priority: index + 1 },
    })),
  };
}

test("what a preview says is what becomes of everybody when it is saved", async () => {
  const within = await world();
  const { target, org, people, teams } = within;
  const path = `/orgs/${org.slug}/roles`;
  const members = fc.array(fc.tuple(fc.nat(PEOPLE - 1), fc.nat(TEAMS - 1)), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(wishes, wishes, members, async (first, second, memberships) => {
      for (const [n, team] of teams.entries()) {
        const ids = memberships.flatMap(([person, of]) => (of === n ? [people[person] ?? ""] : []));
        if (n < 2) {
          const value = [...ids, teams[1 - n] ?? ""].map((value) => ({ value }));
          const body = { schemas: [GROUP_SCHEMA], displayName: `Team ${n}`, members: value };
          expect((await org.request({ method: "PUT", path: `/Groups/${team}`, body })).status).toBe(200);
          continue;
        }
        for (const id of people) {
          const method = ids.includes(id) ? "PUT" : "DELETE";
          await target.directory(method, `/orgs/${org.slug}/teams/${team}/members/${id}`);
        }
      }
      expect((await target.admin("PUT", path, bodyOf(within, first))).status).toBe(200);
      const before = await rolesOfEverybody(within);
      const expected = new Map<string, { gains: unknown; loses: unknown }>();
      let looked = 0;
      for (let next = ""; ; ) {
        const page = await target.admin("POST", `${path}/preview${next}`, bodyOf(within, second));
        expect(page.status).toBe(200);
        looked += Number(at(page.json, "looked"));
        for (const user of listIn(page.json, "users")) {
          expected.set(String(at(user, "id")), { gains: at(user, "gains"), loses: at(user, "loses") });
        }
        const cursor = at(page.json, "next");
        if (cursor === undefined) break;
        next = `?cursor=${cursor}`;
      }
      expect(looked).toBe(PEOPLE);
      expect((await target.admin("PUT", path, bodyOf(within, second))).status).toBe(200);
      const after = await rolesOfEverybody(within);
      const became = people.flatMap((id) => {
        const [had, has] = [before.get(id) ?? [], after.get(id) ?? []];
        const gains = has.filter((key) => !had.includes(key));
        const loses = had.filter((key) => !has.includes(key));
        return gains.length + loses.length === 0 ? [] : [[id, { gains, loses }] as const];
      });
      expect(new Map(expected)).toEqual(new Map(became));
    }),
    { numRuns: RUNS, seed: SEED },
  );
  await target.admin("DELETE", path);
  expect([...(await rolesOfEverybody(within)).values()].flat()).toEqual([]);
});

test("a circle of nested teams ends, and gives nobody a role but those whom a team holds itself", async () => {
  const within = await world();
  const { target, org, people, teams } = within;
  const [person = "", stranger = ""] = people;
  for (const [n, members] of [
    [teams[1], person],
    [teams[0], stranger],
  ].entries()) {
    const body = {
      ...{ schemas: [GROUP_SCHEMA], displayName: `Team ${n}` },
      members: members.map((value = "") => ({ value })),
    };
    expect((await org.request({ method: "PUT", path: `/Groups/${teams[n]}`, body })).status).toBe(200);
  }
  const mappings = [
    { team: teams[0] ?? "", role: "admin" },
    { team: teams[1] ?? "", role: "editor" },
  ];
  const path = `/orgs/${org.slug}/roles`;
  expect((await target.admin("PUT", path, { mode: "union", mappings, defaultRole: null })).status).toBe(200);
  const roles = await rolesOfEverybody(within);
  expect([...roles].filter(([, keys]) => keys.length > 0)).toEqual([
    [person, ["admin"]],
    [stranger, ["editor"]],
  ]);
  const { json } = await target.directory("GET", `/orgs/${org.slug}/access?userName=user0`);
  expect(listIn(json, "roles").map((role) => at(role, "key"))).toEqual(["admin"]);
});

test("of a part of the order of ids its members are found, page by page, whatever stands around it", async () => {
  const { store, orgId, org, teams, people } = await world();
  const sorted = people.slice(0, 5).sort();
  const body = { schemas: [GROUP_SCHEMA], displayName: "Team 0", members: sorted.map((value) => ({ value })) };
  await org.request({ method: "PUT", path: `/Groups/${teams[0]}`, body });
  const { view } = store.begin().directory(orgId);
  for (const [from, first] of sorted.entries()) {
    for (const [to, last] of sorted.entries()) {
      if (to < from) continue;
      for (const about of [1, 2, 10]) {
        const found = await membersBetween(view, teams[0] ?? "", { first, last, about });
        expect(found).toEqual(sorted.slice(from, to + 1));
      }
    }
  }
});

test("the command adds the pages up, and names a role whose last holder keeps it", async () => {
  const within = await world();
  const { endpoint, target, org, people, teams } = within;
  const rollcall = rollcallOver(endpoint, mappingCommands);
  await target.directory("PUT", "/roles/admin", { displayName: "Admin", keepOne: true });
  const member = [{ value: people[0] ?? "" }];
  const body = { schemas: [GROUP_SCHEMA], displayName: 'My "Team" = 0', members: member };
  await org.request({ method: "PUT", path: `/Groups/${teams[0]}`, body });
  const map = 'my "team" = 0=admin:7';
  expect(await rollcall("mappings", "set", org.slug, "--map", map, "--no-default-role")).toMatchObject({
    ...{ code: 0, err: "" },
    out: expect.stringMatching(/My "Team" = 0 +g\w{22} +admin +7 +SCIM/),
  });
  await rolesOfEverybody(within);
  const changed = ["--map", "Team 2=admin", "--map", `${teams[3]}=viewer:2`];
  const { out } = await rollcall("mappings", "preview", org.slug, ...changed);
  expect(out).toMatch(new RegExp(`^The roles of 1 of ${PEOPLE} people would change\\.$`, "m"));
  expect(out).toMatch(/^admin +1 +0 +0 +1$/m);
  expect(out).toMatch(/^user0 +u\w{22} +admin$/m);
  expect(out).toContain("admin would have nobody. Its last holder keeps it until somebody else has it.");
  const shown = JSON.parse((await rollcall("mappings", "show", org.slug, "--json")).out);
  expect(shown.mappings).toMatchObject([{ team: teams[0], role: "admin", priority: 7 }]);
  expect((await rollcall("mappings", "set", org.slug, "--map", "Nobody=admin")).err).toContain("is called Nobody");
  expect((await rollcall("mappings", "set", org.slug, "--map", "admin")).code).toBe(2);
});
