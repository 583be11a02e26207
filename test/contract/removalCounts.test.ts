import { describe, expect, test } from "@jest/globals";
import { Database } from "../../functions/store/database.ts";
import { dynamoTable } from "../../functions/store/dynamoTable.ts";
import { HoldStore } from "../../functions/store/holds.ts";
import { OrgKeys, removalClaimKey } from "../../functions/store/keys.ts";
import { RemovalCountStore, type RemovalCounts, type Removals } from "../../functions/store/removalCounts.ts";
import { createStore } from "../../functions/store/session.ts";
import { type Key, PRESENT, type Update } from "../../functions/store/table.ts";
import { duringTests } from "../support/duringTests.ts";
import { accessTo } from "../support/localStore.ts";
import { ACME, OTHER } from "../support/records.ts";
import { startDynamo } from "../support/storeKinds.ts";

const NOON = Date.parse("2026-01-02T12:00:00Z");
const MINUTE = 60_000;
const YEAR = 365 * 24 * 60 * MINUTE;

const removals = (deactivated: number, deleted = 0, membersRemoved = 0): Removals => ({
  deactivated,
  deleted,
  membersRemoved,
});

const dynamo = duringTests(startDynamo);

describe.each(["SQLite", "dynoxide"])("removal counts in %s", (kind) => {
  const access = async () =>
    accessTo(kind === "SQLite" ? undefined : dynamoTable(dynamo().client, await dynamo().freshTable()));
  const fresh = async (): Promise<RemovalCounts> => new RemovalCountStore(await access());

  test("add up what one org lost within an hour, and nobody else", async () => {
    const counts = await fresh();
    expect(await counts.add(ACME, removals(2), NOON)).toEqual(removals(2));
    expect(await counts.add(OTHER, removals(9), NOON)).toEqual(removals(9));
    expect(await counts.add(ACME, removals(1, 3, 4), NOON + MINUTE)).toEqual(removals(3, 3, 4));
    expect(await counts.add(ACME, removals(0, 0, 1), NOON + 49 * MINUTE)).toEqual(removals(3, 3, 5));
  });

  test("forget what is older than an hour, and the ten minutes it is rounded to", async () => {
    const counts = await fresh();
    await counts.add(ACME, removals(5), NOON);
    await counts.add(ACME, removals(0, 1), NOON + 30 * MINUTE);
    expect(await counts.add(ACME, removals(1), NOON + 71 * MINUTE)).toEqual(removals(1, 1));
  });

  test("lose nothing when many add at once", async () => {
    const counts = await fresh();
    await Promise.all(Array.from({ length: 20 }, () => counts.add(ACME, removals(1, 0, 2), NOON)));
    expect(await counts.add(ACME, removals(0), NOON)).toEqual(removals(20, 0, 40));
  });

  test("let one caller an hour tell of each kind", async () => {
    const counts = await fresh();
    const claims = await Promise.all(Array.from({ length: 8 }, () => counts.claim(ACME, "users", NOON)));
    expect(claims.filter((claimed) => claimed)).toHaveLength(1);
    expect(await counts.claim(ACME, "members", NOON)).toBe(true);
    expect(await counts.claim(OTHER, "users", NOON)).toBe(true);
    expect(await counts.claim(ACME, "users", NOON + 59 * MINUTE)).toBe(false);
    expect(await counts.claim(ACME, "users", NOON + 60 * MINUTE)).toBe(true);
  });

  test("take a number that is none for 0, and a claim of no time for nobody's", async () => {
    const means = await access();
    const [counts, keys] = [new RemovalCountStore(means), new OrgKeys(ACME)];
    const damage = (update: Key, ...broken: readonly Omit<Update, "update">[]) =>
      Promise.all(broken.map((one) => new Database(means).write([{ update, ...one, condition: PRESENT }])));
    expect(await counts.add(ACME, removals(3, 2, 1), NOON)).toEqual(removals(3, 2, 1));
    await damage(keys.removals(new Date(NOON).toISOString()), { set: { de: "many" } }, { remove: ["dx"] });
    expect(await counts.add(ACME, removals(1), NOON + 10 * MINUTE)).toEqual(removals(1, 0, 1));
    expect(await new HoldStore(createStore(means.table).begin().view(ACME, "managed")).deactivated(NOON, NOON)).toBe(1);
    for (const broken of [{ set: { at: "noon" } }, { remove: ["at"] }]) {
      await counts.claim(ACME, "users", NOON);
      await damage(removalClaimKey(keys, "users"), broken);
      const claims = await Promise.all([1, 2, 3].map(() => counts.claim(ACME, "users", NOON + MINUTE)));
      expect(claims.filter((claimed) => claimed)).toHaveLength(1);
    }
  });

  test("leave out what a wrong clock dated years ahead, and let nobody wait for its claim", async () => {
    const counts = await fresh();
    await counts.add(ACME, removals(9, 9, 9), NOON + 10 * YEAR);
    await counts.claim(ACME, "users", NOON + 10 * YEAR);
    expect(await counts.add(ACME, removals(1), NOON)).toEqual(removals(1));
    expect(await counts.claim(ACME, "users", NOON)).toBe(true);
    expect(await counts.claim(ACME, "users", NOON)).toBe(false);
  });
});
