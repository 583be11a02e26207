import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { GROUP_SCHEMA } from "../../functions/scim/schema.ts";
import { createStore } from "../../functions/store/session.ts";
import { dynoxideStore } from "../support/dynoxideStore.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { localTable } from "../support/localStore.ts";
import { storeManyUsers, userJson } from "../support/manyUsers.ts";
import { idOf } from "../support/records.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at, type Tenant } from "../support/wire.ts";
import { filtered } from "./onWire.ts";

/** One user more than a query without an index may look at. */
const USERS = 10_001;

const lines: Record<string, unknown>[] = [];
let database: Awaited<ReturnType<typeof dynoxideStore>>;
let org: Tenant;
let ids: readonly string[];

beforeAll(async () => {
  database = await dynoxideStore();
  org = await inProcessTarget(
    "dynoxide",
    testEndpoint(database.store, (line) => lines.push({ ...line })),
    1,
  ).org({ preset: "rfc" });
  const attributesOf = (userName: string) => userJson(userName, "x".repeat(1300));
  ids = (
    await storeManyUsers({
      table: database.table,
      orgId: org.token.split("_")[1] ?? "",
      count: USERS,
      attributesOf,
    })
  ).sort();
  // The first use of a token in an hour is remembered, beside the request.
  await org.request({ method: "GET", path: "/Schemas" });
});

afterAll(() => database.close());

/** Sends a query and gives its answer with what it cost, read off the request log: DynamoDB's own ConsumedCapacity. */
async function query(path: string) {
  lines.length = 0;
  const { status, json } = await org.request({ method: "GET", path });
  const resources = at(json, "Resources");
  const found = (Array.isArray(resources) ? resources : []).map((one) => String(at(one, "id")));
  const [line] = lines;
  return {
    status,
    scimType: at(json, "scimType"),
    total: at(json, "totalResults"),
    next: at(json, "nextCursor"),
    found,
    rcu: Number(line?.rcu),
    trips: Number(line?.trips),
  };
}

test.each([
  `/Users?${filtered('title co "y"')}`,
  `/Users?${filtered('not (userName eq "user1@crowd.example")')}`,
  `/Users?${filtered('userName eq "user1@crowd.example" or title pr')}`,
  "/Users?sortBy=userName",
  `?${filtered('title co "y"')}`,
])("Q-4: a query that no index answers is refused before anybody is read, for 10 RCU at most: %s", async (path) => {
  const { status, scimType, rcu } = await query(path);
  expect({ status, scimType }).toEqual({ status: 400, scimType: "tooMany" });
  expect(rcu).toBeLessThanOrEqual(10);
});

test("F-23: an or of indexed conditions costs its parts, each match comes once, and the order is that of the ids", async () => {
  const filter =
    'userName eq "user1@crowd.example" or externalId eq "nobody" or (emails.value eq "user2@crowd.example" and active eq true) or userName eq "USER1@crowd.example"';
  const { found, total, rcu, trips } = await query(`/Users?${filtered(filter)}&excludedAttributes=groups`);
  expect({ found: found.length, total, sorted: found.toSorted() }).toEqual({ found: 2, total: 2, sorted: found });
  expect(rcu).toBeLessThanOrEqual(8);
  expect(trips).toBe(3);
});

test("F-23: userName sw is answered by the index of the names, exactly at any page, and reads the page only", async () => {
  // user9, user90 to user99, user900 to user999, user9000 to user9999
  const filter = filtered('userName sw "USER9"');
  const seen: string[] = [];
  for (const startIndex of [1, 101, 1101]) {
    const { found, total, rcu } = await query(`/Users?${filter}&startIndex=${startIndex}&excludedAttributes=groups`);
    expect(total).toBe(1_111);
    // 100 users of 1.6 KB one by one, and 1,111 names of about 120 bytes.
    expect(rcu).toBeLessThanOrEqual(150);
    seen.push(...found);
  }
  expect(seen).toHaveLength(211);
  expect(seen.toSorted()).toEqual(seen);
});

test("F-23: userName sw joined by and reads who begins so, and nobody else", async () => {
  const { total, rcu } = await query(`/Users?${filtered('userName sw "user999" and active eq true')}`);
  expect(total).toBe(11);
  expect(rcu).toBeLessThanOrEqual(20);
});

test("Q-4, N-2: where too many names begin so, a query by index is refused and one by cursor goes on", async () => {
  const filter = filtered('userName sw "user"');
  expect(await query(`/Users?${filter}`)).toMatchObject({ status: 400, scimType: "tooMany" });
  const page = await query(`/Users?${filter}&cursor&count=50`);
  expect(page.found).toEqual(ids.slice(0, 50));
  expect(typeof page.next).toBe("string");
});

test("G-8, G-9: pages by index are exact at any depth, and none costs more than the first by 3 RCU and 2 trips", async () => {
  const first = await query("/Users?count=100");
  for (const startIndex of [1, 2, 101, 3_456, 5_000, 9_902, 10_001]) {
    const page = await query(`/Users?count=100&startIndex=${startIndex}`);
    expect(page.total).toBe(USERS);
    expect(page.found).toEqual(ids.slice(startIndex - 1, startIndex + 99));
    expect(page.rcu).toBeLessThanOrEqual(first.rcu + 3);
    expect(page.trips).toBeLessThanOrEqual(first.trips + 2);
  }
});

test("N-2: a walk by cursor over a filter without an index looks at 10,000 for one page at most", async () => {
  const wanted = filtered('userName ew "r10000@crowd.example" or userName ew "r9999@crowd.example"');
  const first = await query(`/Users?${wanted}&cursor`);
  expect(typeof first.next).toBe("string");
  const second = await query(`/Users?${wanted}&cursor=${first.next}`);
  expect(second.next).toBeUndefined();
  expect([...first.found, ...second.found]).toHaveLength(2);
});

test("A-9: pages of the users of a large group are exact, the first costs what it shows, and so do others of a roster that was read", async () => {
  const nested = await org.request({
    method: "POST",
    path: "/Groups",
    body: { schemas: [GROUP_SCHEMA], displayName: "nested" },
  });
  const members = ids.slice(0, 500).concat(String(at(nested.json, "id")));
  const body = { schemas: [GROUP_SCHEMA], displayName: "large", members: members.map((value) => ({ value })) };
  const { json } = await org.request({ method: "POST", path: "/Groups?excludedAttributes=members", body });
  const users = `/Users?${filtered(`groups.value eq "${String(at(json, "id"))}"`)}&count=5&excludedAttributes=groups`;
  const expectPage = async (startIndex: number, total: number, shown = startIndex): Promise<number> => {
    const page = await query(`${users}&startIndex=${startIndex}`);
    expect(page).toMatchObject({ total, found: ids.slice(shown - 1, shown + 4) });
    return page.rcu;
  };
  // Token, org and group, five users, and a unit each for members, nested groups and the dead set, which is asked for twice.
  expect(await expectPage(1, 500)).toBeLessThanOrEqual(12);
  expect(await expectPage(301, 500)).toBeGreaterThan(25);
  expect(await expectPage(401, 500)).toBeLessThanOrEqual(12);
  // Until it is swept nobody can tell how many are left but by reading all.
  await org.request({ method: "DELETE", path: `/Users/${ids[0]}` });
  await expectPage(1, 499, 2);
});

test("ADR 8: a list without room for all groups leaves out only whose do not fit, and does not read their names", async () => {
  const other = await inProcessTarget(
    "dynoxide",
    testEndpoint(database.store, (line) => lines.push({ ...line })),
    1,
  ).org({ preset: "rfc" });
  const order = Array.from({ length: 200 }, (_, n) => idOf("u", n)).sort();
  await storeManyUsers({
    table: database.table,
    orgId: other.token.split("_")[1] ?? "",
    count: order.length,
    attributesOf: (userName) => userJson(userName, "x"),
    // Groups that no longer exist: those of 125 users leave room for one more, which is the last user's.
    groupIdsOf: (n) => {
      const rank = order.indexOf(idOf("u", n));
      return rank === 199
        ? []
        : Array.from({ length: rank === 0 ? 39 : 40 }, (_, group) => idOf("g", rank * 40 + group));
    },
  });
  const last = order.at(-1);
  const body = { schemas: [GROUP_SCHEMA], displayName: "last", members: [{ value: last }] };
  expect(await other.request({ method: "POST", path: "/Groups", body })).toMatchObject({ status: 201 });
  lines.length = 0;
  const { json, headers } = await other.request({ method: "GET", path: "/Users?count=200" });
  const users = at(json, "Resources");
  expect(Array.isArray(users) && users.at(-1)).toMatchObject({ id: last, groups: [{ display: "last" }] });
  expect(headers["rollcall-groups-omitted"]).toBe("true");
  // Half a unit for each of 5,000 groups, and the page.
  expect(Number(lines[0]?.rcu)).toBeLessThanOrEqual(2_600);
  const asked = await other.request({ method: "GET", path: "/Users?count=200&attributes=groups" });
  expect(asked.headers["rollcall-groups-omitted"]).toBeUndefined();
});

test("SEC-6: sorting keeps no more than 32 MB of what it finds: then the page is read again", async () => {
  const table = localTable();
  const heavy = await inProcessTarget(
    "memory",
    testEndpoint(createStore(table), (line) => lines.push({ ...line })),
    1,
  ).org({ preset: "rfc" });
  const count = 730;
  const attributesOf = (userName: string) => userJson(userName, "x".repeat(45_000));
  await storeManyUsers({ table, orgId: heavy.token.split("_")[1] ?? "", count, attributesOf });
  const sorted = async (query: string) => {
    lines.length = 0;
    const path = `/Users?sortBy=userName&excludedAttributes=groups&${query}`;
    const { json } = await heavy.request({ method: "GET", path });
    const users = at(json, "Resources");
    const names = (Array.isArray(users) ? users : []).map((user) => String(at(user, "userName")).split("@")[0]);
    return { names, total: at(json, "totalResults"), next: at(json, "nextCursor"), rcu: Number(lines[0]?.rcu) };
  };
  const page = await sorted("count=3&startIndex=727");
  expect(page).toMatchObject({ names: ["user97", "user98", "user99"], total: count });
  // Two users of 45 KB more.
  expect(page.rcu - (await sorted("count=1&startIndex=727")).rcu).toBe(24);
  const first = await sorted("count=2&cursor&sortOrder=descending");
  const second = await sorted(`count=2&cursor=${first.next}&sortOrder=descending`);
  expect([...first.names, ...second.names]).toEqual(["user9", "user99", "user98", "user97"]);
});
