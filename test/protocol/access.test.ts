import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { dynoxideStore } from "../support/dynoxideStore.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { amountOf } from "../support/proof.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at, type Tenant } from "../support/wire.ts";

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
const DEACTIVATIONS = amountOf("deactivations");

/** P21 on DynamoDB: what the sign-in gate costs, and that it never lets a deactivated person in. */
const lines: Record<string, unknown>[] = [];
let database: Awaited<ReturnType<typeof dynoxideStore>>;
let target: Target;
let org: Tenant;

beforeAll(async () => {
  database = await dynoxideStore();
  target = inProcessTarget(
    "dynoxide",
    testEndpoint(database.store, (line) => lines.push({ ...line })),
    1,
  );
});
beforeEach(async () => {
  org = await target.org();
});
afterAll(() => database.close());

async function user(name: string): Promise<string> {
  const emails = [{ value: `${name}@acme.example`, type: "work" }];
  const body = { schemas: [USER], userName: name, externalId: `ext-${name}`, emails };
  return String(at((await org.request({ method: "POST", path: "/Users", body })).json, "id"));
}

async function setActive(id: string, active: boolean): Promise<void> {
  const Operations = [{ op: "Replace", path: "active", value: active }];
  const body = { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations };
  expect((await org.request({ method: "PATCH", path: `/Users/${id}`, body })).status).toBe(200);
}

const directory = (method: string, path: string, body?: unknown) =>
  target.directory(method, `/orgs/${org.slug}${path}`, body);

function costOf(line: Record<string, unknown> | undefined) {
  return { rcu: line?.rcu, wcu: line?.wcu, trips: line?.trips };
}

describe("an access answer costs", () => {
  async function access(query: string) {
    lines.length = 0;
    const { status, json } = await directory("GET", `/access?${query}`);
    expect(status).toBe(200);
    return { json, cost: costOf(lines[0]) };
  }

  test("6.5 RCU for a member of no team, in 4 round trips; by externalId, userName and e-mail alike", async () => {
    await user("ann");
    for (const query of ["email=ann%40acme.example", "userName=ann", "externalId=ext-ann"]) {
      const { json, cost } = await access(query);
      expect(json).toMatchObject({ member: true, teams: [] });
      expect(cost).toEqual({ rcu: 6.5, wcu: 0, trips: 4 });
    }
  });

  test("2 RCU more for each team of either side, and one round trip for all of them", async () => {
    const id = await user("ann");
    const teams = 7;
    for (let n = 0; n < teams; n++) {
      const body = { schemas: [GROUP], displayName: `Team ${n}`, members: [{ value: id }] };
      expect((await org.request({ method: "POST", path: "/Groups", body })).status).toBe(201);
      const own = await directory("POST", "/teams", { displayName: `Team ${n}` });
      expect((await directory("PUT", `/teams/${at(own.json, "id")}/members/${id}`)).status).toBe(200);
    }
    const { json, cost } = await access("email=ann%40acme.example");
    expect(at(json, "teams")).toHaveLength(2 * teams);
    expect(cost).toEqual({ rcu: 6.5 + 2 * 2 * teams, wcu: 0, trips: 5 });
  });

  test("the same for the inactive as for a member of no team, and 4 RCU in 3 round trips for a stranger", async () => {
    const id = await user("ann");
    await setActive(id, false);
    expect((await access("userName=ann")).cost).toEqual({ rcu: 6.5, wcu: 0, trips: 4 });
    expect((await access("userName=nobody")).cost).toEqual({ rcu: 4, wcu: 0, trips: 3 });
  });
});

describe("a link costs", () => {
  async function costs(method: string, path: string, body?: unknown) {
    lines.length = 0;
    const { status, json } = await directory(method, path, body);
    expect(status).toBeLessThan(300);
    return { json, ...costOf(lines[0]) };
  }

  test("4 WCU to make, 2 more where it takes the place of another one, and nothing to make again", async () => {
    const managed = await user("ann");
    const own = String(at((await directory("POST", "/users", { userName: "own" })).json, "id"));
    const link = (id: string, applicationId: string) => costs("PUT", `/users/${id}/link`, { applicationId });
    expect(await link(managed, "1")).toMatchObject({ rcu: 7, wcu: 4, trips: 6 });
    // Whether a managed user lives is read behind the write, whether another one does is a part of it.
    expect(await link(own, "2")).toMatchObject({ rcu: 6, wcu: 6, trips: 5 });
    expect(await link(managed, "3")).toMatchObject({ rcu: 7, wcu: 6, trips: 6 });
    expect(await link(managed, "3")).toMatchObject({ rcu: 6, wcu: 0, trips: 4 });
    expect(await costs("DELETE", `/users/${managed}/link`)).toMatchObject({ rcu: 6, wcu: 4 });
  });

  test("4 WCU beside a new user, whom the same transaction makes", async () => {
    const bare = await costs("POST", "/users", { userName: "bare" });
    expect(bare).toMatchObject({ rcu: 2, wcu: 6, trips: 3 });
    expect(await costs("POST", "/users", { userName: "linked", applicationId: "7" })).toMatchObject({
      rcu: 3,
      wcu: 10,
      trips: 4,
    });
  });

  test("in a page of 30 users 1 RCU where nobody is linked, 2 where all are; a user's teams 0.5 and 2 for each", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 30; n++) ids.push(await user(`user${String(n).padStart(2, "0")}`));
    const [bare, none] = [await costs("GET", "/users?fields=userName"), await costs("GET", "/users")];
    expect(none.rcu).toBe(Number(bare.rcu) + 1);
    for (const id of ids) await directory("PUT", `/users/${id}/link`, { applicationId: `application-${id}` });
    const all = await costs("GET", "/users");
    expect(all.rcu).toBe(Number(bare.rcu) + 2);
    expect(at(all.json, "users.29.applicationId")).toBe(`application-${at(all.json, "users.29.id")}`);

    const [first] = ids;
    const group = { schemas: [GROUP], displayName: "Team", members: ids.map((value) => ({ value })) };
    expect((await org.request({ method: "POST", path: "/Groups", body: group })).status).toBe(201);
    const [alone, teams] = [
      await costs("GET", `/users/${first}?fields=id`),
      await costs("GET", `/users/${first}?fields=teams`),
    ];
    expect(teams.rcu).toBe(Number(alone.rcu) + 0.5 + 2);
    const listed = await costs("GET", "/users?fields=teams");
    expect(listed.rcu).toBe(Number(bare.rcu) + 15 + 30 + 1);
  });
});

test(`after the 2xx of active:false ${DEACTIVATIONS} of ${DEACTIVATIONS} next answers say inactive`, async () => {
  const lanes = 8;
  const rounds = DEACTIVATIONS / lanes;
  const ids = await Promise.all(Array.from({ length: lanes }, (_, lane) => user(`user${lane}`)));
  const members = ids.map((value) => ({ value }));
  const group = { schemas: [GROUP], displayName: "Team", members };
  expect((await org.request({ method: "POST", path: "/Groups", body: group })).status).toBe(201);
  let inactive = 0;
  const lane = async (id: string, index: number): Promise<void> => {
    const name = `user${index}`;
    const ways = [`email=${name}%40acme.example`, `userName=${name}`, `externalId=ext-${name}`];
    for (let round = 0; round < rounds; round++) {
      const path = `/access?${ways[round % ways.length]}`;
      if (round > 0) await setActive(id, true);
      await setActive(id, false);
      const { json } = await directory("GET", path);
      if (at(json, "member") === false && at(json, "reason") === "inactive") inactive += 1;
    }
    await setActive(id, true);
    const { json } = await directory("GET", `/access?${ways[0]}`);
    expect(json).toMatchObject({ member: true, teams: [{ displayName: "Team" }] });
  };
  await Promise.all(ids.map(lane));
  expect(inactive).toBe(lanes * rounds);
}, 180_000);
