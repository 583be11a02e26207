import type { Json } from "../../../functions/scim/json.ts";
import { at } from "../../support/wire.ts";
import { get, group, it, made, refused, user } from "../onWire.ts";
import type { Client } from "../rows/client.ts";

it("G-1: startIndex is 1-based, its default is 1, and less than 1 means 1", async (scim) => {
  await users(scim, 3);
  const all = await get(scim, "/Users");
  for (const startIndex of ["0", "-5", "1", "", "-99999999999999999999", "+1", "%201"]) {
    const answer = await get(scim, `/Users?startIndex=${startIndex}`);
    scim.expect(startIndex, { $exactly: all.json ?? null }, answer.json);
  }
  await scim.seen("the second", "/Users?startIndex=2&count=1", { startIndex: 2, itemsPerPage: 1, totalResults: 3 });
});

it("G-2, W-22: count 0 or less asks for the total only", async (scim) => {
  await users(scim, 3);
  for (const count of ["0", "-1", "-99999999999999999999", "00"]) {
    const json = { totalResults: 3, itemsPerPage: 0, startIndex: 1, Resources: { $exactly: [] } };
    await scim.seen(count, `/Users?count=${count}`, json);
    await scim.seen(`${count} of a filter`, `/Users?count=${count}&filter=userName%20pr`, json);
    await scim.seen(`${count} groups`, `/Groups?count=${count}`, { ...json, totalResults: 0 });
  }
});

it("G-3: without count a page has 100 resources, and a larger count than 200 is cut silently", async (scim) => {
  await users(scim, 201);
  await scim.seen("default", "/Users", { totalResults: 201, itemsPerPage: 100, Resources: { $length: 100 } });
  await scim.seen("filtered", "/Users?filter=userName%20pr", { totalResults: 201, itemsPerPage: 100 });
  for (const count of ["200", "201", "500", "99999999999999999999", "+300"]) {
    await scim.seen(count, `/Users?count=${count}`, {
      totalResults: 201,
      itemsPerPage: 200,
      Resources: { $length: 200 },
    });
  }
  await scim.seen("the limit is published", "/ServiceProviderConfig", { filter: { maxResults: 200 } });
});

it("G-4, G-5: totalResults counts all, itemsPerPage this page", async (scim) => {
  await users(scim, 25);
  for (const [startIndex, itemsPerPage] of [
    [1, 10],
    [11, 10],
    [21, 5],
  ]) {
    for (const filter of ["", "&filter=userName%20sw%20%22u%22"]) {
      const json: Json = { totalResults: 25, itemsPerPage: itemsPerPage ?? 0, startIndex: startIndex ?? 0 };
      await scim.seen(`from ${startIndex}`, `/Users?count=10&startIndex=${startIndex}${filter}`, json);
    }
  }
});

it("G-6: a startIndex behind the end is echoed with an empty page", async (scim) => {
  await users(scim, 2);
  for (const [path, totalResults] of [
    ["/Users?", 2],
    ["/Groups?", 0],
    ["/Users?filter=userName%20pr&", 2],
  ] as const) {
    for (const startIndex of [20, 9_007_199_254_740_991]) {
      const json = { totalResults, startIndex, itemsPerPage: 0, Resources: { $exactly: [] } };
      await scim.seen(`${path}${startIndex}`, `${path}startIndex=${startIndex}&count=5`, json);
    }
  }
});

it("G-7: what is no integer is refused as count and startIndex", async (scim) => {
  for (const name of ["count", "startIndex"]) {
    for (const value of [
      "abc",
      "1.5",
      "1e3",
      "0x10",
      "NaN",
      "Infinity",
      "--1",
      "1%2C2",
      "%D9%A3",
      "1 2",
      "null",
      "1_000",
    ]) {
      for (const path of ["/Users", "/Groups"]) {
        await scim.get(`${name}=${value}`, `${path}?${name}=${value}`, refused(400, "invalidValue", name));
      }
    }
  }
});

it("G-8, G-9, W-23: pages by startIndex give every resource once and in one order, also while others change", async (scim) => {
  await users(scim, 45);
  for (let index = 0; index < 12; index += 1) await made(scim, "/Groups", group(`g${index}`));
  for (const [path, total] of [
    ["/Users?", 45],
    ["/Groups?", 12],
    ["/Users?filter=userName%20pr&", 45],
  ] as const) {
    const seen: string[] = [];
    for (let startIndex = 1; startIndex <= total; startIndex += 7) {
      const page = await get(scim, `${path}startIndex=${startIndex}&count=7`);
      const resources = at(page.json, "Resources");
      for (const one of Array.isArray(resources) ? resources : []) seen.push(String(at(one, "id")));
      if (path === "/Users?" && startIndex === 8) {
        await scim.patch("a change", `/Users/${seen[0]}`, [{ op: "replace", path: "title", value: "t" }], {
          status: 200,
        });
      }
    }
    scim.expect(`${path} distinct`, total, new Set(seen).size);
    scim.expect(`${path} ordered`, { $exactly: [...seen].sort() }, seen);
  }
});

it("O-5: sorting is offered for what conformance suites sort by, and keeps the pages apart", async (scim) => {
  await users(scim, 12);
  await scim.seen("said so", "/ServiceProviderConfig", { sort: { supported: true } });
  for (const sortBy of ["userName", "displayName", "meta.created", "meta.lastModified", "id"]) {
    for (const sortOrder of ["ascending", "descending"]) {
      const seen = new Set<string>();
      for (const startIndex of [1, 6, 11]) {
        const page = await get(scim, `/Users?sortBy=${sortBy}&sortOrder=${sortOrder}&count=5&startIndex=${startIndex}`);
        const resources = at(page.json, "Resources");
        for (const one of Array.isArray(resources) ? resources : []) seen.add(String(at(one, "id")));
      }
      scim.expect(`${sortBy} ${sortOrder}`, 12, seen.size);
    }
  }
});

async function users(scim: Client, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_none, index) => made(scim, "/Users", user(`u${index}`))));
}
