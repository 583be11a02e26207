import { expect, test } from "@jest/globals";
import type { JsonObject } from "../../../functions/scim/json.ts";
import { LIST_RESPONSE, SEARCH_REQUEST } from "../../../functions/scim/schema.ts";
import { SettingsStore } from "../../../functions/store/settings.ts";
import { inProcessTarget } from "../../support/inProcess.ts";
import { localStore } from "../../support/localStore.ts";
import { testEndpoint } from "../../support/testEndpoint.ts";
import { type Answer, at } from "../../support/wire.ts";
import { expectNothing, filtered, get, group, it, made, refused, user } from "../onWire.ts";
import { type Client, clientOf } from "../rows/client.ts";

it("N-1, N-2, N-4, W-1: a walk by cursor begins with an empty one and ends where no next one is given", async (scim) => {
  const ids = await users(scim, 25);
  for (const beginning of ["cursor", "cursor=", "CURSOR="]) {
    const pages = await walk(scim, "/Users", `${beginning}&count=10`);
    scim.expect(
      "pages",
      { $exactly: [10, 10, 5] },
      pages.map((page) => idsIn(page).length),
    );
    scim.expect("everybody once", { $exactly: ids }, pages.flatMap(idsIn));
    for (const [index, page] of pages.entries()) {
      const nextCursor = index < 2 ? { $matches: "^[A-Za-z0-9._~-]+$" } : "$absent";
      const numbers = { schemas: [LIST_RESPONSE], totalResults: 25, itemsPerPage: index < 2 ? 10 : 5 };
      scim.expect("page", { ...numbers, nextCursor, startIndex: "$absent", previousCursor: "$absent" }, page.json);
    }
  }
  const none = { totalResults: 25, itemsPerPage: 0, nextCursor: "$absent", Resources: { $exactly: [] } };
  for (const count of [0, -1]) await scim.seen("numbers only", `/Users?cursor&count=${count}`, none);
  await scim.seen("all at once", "/Users?cursor", { itemsPerPage: 25, nextCursor: "$absent" });
  await scim.seen("exactly all", "/Users?cursor&count=25", { itemsPerPage: 25, nextCursor: "$absent" });
  await scim.seen("empty", "/Groups?cursor&count=5", { totalResults: 0, itemsPerPage: 0, nextCursor: "$absent" });
  const projected = await get(scim, "/Users?cursor&count=1&attributes=userName");
  scim.expect("projected", { userName: "$string", meta: "$absent" }, at(projected.json, "Resources.0"));
});

it("N-1, N-6: a walk keeps filter and order, whatever finds the resources", async (scim) => {
  const ids = await users(scim, 12);
  const team = await made(scim, "/Groups", group("team", { members: ids.slice(2).map((value) => ({ value })) }));
  for (const name of ["a", "b", "c"]) await made(scim, "/Groups", group(name));
  for (const [endpoint, query, total] of [
    ["/Users", filtered("userName pr"), 12],
    ["/Users", filtered('title eq "odd"'), 6],
    ["/Users", filtered(`groups.value eq "${team}"`), 10],
    ["/Users", filtered('userName eq "u3"'), 1],
    ["/Users", filtered('userName eq "nobody"'), 0],
    ["/Users", "sortBy=userName", 12],
    ["/Users", "sortBy=title&sortOrder=descending", 12],
    ["/Users", `sortBy=userName&${filtered('title eq "odd"')}`, 6],
    ["/Groups", "", 4],
    ["/Groups", "sortBy=displayName", 4],
    ["", "", 16],
    ["", filtered("displayName pr"), 4],
    ["", filtered('meta.resourceType eq "Group"'), 4],
    ["", filtered('title eq "odd" or displayName eq "a"'), 7],
    ["", "sortBy=displayName", 16],
    ["", "sortBy=meta.created&sortOrder=descending", 16],
  ] as const) {
    const whole = idsIn(await get(scim, `${endpoint}?${query}`));
    scim.expect(`${endpoint} ${query}`, total, whole.length);
    for (const count of [1, 3, 5, 12, 16]) {
      const pages = await walk(scim, endpoint, `cursor=&count=${count}&${query}`);
      scim.expect(`${endpoint} ${query} by ${count}`, { $exactly: whole }, pages.flatMap(idsIn));
      if (pages.length !== Math.max(1, Math.ceil(total / count))) scim.note(query, `${pages.length} pages of ${count}`);
    }
  }
});

it("N-3, N-10: a cursor in another query, another organization or made up is 400 invalidCursor, always the same", async (scim) => {
  await users(scim, 6);
  const first = await get(scim, `/Users?cursor&count=2&sortBy=title&${filtered("userName pr")}`);
  const cursor = String(at(first.json, "nextCursor"));
  const other = await clientOf(scim.target, { preset: "rfc" });
  await users(other, 6);
  const theirs = String(at((await get(other, "/Users?cursor&count=2")).json, "nextCursor"));
  const mine = String(at((await get(scim, "/Users?cursor&count=2")).json, "nextCursor"));
  const same = `count=2&sortBy=title&${filtered("userName pr")}`;
  await scim.seen("unchanged", `/Users?cursor=${cursor}&${same}`, { itemsPerPage: 2 });
  const flipped = `${cursor.slice(0, 20)}${cursor[20] === "A" ? "B" : "A"}${cursor.slice(21)}`;
  const details = new Set<string>();
  for (const path of [
    `/Users?cursor=${cursor}&count=2&sortBy=title&${filtered("userName pr or title pr")}`,
    `/Users?cursor=${cursor}&count=2&sortBy=title`,
    `/Users?cursor=${cursor}&count=2&sortBy=userName&${filtered("userName pr")}`,
    `/Users?cursor=${cursor}&count=2&${filtered("userName pr")}`,
    `/Users?cursor=${cursor}&sortOrder=descending&${same}`,
    `/Groups?cursor=${mine}&count=2`,
    `?cursor=${mine}&count=2`,
    `/Users?cursor=${theirs}&count=2`,
    `/Users?cursor=${flipped}&${same}`,
    `/Users?cursor=${cursor.slice(0, -1)}&${same}`,
    `/Users?cursor=${cursor}A&${same}`,
    `/Users?cursor=${cursor}.&${same}`,
    ...["x", "AAAA", "%00", "..", "A".repeat(60), "A".repeat(5000), "%F0%9F%98%80"].map(
      (text) => `/Users?cursor=${text}&count=2`,
    ),
  ]) {
    const answer = await scim.get(path, path, refused(400, "invalidCursor"));
    details.add(String(at(answer.json, "detail")).replace(/\(ref: .*/, ""));
  }
  scim.expect("one text for all", 1, details.size);
  const path = `/Users?cursor=${mine}&count=2`;
  await scim.say("without a token", { method: "GET", path, headers: { Authorization: null } }, refused(401));
});

it("N-10: a cursor shows nothing of what it holds, and no two are alike", async (scim) => {
  for (const name of ["Zq7xA", "Zq7xB"]) await made(scim, "/Users", user(name));
  const pages = [
    await get(scim, "/Users?cursor&count=1&sortBy=userName"),
    await get(scim, "/Users?cursor&count=1&sortBy=userName"),
  ];
  const [first = "", second = ""] = pages.map((page) => String(at(page.json, "nextCursor")));
  if (first === second) scim.note("cursor", "the same twice");
  for (const held of ["zq7xa", idsIn(pages[0] as Answer)[0] ?? "", "userName"]) {
    if (Buffer.from(first, "base64url").toString("latin1").toLowerCase().includes(held.toLowerCase())) {
      scim.note("cursor", `shows ${held}`);
    }
  }
});

it("N-5, N-11: a changed or broken count is invalidCount, a count above the maximum is cut, startIndex is refused", async (scim) => {
  await users(scim, 5);
  const cursor = String(at((await get(scim, "/Users?cursor&count=2")).json, "nextCursor"));
  for (const count of ["&count=3", "&count=abc", "&count=1.5", "&count=0", ""]) {
    const path = `/Users?cursor=${cursor}${count}`;
    await scim.get(path, path, refused(400, "invalidCount"));
  }
  await scim.get("broken at once", "/Users?cursor&count=x", refused(400, "invalidCount"));
  await scim.seen("cut", "/Users?cursor&count=100000", { itemsPerPage: 5 });
  for (const path of ["/Users?cursor&startIndex=1", `/Groups?cursor=&startIndex=2&count=2`, "?cursor&startIndex=1"]) {
    await scim.get(path, path, refused(400, "invalidValue"));
  }
});

test("N-5, N-8: a cursor lives as long as the configuration says, and is expiredCursor after", async () => {
  let now = Date.now();
  const target = inProcessTarget("memory", { ...testEndpoint(localStore()), now: () => now }, 1);
  const scim = await clientOf(target, { preset: "rfc" });
  await users(scim, 3);
  const config = await get(scim, "/ServiceProviderConfig");
  scim.expect(
    "offered",
    { cursor: true, index: true, defaultPaginationMethod: "index" },
    at(config.json, "pagination"),
  );
  const timeout = Number(at(config.json, "pagination.cursorTimeout"));
  expect(timeout).toBeGreaterThanOrEqual(600);
  const path = `/Users?count=1&cursor=${at((await get(scim, "/Users?cursor&count=1")).json, "nextCursor")}`;
  now += timeout * 1_000;
  const last = await get(scim, path);
  now += 1;
  await scim.get("expired", path, refused(400, "expiredCursor"));
  await scim.seen("the next one", `/Users?count=1&cursor=${at(last.json, "nextCursor")}`, { itemsPerPage: 1 });
  expectNothing(scim);
});

it("N-7: without a cursor it is index pagination, which gives no cursor", async (scim) => {
  await users(scim, 3);
  await scim.seen("by index", "/Users?count=1", { totalResults: 3, startIndex: 1, nextCursor: "$absent" });
  await scim.seen("without anything", "/Users", { totalResults: 3, startIndex: 1, nextCursor: "$absent" });
});

it("N-9, SR-1: a walk goes on by GET or by POST /.search alike", async (scim) => {
  const ids = await users(scim, 5);
  for (const endpoint of ["/Users", ""]) {
    const seen: string[] = [];
    let cursor = "";
    for (let page = 0; page < 5; page += 1) {
      const body: JsonObject = { schemas: [SEARCH_REQUEST], cursor, count: 1, filter: "userName pr" };
      const answer =
        page % 2 === 0
          ? await scim.post("by message", `${endpoint}/.search`, body, { status: 200 })
          : await get(scim, `${endpoint}?cursor=${cursor}&count=1&${filtered("userName pr")}`);
      seen.push(...idsIn(answer));
      cursor = String(at(answer.json, "nextCursor"));
    }
    scim.expect("everybody", { $exactly: ids }, seen);
    scim.expect("the end", "undefined", cursor);
  }
  for (const body of [
    { schemas: [SEARCH_REQUEST], cursor: 1 },
    { schemas: [SEARCH_REQUEST], cursor: "", startIndex: 1 },
  ]) {
    await scim.post("wrong", "/Users/.search", body, refused(400, "invalidValue"));
  }
});

it("N-2: a walk neither skips nor repeats what exists all the time, whatever is created and deleted meanwhile", async (scim) => {
  for (const [query, create] of [
    ["", (name: string) => user(name)],
    [filtered("userName pr"), (name: string) => user(name)],
    ["sortBy=userName", (name: string) => user(name)],
    [`sortBy=title&${filtered('not (title co "x")')}`, (name: string) => user(name, { title: name.slice(-1) })],
  ] as const) {
    const staying = await Promise.all(
      Array.from({ length: 20 }, (_none, index) => made(scim, "/Users", create(`stays${index}`))),
    );
    const going = await Promise.all(
      Array.from({ length: 20 }, (_none, index) => made(scim, "/Users", create(`goes${index}`))),
    );
    const seen: string[] = [];
    let cursor: string | undefined = "";
    for (let page = 0; cursor !== undefined; page += 1) {
      const answer: Answer = await get(scim, `/Users?cursor=${cursor}&count=3&${query}`);
      seen.push(...idsIn(answer));
      const next = at(answer.json, "nextCursor");
      cursor = typeof next === "string" ? next : undefined;
      // The last one seen above all: a cursor must not need the resource it stands at.
      const last = idsIn(answer).at(-1);
      for (const id of new Set([last, going[page], going[19 - page]])) {
        if (id === undefined || !going.includes(id)) continue;
        await scim.tenant.request({ method: "DELETE", path: `/Users/${id}` });
      }
      if (page < 10) await made(scim, "/Users", create(`${page}comes`));
    }
    for (const id of staying) {
      const times = seen.filter((one) => one === id).length;
      if (times !== 1) scim.note(query, `one that stayed came ${times} times`);
    }
    scim.expect("nobody twice", seen.length, new Set(seen).size);
    for (const id of idsIn(await get(scim, "/Users?count=200"))) {
      await scim.tenant.request({ method: "DELETE", path: `/Users/${id}` });
    }
  }
});

test("Q-4, N-2: a filter that looks at too much for one page goes on by cursor instead of being refused", async () => {
  const store = localStore();
  const scim = await clientOf(inProcessTarget("memory", testEndpoint(store), 1), { preset: "rfc" });
  const session = store.begin();
  const org = await new SettingsStore(session.database).orgBySlug(scim.tenant.slug);
  if (org === undefined) throw new Error("the org is missing");
  const directory = session.directory(org.id);
  for (let index = 0; index < 10_200; index += 1) {
    const keys = { name: `u${index}`, externalId: undefined, values: [] };
    const attributes = JSON.stringify(user(`u${index}`, { active: true }));
    const stamp = { at: new Date().toISOString(), tokenId: "test", reference: "test" };
    await directory.users.create(`u${String(index).padStart(22, "0")}`, { attributes, keys }, stamp);
  }
  const query = filtered('userName ew "10150"');
  await scim.get("by index", `/Users?${query}`, refused(400, "tooMany"));
  for (const endpoint of ["/Users", ""]) {
    const pages = await walk(scim, endpoint, `cursor&count=5&${query}`);
    scim.expect("found", { $exactly: ["u0000000000000000010150"] }, pages.flatMap(idsIn));
    scim.expect("in two pages", 2, pages.length);
  }
  expectNothing(scim);
});

/** All pages of a walk. */
async function walk(scim: Client, endpoint: string, query: string): Promise<Answer[]> {
  const pages: Answer[] = [];
  let path = `${endpoint}?${query}`;
  for (;;) {
    const page = await get(scim, path);
    pages.push(page);
    const next = at(page.json, "nextCursor");
    if (next === undefined || pages.length > 100) return pages;
    path = `${endpoint}?${query.replace(/^cursor=?/i, `cursor=${String(next)}`)}`;
  }
}

function idsIn(answer: Answer): string[] {
  const resources = at(answer.json, "Resources");
  return (Array.isArray(resources) ? resources : []).map((one) => String(at(one, "id")));
}

/** @returns ids in their order */
async function users(scim: Client, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const odd: JsonObject = index % 2 === 1 ? { title: "odd" } : {};
    ids.push(await made(scim, "/Users", user(`u${index}`, odd)));
  }
  return ids.sort();
}
