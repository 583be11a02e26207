import { expect, test } from "@jest/globals";
import { amountOf, SEED } from "../support/proof.ts";
import { SyncHistory } from "../support/syncHistory.ts";

/** What dozens of histories meet. */
const MET = [
  "request lost",
  "answer lost",
  "busy",
  "apply throws",
  "dies between data and cursor",
  "dies after the commit",
  "refused",
  "overtaken",
  "upToDate",
  "ended",
  "snapshot",
  "log begun anew",
  "log expired",
  "purged",
];

test("whatever breaks between a directory and its copy, sync makes them equal", async () => {
  const met = new Map<string, number>();
  for (let count = 0; count < amountOf("clientSyncs"); count += 1) {
    const seed = SEED + count;
    const history = new SyncHistory(seed);
    await history.begin();
    for (let steps = 0; steps < 24; steps += 1) {
      await history.happen();
      await history.poke();
    }
    const isEnding = seed % 8 === 0;
    await history.calm(isEnding ? "ends" : "stays");
    const { outcome } = await history.sync({ endIfUnknown: isEnding });
    expect({ seed, outcome }).toEqual({ seed, outcome: isEnding ? "ended" : "upToDate" });
    const expected = isEnding ? { users: [], teams: [] } : await history.expected();
    expect({ seed, shown: history.shown() }).toEqual({ seed, shown: expected });
    for (const [what, times] of history.met) met.set(what, (met.get(what) ?? 0) + times);
  }
  expect([...met.keys()].sort()).toEqual([...MET].sort());
});
