import { scriptOptions } from "../../bin/scriptOptions.ts";
import { machineLine, median, table } from "./machine.ts";
import {
  createOperations,
  groupReadOperations,
  listOperations,
  makeGroup,
  memberOperations,
  populate,
  userOperations,
} from "./throughput/operations.ts";
import { makeWorld, type Setup } from "./throughput/setup.ts";
import { measure, type Operation, type Pace, type Turn } from "./throughput/turns.ts";

export interface ThroughputOptions extends Pace {
  readonly clients: number;
  /** Also a list of 20,000 users. */
  readonly large: boolean;
  /** Also a group of 100,000 members. */
  readonly huge: boolean;
  /** Only operations whose name holds this. */
  readonly only: string;
}

/** Prints a Markdown table: the handlers beside a bare SDK loop that makes the same calls. */
export async function benchThroughput(options: ThroughputOptions): Promise<void> {
  const setup = await makeWorld();
  try {
    const started = machineLine();
    const rows: (readonly string[])[] = [];
    const run = async (operations: readonly Operation[]): Promise<void> => {
      for (const operation of operations) {
        if (operation.name.includes(options.only))
          rows.push(rowOf(operation, await measure(setup, operation, options)));
      }
    };
    await runAll(setup, options, run);
    console.log(
      `\nThroughput: ${options.clients} clients, ${options.rounds} turns of ${options.turn} ms, dynoxide, without ClientRequestToken. ${started}\n`,
    );
    console.log(table(HEADER, rows));
    console.log(`\nAt the end: ${machineLine()}`);
  } finally {
    await setup.close();
  }
}

async function runAll(
  setup: Setup,
  { clients, large, huge }: ThroughputOptions,
  run: (operations: readonly Operation[]) => Promise<void>,
): Promise<void> {
  const people = await populate(setup, 2_000, true);
  await run(userOperations(people, clients));
  await run(listOperations(people, clients));
  for (const size of [10, 1_000, 10_000, ...(huge ? [100_000] : [])]) {
    const groupId = await makeGroup(setup, people.org, size);
    // Before members are added: an answer shows at most 10,000.
    if (size === 10_000) await run(groupReadOperations(people.org, groupId, size, clients));
    await run(memberOperations(people, groupId, size, clients));
  }
  // Once more, where the table has grown: what the larger group alone makes slower is seen beside this.
  if (huge) await run(memberOperations(people, await makeGroup(setup, people.org, 10), 10, clients));
  await run(createOperations(people, clients));
  // Last, because only one of the two databases gets so many users.
  if (large) await run(listOperations(await populate(setup, 20_000, false), clients));
}

const HEADER = [
  "operation",
  "requests/s",
  "bare SDK/s",
  "ratio",
  "calls",
  "trips",
  "CPU µs",
  "bare CPU µs",
  "difference",
  "ours alone",
] as const;

/** Medians over the turns, the ratio and our own share too: other work on the machine moves single turns. */
function rowOf({ name }: Operation, turns: readonly Turn[]): string[] {
  const over = (figure: (turn: Turn) => number, digits: number): string => median(turns.map(figure)).toFixed(digits);
  return [
    name,
    over(({ requests, ours }) => (requests / ours.milliseconds) * 1000, 0),
    over(({ requests, bare }) => (requests / bare.milliseconds) * 1000, 0),
    over(({ ours, bare }) => bare.milliseconds / ours.milliseconds, 2),
    over(({ calls, requests }) => calls / requests, 1),
    over(({ trips, requests }) => trips / requests, 1),
    over(({ ours, requests }) => ours.cpuMicroseconds / requests, 0),
    over(({ bare, requests }) => bare.cpuMicroseconds / requests, 0),
    over(({ ours, bare, requests }) => (ours.cpuMicroseconds - bare.cpuMicroseconds) / requests, 0),
    over(({ aloneCpu }) => aloneCpu, 0),
  ];
}

export function throughputOptions(args: readonly string[]): ThroughputOptions {
  const { values } = scriptOptions(
    {
      script: "bench -- throughput",
      summary: "measure how many requests one process answers",
      options: {
        clients: { type: "string", default: "8", value: "N", help: "clients in parallel (default 8)" },
        rounds: { type: "string", default: "9", value: "N", help: "turns (default 9)" },
        turn: { type: "string", default: "400", value: "MS", help: "milliseconds of a turn (default 400)" },
        only: { type: "string", default: "", value: "TEXT", help: "only operations whose name contains this" },
        large: { type: "boolean", default: false, help: "also lists of 20,000 users" },
        huge: { type: "boolean", default: false, help: "also a group of 100,000" },
      },
    },
    args,
  );
  const { large, huge, only } = values;
  return {
    clients: Number(values.clients),
    rounds: Number(values.rounds),
    turn: Number(values.turn),
    large,
    huge,
    only,
  };
}

if (import.meta.main) await benchThroughput(throughputOptions(process.argv.slice(2)));
