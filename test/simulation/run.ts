import { parseArgs } from "node:util";
import { simulate } from "./simulate.ts";
import { simulateParts } from "./simulateParts.ts";

/** `npm run simulate -- --runs 1000000 --seed 7`: a longer run than CI's, or, with `--runs 1`, the one that failed. */
const { values } = parseArgs({
  options: { runs: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
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
