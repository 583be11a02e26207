import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { amountOf, SEED } from "../support/proof.ts";
import { simulate } from "./simulate.ts";
import { simulateParts } from "./simulateParts.ts";

/**
 * `npm run simulate`: as many runs as test/support/proof.ts says, half of them in each of two processes, or `-- --runs 5000`.
 * `-- --seed 7 --runs 1` is the one that failed under the seed printed.
 */
const { values } = parseArgs({
  options: {
    runs: { type: "string", default: String(amountOf("simulation")) },
    seed: { type: "string", default: String(SEED) },
    alone: { type: "boolean", default: false },
  },
});
const first = Number(values.seed);
const runs = Number(values.runs);
const started = performance.now();

interface Sums {
  readonly events: number;
  readonly requests: number;
  readonly failed: number;
}

async function inThisProcess(): Promise<Sums> {
  let [events, requests, failed] = [0, 0, 0];
  for (let seed = first; seed < first + runs; seed += 1) {
    // Every fifth run is of large changes, as in CI.
    const outcome = await (seed % 5 === 0 ? simulateParts(seed) : simulate(seed));
    events += outcome.events;
    requests += outcome.requests;
    if (outcome.problems.length === 0) continue;
    failed += 1;
    if (failed <= 10) console.log(`seed ${seed}:\n  ${outcome.problems.join("\n  ")}`);
  }
  return { events, requests, failed };
}

async function inAnother(seed: number, count: number): Promise<Sums> {
  const args = [fileURLToPath(import.meta.url), "--alone", "--seed", String(seed), "--runs", String(count)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const said: Sums[] = [];
  child.on("message", (sums: Sums) => said.push(sums));
  const [code] = await once(child, "exit");
  const [sums] = said;
  if (sums === undefined) throw new Error(`a process of the simulation ended with ${code}`);
  return sums;
}

if (values.alone) {
  process.send?.(await inThisProcess());
} else {
  const half = Math.floor(runs / 2);
  const parts = half === 0 ? [inThisProcess()] : [inAnother(first, half), inAnother(first + half, runs - half)];
  const sums = await Promise.all(parts);
  const sumOf = (name: keyof Sums): number => sums.reduce((total, sum) => total + sum[name], 0);
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.log(
    `${runs} runs from seed ${first}: ${sumOf("requests")} requests, ${sumOf("events")} events, ${sumOf("failed")} failed, ${seconds} s`,
  );
  process.exitCode = sumOf("failed") === 0 ? 0 : 1;
}
