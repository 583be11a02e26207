import { setTimeout as wait } from "node:timers/promises";
import { scriptOptions } from "../../../bin/scriptOptions.ts";
import { machineLine, residentMegabytes, table } from "../machine.ts";
import { CLIENTS, type Filled, fill, OPERATIONS, USERS } from "./operations.ts";
import { type Row, report } from "./report.ts";
import { type Started, startServers, stopServers } from "./servers.ts";
import { ClientCost, measure } from "./turns.ts";

/**
 * `npm run bench:peers`: Rollcall beside other SCIM servers that a registry has and that keep what they were told, all up at
 * once, on this machine. It needs Linux x64 and, for Polis, the registry; it takes less than five minutes.
 */
const { values } = scriptOptions({
  script: "bench:peers",
  summary: "measure Rollcall beside other SCIM servers; needs Linux x64 and, for Polis, the npm registry",
  options: {
    rounds: { type: "string", default: "5", value: "N", help: "turns of each server (default 5)" },
    turn: { type: "string", default: "400", value: "MS", help: "milliseconds of a turn (default 400)" },
    only: { type: "string", default: "", value: "TEXT", help: "only operations whose name contains this" },
    "no-sdk": { type: "boolean", default: false, help: "without Rollcall through the SDK's client" },
  },
});
/** Milliseconds after which a process that has nothing to do is idle. */
const SETTLED = 3_000;
const REQUESTS = 10_000;

const BESIDE = `\
Not measured here: SCIMServer on PostgreSQL 15, which no registry has. On another day, on a machine of 2 cores, it answered 238
GETs a second of a group of 1,000 with its members; Rollcall on DynamoDB's wire wants 1.2 of that.
Neither peer shows the groups of a user; Rollcall does. Polis shows no members and writes a resource and its indexes one after the
other, SCIMMY overwrites a group that two change at once: where that made an answer wrong, a line above says so.`;

const begun = performance.now();
const minutes = (): string => ((performance.now() - begun) / 60_000).toFixed(1);
console.log(`At the beginning: ${machineLine()}\n`);
const servers = await startServers(!values["no-sdk"], (line) => console.log(line));
try {
  await wait(SETTLED);
  const idle = servers.map(({ pid }) => residentMegabytes(pid));
  console.log(`\nAll are up, each in a process of its own. Now each gets ${USERS} users and its groups.`);
  const filled: Filled[] = [];
  const later: string[] = [];
  for (const server of servers) {
    const one = await fill(server);
    filled.push(one);
    later.push(server.name === "npm start" ? String(await afterRequests(server, one)) : "–");
  }
  const cost = new ClientCost();
  const rows: Row[] = [];
  for (const operation of OPERATIONS.filter(({ name }) => name.includes(values.only))) {
    const pace = { rounds: Number(values.rounds), turn: Number(values.turn) };
    rows.push({
      operation: operation.name,
      goals: operation.goals,
      measured: await measure(operation, filled, pace, cost),
    });
    console.error(`${operation.name}, ${minutes()} min`);
  }
  console.log(
    `\nRequests a second: ${CLIENTS} at once, ${values.rounds} rounds of turns of ${values.turn} ms, in another order each round; medians. A ratio is taken within each round, to the best peer whose answers were right. The status and the content of every answer were checked.\n`,
  );
  console.log(report(rows));
  console.log(`\n${BESIDE}\nThe clients took ${cost}.`);
  const memory = servers.map(({ name, started }, index) => [
    name,
    started.toFixed(2),
    `${idle[index]}`,
    later[index] ?? "–",
  ]);
  console.log(`\n${table(["process", "start to first 200, s", "idle, MB", `after ${REQUESTS} requests, MB`], memory)}`);
  console.log("\nGoals of npm start: 0.35 s, 80 MB, 110 MB. Memory is the server's own, without dynoxide's.");
  console.log(`\nAt the end, ${minutes()} minutes later: ${machineLine()}`);
  for (const { clients } of filled) for (const client of clients) client.close();
} finally {
  await stopServers(servers);
}

/** Fills what is left of the requests with those of a working day. @returns megabytes */
async function afterRequests({ pid }: Started, filled: Filled): Promise<number> {
  const mix = OPERATIONS.filter(({ name }) => /^(get user|filter|PATCH active|PUT)/.test(name));
  const numbers = Array.from({ length: REQUESTS - USERS }, (_none, n) => n).values();
  await Promise.all(
    filled.clients.map(async (connection, client) => {
      for (const n of numbers) {
        const exchange = mix[n % mix.length]?.exchange(filled, client, Math.floor(n / mix.length));
        if (exchange !== undefined)
          await connection.request(exchange.method, filled.base + exchange.path, exchange.body);
      }
    }),
  );
  return residentMegabytes(pid);
}
