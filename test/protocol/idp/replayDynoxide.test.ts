import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { dynoxideTarget } from "../../support/dynoxideTarget.ts";
import { share } from "../../support/proof.ts";
import { directoryRows } from "../rows/directoryRows.ts";
import { rows } from "../rows/rows.ts";
import { replays } from "./replays.ts";

let target: Awaited<ReturnType<typeof dynoxideTarget>>;
beforeAll(async () => {
  target = await dynoxideTarget();
});
afterAll(() => target.close());

// All of them run in memory (replay.test.ts, rows.test.ts): here by turns, but for those that look at both sides of an org, which
// lean on the lists and indexes of this store.
const byTurns = [...replays(), ...rows.filter((row) => !directoryRows.includes(row))];

for (const check of [...share(byTurns, 3, 1), ...directoryRows]) {
  test(`on DynamoDB, ${check.name}`, async () => {
    expect(await check.run(target)).toEqual([]);
  });
}
