import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { scriptOptions } from "../../bin/scriptOptions.ts";
import { Crowd, drawn, MIX, type Operation } from "./load/crowd.ts";
import { type LoadedServer, type PendingLine, startLoaded } from "./load/loadedServer.ts";
import { measureMemberships } from "./load/memberships.ts";
import { machineLine, percentile, table } from "./machine.ts";

/**
 * `npm run bench:load`: a closed loop of clients over HTTP on the server that `npm start` starts, with the mix of requests
 * identity providers send; then one member in and out of groups of several sizes, in turn. With `--seconds 1800` it is a
 * soak. Ends with an error when an answer was a 5xx, memory grew, or the stored data contradicts itself.
 */
const { values } = scriptOptions({
  script: "bench:load",
  summary: "measure `npm start` under the requests of identity providers, then one member in and out of groups by size",
  options: {
    clients: { type: "string", default: "16", value: "N", help: "clients in parallel (default 16)" },
    seconds: { type: "string", default: "60", value: "N", help: "seconds of the mix; 0 leaves it out (default 60)" },
    // Until Node's heap has found its size.
    "warm-up": { type: "string", default: "20", value: "N", help: "seconds before it measures (default 20)" },
    users: { type: "string", default: "2000", value: "N", help: "users in the organization (default 2000)" },
    members: {
      type: "string",
      default: "10,1000,10000,100000",
      value: "LIST",
      help: "sizes of groups; none leaves that part out (default 10,1000,10000,100000)",
    },
    rounds: { type: "string", default: "400", value: "N", help: "changes of each group (default 400)" },
  },
});
const CLIENTS = Number(values.clients);
const SECONDS = Number(values.seconds);
const SIZES = values.members === "none" ? [] : values.members.split(",").map(Number);
/** What memory at the end may be of memory after the first tenth. */
const GROWTH = 1.2;

/** By operation, milliseconds of each request as the client saw it. */
const timings = new Map<Operation, number[]>(MIX.map(([operation]) => [operation, []]));
const statuses = new Map<number, number>();

async function client(crowd: Crowd, until: number): Promise<void> {
  while (performance.now() < until) {
    const operation = drawn();
    const start = performance.now();
    const status = await crowd.run(operation);
    timings.get(operation)?.push(performance.now() - start);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
}

async function warmUp(crowd: Crowd): Promise<void> {
  const until = performance.now() + Number(values["warm-up"]) * 1_000;
  await Promise.all(Array.from({ length: CLIENTS }, () => client(crowd, until)));
  for (const taken of timings.values()) taken.length = 0;
  statuses.clear();
}

async function mix(server: LoadedServer, crowd: Crowd): Promise<string[]> {
  const until = performance.now() + SECONDS * 1_000;
  const clients = Promise.all(Array.from({ length: CLIENTS }, () => client(crowd, until)));
  const memory: number[] = [];
  for (let tenth = 1; tenth <= 10; tenth += 1) {
    await wait(SECONDS * 100);
    memory.push(server.memory());
  }
  await clients;
  // Until then a server that shares its processors has not made most kinds of requests.
  const early = memory[2] ?? 0;
  const late = server.memory();
  console.log(`\n${CLIENTS} clients, ${SECONDS} s, ${crowd.size} users at the end. ${machineLine()}\n`);
  reportTimes();
  reportCosts(server.told());
  const tenths = memory.map((megabytes) => megabytes.toFixed(0)).join(" ");
  console.log(`\nMemory of the server after each tenth: ${tenths} MB.`);
  const faults = [...statuses].filter(([status]) => status >= 500).reduce((sum, [, count]) => sum + count, 0);
  const all = [...statuses.values()].reduce((sum, count) => sum + count, 0);
  console.log(`Answers of 5xx: ${faults} of ${all}.`);
  return [
    ...(faults > 0 ? [`${faults} answers were faults`] : []),
    ...(late > early * GROWTH ? [`memory grew ${(late / early).toFixed(2)}-fold`] : []),
  ];
}

function reportTimes(): void {
  const rows = [...timings].map(([operation, taken]) => {
    const sorted = taken.toSorted((a, b) => a - b);
    return [operation, sorted.length, ...[0.5, 0.99, 1].map((share) => percentile(sorted, share))];
  });
  const total = [...timings.values()].reduce((sum, taken) => sum + taken.length, 0);
  rows.push(["all", total, `${(total / SECONDS).toFixed(0)}/s`, "", ""]);
  console.log(table(["request", "sent", "p50 ms", "p99 ms", "max ms"], rows));
}

/** What one request of each kind cost the database, and what was refused: from the server's own lines. */
function reportCosts(told: ReadonlyMap<string, PendingLine>): void {
  const each = (sum: number, { requests }: PendingLine): string => (sum / requests).toFixed(1);
  const rows = [...told].map(([operation, one]) => [
    operation,
    ...[one.requests, ...[one.calls, one.trips, one.rcu, one.wcu].map((sum) => each(sum, one))],
    ...[one.retries, one.conflicts],
    [...one.refused].map(([kind, count]) => `${count} × ${kind}`).join(", ") || "–",
  ]);
  const header = ["operation", "requests", "calls", "trips", "RCU", "WCU", "retries", "conflicts", "refused"];
  console.log(`\n${table(header, rows)}`);
}

/** A server of its own, on a folder of its own. @returns what is wrong at its end */
async function loaded(work: (server: LoadedServer) => Promise<readonly string[]>): Promise<string[]> {
  const dataFolder = mkdtempSync(join(tmpdir(), "rollcall-load-"));
  const server = await startLoaded(dataFolder);
  try {
    const problems = await work(server);
    return [...problems, ...(await server.contradictions()).slice(0, 20)];
  } finally {
    await server.close();
    rmSync(dataFolder, { recursive: true, force: true });
  }
}

const problems: string[] = [];
if (SECONDS > 0) {
  const ended = await loaded(async (server) => {
    const crowd = new Crowd(server.org);
    await crowd.fill(Number(values.users), CLIENTS);
    await crowd.makeGroups();
    server.forget();
    await warmUp(crowd);
    server.forget();
    return mix(server, crowd);
  });
  problems.push(...ended);
}
if (SIZES.length > 0) {
  problems.push(...(await loaded((server) => measureMemberships(server, SIZES, Number(values.rounds)))));
}
console.log(`\n${problems.length === 0 ? "Nothing was lost, wrong or refused without reason." : problems.join("\n")}`);
if (problems.length > 0) process.exitCode = 1;
