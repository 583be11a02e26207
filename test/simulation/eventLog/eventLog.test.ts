import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";
import { inParallel } from "../../../functions/store/database.ts";
import { amountOf, SEED } from "../../support/proof.ts";
import { MISTAKES } from "./mistakes.ts";
import { simulateLog } from "./simulateLog.ts";

/** The seed is in the name, so that a run can be had again: `npm run simulate -- --seed SEED --runs 0 --log-runs 1`. */
const RUNS = amountOf("logSimulationInJest");
const FOUND_WITHIN = amountOf("mistakesFoundWithin");
const AT_ONCE = 2;
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
  for (let seed = 1; seed < 30; seed += 1) expect(await simulateLog(seed)).toEqual(await simulateLog(seed));
}, 60_000);

/** What the simulation says of the code with the mistake; empty: it found nothing. */
async function findMistake(name: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--no-warnings", SCRIPT, name, String(FOUND_WITHIN)]);
  return stdout.trim();
}

test(`the simulation finds each of the ${Object.keys(MISTAKES).length} deliberate mistakes`, async () => {
  const left = Object.keys(MISTAKES);
  const unfound: string[] = [];
  const lane = async (): Promise<void> => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      // A slip of the edit itself is no find.
      if (!/^\d+ (?!\w*(?:Reference|Syntax|Type)Error)/.test(await findMistake(name))) unfound.push(name);
    }
  };
  await inParallel(
    Array.from({ length: AT_ONCE }, () => lane),
    (work) => work(),
  );
  expect(unfound).toEqual([]);
}, 600_000);
