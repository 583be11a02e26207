import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { amountOf, SEED } from "../../support/proof.ts";
import { unfound } from "../findMistakes.ts";
import { MISTAKES } from "./mistakes.ts";
import { simulateLog } from "./simulateLog.ts";

/** The name contains the seed, to repeat a run: `npm run simulate -- --seed SEED --runs 0 --log-runs 1`. */
const RUNS = amountOf("logSimulationInJest");
const FOUND_WITHIN = amountOf("mistakesFoundWithin");
const SCRIPT = fileURLToPath(new URL("./findMistake.ts", import.meta.url));

test(`whatever comes between, each version is accounted for once, and consumers end equal to the directory: ${RUNS} runs from seed ${SEED}`, async () => {
  let [events, changes] = [0, 0];
  for (let seed = SEED; seed < SEED + RUNS; seed += 1) {
    const outcome = await simulateLog(seed);
    if (outcome.problems.length > 0) throw new Error(`seed ${seed}: ${outcome.problems.join("\n")}`);
    events += outcome.events;
    changes += outcome.changes;
  }
  expect(events).toBeGreaterThan(5 * RUNS);
  expect(changes).toBeGreaterThan(5 * RUNS);
}, 600_000);

test("the same seed is the same run", async () => {
  for (let seed = 1; seed < 10; seed += 1) expect(await simulateLog(seed)).toEqual(await simulateLog(seed));
});

test(`the simulation finds each of the ${Object.keys(MISTAKES).length} deliberate mistakes`, async () => {
  expect(await unfound(SCRIPT, MISTAKES, FOUND_WITHIN)).toEqual([]);
}, 600_000);
