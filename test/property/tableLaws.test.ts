import { randomUUID } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { SqliteTable } from "../../functions/store/sqliteTable.ts";
import type { Table } from "../../functions/store/table.ts";
import { duringTests } from "../support/duringTests.ts";
import { PlainTable } from "../support/plainTable.ts";
import { called, type TableCall, tableCall } from "../support/tableCalls.ts";
import { TABLE_KINDS } from "../support/tables.ts";

const calls = fc.array(tableCall, { minLength: 1, maxLength: 20, size: "max" });

/** The answer, or that the table refuses the call; what comes in no order as a set. */
async function answer(table: Table, call: TableCall, tokens: ReadonlyMap<string, string>): Promise<unknown> {
  try {
    const found = await called(table, call, tokens);
    if (!("getMany" in call || "queryReverse" in call) || !("items" in found)) return found;
    return { ...found, items: new Set<unknown>(Object(found.items)) };
  } catch (error) {
    expect(error).not.toHaveProperty("kind");
    return "fault";
  }
}

/** Both tables are empty. */
async function playOnBoth(
  calls: readonly TableCall[],
  one: Table,
  other: Table,
  compared: (answer: unknown) => unknown,
): Promise<void> {
  const tokensOf = () => new Map(["one", "other"].map((token) => [token, randomUUID()]));
  const [here, there] = [tokensOf(), tokensOf()];
  // What had a token comes again at the end, as after a lost answer.
  const again = calls.filter((call) => "transact" in call && call.token !== "fresh");
  for (const call of [...calls, ...again]) {
    const [left, right] = [await answer(one, call, here), await answer(other, call, there)];
    expect(compared(left)).toEqual(compared(right));
  }
}

test("every sequence of calls is answered as a plain map answers it", async () => {
  const unpriced = (answer: unknown) =>
    answer === "fault" ? answer : Object.assign({}, answer, { consumed: undefined });
  const property = fc.asyncProperty(calls, (all) => playOnBoth(all, new SqliteTable(), new PlainTable(), unpriced));
  await fc.assert(property, { numRuns: 300 });
});

describe.each(TABLE_KINDS.filter(({ kind }) => kind !== "SQLite"))("on $kind", ({ start }) => {
  const running = duringTests(start);

  test("every sequence of calls has the answers and the price that it has on SQLite", async () => {
    const property = fc.asyncProperty(calls, async (all) =>
      playOnBoth(all, await running().fresh(), new SqliteTable(), (answer) => answer),
    );
    await fc.assert(property, { numRuns: 25 });
  });
});
