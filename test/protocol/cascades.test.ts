import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { AdminEndpoint } from "../../functions/http/signed/admin.ts";
import { groupsWith, orgIdBehind, pushedGroup, swept, sweptAgain, teamMembers, untilDone } from "../support/cascade.ts";
import { dynoxideStore } from "../support/dynoxideStore.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { brokenInvariants } from "../support/invariants.ts";
import { storeManyUsers, userJson } from "../support/manyUsers.ts";
import { amountOf } from "../support/proof.ts";
import type { Target } from "../support/target.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at, type Tenant } from "../support/wire.ts";
import { created, group, membersOf, person, statusOf, values } from "./manyClients.ts";
import { filtered } from "./onWire.ts";

const GROUPS = amountOf("cascadeGroups");
const MEMBERS = amountOf("cascadeMembers");
const PER_PATCH = 250;
/** Each look at the clock costs so much of the 28 seconds a request has. */
const LEAP = 6_000;

/** What reaches far, on DynamoDB, while somebody else sweeps: as on AWS and in the local server. */
const lines: Record<string, unknown>[] = [];
const clock = { time: Date.now(), leap: 0 };
let database: Awaited<ReturnType<typeof dynoxideStore>>;
/** Who writes in it meets a clock that can leap; who reads does not. */
let target: Target;
let readers: Target;
let org: Tenant;

beforeAll(async () => {
  database = await dynoxideStore();
  const plain: AdminEndpoint = {
    ...testEndpoint(database.store, (line) => lines.push({ ...line })),
    sweepLater: () => undefined,
  };
  const now = () => {
    clock.time += clock.leap;
    return clock.time;
  };
  target = inProcessTarget("writers", { ...plain, now }, 1);
  readers = inProcessTarget("readers", plain, 1);
});
beforeEach(async () => {
  clock.time = Date.now();
  org = await target.org({ preset: "open" });
});
afterAll(() => database.close());

const read = async (path: string) => (await org.request({ method: "GET", path })).json;
const clean = async () => {
  const { client, tableName } = database;
  expect(await brokenInvariants(client, tableName, orgIdBehind(org))).toEqual([]);
};
const access = async (userName: string) =>
  (await readers.directory("GET", `/orgs/${org.slug}/access?userName=${encodeURIComponent(userName)}`)).json;

/** @returns what a deletion cost, its answer included */
async function costOfDeleting(path: string) {
  lines.length = 0;
  expect(await statusOf(org, "DELETE", path)).toBe(204);
  const [line] = lines;
  return { rcu: line?.rcu, wcu: line?.wcu, trips: line?.trips, calls: line?.ddbCalls };
}

test(`a user in ${GROUPS} groups is deleted at the price of one in none, hidden at once, swept later`, async () => {
  const [loner, leaver, stayer] = await Promise.all(
    ["loner", "leaver", "stayer"].map((name) => created(org, "/Users", person(name))),
  );
  if (leaver === undefined) throw new Error("unreachable: three were made");
  const both = await created(org, "/Groups", group("both", values([leaver, stayer ?? ""])));
  const ids = await groupsWith(database.store, org, leaver, GROUPS - 1);
  expect(at(await access("leaver@example.com"), "teams")).toHaveLength(GROUPS);

  const alone = await costOfDeleting(`/Users/${loner}`);
  expect(await costOfDeleting(`/Users/${leaver}`)).toEqual(alone);

  expect(await statusOf(org, "GET", `/Users/${leaver}`)).toBe(404);
  expect(await membersOf(org, both)).toEqual([stayer]);
  const last = ids.at(-1) ?? "";
  expect(at(await read(`/Groups/${last}`), "members")).toEqual([]);
  expect(await read(`/Groups?${filtered(`members.value eq "${leaver}"`)}`)).toMatchObject({ totalResults: 0 });
  expect(await access("leaver@example.com")).toMatchObject({ member: false, reason: "noSuchUser", teams: [] });
  expect(await teamMembers(readers, org, last)).toEqual([]);
  await clean();
  const { memberships } = database.store.begin().directory(orgIdBehind(org));
  expect(await memberships.stored(last)).toEqual([leaver]);

  await swept(database.store, org, leaver);
  expect(await memberships.groupsOf(leaver)).toEqual([]);
  expect(await memberships.stored(both)).toEqual([stayer]);
  expect(at(await read(`/Groups/${last}`), "meta.version")).toBe('W/"2"');
  await sweptAgain(database.store, org, leaver);
  await clean();
});

test("a client that has a group from before a deletion gets it again while the deleted member is only hidden", async () => {
  const [leaver = "", stayer = ""] = [
    await created(org, "/Users", person("leaver")),
    await created(org, "/Users", person("stayer")),
  ];
  const path = `/Groups/${await created(org, "/Groups", group("both", values([leaver, stayer])))}`;
  const headers = { "If-None-Match": 'W/"1"' };
  const known = async (query: string) => (await org.request({ method: "GET", path: path + query, headers })).status;
  expect(await known("")).toBe(304);
  expect(await statusOf(org, "DELETE", `/Users/${leaver}`)).toBe(204);
  const seen = await org.request({ method: "GET", path, headers });
  expect(seen.status).toBe(200);
  expect(seen.json).toMatchObject({ members: [{ value: stayer }], meta: { version: 'W/"1"' } });
  for (const query of ["?excludedAttributes=members", "?attributes=displayName"]) expect(await known(query)).toBe(304);
  await swept(database.store, org, leaver);
  expect(await known("")).toBe(200);
});

test(`a group of ${MEMBERS} is pushed in parts, half replaced by one PUT in several requests, and deleted`, async () => {
  const { store, table } = database;
  const people = await storeManyUsers({
    table,
    orgId: orgIdBehind(org),
    count: MEMBERS * 1.5,
    attributesOf: (userName) => userJson(userName, ""),
  });
  const before = people.slice(0, MEMBERS);
  const after = people.slice(MEMBERS / 2);
  const either = new Set(people);
  const both = after.slice(0, MEMBERS / 2);
  const id = await pushedGroup(org, "large", before, PER_PATCH);
  const path = `/Groups/${id}`;
  expect(await membersOf(org, id)).toEqual(before.toSorted());
  await clean();

  clock.leap = LEAP;
  let looks = 0;
  const look = async (): Promise<void> => {
    const seen = new Set(await teamMembers(readers, org, id));
    expect([...seen].filter((member) => !either.has(member))).toEqual([]);
    expect(both.filter((member) => !seen.has(member))).toEqual([]);
    looks += 1;
  };
  let replacing = true;
  // The leaping clock's seconds are over already.
  const put = () => org.request({ method: "PUT", path, body: group("large", values(after)) });
  const replaced = untilDone(put, look).finally(() => {
    replacing = false;
  });
  while (replacing) await look();
  const answers = await replaced;
  Object.assign(clock, { time: Date.now(), leap: 0 });
  expect(answers.length).toBeGreaterThan(2);
  expect(looks).toBeGreaterThanOrEqual(answers.length);
  expect(answers.at(-1)?.status).toBe(200);
  expect(await membersOf(org, id)).toEqual(after.toSorted());
  await clean();

  const small = await created(org, "/Groups", group("small"));
  const [member = ""] = after;
  const few = await costOfDeleting(`/Groups/${small}`);
  expect(await costOfDeleting(path)).toEqual(few);
  expect(await statusOf(org, "GET", path)).toBe(404);
  expect(await read(`/Groups?${filtered('displayName eq "large"')}`)).toMatchObject({ totalResults: 0 });
  expect(at(await read(`/Users/${member}`), "groups")).toBeUndefined();
  expect((await readers.directory("GET", `/orgs/${org.slug}/teams/${id}/members`)).status).toBe(404);
  expect(await created(org, "/Groups", group("large"))).not.toBe(id);
  await clean();

  const { memberships } = store.begin().directory(orgIdBehind(org));
  expect(await memberships.stored(id)).toHaveLength(MEMBERS);
  await swept(store, org, id);
  expect(await memberships.stored(id)).toEqual([]);
  expect(await memberships.groupsOf(member)).toEqual([]);
  await sweptAgain(store, org, id);
  await clean();
});
