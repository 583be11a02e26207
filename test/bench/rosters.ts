import { tableThrough } from "../../functions/store/dynamoCalls.ts";
import { Rosters } from "../../functions/store/rosters.ts";
import { createStore } from "../../functions/store/session.ts";
import { SqliteTable } from "../../functions/store/sqliteTable.ts";
import type { Table } from "../../functions/store/table.ts";
import { signedLocally } from "../support/dynamoTable.ts";
import type { Connection } from "../support/wire.ts";
import { openTable, TABLE_NAME } from "./local.ts";
import { machineLine, median, table } from "./machine.ts";
import { makeGroup } from "./throughput/operations.ts";
import { type Setup, setupOver } from "./throughput/setup.ts";
import { Client, type Cost, cost, type Operation } from "./throughput/turns.ts";

export interface RostersOptions {
  readonly rounds: number;
  /** Milliseconds. */
  readonly turn: number;
}

const SIZES = [1_000, 10_000];
const CLIENTS = [1, 8];
/** Turns that do not count. */
const WARM_UP = 3;

interface Turn extends Cost {
  readonly requests: number;
}

/** Prints what a GET of a group with its members takes where they are read and where the process remembers them, in turn. */
export async function benchRosters(options: RostersOptions): Promise<void> {
  const database = await openTable();
  const own = signedLocally(database.endpoint);
  const tables: Readonly<Record<string, Table>> = {
    "dynoxide, signed": tableThrough(own.send, TABLE_NAME),
    "SQLite in memory": new SqliteTable(),
  };
  const started = machineLine();
  const rows: string[][] = [];
  try {
    for (const [name, stored] of Object.entries(tables)) {
      const reading = setupOver(createStore(stored, { rosters: new Rosters(Number.POSITIVE_INFINITY) }));
      const remembering = setupOver(createStore(stored));
      const org = await reading.org();
      for (const size of SIZES) {
        const group = await makeGroup(reading, org, size);
        for (const clients of CLIENTS) {
          const sides = [clientsOf(reading, org, group, clients), clientsOf(remembering, org, group, clients)] as const;
          rows.push([`${size} members, ${name}, ${clients} at once`, ...(await compared(sides, options))]);
        }
      }
    }
  } finally {
    own.close();
    await database.close();
  }
  console.log(`\nGET of a group with its members: ${options.rounds} turns of ${options.turn} ms each. ${started}\n`);
  console.log(table(HEADER, rows));
  console.log(`\nAt the end: ${machineLine()}`);
}

const HEADER = [
  "group",
  "read/s",
  "remembered/s",
  "ratio",
  "read ms",
  "remembered ms",
  "read CPU ms",
  "remembered CPU ms",
];

function clientsOf(setup: Setup, org: Connection, group: string, clients: number): Client[] {
  const request = () => ({ method: "GET", path: `/Groups/${group}`, status: 200 });
  const operation: Operation = { name: "GET group", org, writes: false, clients, request };
  return Array.from({ length: clients }, (_none, number) => new Client(setup, operation, number));
}

async function compared(sides: readonly (readonly Client[])[], { rounds, turn }: RostersOptions): Promise<string[]> {
  const turns: Turn[][] = sides.map(() => []);
  for (let round = -WARM_UP; round < rounds; round++) {
    for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const clients = sides[index] ?? [];
      for (const client of clients) client.prepare();
      const end = performance.now() + turn;
      const spent = await cost(() => clients.map((client) => client.sendUntil(end)));
      const requests = clients.reduce((sum, { recorded }) => sum + recorded.length, 0);
      if (round >= 0) turns[index]?.push({ ...spent, requests });
    }
  }
  const [read = [], remembered = []] = turns;
  const rate = ({ milliseconds, requests }: Turn): number => (requests / milliseconds) * 1_000;
  const took = ({ milliseconds, requests }: Turn): number => (milliseconds * (sides[0]?.length ?? 1)) / requests;
  const cpu = ({ cpuMicroseconds, requests }: Turn): number => cpuMicroseconds / requests / 1_000;
  const both = (figure: (one: Turn) => number, digits: number): string[] =>
    [read, remembered].map((some) => median(some.map(figure)).toFixed(digits));
  const ratios = read.map((one, index) => rate(remembered[index] ?? one) / rate(one));
  return [...both(rate, 0), median(ratios).toFixed(1), ...both(took, 1), ...both(cpu, 2)];
}
