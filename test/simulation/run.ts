import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { scriptOptions } from "../../bin/scriptOptions.ts";
import { amountOf, SEED } from "../support/proof.ts";
import { simulateLog } from "./eventLog/simulateLog.ts";
import { simulate } from "./simulate.ts";
import { simulateParts } from "./simulateParts.ts";

/**
 * `npm run simulate`: the numbers of runs in test/support/proof.ts for the directory and its event log, half of them in each of
 * two processes, or `-- --runs 5000 --log-runs 0`. `-- --seed 7 --runs 1 --log-runs 0` repeats the run that failed with the
 * printed seed 7, `-- --seed 7 --runs 0 --log-runs 1` that of the log.
 */
const { values } = scriptOptions({
  script: "simulate",
  summary: "simulate parallel clients of the directory, then its event log, and check every answer",
  options: {
    runs: { type: "string", default: String(amountOf("simulation")), value: "N", help: "runs of the directory" },
    "log-runs": {
      type: "string",
      default: String(amountOf("logSimulation")),
      value: "N",
      help: "runs of the event log",
    },
    seed: { type: "string", default: String(SEED), value: "N", help: "seed of the first run; each next one adds 1" },
    alone: { type: "boolean", default: false, help: "in this process; for the script itself" },
  },
});
const first = Number(values.seed);
const runs = Number(values.runs);
const logRuns = Number(values["log-runs"]);
const started = performance.now();

interface Sums {
  readonly events: number;
  readonly requests: number;
  readonly failed: number;
  /** Events in event logs, and the versions that they cover or skip. */
  readonly logged: number;
  readonly versions: number;
}

async function inThisProcess(): Promise<Sums> {
  let [events, requests, failed, logged, versions] = [0, 0, 0, 0, 0];
  const note = (what: string, { problems }: { readonly problems: readonly string[] }) => {
    if (problems.length === 0) return;
    failed += 1;
    if (failed <= 10) console.log(`${what}:\n  ${problems.join("\n  ")}`);
  };
  for (let seed = first; seed < first + runs; seed += 1) {
    // Every fifth run is about large changes, as in CI.
    const outcome = await (seed % 5 === 0 ? simulateParts(seed) : simulate(seed));
    events += outcome.events;
    requests += outcome.requests;
    note(`seed ${seed}`, outcome);
  }
  for (let seed = first; seed < first + logRuns; seed += 1) {
    const outcome = await simulateLog(seed);
    logged += outcome.events;
    versions += outcome.changes;
    note(`seed ${seed} of the log`, outcome);
  }
  return { events, requests, failed, logged, versions };
}

/** @param part 0 or 1: the first or the second half of all runs */
async function inAnother(part: 0 | 1): Promise<Sums> {
  const half = (count: number): number => (part === 0 ? Math.floor(count / 2) : Math.ceil(count / 2));
  const seed = first + part * Math.floor(Math.max(runs, logRuns) / 2);
  const amounts = ["--runs", String(half(runs)), "--log-runs", String(half(logRuns))];
  const args = [fileURLToPath(import.meta.url), "--alone", "--seed", String(seed), ...amounts];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const said: Sums[] = [];
  child.on("message", (sums: Sums) => said.push(sums));
  // Not its exit, behind which what it sent may still come.
  const [code] = await once(child, "close");
  const [sums] = said;
  if (sums === undefined) throw new Error(`a process of the simulation ended with ${code}`);
  return sums;
}

if (values.alone) {
  process.send?.(await inThisProcess());
} else {
  const parts = runs + logRuns < 4 ? [inThisProcess()] : [inAnother(0), inAnother(1)];
  const sums = await Promise.all(parts);
  const sumOf = (name: keyof Sums): number => sums.reduce((total, sum) => total + sum[name], 0);
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.log(
    `${runs} runs from seed ${first}: ${sumOf("requests")} requests, ${sumOf("events")} events; ${logRuns} runs of the event log: ${sumOf("versions")} versions, ${sumOf("logged")} events; ${sumOf("failed")} failed, ${seconds} s`,
  );
  process.exitCode = sumOf("failed") === 0 ? 0 : 1;
}
