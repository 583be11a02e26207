import { beforeEach, describe, expect, test } from "@jest/globals";
import { OrgImport } from "../../functions/store/import.ts";
import { meaningsOf } from "../../functions/store/inspection/findings.ts";
import { Inspection } from "../../functions/store/inspection/inspection.ts";
import { JobStore } from "../../functions/store/jobs.ts";
import { OrgKeys, openDeletions } from "../../functions/store/keys.ts";
import { readOpenDeletions } from "../../functions/store/openDeletions.ts";
import { OrgData } from "../../functions/store/orgData.ts";
import type { ResourceRecord } from "../../functions/store/records.ts";
import { ResourceStore } from "../../functions/store/resourceStore.ts";
import { createStore, type Store } from "../../functions/store/session.ts";
import { STORED_TYPES, type StoredType } from "../../functions/store/storedTypes.ts";
import type { Key, Table } from "../../functions/store/table.ts";
import { findTombstone } from "../../functions/store/tombstone.ts";
import { duringTests } from "../support/duringTests.ts";
import { beginLogged, published } from "../support/eventLogs.ts";
import { inspect, lineOf } from "../support/invariants.ts";
import { ACME, idOf, LATER, MUCH_LATER, makeUser, present, STAMP, userWrite } from "../support/records.ts";
import { putMany, TABLE_KINDS } from "../support/tables.ts";

/** A type that no release has: all that the store is told of it. */
function entitlements(naming: StoredType["naming"]): StoredType {
  return {
    kind: "entitlement",
    letter: "e",
    nameAttribute: "display",
    naming,
    valueName: "alias",
    hasMembers: false,
    keysOf: ({ display, externalId, aliases }) => ({
      name: String(display),
      externalId: externalId === undefined ? undefined : String(externalId),
      values: Array.isArray(aliases) ? aliases.map(String) : [],
    }),
  };
}

const [FIRST, SECOND] = [idOf("e", 1), idOf("e", 2)];
const KINDS = TABLE_KINDS.flatMap((table) =>
  (["unique", "shared"] as const).map((naming) => ({ ...table, naming, type: entitlements(naming) })),
);

describe.each(KINDS)("a third type with $naming names on $kind", ({ start, naming, type }) => {
  const types = [...STORED_TYPES, type];
  const keys = new OrgKeys(ACME, "managed", types);
  let table: Table;
  let store: Store;
  const running = duringTests(start);
  beforeEach(async () => {
    table = await running().fresh();
    store = createStore(table, { types });
  });

  const resources = () => new ResourceStore(store.begin().view(ACME, "managed"), type);
  const write = (display: string, more: { externalId?: string; aliases?: string[] } = {}) => ({
    attributes: JSON.stringify({ display, ...more }),
    keys: type.keysOf({ display, ...more }),
  });
  const made = async (n: number, wanted = write(`name${n}`)): Promise<ResourceRecord> => {
    const created = await resources().create(idOf("e", n), wanted, STAMP);
    if (created.outcome !== "created") throw new Error(created.outcome);
    return created.record;
  };
  const found = async (repair = false) =>
    (await inspect(new Inspection(store.begin().database, ACME, types), repair)).map(
      (finding) => `${lineOf(finding)}: ${finding.repair}`,
    );

  test("is created, found by all that leads to it, changed and deleted", async () => {
    const first = await made(1, write("Gold", { externalId: "x1", aliases: ["au", "top"] }));
    expect(await resources().find(FIRST)).toEqual(first);
    expect(await resources().findMany([SECOND, FIRST, idOf("u", 1)])).toEqual([first]);
    expect(await resources().idsByName("Gold")).toEqual([FIRST]);
    expect(await resources().idsByExternalId("x1")).toEqual([FIRST]);
    expect(await resources().idsByValue("top")).toEqual([FIRST]);
    expect(await resources().idsByNamePrefix("Go", 10)).toEqual([FIRST]);

    const changed = await resources().replace(first, write("Silver", { externalId: "x2", aliases: ["top"] }), LATER);
    expect(changed).toMatchObject({ outcome: "changed", record: { version: 2, lastModified: LATER.at } });
    expect(await resources().replace(first, write("Bronze"), LATER)).toEqual({ outcome: "stale" });
    expect(await resources().idsByName("Gold")).toEqual([]);
    expect(await resources().idsByName("Silver")).toEqual([FIRST]);
    expect(await resources().idsByExternalId("x1")).toEqual([]);
    expect(await resources().idsByValue("au")).toEqual([]);
    expect(await found()).toEqual([]);

    const last = present(await resources().find(FIRST));
    expect(await resources().delete(last, LATER)).toEqual({ outcome: "deleted" });
    expect(await resources().delete(last, LATER)).toEqual({ outcome: "missing" });
    expect(await resources().idsByName("Silver")).toEqual([]);
    expect(await resources().idsByExternalId("x2")).toEqual([]);
    const { memberships, view } = store.begin().directory(ACME);
    expect(await findTombstone(view, FIRST)).toMatchObject({ id: FIRST, kind: "entitlement", stamp: LATER });
    expect(await memberships.sweepDeletions([FIRST], Date.now() + 20_000, MUCH_LATER)).toEqual(["done"]);
    expect((await table.get(keys.marker(FIRST))).item).toBeUndefined();
    expect(await found()).toEqual([]);
  });

  test("is published when it is made, changed and deleted, as its definition calls it", async () => {
    const key = keys.resource(FIRST);
    const stored = async () => (await table.get(key)).item;
    const first = await made(1, write("Gold", { externalId: "x1" }));
    const before = await stored();
    await resources().replace(first, write("Silver", { aliases: ["top"] }), LATER);
    const after = await stored();
    await resources().delete(present(await resources().find(FIRST)), LATER);
    const changes = [
      { key, after: before },
      { key, before, after },
      { key, before: after },
    ];
    const own = { org: ACME, managed: true, id: FIRST };
    const { database } = store.begin();
    await beginLogged(database);
    // A release that does not know the type says nothing of it.
    expect(await published(database, changes)).toEqual([]);
    expect(await published(database, changes, types)).toMatchObject([
      { ...own, type: "entitlement.created", version: 1, changed: ["display", "externalId"] },
      { ...own, type: "entitlement.updated", version: 2, changed: ["aliases", "display", "externalId"] },
      { ...own, type: "entitlement.deleted", version: 3 },
    ]);
  });

  test("keeps a name for one of them, or for several", async () => {
    await made(1, write("Gold"));
    const second = await resources().create(SECOND, { ...write("Gold"), nameUnique: false }, STAMP);
    const strict = await resources().create(idOf("e", 3), { ...write("Gold"), nameUnique: true }, STAMP);
    expect(strict).toMatchObject({ outcome: "taken" });
    if (naming === "unique") {
      expect(second).toEqual({ outcome: "taken", holder: FIRST });
      return;
    }
    expect(second.outcome).toBe("created");
    expect(await resources().idsByName("Gold")).toEqual([FIRST, SECOND].sort());
    const first = present(await resources().find(FIRST));
    expect((await resources().replace(first, write("Silver"), LATER)).outcome).toBe("changed");
    expect(await resources().idsByName("Gold")).toEqual([SECOND]);
    expect((await resources().delete(present(await resources().find(SECOND)), LATER)).outcome).toBe("deleted");
    expect((await table.get(keys.name(type, "Gold"))).item).toBeUndefined();
    expect(await found()).toEqual([]);
  });

  test("is paged, listed and scanned in the order of its ids, and apart from users", async () => {
    const ada = userWrite("ada", { externalId: undefined, values: [] });
    await makeUser(store.begin().directory(ACME).users, 1, ada);
    const ids = Array.from({ length: 40 }, (_, n) => idOf("e", n)).sort();
    for (let n = 0; n < ids.length; n += 1) await made(n);
    expect(await resources().page(35, 10)).toMatchObject({
      total: 40,
      records: ids.slice(35).map((id) => ({ id })),
    });
    const { records, next } = await resources().list(30);
    expect(records.map(({ id }) => id)).toEqual(ids.slice(0, 30));
    expect((await resources().list(30, next)).records.map(({ id }) => id)).toEqual(ids.slice(30));
    const scanned: string[] = [];
    for await (const page of resources().scan()) scanned.push(...page.map(({ id }) => id));
    expect(scanned).toEqual(ids);
    expect((await store.begin().directory(ACME).users.page(0, 10)).total).toBe(1);
    expect(await found()).toEqual([]);
  });

  test("takes two steps for more values than one transaction carries, and shows the operator one that was cut off", async () => {
    const many = (beginning: string) => Array.from({ length: 60 }, (_, n) => `${beginning}${n}`);
    const first = await made(1, write("Gold", { aliases: many("old") }));
    const changed = await resources().replace(first, write("Silver", { aliases: many("new") }), LATER);
    expect(changed.outcome).toBe("changed");
    expect(await resources().idsByValue("old7")).toEqual([]);
    expect(await resources().idsByValue("new7")).toEqual([FIRST]);
    const half = {
      update: keys.resource(FIRST),
      set: { w: JSON.stringify({ mark: STAMP.at, k: { n: "Silver", e: [] } }) },
    };
    await table.write([half]);
    expect(await new JobStore(store.begin().view(ACME, "managed")).begun()).toEqual({
      jobs: [{ kind: "entitlement", id: FIRST, since: LATER.at }],
      next: undefined,
    });
  });

  test("is inspected and repaired: entries, counters, and a deletion that names it", async () => {
    await made(1, write("Gold", { externalId: "x1", aliases: ["au"] }));
    const remove = async (key: Key) => table.deleteMany([key]);
    await remove(keys.name(type, "Gold"));
    await remove(keys.externalId(type, "x1", FIRST));
    await remove(keys.value(type, "au", FIRST));
    await remove(keys.counter(FIRST));
    const marker = { ...keys.marker(FIRST), sv: 1, at: STAMP.at, g1p: openDeletions(FIRST), g1s: STAMP.at };
    await putMany(table, [{ ...keys.value(type, "stray", FIRST), sv: 1 }, marker]);
    const lines = [
      `alias.missing ${FIRST}`,
      `alias.stray ${FIRST}`,
      `counter.wrong ${FIRST.slice(0, 3)}`,
      `entitlementName.missing ${FIRST}`,
      `externalId.missing ${FIRST}`,
      `marker.living ${FIRST}`,
    ];
    expect((await found()).sort()).toEqual(lines.map((line) => `${line}: possible`));
    for (const line of lines) expect(meaningsOf(types).has(line.split(" ")[0] ?? "")).toBe(true);
    expect((await found(true)).sort()).toEqual(lines.map((line) => `${line}: done`));
    expect(await found()).toEqual([]);
    expect(await resources().idsByName("Gold")).toEqual([FIRST]);
    expect((await resources().page(0, 0)).total).toBe(1);
  });

  test("is imported as it was, and what is there already stays", async () => {
    const at = { created: STAMP.at, lastModified: LATER.at };
    const record = { id: FIRST, version: 7, ...at, ...write("Gold", { externalId: "x1" }) };
    const session = store.begin();
    const orgImport = new OrgImport({
      managed: session.view(ACME, "managed"),
      unmanaged: session.view(ACME, "unmanaged"),
    });
    expect(await orgImport.isUntouched()).toBe(true);
    for (let run = 1; run <= 2; run += 1) {
      expect(await orgImport.addResources("managed", type, [{ record }], true, STAMP)).toEqual([]);
    }
    const other = { ...record, version: 8 };
    expect(await orgImport.addResources("managed", type, [{ record: other }], true, STAMP)).toEqual([FIRST]);
    expect(await orgImport.isUntouched()).toBe(false);
    expect(await resources().find(FIRST)).toEqual(record);
    expect(await found()).toEqual([]);
  });

  test("goes with its org", async () => {
    const gone = await made(1, write("Gold", { externalId: "x1", aliases: ["au"] }));
    await made(2, write("Silver", { externalId: "x1", aliases: ["ag"] }));
    await resources().delete(gone, STAMP);
    await makeUser(store.begin().directory(ACME).users, 1, userWrite("ada"));
    expect((await readOpenDeletions(store.begin().database, { before: LATER.at }, types)).deletions).toMatchObject([
      { orgId: ACME, id: FIRST },
    ]);
    const data = new OrgData(store.begin().database, ACME, types);
    while ((await data.remove(5)) > 0);
    const left = (await data.remains()).filter(({ items }) => items > 0);
    expect(left).toEqual([]);
    for (const pk of [keys.collection(type), keys.names(type), keys.externalIds(type), keys.values(type)]) {
      expect((await table.query(pk, {})).items).toEqual([]);
    }
    expect((await resources().page(0, 10)).total).toBe(0);
  });
});
