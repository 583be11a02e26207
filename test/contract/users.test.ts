import { beforeEach, describe, expect, test } from "@jest/globals";
import type { ResourceStore } from "../../functions/store/resourceStore.ts";
import { duringTests } from "../support/duringTests.ts";
import { ACME, idOf, ids, LATER, makeUser, makeUsers, present, STAMP, userWrite } from "../support/records.ts";
import { DIRECTORY_KINDS, type FreshStore } from "../support/storeKinds.ts";

describe.each(DIRECTORY_KINDS)("users in $kind, $side", ({ start, sideOf }) => {
  let fresh: FreshStore;
  let users: ResourceStore;
  const running = duringTests(start);
  beforeEach(async () => {
    fresh = await running().fresh();
    users = sideOf(fresh.store.begin(), ACME).users;
  });
  /** As another request sees it. */
  const anew = () => sideOf(fresh.store.begin(), ACME).users;

  test("a created user is read as it was written, at once", async () => {
    const write = userWrite("ada");
    const created = await users.create(idOf("u", 1), write, STAMP);
    const record = {
      id: idOf("u", 1),
      version: 1,
      created: STAMP.at,
      lastModified: STAMP.at,
      attributes: write.attributes,
      keys: write.keys,
      groupIds: [],
    };
    expect(created).toEqual({ outcome: "created", record });
    expect(await anew().find(idOf("u", 1))).toEqual(record);
  });

  test("a user is found by each of its keys", async () => {
    await makeUser(users, 1, userWrite("ada", { values: ["a@acme.example", "b@acme.example"] }));
    expect(await anew().idsByName("ada")).toEqual([idOf("u", 1)]);
    expect(await anew().idsByExternalId("ext-ada")).toEqual([idOf("u", 1)]);
    expect(await anew().idsByValue("b@acme.example")).toEqual([idOf("u", 1)]);
  });

  test("what nobody has is not found", async () => {
    await makeUser(users, 1, userWrite("ada"));
    expect(await users.find(idOf("u", 2))).toBeUndefined();
    expect(await users.find("")).toBeUndefined();
    expect(await users.find("x".repeat(3000))).toBeUndefined();
    expect(await users.idsByName("ad")).toEqual([]);
    expect(await users.idsByName("")).toEqual([]);
    expect(await users.idsByExternalId("ext-ad")).toEqual([]);
    expect(await users.idsByValue("ada@acme.exampl")).toEqual([]);
  });

  test("users may share an externalId and an e-mail; their ids come in ascending order", async () => {
    for (const n of [1, 2, 3, 4]) {
      await makeUser(users, n, userWrite(`user${n}`, { externalId: "same", values: ["same@acme.example"] }));
    }
    const sorted = ids("u", 4, 1).sort();
    expect(await users.idsByExternalId("same")).toEqual(sorted);
    expect(await users.idsByValue("same@acme.example")).toEqual(sorted);
  });

  test("users are found by how their userName begins, unless they are more than asked for", async () => {
    for (const [n, name] of ["ada", "adam", "bea", "ad\u{1f600}", "#sha256:x"].entries()) {
      await makeUser(users, n, userWrite(name));
    }
    const begins = async (prefix: string, limit = 10) => (await anew().idsByNamePrefix(prefix, limit))?.sort();
    expect(await begins("ad")).toEqual([idOf("u", 0), idOf("u", 1), idOf("u", 3)].sort());
    expect(await begins("ada")).toEqual([idOf("u", 0), idOf("u", 1)].sort());
    expect(await begins("ad\u{1f600}")).toEqual([idOf("u", 3)]);
    expect(await begins("adamant")).toEqual([]);
    expect(await begins("#sha")).toEqual([idOf("u", 4)]);
    expect(await begins("ad", 3)).toHaveLength(3);
    expect(await begins("ad", 2)).toBeUndefined();
  });

  test("a user needs neither externalId nor e-mail", async () => {
    const { id } = await makeUser(users, 1, userWrite("ada", { externalId: undefined, values: [] }));
    expect((await anew().find(id))?.keys).toEqual({ name: "ada", externalId: undefined, values: [] });
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a second user of the same name is refused and names the holder", async () => {
    await makeUser(users, 1, userWrite("ada"));
    const refused = await anew().create(idOf("u", 2), userWrite("ada", { externalId: "another" }), STAMP);
    expect(refused).toEqual({ outcome: "taken", holder: idOf("u", 1) });
    expect(await anew().find(idOf("u", 2))).toBeUndefined();
    expect(await anew().idsByExternalId("another")).toEqual([]);
    expect((await anew().page(0, 10)).total).toBe(1);
  });

  test("of 32 parallel creates of one name one succeeds, and the others name it", async () => {
    const outcomes = await Promise.all(ids("u", 32).map((id) => anew().create(id, userWrite("ada"), STAMP)));
    const created = outcomes.filter(({ outcome }) => outcome === "created");
    const [holder] = await users.idsByName("ada");
    expect(created).toHaveLength(1);
    expect(outcomes.filter((answer) => answer.outcome === "taken" && answer.holder === holder)).toHaveLength(31);
    expect((await users.page(0, 100)).total).toBe(1);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a replaced user has a higher version, its new keys, and its old ones no more", async () => {
    const previous = await makeUser(users, 1, userWrite("ada", { values: ["a@acme.example", "b@acme.example"] }));
    const write = userWrite("eva", { values: ["b@acme.example", "c@acme.example"] });
    const replaced = await anew().replace(previous, write, LATER);
    const record = {
      ...previous,
      version: 2,
      lastModified: LATER.at,
      attributes: write.attributes,
      keys: write.keys,
    };
    expect(replaced).toEqual({ outcome: "changed", record });
    expect(await anew().find(previous.id)).toEqual(record);
    expect(await users.idsByName("ada")).toEqual([]);
    expect(await users.idsByName("eva")).toEqual([previous.id]);
    expect(await users.idsByExternalId("ext-ada")).toEqual([]);
    expect(await users.idsByExternalId("ext-eva")).toEqual([previous.id]);
    expect(await users.idsByValue("a@acme.example")).toEqual([]);
    expect(await users.idsByValue("c@acme.example")).toEqual([previous.id]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a user replaced without a change of keys is found as before", async () => {
    const previous = await makeUser(users, 1, userWrite("ada"));
    const replaced = await anew().replace(previous, { attributes: '{"active":false}', keys: previous.keys }, LATER);
    expect(replaced.outcome).toBe("changed");
    expect((await anew().find(previous.id))?.attributes).toBe('{"active":false}');
    expect(await users.idsByName("ada")).toEqual([previous.id]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a replacement that takes another's name is refused, and nothing has changed", async () => {
    await makeUser(users, 1, userWrite("ada"));
    const previous = await makeUser(users, 2, userWrite("eva"));
    const refused = await anew().replace(previous, userWrite("ada"), LATER);
    expect(refused).toEqual({ outcome: "taken", holder: idOf("u", 1) });
    expect(await anew().find(previous.id)).toEqual(previous);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test.each([
    { what: "the same keys", next: userWrite("ada") },
    { what: "a new name", next: userWrite("eva") },
  ])("of 16 parallel replacements with $what one succeeds and the others are stale", async ({ next }) => {
    const previous = await makeUser(users, 1, userWrite("ada"));
    const outcomes = await Promise.all(ids("u", 16).map(() => anew().replace(previous, next, LATER)));
    expect(outcomes.filter(({ outcome }) => outcome === "changed")).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === "stale")).toHaveLength(15);
    expect((await users.find(previous.id))?.version).toBe(2);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a replacement or deletion of a user that is gone says missing", async () => {
    const previous = await makeUser(users, 1, userWrite("ada"));
    expect(await users.delete(previous, LATER)).toEqual({ outcome: "deleted" });
    expect(await anew().replace(previous, userWrite("ada"), LATER)).toEqual({ outcome: "missing" });
    expect(await anew().replace(previous, userWrite("eva"), LATER)).toEqual({ outcome: "missing" });
    expect(await anew().delete(previous, LATER)).toEqual({ outcome: "missing" });
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a deletion from an old version is stale", async () => {
    const previous = await makeUser(users, 1, userWrite("ada"));
    await users.replace(previous, userWrite("ada"), LATER);
    expect(await anew().delete(previous, LATER)).toEqual({ outcome: "stale" });
    expect(await anew().find(previous.id)).toBeDefined();
  });

  test("the names of a deleted user are free at once, and the next user with them is another", async () => {
    const previous = await makeUser(users, 1, userWrite("ada"));
    await users.delete(previous, LATER);
    expect(await anew().find(previous.id)).toBeUndefined();
    expect(await anew().idsByName("ada")).toEqual([]);
    expect(await anew().idsByValue("ada@acme.example")).toEqual([]);
    await makeUser(users, 2, userWrite("ada"));
    expect(await anew().idsByName("ada")).toEqual([idOf("u", 2)]);
    expect(await anew().idsByExternalId("ext-ada")).toEqual([idOf("u", 2)]);
    expect((await anew().page(0, 10)).total).toBe(1);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("users are read many at once in the order asked for, without those that are missing", async () => {
    await makeUsers(users, 120);
    const wanted = [idOf("u", 7), idOf("u", 9999), "nonsense", ...ids("u", 110, 8)];
    const found = await anew().findMany(wanted);
    expect(found.map(({ id }) => id)).toEqual([idOf("u", 7), ...ids("u", 110, 8)]);
    expect(await anew().findMany([])).toEqual([]);
  });

  test("a page begins at any position in the order of ids, and knows the exact total", async () => {
    await makeUsers(users, 200);
    const order = ids("u", 200).sort();
    for (let begin = 0; begin < 210; begin += 17) {
      const page = await users.page(begin, 13);
      expect(page.total).toBe(200);
      expect(page.records.map(({ id }) => id)).toEqual(order.slice(begin, begin + 13));
    }
    expect(await users.page(0, 0)).toEqual({ total: 200, records: [] });
    const scanned: string[] = [];
    for await (const records of users.scan()) scanned.push(...records.map(({ id }) => id));
    expect(scanned).toEqual(order);
  });

  test("a page begins at any position among ids that begin alike", async () => {
    const alike = ids("u", 150, 1000).map((id) => `uQ${id.slice(2)}`);
    await Promise.all(alike.map((id, n) => users.create(id, userWrite(`alike${n}`), STAMP)));
    await makeUsers(users, 20);
    const order = [...alike, ...ids("u", 20)].sort();
    for (let begin = 0; begin < 170; begin += 11) {
      const page = await users.page(begin, 7);
      expect(page.total).toBe(170);
      expect(page.records.map(({ id }) => id)).toEqual(order.slice(begin, begin + 7));
    }
  });

  test("the total follows deletions", async () => {
    const made = await makeUsers(users, 6);
    for (const user of made.slice(0, 3)) await users.delete(user, LATER);
    const left = made.slice(3).map(({ id }) => id);
    const page = await users.page(1, 10);
    expect(page.total).toBe(3);
    expect(page.records.map(({ id }) => id)).toEqual(left.sort().slice(1));
  });

  test("a page of the largest users is complete", async () => {
    const attributes = JSON.stringify({ userName: "x".repeat(48 * 1024) });
    await Promise.all(
      ids("u", 60).map((id, n) => users.create(id, { attributes, keys: userWrite(`user${n}`).keys }, STAMP)),
    );
    expect((await users.page(0, 60)).records.map(({ id }) => id)).toEqual(ids("u", 60).sort());
    expect((await users.page(5, 50)).records.map(({ id }) => id)).toEqual(ids("u", 60).sort().slice(5, 55));
    expect(await users.findMany(ids("u", 60))).toHaveLength(60);
  });

  test("values longer than a key are found like others", async () => {
    const long = "ü".repeat(2000);
    const { id } = await makeUser(users, 1, userWrite("ada", { externalId: long, values: [`${long}@acme.example`] }));
    expect(await users.idsByExternalId(long)).toEqual([id]);
    expect(await users.idsByValue(`${long}@acme.example`)).toEqual([id]);
    expect(await users.idsByExternalId(`${long}ü`)).toEqual([]);
    expect(await users.delete(present(await users.find(id)), LATER)).toEqual({ outcome: "deleted" });
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("a name of 900 bytes and values that look like others' beginnings stay apart", async () => {
    const name = "n".repeat(900);
    await makeUser(users, 1, userWrite(name, { externalId: "a" }));
    await makeUser(users, 2, userWrite(`${name.slice(1)}m`, { externalId: "ab" }));
    expect(await users.idsByName(name)).toEqual([idOf("u", 1)]);
    expect(await users.idsByExternalId("a")).toEqual([idOf("u", 1)]);
    expect(await users.idsByExternalId("")).toEqual([]);
  });

  test("fifty e-mails are exchanged for fifty others together with name and externalId", async () => {
    const many = (word: string) => Array.from({ length: 50 }, (_, n) => `${word}${n}@acme.example`);
    const previous = await makeUser(users, 1, userWrite("ada", { values: many("old") }));
    const next = userWrite("eva", { values: many("new") });
    expect((await anew().replace(previous, next, LATER)).outcome).toBe("changed");
    expect((await anew().find(previous.id))?.keys).toEqual(next.keys);
    expect(await users.idsByValue("old7@acme.example")).toEqual([]);
    expect(await users.idsByValue("new7@acme.example")).toEqual([previous.id]);
    expect(await users.idsByName("ada")).toEqual([]);
    expect(await fresh.broken(ACME)).toEqual([]);
  });

  test("an exchange of fifty e-mails that takes another's name, or comes too late, changes nothing", async () => {
    const many = (word: string) => Array.from({ length: 50 }, (_, n) => `${word}${n}@acme.example`);
    await makeUser(users, 2, userWrite("eva"));
    const previous = await makeUser(users, 1, userWrite("ada", { values: many("old") }));
    const taken = await anew().replace(previous, userWrite("eva", { values: many("new") }), LATER);
    expect(taken).toEqual({ outcome: "taken", holder: idOf("u", 2) });
    expect(await anew().find(previous.id)).toEqual(previous);
    const stale = await anew().replace({ ...previous, version: 7 }, userWrite("ada", { values: many("new") }), LATER);
    expect(stale).toEqual({ outcome: "stale" });
    expect(await users.idsByValue("new7@acme.example")).toEqual([]);
    expect(await fresh.broken(ACME)).toEqual([]);
    expect((await anew().replace(previous, userWrite("ada"), LATER)).outcome).toBe("changed");
  });
});
