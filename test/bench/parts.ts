import { type Profiler, Session } from "node:inspector/promises";
import { scriptOptions } from "../../bin/scriptOptions.ts";
import { tableThrough } from "../../functions/store/dynamoCalls.ts";
import { createStore } from "../../functions/store/session.ts";
import { signedLocally } from "../support/dynamoTable.ts";
import { openTable, TABLE_NAME } from "./local.ts";
import { machineLine, median, table } from "./machine.ts";
import { withoutTokens } from "./noTokens.ts";
import { ownAlone, Tape } from "./parts/alone.ts";
import { type Attribution, attribute, OF_THE_CLIENT, PARTS, type Part } from "./parts/attribution.ts";
import { createOperations, makeGroup, memberOperations, populate, userOperations } from "./throughput/operations.ts";
import { setupOver } from "./throughput/setup.ts";
import { Client, cost, type Operation } from "./throughput/turns.ts";

export interface PartsOptions {
  readonly clients: number;
  readonly rounds: number;
  /** Milliseconds. */
  readonly turn: number;
  /** Microseconds that the bench's own log burns for each line: what is found under `log` has to grow by as much. */
  readonly burn: number;
}

const USERS = 2_000;
/** Turns that do not count, so that code is compiled. */
const WARM_UP = 8;
/** Turns of each operation with the table's answers from memory. */
const ALONE_ROUNDS = 21;
/** Microseconds between two samples. */
const INTERVAL = 100;
/** Microseconds of CPU for a request. */
const GOAL = 150;

/** Prints what CPU a request of the six main operations takes, by part. */
export async function benchParts(options: PartsOptions): Promise<void> {
  const database = await openTable();
  const own = signedLocally(database.endpoint);
  const session = new Session();
  session.connect();
  try {
    const tape = new Tape(withoutTokens(own.send));
    const setup = setupOver(createStore(tableThrough(tape.send, TABLE_NAME)), options.burn);
    const people = await populate(setup, USERS, false);
    const group = await makeGroup(setup, people.org, 1_000);
    const operations = [
      ...createOperations(people, options.clients).slice(0, 1),
      ...userOperations(people, options.clients),
      ...memberOperations(people, group, 1_000, options.clients),
    ];
    const started = machineLine();
    await session.post("Profiler.enable");
    await session.post("Profiler.setSamplingInterval", { interval: INTERVAL });
    const clientsOf = (operation: Operation): Client[] =>
      Array.from({ length: operation.clients }, (_none, number) => new Client(setup, operation, number));
    const runs = operations.map((operation) => ({ operation, clients: clientsOf(operation) }));
    const besides: Beside[] = [];
    for (const { operation, clients } of runs) besides.push(await measured(session, operation, clients, options));
    const turns: (() => Promise<number>)[] = [];
    for (const { operation, clients } of runs) {
      const [first = new Client(setup, operation, 0)] = clients;
      turns.push(await ownAlone(tape, setup, first, operation.request(0, 0).status));
    }
    const alone: number[][] = turns.map(() => []);
    // One of each after the other: who else works on this machine then meets them all alike.
    for (let round = -WARM_UP; round < ALONE_ROUNDS; round++) {
      for (const [index, turn] of turns.entries()) {
        const figure = await turn();
        if (round >= 0) alone[index]?.push(figure);
      }
    }
    const columns = besides.map((beside, index) => ({ ...beside, alone: alone[index] ?? [] }));
    print(columns, started, options);
  } finally {
    session.disconnect();
    own.close();
    await database.close();
  }
}

/** Microseconds for a request of one operation, beside a table. */
interface Beside {
  readonly name: string;
  readonly parts: ReadonlyMap<Part, number>;
  /** Threads beside that of JavaScript: the collector's and the compiler's. */
  readonly threads: number;
  readonly total: number;
  /** Share of the thread's samples that was the bench's own, which is left out. */
  readonly harness: number;
  readonly unknown: ReadonlyMap<string, number>;
}

interface Column extends Beside {
  /** Our own work with the table's answers from memory, by turn. */
  readonly alone: readonly number[];
}

async function measured(
  session: Session,
  { name }: Operation,
  clients: readonly Client[],
  { rounds, turn }: PartsOptions,
): Promise<Beside> {
  const send = async (): Promise<{ requests: number; all: number; thread: number }> => {
    for (const client of clients) client.prepare();
    const end = performance.now() + turn;
    const before = process.threadCpuUsage();
    const { cpuMicroseconds } = await cost(() => clients.map((client) => client.sendUntil(end)));
    const { user, system } = process.threadCpuUsage(before);
    const requests = clients.reduce((sum, { recorded }) => sum + recorded.length, 0);
    return { requests, all: cpuMicroseconds / requests, thread: (user + system) / requests };
  };
  for (let round = 0; round < WARM_UP; round++) await send();
  // In turn: CPU is measured where nothing samples, and shared out by samples of the turns between.
  const plain: { all: number; thread: number }[] = [];
  const profiles: Attribution[] = [];
  for (let round = 0; round < rounds; round++) {
    plain.push(await send());
    await session.post("Profiler.start");
    await send();
    const { profile } = await session.post("Profiler.stop");
    profiles.push(attribute(profile satisfies Profiler.Profile));
  }
  return columnOf(name, plain, profiles);
}

function columnOf(
  name: string,
  plain: readonly { readonly all: number; readonly thread: number }[],
  profiles: readonly Attribution[],
): Beside {
  const unknown = new Map<string, number>();
  for (const profile of profiles) {
    for (const [what, count] of profile.unknown) unknown.set(what, (unknown.get(what) ?? 0) + count);
  }
  // Medians over the turns: other work on the machine moves single ones. Together they are the whole again.
  const shareOf = (part: Part | "harness"): number => median(profiles.map((profile) => shareIn(profile, part)));
  const shares = new Map([...PARTS, "harness" as const].map((part) => [part, shareOf(part)]));
  const whole = [...shares.values()].reduce((sum, share) => sum + share, 0);
  const thread = median(plain.map((one) => one.thread));
  const threads = median(plain.map((one) => one.all - one.thread));
  const harness = (shares.get("harness") ?? 0) / whole;
  return {
    name,
    parts: new Map(PARTS.map((part) => [part, ((shares.get(part) ?? 0) / whole) * thread])),
    threads,
    total: (1 - harness) * thread + threads,
    harness,
    unknown,
  };
}

function shareIn({ samples, harness }: Attribution, part: Part | "harness"): number {
  const all = [...samples.values()].reduce((sum, count) => sum + count, harness);
  return (part === "harness" ? harness : (samples.get(part) ?? 0)) / all;
}

function print(columns: readonly Column[], started: string, { clients, rounds, turn, burn }: PartsOptions): void {
  const row = (name: string, figure: (column: Column) => number): string[] => [
    name,
    ...columns.map((column) => figure(column).toFixed(0)),
  ];
  const part = (one: Part) => (column: Column) => column.parts.get(one) ?? 0;
  const ownParts = PARTS.filter((one) => !OF_THE_CLIENT.has(one) && one !== "collector");
  const sum = (parts: readonly Part[]) => (column: Column) => parts.reduce((all, one) => all + part(one)(column), 0);
  const share = Math.max(...columns.map(({ harness }) => harness)) * 100;
  console.log(
    `\nµs of CPU for a request, by part: signed client, ${clients} at once, ${rounds} turns of ${turn} ms, dynoxide, without ClientRequestToken. ${started}\n`,
  );
  console.log(
    table(
      ["part", ...columns.map(({ name }) => name)],
      [
        ...PARTS.map((one) => row(one, part(one))),
        row("threads beside", ({ threads }) => threads),
        row("all", ({ total }) => total),
        row(`own: all but ${[...OF_THE_CLIENT].join(", ")}, collector, threads`, sum(ownParts)),
        row(`own, with the table's answers from memory, median of ${ALONE_ROUNDS} turns`, ({ alone }) => median(alone)),
        row(`the same, least of these turns; goal ≤ ${GOAL}`, ({ alone }) => Math.min(...alone)),
      ],
    ),
  );
  console.log(`
gateway: the event in, the answer out. parse: body, query, filter, PATCH. build: from the plan to the table's JSON, items
included. wait: connections, sockets, timers. render: the answer's text. collector: of garbage, on the same thread. The bench's own
work, at most ${share.toFixed(0)} % of the thread, is left out. The least of many turns is what the code takes: others on the machine only add to it.`);
  if (burn > 0) console.log(`The bench burned ${burn} µs for each log line: they belong to log.`);
  const unknown = columns.flatMap((column) => [...column.unknown]).toSorted(([, one], [, two]) => two - one);
  if (unknown.length > 0) {
    console.log(
      `Most of "other": ${unknown
        .slice(0, 5)
        .map(([what, count]) => `${what} (${count} samples)`)
        .join(", ")}.`,
    );
  }
  console.log(`\nAt the end: ${machineLine()}`);
}

export function partsOptions(args: readonly string[]): PartsOptions {
  const { values } = scriptOptions(
    {
      script: "bench -- parts",
      summary: "measure in which parts of Rollcall a request spends its time",
      options: {
        clients: { type: "string", default: "8", value: "N", help: "clients in parallel (default 8)" },
        rounds: { type: "string", default: "7", value: "N", help: "turns (default 7)" },
        turn: { type: "string", default: "400", value: "MS", help: "milliseconds of a turn (default 400)" },
        burn: {
          type: "string",
          default: "0",
          value: "US",
          help: "waste this many microseconds for each log line, to check the measurement (default 0)",
        },
      },
    },
    args,
  );
  const { burn, clients, rounds, turn } = values;
  return { clients: Number(clients), rounds: Number(rounds), turn: Number(turn), burn: Number(burn) };
}
