import { afterEach, describe, expect, test } from "@jest/globals";
import { orgIdBehind } from "../support/cascade.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { foundInAllOrgs } from "../support/invariants.ts";
import { localStore, localTable } from "../support/localStore.ts";
import { storeManyUsers, userJson } from "../support/manyUsers.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import { at, type Tenant } from "../support/wire.ts";
import { created, group, inLanes, membersOf, patch, statusOf, values } from "./manyClients.ts";

/** Each look at the clock costs so much of the 28 seconds a request has. */
const LEAP = 3_000;

let store = localStore();
afterEach(async () => expect(await foundInAllOrgs(store)).toEqual([]));

/** An org in memory with so many people, and a clock that leaps from `leap` on. */
async function orgOf(count: number, changed: Record<string, boolean> = {}) {
  const clock = { time: Date.now(), leap: 0 };
  const now = () => {
    clock.time += clock.leap;
    return clock.time;
  };
  const table = localTable();
  store = localStore(table);
  const endpoint = { ...testEndpoint(store), now };
  const org = await inProcessTarget("memory", endpoint, 1).org({ preset: "open", changed });
  const attributesOf = (userName: string) => userJson(userName, "");
  const people = await storeManyUsers({ table, orgId: orgIdBehind(org), count, attributesOf });
  return { org, people, clock };
}

async function idsNamed(org: Tenant, name: string): Promise<string[]> {
  const found = await org.request({ method: "GET", path: `/Groups?filter=displayName eq "${name}"` });
  const resources = at(found.json, "Resources");
  return Array.isArray(resources) ? resources.map((resource) => String(at(resource, "id"))) : [];
}

test.each([
  { what: "a replacement", method: "PUT", body: (ids: string[]) => group("large", values(ids)) },
  {
    what: "an addition",
    method: "PATCH",
    body: (ids: string[]) => patch({ op: "add", path: "members", value: values(ids) }),
  },
])("$what too large for the time it has answers 503, and its repetitions finish it", async ({ method, body }) => {
  const { org, people, clock } = await orgOf(600);
  const id = await created(org, "/Groups", group("large"));
  clock.leap = LEAP;
  let before = 0;
  for (let requests = 1; ; requests++) {
    const answer = await org.request({ method, path: `/Groups/${id}`, body: body(people) });
    const stored = (await membersOf(org, id)).length;
    if (answer.status !== 503) {
      expect(answer.status).toBe(200);
      expect(stored).toBe(people.length);
      expect(requests).toBeGreaterThan(1);
      return;
    }
    expect(answer.headers["retry-after"]).toMatch(/^\d+$/);
    expect(answer.text).toContain("Send the same request again to finish it");
    expect(stored).toBeGreaterThan(before);
    before = stored;
  }
});

describe("the creation of a group too large for the time it has", () => {
  const post = (org: Tenant, ids: readonly string[]) =>
    org.request({ method: "POST", path: "/Groups", body: group("large", values(ids)) });

  test("answers 503, the same POST goes on until it is answered with 201, and then the name is taken", async () => {
    const { org, people, clock } = await orgOf(600);
    clock.leap = LEAP;
    let before = 0;
    for (let requests = 1; ; requests++) {
      const answer = await post(org, people);
      const [id = "", ...others] = await idsNamed(org, "large");
      expect(others).toEqual([]);
      const stored = await membersOf(org, id);
      expect(stored.filter((member) => !people.includes(member))).toEqual([]);
      expect(stored.length).toBeGreaterThan(before);
      before = stored.length;
      if (answer.status === 201) {
        expect(at(answer.json, "id")).toBe(id);
        expect(stored).toHaveLength(people.length);
        expect(requests).toBeGreaterThan(1);
        break;
      }
      expect(answer.status).toBe(503);
      expect(answer.headers["retry-after"]).toMatch(/^\d+$/);
    }
    clock.leap = 0;
    expect((await post(org, people)).status).toBe(409);
  });

  test("ends in the members of the POST that went on, also when they are others or few", async () => {
    const { org, people, clock } = await orgOf(800);
    for (const wanted of [people.slice(400), people.slice(0, 3)]) {
      clock.leap = LEAP;
      expect((await post(org, people)).status).toBe(503);
      clock.leap = 0;
      const answer = await post(org, wanted);
      expect(answer.status).toBe(201);
      const id = String(at(answer.json, "id"));
      expect(await membersOf(org, id)).toEqual(wanted.toSorted());
      expect(await statusOf(org, "DELETE", `/Groups/${id}`)).toBe(204);
    }
  });

  test("goes on at once where a clock that was days ahead broke it off and is right again", async () => {
    const { org, people, clock } = await orgOf(800);
    const days = 3 * 86_400_000;
    Object.assign(clock, { time: clock.time + days, leap: LEAP });
    expect((await post(org, people)).status).toBe(503);
    Object.assign(clock, { time: clock.time - days, leap: 0 });
    expect((await post(org, people)).status).toBe(201);
  });

  test("ends when somebody who found the group changes it: nothing of that is undone by the repeated POST", async () => {
    const { org, people, clock } = await orgOf(800);
    clock.leap = LEAP;
    expect((await post(org, people.slice(0, 750))).status).toBe(503);
    clock.leap = 0;
    const [id = ""] = await idsNamed(org, "large");
    const added = patch({ op: "add", path: "members", value: values(people.slice(750)) });
    expect(await statusOf(org, "PATCH", `/Groups/${id}`, added)).toBe(200);
    expect((await post(org, people.slice(0, 750))).status).toBe(409);
    expect(await membersOf(org, id)).toEqual(expect.arrayContaining(people.slice(750)));
    expect(await statusOf(org, "PUT", `/Groups/${id}`, group("large", values(people)))).toBe(200);
    expect(await membersOf(org, id)).toEqual(people.toSorted());
  });

  test("of several at once, one is answered with 201 and the others with 409", async () => {
    const { org, people } = await orgOf(400);
    const statuses = await inLanes(8, 8, async (index) => (await post(org, people.slice(index))).status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(7);
    const [id = ""] = await idsNamed(org, "large");
    expect(await membersOf(org, id)).toEqual(people.slice(statuses.indexOf(201)).toSorted());
  });

  test("goes on where names need not be free, instead of making a second group", async () => {
    const { org, people, clock } = await orgOf(800, { groupNameUnique: false });
    clock.leap = LEAP;
    expect((await post(org, people)).status).toBe(503);
    clock.leap = 0;
    expect((await post(org, people)).status).toBe(201);
    expect(await idsNamed(org, "large")).toHaveLength(1);
  });
});

describe("what no request about members may be", () => {
  const SHAPES = [
    { what: "a number", members: 7 },
    { what: "a boolean", members: true },
    { what: "an object without an id", members: { display: "Ada" } },
    { what: "a list of numbers", members: [1] },
    { what: "a list of lists", members: [[{ value: "u" }]] },
    { what: "a member whose id is a number", members: [{ value: 1 }] },
    { what: "an object of ids", members: { "0": { value: "u" } } },
  ] as const;

  test.each(SHAPES)("$what as members is 400 in every verb, and nothing is changed", async ({ members }) => {
    const { org, people } = await orgOf(2);
    const id = await created(org, "/Groups", group("crew", values(people)));
    const path = `/Groups/${id}`;
    const of = (displayName: string) => ({ ...group(displayName), members });
    const operations = (["add", "replace", "remove"] as const).flatMap((op) => [
      { op, path: "members", value: members },
      ...(op === "remove" ? [] : [{ op, value: { displayName: "other", members } }]),
    ]);
    const requests = [
      { method: "POST", path: "/Groups", data: of("new") },
      { method: "PUT", path, data: of("other") },
      ...operations.map((operation) => ({ method: "PATCH", path, data: patch(operation) })),
    ];
    for (const { method, path: one, data } of requests) {
      expect(await statusOf(org, method, one, data)).toBe(400);
      const bulkId = method === "POST" ? { bulkId: "new" } : {};
      const bulk = {
        schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        Operations: [{ method, path: one, data, ...bulkId }],
      };
      const answer = await org.request({ method: "POST", path: "/Bulk", body: bulk });
      expect(answer.json).toMatchObject({ Operations: [{ status: "400" }] });
    }
    expect(await membersOf(org, id)).toEqual(people.toSorted());
    expect(await idsNamed(org, "crew")).toEqual([id]);
    for (const name of ["new", "other"]) expect(await idsNamed(org, name)).toEqual([]);
  });

  test.each(["POST", "PUT", "PATCH"] as const)(
    "more members than the limit in a %s are 413 naming it",
    async (method) => {
      const { org, people } = await orgOf(1);
      const id = await created(org, "/Groups", group("crew", values(people)));
      const members = Array.from({ length: 150_001 }, (_, n) => `u${String(n).padStart(22, "0")}`);
      const answer = await org.request({
        method,
        path: method === "POST" ? "/Groups" : `/Groups/${id}`,
        body: method === "PATCH" ? patch({ op: "add", path: "members", value: members }) : { ...group("new"), members },
      });
      expect(answer).toMatchObject({ status: 413, json: { status: "413" } });
      expect(answer.text).toContain("150000");
      expect(await membersOf(org, id)).toEqual(people);
      expect(await idsNamed(org, "new")).toEqual([]);
    },
  );

  test.each(["POST", "PUT", "PATCH"] as const)(
    "a larger %s than Lambda surely takes is 413 naming the limit",
    async (method) => {
      const { org, people } = await orgOf(1);
      const id = await created(org, "/Groups", group("crew", values(people)));
      const path = method === "POST" ? "/Groups" : `/Groups/${id}`;
      const answer = await org.request({ method, path, body: { ...group("new"), filler: "x".repeat(5_452_595) } });
      expect(answer).toMatchObject({ status: 413, json: { status: "413" } });
      expect(answer.text).toContain("5452595");
      expect(await idsNamed(org, "crew")).toEqual([id]);
    },
  );
});
