import { expect, test } from "@jest/globals";
import { elementsOf, type Json } from "../../../functions/scim/json.ts";
import type { ResourceWrite } from "../../../functions/store/records.ts";
import { SettingsStore } from "../../../functions/store/settings.ts";
import { inProcessTarget } from "../../support/inProcess.ts";
import { localStore } from "../../support/localStore.ts";
import { testEndpoint } from "../../support/testEndpoint.ts";
import { at } from "../../support/wire.ts";
import { expectNothing, filtered, get, group, it, made, refused, refusesFilter, user } from "../onWire.ts";
import { type Client, clientOf } from "../rows/client.ts";

it("Q-1, Q-2, W-1: an answer to a query has all its members as numbers, also when nothing matches", async (scim) => {
  const empty = {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    totalResults: 0,
    startIndex: 1,
    itemsPerPage: 0,
    Resources: { $exactly: [] },
  };
  for (const endpoint of ["/Users", "/Groups"]) {
    await scim.seen(endpoint, endpoint, empty);
    const name = endpoint === "/Users" ? "userName" : "displayName";
    await scim.seen("no match", `${endpoint}?${filtered(`${name} eq "7d420df3-9995-4831-a406-ecf8166f5f6a"`)}`, empty);
  }
  await made(scim, "/Users", user("a"));
  await scim.seen("one", "/Users", {
    totalResults: 1,
    startIndex: 1,
    itemsPerPage: 1,
    Resources: [{ userName: "a" }],
  });
});

test("Q-4: a filter that would have to look at too many resources is 400 tooMany, one with an index is answered", async () => {
  const { scim } = await tooMany();
  await refusesFilter(scim, "/Users", 'title co "x"', "tooMany");
  await refusesFilter(scim, "/Users", 'not (userName eq "u1")', "tooMany");
  for (const filter of [
    'userName eq "u1"',
    'title co "x" and userName eq "u1"',
    'externalId eq "e1"',
    'emails[type eq "work"].value eq "u1@x"',
  ]) {
    await scim.seen(filter, `/Users?${filtered(filter)}`, { totalResults: "$integer" });
  }
  await scim.seen("counting all of them", "/Users?count=0", { totalResults: 10_001, Resources: [] });
  await scim.seen("the last page", "/Users?startIndex=10001&count=5", {
    totalResults: 10_001,
    itemsPerPage: 1,
    startIndex: 10_001,
  });
  expectNothing(scim);
});

test("A-9, AMB-17: members of a huge group are left out with a header, and can be paged through", async () => {
  const { scim, ids } = await tooMany();
  const gid = await made(scim, "/Groups", group("huge"));
  await scim.patch("fill", `/Groups/${gid}`, [{ op: "add", path: "members", value: ids.map((value) => ({ value })) }], {
    status: 200,
  });
  const read = await get(scim, `/Groups/${gid}`);
  scim.expect("omitted", "$absent", at(read.json, "members"));
  scim.expect("the header", "true", read.headers["rollcall-members-omitted"]);
  const excluded = await get(scim, `/Groups/${gid}?excludedAttributes=members`);
  scim.expect("no header where they were not asked for", "$absent", excluded.headers["rollcall-members-omitted"]);
  const page = { totalResults: 10_001, itemsPerPage: 100, startIndex: 9_902 };
  await scim.seen("a page of them", `/Users?${filtered(`groups.value eq "${gid}"`)}&startIndex=9902`, page);
  expectNothing(scim);
});

test("A-2, S-43: a list shows the groups of its users, up to a bound that a header tells unless they were asked for by name", async () => {
  const { scim, fill } = await crowded();
  const members = (await fill(101)).map((value) => ({ value }));
  // More than the item of a user lists.
  for (let index = 0; index < 50; index += 1) await made(scim, "/Groups", group(`g${index}`, { members }));
  const shown = async (query: string): Promise<readonly [shown: number, header: string | undefined]> => {
    const { json, headers } = await get(scim, `/Users?count=101${query}`);
    const users = at(json, "Resources");
    const counts = (Array.isArray(users) ? users : []).map((one) => [at(one, "groups") ?? []].flat().length);
    scim.expect(
      "whole or left out",
      "$empty",
      counts.filter((count) => count !== 50 && count !== 0),
    );
    return [counts.filter((count) => count === 50).length, headers["rollcall-groups-omitted"]];
  };
  expect(await shown("")).toEqual([100, "true"]);
  expect(await shown("&startIndex=2")).toEqual([100, undefined]);
  expect(await shown("&attributes=groups")).toEqual([101, undefined]);
  expect(await shown("&excludedAttributes=groups")).toEqual([0, undefined]);
  expectNothing(scim);
});

it("Q-5, F-22: a password is never compared, anywhere in a filter", async (scim) => {
  await made(scim, "/Users", user("a", { password: "x" }));
  for (const filter of [
    'password eq "x"',
    "password pr",
    'userName eq "a" and PASSWORD sw "x"',
    "not (password pr)",
    'urn:ietf:params:scim:schemas:core:2.0:User:password eq "x"',
  ]) {
    await refusesFilter(scim, "/Users", filter, "sensitive");
  }
});

it("Q-6, DI-3: discovery refuses a filter and ignores paging, sorting and projection", async (scim) => {
  for (const path of [
    "/Schemas",
    "/ResourceTypes",
    "/ServiceProviderConfig",
    "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User",
    "/ResourceTypes/User",
  ]) {
    for (const filter of ["filter=id%20eq%20%22x%22", "FILTER=x", "filter=("]) {
      await scim.get(`${path}?${filter}`, `${path}?${filter}`, refused(403));
      if (path === "/ServiceProviderConfig")
        await scim.say(
          "without a token",
          { method: "GET", path: `${path}?${filter}`, headers: { Authorization: null } },
          refused(403),
        );
    }
    const plain = await get(scim, path);
    const asked = await get(
      scim,
      `${path}?count=1&startIndex=2&sortBy=id&attributes=id&excludedAttributes=meta&cursor`,
    );
    scim.expect(path, { $exactly: plain.json ?? null }, asked.json);
  }
});

test("Q-4: a filter that would look at resources until nobody waits any more is 400 tooMany, and by cursor a short page", async () => {
  const { scim, fill, clock } = await crowded();
  await fill(1_500);
  clock.stepMs = 8_000;
  await refusesFilter(scim, "/Users", 'title co "x" or nickName co "x"', "tooMany");
  const page = await get(scim, `/Users?cursor&${filtered('userName ew "u1499"')}`);
  scim.expect("goes on later", { nextCursor: "$string", Resources: [] }, page.json);
  clock.stepMs = 0;
  await scim.seen("in time", `/Users?${filtered('title co "x"')}`, { totalResults: 0 });
  expectNothing(scim);
});

test("Q-4: time may be over within the resources of one read: a query by index is refused, and a walk by cursor leaves nobody out", async () => {
  const { scim, fill, clock } = await crowded();
  const ids = await fill(100);
  clock.stepMs = 500;
  const filter = filtered("not (title pr)");
  await scim.get("by index", `/Users?${filter}`, refused(400, "tooMany"));
  const seen: Json[] = [];
  let pages = 0;
  for (let cursor = ""; pages < 100; pages += 1) {
    const { json } = await get(scim, `/Users?count=100&attributes=id&${filter}&cursor=${cursor}`);
    seen.push(...elementsOf(at(json, "Resources") as Json).map(({ id = null }) => id));
    const next = at(json, "nextCursor");
    if (typeof next !== "string") break;
    cursor = next;
  }
  expect([seen, pages > 0]).toEqual([ids, true]);
  clock.stepMs = 10_000;
  const one = filtered('userName eq "u7" and active eq true');
  await scim.seen("nothing is left to examine", `/Users?${one}`, { totalResults: 1 });
  expectNothing(scim);
});

type Crowd = Awaited<ReturnType<typeof crowded>>;
let many: Promise<{ scim: Client; ids: readonly string[] }> | undefined;

/** An org of one user more than a request looks at, made once: no test changes its users. */
function tooMany(): Promise<{ scim: Client; ids: readonly string[] }> {
  many ??= crowded().then(async ({ scim, fill }: Crowd) => ({ scim, ids: await fill(10_001) }));
  return many;
}

interface Clock {
  /** How much time passes with each look at the clock. */
  stepMs: number;
}

/** A new org whose users are put into the store directly, because there are many. */
async function crowded(): Promise<{ scim: Client; fill: (count: number) => Promise<string[]>; clock: Clock }> {
  const store = localStore();
  const clock: Clock = { stepMs: 0 };
  let passed = 0;
  const now = (): number => {
    passed += clock.stepMs;
    return Date.now() + passed;
  };
  const endpoint = { ...testEndpoint(store), now };
  const scim = await clientOf(inProcessTarget("memory", endpoint, 1), { preset: "rfc" });
  const { slug } = scim.tenant;
  const fill = async (count: number): Promise<string[]> => {
    const session = store.begin();
    const org = await new SettingsStore(session.database).orgBySlug(slug);
    if (org === undefined) throw new Error("the org is missing");
    const { users } = session.directory(org.id);
    const at = new Date().toISOString();
    const ids = Array.from({ length: count }, (_none, index) => `u${String(index).padStart(22, "0")}`);
    for (const [index, id] of ids.entries()) {
      const userName = `u${index}`;
      const write: ResourceWrite = {
        attributes: JSON.stringify(user(userName, { active: true })),
        keys: { name: userName, externalId: undefined, values: [] },
      };
      await users.create(id, write, { at, tokenId: "test", reference: "test" });
    }
    return ids;
  };
  return { scim, fill, clock };
}
