import { expect, test } from "@jest/globals";
import { foldLines, keepLines } from "../../functions/provisioning/journal/foldLines.ts";
import { Database } from "../../functions/store/database.ts";
import { dynamoTable } from "../../functions/store/dynamoTable.ts";
import { JournalStore } from "../../functions/store/journal.ts";
import { entryPlace, journalKeys } from "../../functions/store/journalKeys.ts";
import { keyItem } from "../../functions/store/keys.ts";
import { duringTests } from "../support/duringTests.ts";
import { accessTo } from "../support/localStore.ts";
import { ACME } from "../support/records.ts";
import { startDynamo } from "../support/storeKinds.ts";

const dynamo = duringTests(startDynamo);

const NOW = Date.parse("2026-01-03T00:00:00.000Z");

const lines = Array.from({ length: 30 }, (_none, n) => ({
  type: "scim.request",
  ts: new Date(NOW - n * 60_000).toISOString(),
  ref: `r${n}`,
  orgId: ACME,
  idp: "okta",
  method: "PATCH",
  op: "groups.members",
  status: [204, 400, 503][n % 3],
  skippedMembers: n % 6 === 0 ? 1 : undefined,
}));
const massChange = {
  type: "org.massChange",
  ts: "2026-01-02T12:00:00.000Z",
  ref: "m",
  orgId: ACME,
  kind: "users",
  lost: 9,
  roster: 9,
};

test.each(["SQLite", "dynoxide"])(
  "a journal in %s is the same after each delivery, whether lines are new or come again",
  async (kind) => {
    const access = accessTo(kind === "SQLite" ? undefined : dynamoTable(dynamo().client, await dynamo().freshTable()));
    const database = new Database(access);
    const journal = new JournalStore(database, ACME);
    const deliver = (some: readonly unknown[]) => keepLines(database, foldLines(some));
    await Promise.all([
      deliver(lines.slice(0, 10)),
      deliver(lines.slice(10, 20)),
      deliver([...lines.slice(20), massChange]),
    ]);
    await Promise.all([deliver(lines.slice(10, 20)), deliver(lines.slice(0, 10).toReversed())]);
    await keepLines(database, foldLines(lines.slice(0, 10)), "addTogether");
    // What somebody damaged takes nothing else with it.
    const pk = journalKeys.entries(ACME, "done");
    const at = entryPlace(new Date(NOW).toISOString(), "damaged");
    for (const [n, d] of ["7", "{}", "[]", "broken"].entries()) {
      await database.write([{ put: { ...keyItem({ pk, sk: `${at}${n}` }), d, ttl: NOW } }]);
      await database.write([
        { put: { ...keyItem({ pk: journalKeys.notices(ACME), sk: `massChange#${at}${n}` }), d, ttl: NOW } },
      ]);
    }
    expect(await journal.massChanges(10, NOW)).toEqual([expect.objectContaining({ ref: "m", lost: 9 })]);
    const spans = await journal.spans("2026-01-02T00:00:00.000Z", NOW);
    const sum = (name: "writes" | "refused" | "failed" | "skipped") =>
      spans.reduce((total, span) => total + span[name], 0);
    expect([sum("writes"), sum("refused"), sum("failed"), sum("skipped")]).toEqual([10, 10, 10, 5]);
    const refsOf = async (part: "done" | "troubled", after?: string) =>
      (await journal.entries(part, { limit: 100, after }, NOW)).entries.map(({ ref }) => ref);
    expect(await refsOf("done")).toEqual(["r3", "r9", "r15", "r21", "r27"]);
    expect(await refsOf("troubled")).toHaveLength(25);
    const first = await journal.entries("troubled", { limit: 10 }, NOW);
    expect([...first.entries.map(({ ref }) => ref), ...(await refsOf("troubled", first.last))]).toEqual(
      await refsOf("troubled"),
    );
    expect((await journal.contact()).get("written")).toMatchObject({ ref: "r0", status: 204 });
    expect((await journal.contact()).get("failed")).toMatchObject({ ref: "r2" });
    expect((await journal.skippedIn(2, NOW)).map(({ ref }) => ref)).toEqual(["r0", "r6"]);
    expect(await journal.massChanges(5, NOW)).toMatchObject([{ ref: "m", lost: 9, at: massChange.ts }]);
    // Over, though the time to live has not taken it yet.
    const later = NOW + 15 * 86_400_000;
    expect((await journal.entries("troubled", { limit: 100 }, later)).entries).toEqual([]);
    expect(await journal.spans("2026-01-02T00:00:00.000Z", later)).toEqual([]);
    expect((await journal.contact()).get("written")).toMatchObject({ ref: "r0" });
  },
);
