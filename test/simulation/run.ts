import { parseArgs } from "node:util";
import { simulate } from "./simulate.ts";
import { simulateParts } from "./simulateParts.ts";

/**
 * `npm run simulate`: 100,000 runs, as CI makes them. `-- --runs 1000000` is a longer one; `-- --seed 7 --runs 1` is the one
 * that failed under the seed printed.
 */
const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "100000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
  },
});
const first = Number(values.seed);
const started = performance.now();
let [events, requests, failed] = [0, 0, 0];
for (let seed = first; seed < first + Number(values.runs); seed += 1) {
  // Every fifth run is of large changes, as in CI.
  const outcome = await (seed % 5 === 0 ? simulateParts(seed) : simulate(seed));
  events += outcome.events;
  requests += outcome.requests;
  if (outcome.problems.length === 0) continue;
  failed += 1;
  if (failed <= 10) console.log(`seed ${seed}:\n  ${outcome.problems.join("\n  ")}`);
}
const seconds = ((performance.now() - started) / 1_000).toFixed(1);
console.log(
  `${values.runs} runs from seed ${first}: ${requests} requests, ${events} events, ${failed} failed, ${seconds} s`,
);
process.exitCode = failed === 0 ? 0 : 1;
