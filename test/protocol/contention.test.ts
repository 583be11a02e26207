import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createMemoryStore } from "../../functions/memory/store.ts";
import type { Store } from "../../functions/provisioning/ports.ts";
import { createDynamoStore } from "../../functions/store/store.ts";
import { inProcessTarget } from "../support/inProcess.ts";
import { brokenInvariants } from "../support/invariants.ts";
import { type RunningDynamo, startDynamo } from "../support/storeKinds.ts";
import { testEndpoint } from "../support/testEndpoint.ts";
import type { Tenant } from "../support/wire.ts";
import { created, group, inLanes, membersOf, patch, person, statusOf, values } from "./crowd.ts";

const WRITERS = 50;
/** Each of them undoes the plan of all others. */
const REPLACERS = 20;
/** Who writes shows nothing else than this: each request can be refused only for a reason its client gave. */
const FORESEEN = new Set([200, 201, 204, 404, 409]);

/** Fifty clients at once on one thing: no answer but one that some order of the requests explains (product.md 5.1). */
describe.each(["memory", "dynoxide"])("fifty writers at once, on the %s store", (kind) => {
  let dynamo: RunningDynamo | undefined;
  let tableName = "";
  let org: Tenant;

  beforeAll(async () => {
    let store: Store = createMemoryStore();
    if (kind === "dynoxide") {
      dynamo = await startDynamo();
      tableName = await dynamo.freshTable();
      store = createDynamoStore({ client: dynamo.client, tableName });
    }
    org = await inProcessTarget(kind, testEndpoint(store), 1).org({ preset: "open" });
  });

  afterAll(() => dynamo?.stop());

  async function broken(): Promise<string[]> {
    if (dynamo === undefined) return [];
    // The token names the org whose data this is.
    return brokenInvariants(dynamo.client, tableName, org.token.split("_")[1] ?? "");
  }

  test.each(["PATCH", "PUT"] as const)("replacing the members by %s leave those of one writer", async (method) => {
    const people = await inLanes(16, REPLACERS, (index) => created(org, "/Users", person(`${method}${index}`)));
    const name = `replaced by ${method}`;
    const id = await created(org, "/Groups", group(name));
    const statuses = await inLanes(REPLACERS, REPLACERS, (index) => {
      const value = values(people.slice(index, index + 3));
      const body = method === "PUT" ? group(name, value) : patch({ op: "replace", path: "members", value });
      return statusOf(org, method, `/Groups/${id}`, body);
    });
    expect(new Set(statuses)).toEqual(new Set([method === "PUT" ? 200 : 204]));
    const members = await membersOf(org, id);
    const wishes = people.map((_, index) => people.slice(index, index + 3).toSorted());
    expect(wishes).toContainEqual(members);
  });

  test("two replacements of several transactions each, at once, leave what one of them asked for", async () => {
    const people = await inLanes(16, 300, (index) => created(org, "/Users", person(`large${index}`)));
    const wishes = [people.slice(0, 220), people.slice(130)];
    const id = await created(org, "/Groups", group("large"));
    const statuses = await inLanes(2, 2, (index) =>
      statusOf(org, "PUT", `/Groups/${id}`, group("large", values(wishes[index] ?? []))),
    );
    expect(statuses).toEqual([200, 200]);
    expect(wishes.map((wish) => wish.toSorted())).toContainEqual(await membersOf(org, id));
    expect(await broken()).toEqual([]);
  });

  test("adding, removing, renaming, replacing and deleting members of one group leave a true group", async () => {
    const people = await inLanes(16, 100, (index) => created(org, "/Users", person(`mixed${index}`)));
    const kept = people.slice(0, 30);
    const id = await created(org, "/Groups", group("busy"));
    const statuses = await inLanes(WRITERS, 200, (index) => {
      const member = people[(index * 7) % people.length] ?? "";
      const path = `/Groups/${id}`;
      switch (index % 10) {
        case 0:
          return statusOf(org, "PATCH", path, patch({ op: "replace", path: "displayName", value: `busy${index}` }));
        case 1:
          return statusOf(org, "PUT", path, group("busy", values(kept)));
        case 2:
          return statusOf(org, "DELETE", `/Users/${people[99 - Math.floor(index / 10)]}`);
        case 3:
        case 4:
          return statusOf(org, "PATCH", path, patch({ op: "remove", path: `members[value eq "${member}"]` }));
        default:
          return statusOf(org, "PATCH", path, patch({ op: "add", path: "members", value: values([member]) }));
      }
    });
    expect(statuses.filter((status) => !FORESEEN.has(status))).toEqual([]);
    expect(await statusOf(org, "PUT", `/Groups/${id}`, group("quiet", values(kept)))).toBe(200);
    expect(await membersOf(org, id)).toEqual(kept.toSorted());
    expect(await broken()).toEqual([]);
  });

  test("changing, deleting and creating one user again leave at most one user of that name", async () => {
    const first = await created(org, "/Users", person("again"));
    const statuses = await inLanes(WRITERS, 200, (index) => {
      const path = `/Users/${first}`;
      switch (index % 5) {
        case 0:
          return statusOf(org, "PUT", path, { ...person("again"), title: `title ${index}` });
        case 1:
          return statusOf(org, "POST", "/Users", person("again"));
        case 2:
          return index === 102 ? statusOf(org, "DELETE", path) : statusOf(org, "GET", path);
        default:
          return statusOf(org, "PATCH", path, patch({ op: "replace", path: "title", value: `title ${index}` }));
      }
    });
    expect(statuses.filter((status) => !FORESEEN.has(status))).toEqual([]);
    expect(statuses.filter((status) => status === 201).length).toBeLessThanOrEqual(1);
    expect(await broken()).toEqual([]);
  });

  test("creating, renaming to and renaming away from one userName never give it to two", async () => {
    const people = await inLanes(16, 10, (index) => created(org, "/Users", person(`wants${index}`)));
    const statuses = await inLanes(WRITERS, 200, (index) => {
      const path = `/Users/${people[index % people.length]}`;
      const rename = (value: string) => statusOf(org, "PATCH", path, patch({ op: "replace", path: "userName", value }));
      if (index % 4 === 0) return statusOf(org, "POST", "/Users", person("wanted"));
      return rename(index % 4 < 3 ? "WANTED@example.com" : `away${index}@example.com`);
    });
    expect(statuses.filter((status) => !FORESEEN.has(status))).toEqual([]);
    const found = await org.request({ method: "GET", path: '/Users?filter=userName eq "wanted@example.com"' });
    expect(found.json).toMatchObject({ totalResults: 1 });
    expect(await broken()).toEqual([]);
  });
});
